"""The lists of runs and deliveries: filtered, searched, changed in bulk; and uploads that are not detected."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET
from pages_in_browser import PHONE_PX, OpenPage, Texts, cut, serious
from product_scenarios import Scenario

HOME = "/plugin/media-workflows"
PAGES = "[data-testid=media-workflows]"
ASKS = [{"id": "ask", "approval": {"message": "Go on?"}}]
BEHIND_S = 300
pytestmark = pytest.mark.full


def _act(page: Any, t: Texts, action: str) -> None:
    """On both runs of the list."""
    for name in ("first.mp4", "second.mp4"):
        page.get_by_role("checkbox", name=t("list.select", name=name)).check(force=True)
    page.get_by_role("button", name=t(f"run_action.{action}", count=2), exact=True).click()
    dialog = page.get_by_role("alertdialog", name=t(f"run_action.{action}_title", count=2))
    expect(dialog).to_be_visible()
    assert serious(page, "[role=alertdialog]") == []
    dialog.get_by_role("button", name=t(f"run_action.{action}", count=2)).click()
    expect(page.get_by_text(t(f"run_action.{action}_done", count=2))).to_be_visible()


@pytest.mark.scenario(
    "in-bulk-{language}", {"first.mp4": 2.45, "second.mp4": 2.55}, parts={"jobs": None, "steps": ASKS}
)
def test_runs_are_found_cancelled_and_retried(
    product: Product, open_page: OpenPage, scenario: Scenario, t: Texts
) -> None:
    eventually(lambda: len(product.approvals(scenario.workflow)) == 2, 300)
    page = open_page(f"{HOME}/runs")
    page.get_by_role("combobox", name=t("runs.workflow"), exact=True).select_option(label=scenario.name)
    rows = page.get_by_role("table", name=t("nav.runs")).get_by_role("row")
    expect(rows).to_have_count(3)  # with the head
    search = page.get_by_role("searchbox", name=t("runs.search"))
    search.fill("first")
    expect(rows).to_have_count(2)
    expect(rows.last).to_contain_text("first.mp4")
    search.fill("")
    expect(rows).to_have_count(3)
    _act(page, t, "cancel")
    state = page.get_by_role("combobox", name=t("runs.state"), exact=True)
    state.select_option("failed")
    expect(rows).to_have_count(3)
    page.reload()
    expect(state).to_have_value("failed")
    expect(rows).to_have_count(3)
    _act(page, t, "retry")
    waiting = eventually(lambda: (found := product.approvals(scenario.workflow)) and len(found) == 2 and found, 300)
    runs = [{"workflow": scenario.workflow, "run": one["run_id"]} for one in waiting]
    product.api.post("/runs/bulk", json={"action": "cancel", "runs": runs}).raise_for_status()


def test_workflows_are_filtered_and_the_filter_is_a_step_of_the_history(
    product: Product, open_page: OpenPage, t: Texts, language: str
) -> None:
    """Also by keyboard and on a phone."""
    name = f"list-of-{language}"
    for which in ("first", "second"):
        product.create(f"{name}-{which}")
    page = open_page(f"{HOME}/workflows?search={name}")
    rows = page.get_by_role("row")
    expect(rows).to_have_count(3)  # with the head
    enabled = page.get_by_role("combobox", name=t("list.enabled"), exact=True)
    enabled.focus()
    enabled.select_option("true")
    none = page.get_by_text(t("list.nothing_found", search=name))
    expect(none).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(3)
    expect(enabled).to_have_value("")
    page.get_by_role("combobox", name=t("list.failures"), exact=True).select_option("true")
    expect(none).to_be_visible()
    page.go_back()
    expect(rows).to_have_count(3)  # the next filter is added to those that the page then has
    page.get_by_role("combobox", name=t("list.bucket"), exact=True).select_option(INPUT_BUCKET)
    expect(rows).to_have_count(3)
    page.reload()
    expect(page.get_by_role("combobox", name=t("list.bucket"), exact=True)).to_have_value(INPUT_BUCKET)
    expect(rows).to_have_count(3)
    page.set_viewport_size({"width": PHONE_PX, "height": 900})
    assert cut(page, PAGES) == []
    assert serious(page, PAGES) == []


def test_a_role_may_allow_changes_of_one_workflow(
    product: Product, open_page: OpenPage, done_run: tuple[str, str], t: Texts, language: str
) -> None:
    """A role as FAB's can have it: the server's answers about rights are changed, as the demo's roles are general."""
    mine, name = done_run[0], f"of-others-{language}"
    product.create(name)

    def rights(route: Any) -> None:
        found = route.fetch().json()
        is_mine = f"workflow={mine}" in route.request.url
        route.fulfill(json=found | dict.fromkeys(("can_edit", "can_delete", "can_change_runs"), is_mine))

    page = open_page(f"{HOME}/workflows?search=no-such-workflow")
    page.route("**/api/v1/me*", rights)
    for search, shown, allowed in (("looked-at", "looked-at", True), (name, name, False)):
        page.goto(f"{product.layout.airflow_url}{HOME}/workflows?search={search}")
        switch = page.get_by_label(t("switch.label", name=shown))
        edit = page.get_by_role("button", name=t("action.named", action=t("action.edit"), name=shown))
        select = page.get_by_label(t("list.select", name=shown))
        select.check(force=True)
        enable = page.get_by_role("button", name=t("bulk.enable"), exact=True)
        if allowed:
            expect(switch).to_be_enabled()
            expect(enable).to_be_enabled()
        else:
            expect(switch).to_be_disabled()
            expect(enable).to_be_disabled()
            expect(enable).to_have_attribute("title", t("action.forbidden"))
            expect(edit).to_have_attribute("aria-description", t("action.forbidden"))


