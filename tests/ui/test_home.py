"""The first page: its numbers lead to their lists, failures are retried by their cause; and the commands of a run."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from media_workflows.demo.layout import OUTPUT_BUCKET
from pages_in_browser import OpenPage, Texts, serious
from product_scenarios import Scenario

HOME = "/plugin/media-workflows"
SNAPSHOT = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
OCCUPIED = [f"occupied-{{language}}-out/{name}_snapshotByTimeOffset_10_0.jpg" for name in ("a", "b")]
CODE = "FailedOperation"


@pytest.mark.full
def test_it_shows_the_installation(product: Product, open_page: OpenPage, done_run: tuple[str, str], t: Texts) -> None:
    page = open_page(HOME)
    health = page.get_by_role("region", name=t("health.title"))
    for name in ("scheduler", "media_uploads", "ffmpeg"):
        expect(health.get_by_text(f"✓ {name}")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="media_")).to_have_count(0)
    active = page.get_by_role("region", name=t("home.activity")).get_by_role("row").nth(1)  # the most active one
    expect(active.get_by_role("img")).to_be_visible()
    assert serious(page, ".media-workflows") == []
    page.get_by_role("group", name=t("home.numbers")).get_by_role("link", name=t("home.files")).click()
    expect(page.get_by_role("combobox", name=t("period.end"), exact=True)).to_have_value("24h")
    rows = page.get_by_role("table", name=t("nav.runs")).get_by_role("row")

    def is_same_number() -> bool:
        """Runs of other tests end meanwhile."""
        ended: int = product.api.get("/home").raise_for_status().json()["activity"]["volume"]["runs"]
        return bool(rows.count() == 1 + min(20, ended))

    eventually(is_same_number)


@pytest.mark.full
@pytest.mark.scenario(
    "occupied-{language}", {"a.mp4": 1.6, "b.mp4": 1.9}, in_the_way=OCCUPIED, parts={"jobs": SNAPSHOT}
)
def test_failures_are_retried_by_their_cause(
    product: Product, open_page: OpenPage, scenario: Scenario, t: Texts, language: str
) -> None:
    eventually(lambda: len(product.finished(scenario.workflow)) == 2)
    asked: list[dict[str, str]] = []

    def only_ours(route: Any) -> None:
        """Other tests have failed runs of this cause, too, and retry them themselves."""
        body = route.request.post_data_json
        asked.extend(body["runs"])
        body["runs"] = [run for run in body["runs"] if run["workflow"] == scenario.workflow]
        route.continue_(post_data=json.dumps(body))

    page = open_page(HOME)
    page.route("**/runs/bulk", only_ours)
    rows = page.get_by_role("region", name=t("home.failures")).get_by_role("row")
    row = rows.filter(has=page.get_by_role("cell", name=CODE, exact=True))
    row.get_by_role("button").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_role("heading")).to_be_visible()
    assert serious(page, "[role=alertdialog]") == []
    for key in OCCUPIED:
        product.s3.delete_object(Bucket=OUTPUT_BUCKET, Key=key.format(language=language))
    title = dialog.get_by_role("heading").inner_text()
    dialog.get_by_role("button").last.click()
    expect(dialog).to_have_count(0)
    assert title == t("run_action.retry_title", count=len(asked))
    failed = {(run["workflow"], run["run"]) for run in asked}
    assert len({run for workflow, run in failed if workflow == scenario.workflow}) == 2
    eventually(lambda: {run["state"] for run in product.runs(scenario.workflow)} == {"success"})


@pytest.mark.full
def test_a_run_shows_the_commands_that_ran(open_page: OpenPage, done_run: tuple[str, str], t: Texts) -> None:
    workflow, run = done_run
    page = open_page(f"{HOME}/runs/{workflow}/{run}")
    commands = page.get_by_role("region", name=t("run.commands"))
    commands.locator("summary").first.press("Enter")
    expect(commands.get_by_text("libx264").first).to_be_visible()
    expect(commands).to_contain_text(t("run.command_took", time="", code=0)[-3:])


@pytest.mark.full
def test_what_has_not_changed_is_not_sent_again(product: Product, done_run: tuple[str, str]) -> None:
    """Of a running product, whose processes note every few seconds that they are alive."""
    workflow, run = done_run
    paths = ("/home", "/workflows", f"/runs?workflow={workflow}", f"/runs/{run}?workflow={workflow}")

    def is_unchanged(path: str) -> bool:
        """Figures of the last 24 hours change by the minute, and runs of other tests end meanwhile."""
        etag = product.api.get(path).raise_for_status().headers["etag"]
        time.sleep(12)  # longer than the pages wait
        return product.api.get(path, headers={"if-none-match": etag}).status_code == 304

    for path in paths:
        assert eventually(partial(is_unchanged, path), 300)
