"""The review desk without a mouse, and two runs side by side: in the running product."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from pages_in_browser import OpenPage, Texts, serious
from product_scenarios import Scenario
from talking_clips import CAPTION_FROM_S

HOME = "/plugin/media-workflows"
FOUND = {"content_review": [{"parameters": {"prohibited": {"ocr": {"block_confidence": 80}}}}]}
FORBIDDEN = {"words": [{"keyword": "审核台测试", "tags": ["prohibited"]}], "usages": ["all"]}
UNSURE = {"parameters": {"terrorism": {"image": {}}}, "when_unavailable": "skip", "gate": "publish_on_pass"}
COVER = {"template": 10, "time_offsets": ["0s"], "output_path": "{inputName}_{number}.{format}"}
GATED = {"content_review": [UNSURE], "snapshot_by_time_offset": [COVER]}
TRANSCODE = {"transcode": [{"template": 100010}]}


def review_of(product: Product, workflow: str, run: str) -> dict[str, Any]:
    answer = product.api.get(f"/runs/{run}/review", params={"workflow": workflow})
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


@pytest.mark.full
@pytest.mark.scenario(
    "desk-{language}", {"a.mp4": ("这是审核台测试", "good morning")}, words=FORBIDDEN, parts={"jobs": FOUND}
)
def test_findings_are_reviewed_without_a_mouse(
    product: Product, open_page: OpenPage, scenario: Scenario, t: Texts
) -> None:
    run = product.finished(scenario.workflow)[0]["run_id"]
    listed = open_page(f"{HOME}/reviews?workflow={scenario.workflow}")
    expect(listed.get_by_role("table", name=t("nav.reviews"))).to_contain_text("a.mp4")
    assert serious(listed, ".media-workflows") == []
    listed.get_by_role("link", name=t("review.start")).press("Enter")
    page = listed
    desk = page.get_by_test_id("desk")
    entry = desk.get_by_role("list", name=t("findings.title")).get_by_role("listitem")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("审核台测试")
    page.wait_for_function("() => document.querySelector('video')?.readyState > 0")
    desk.locator("[data-finding]").first.click()
    page.wait_for_function(f"() => Math.abs(document.querySelector('video').currentTime - {CAPTION_FROM_S}) < 1")
    assert serious(page, ".media-workflows") == []

    desk.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(t("review_key.pass_all"))
    assert serious(page, "[role=dialog]") == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("n")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("our own sign")
    page.keyboard.press("Control+Enter")
    expect(entry).to_contain_text("our own sign")
    page.keyboard.press("p")
    expect(dialog).to_contain_text(t("review.stored"))
    expect(dialog.get_by_role("button", name=t("review.pass_run"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)

    decided = eventually(lambda: review_of(product, scenario.workflow, run)["decision"])
    assert (decided["verdict"], decided["by"], decided["answered"]) == ("pass", "admin", "")
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{run}")
    found = page.get_by_role("region", name=t("findings.title"))
    expect(found.get_by_role("listitem").first).to_contain_text("our own sign")
    expect(found.get_by_role("link", name=t("review.desk"))).to_be_visible()
    viewer = open_page(f"{HOME}/reviews/{scenario.workflow}/{run}", user="viewer", width=390)
    expect(viewer.get_by_text(t("review.no_permission"))).to_be_visible()
    assert viewer.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(viewer, ".media-workflows") == []


@pytest.mark.full
@pytest.mark.scenario("desk-gate-{language}", {"a.mp4": 2.9}, parts={"jobs": GATED})
def test_the_decision_on_a_run_answers_its_gate(
    product: Product, open_page: OpenPage, scenario: Scenario, t: Texts
) -> None:
    (run,) = eventually(lambda: product.runs(scenario.workflow))
    run_id = run["run_id"]
    eventually(lambda: review_of(product, scenario.workflow, run_id)["questions"], 300)
    page = open_page(f"{HOME}/reviews/{scenario.workflow}/{run_id}")
    expect(page.get_by_text(t("review.not_checked"))).to_be_visible()
    assert serious(page, ".media-workflows") == []
    page.wait_for_timeout(5_000)  # an answer right after the question is lost by Airflow 3.3.2
    page.get_by_test_id("desk").focus()
    page.keyboard.press("Shift+B")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(t("job.gate"))
    assert serious(page, "[role=dialog]") == []
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    (ended,) = product.finished(scenario.workflow)
    assert ended["state"] == "success"
    assert len(product.outputs(f"quarantine/{scenario.name}")) + len(product.outputs("quarantine/")) > 0
    decision = review_of(product, scenario.workflow, run_id)["decision"]
    assert (decision["verdict"], decision["answered"]) == ("block", "gate")
    again = product.api.post(
        f"/runs/{run_id}/review", params={"workflow": scenario.workflow}, json={"verdict": "block"}
    )
    assert again.status_code == 409


@pytest.mark.full
@pytest.mark.scenario("compared", {"a.mp4": 2.15, "b.mp4": 3.15}, parts={"jobs": TRANSCODE})
def test_two_runs_side_by_side(product: Product, open_page: OpenPage, scenario: Scenario, t: Texts) -> None:
    product.finished(scenario.workflow, count=2)
    page = open_page(f"{HOME}/workflows/{scenario.workflow}?tab=runs")
    for name in ("a.mp4", "b.mp4"):
        page.get_by_role("checkbox", name=t("list.select", name=name)).check(force=True)
    page.get_by_role("link", name=t("compare.two"), exact=True).press("Enter")
    pair = page.get_by_test_id("pair")
    expect(pair).to_have_count(1)
    expect(pair).to_contain_text(t("figure.size"))
    here = page.get_by_role("navigation", name=t("app.title")).get_by_role("link", name=t("nav.runs"))
    expect(here).to_have_attribute("aria-current", "page")
    expect(page.get_by_text(t("compare.other_source"))).to_be_visible()
    pair.get_by_role("button").press("Enter")
    page.wait_for_function(_TOGETHER)
    assert serious(page, ".media-workflows") == []
    page = open_page(page.evaluate("location.pathname + location.search"), width=390)
    expect(page.get_by_test_id("pair")).to_contain_text(t("figure.bitrate"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page, ".media-workflows") == []
    page = open_page(f"{HOME}/compare?workflow={scenario.workflow}&from=1&to=1")
    expect(page.get_by_test_id("pair")).to_have_count(1)


_TOGETHER = """() => {
  const [first, second] = document.querySelectorAll('[data-testid=two-players] video');
  if (!first || !second) return false;
  first.muted = true;
  if (first.paused && first.currentTime < 0.5) first.play().catch(() => {});
  return first.currentTime > 0.3 && Math.abs(first.currentTime - second.currentTime) < 0.5;
}"""