def test_deliveries_are_filtered_and_the_filter_is_a_step_of_the_history(
    product: Product, open_page: OpenPage, done_run: tuple[str, str], t: Texts
) -> None:
    eventually(lambda: product.events(done_run[0]))
    page = open_page(f"{HOME}/deliveries?workflow={done_run[0]}&state=delivered")
    rows = page.get_by_role("row")
    expect(rows).not_to_have_count(0)
    expect(rows.last).to_contain_text("looked-at")
    page.get_by_role("combobox", name=t("deliveries.state"), exact=True).select_option("dead")
    expect(page.get_by_text(t("deliveries.none_found"))).to_be_visible()
    page.go_back()
    expect(rows.last).to_contain_text("looked-at")


def _failing(route: Any) -> None:
    """The answer of the server as it would be with a bucket that cannot be read."""
    found = route.fetch().json()
    error = {"code": "x", "message": "no such bucket here", "template": "", "parameters": {}}
    source = {"kind": "listing", "place": "media-input", "failing_since": "2026-11-01T00:00:00Z", "error": error}
    detection = found["health"]["detection"] if "health" in found else found
    detection |= {"state": "failing", "behind_s": BEHIND_S, "failing": [source], "sources": [source]}
    if "health" in found:
        found["health"]["detection"] = detection
    route.fulfill(json=found)


def test_uploads_that_are_not_detected_are_said(open_page: OpenPage, done_run: tuple[str, str], t: Texts) -> None:
    said = t("detection.failing", time=t("time.min", min=BEHIND_S // 60, s=0))
    page = open_page(f"{HOME}/workflows")
    page.route("**/api/v1/workflows/*/detection", _failing)
    page.route("**/api/v1/home", _failing)
    for path in (f"/workflows/{done_run[0]}?tab=uploads", ""):
        page.goto(page.url.split(HOME)[0] + HOME + path)
        note = page.get_by_role("status").filter(has_text=said)
        expect(note).to_contain_text("no such bucket here")
        assert serious(page, PAGES) == []
