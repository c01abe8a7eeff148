"""Ad-hoc processing on the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from pages_in_browser import OpenPage, Texts

HOME = "/plugin/media-workflows"
WITHIN_MS = 180_000
COVER = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
DAG = "media_process"


@pytest.mark.full
def test_an_object_is_processed_and_its_result_opened(
    product: Product, open_page: OpenPage, clip: Path, t: Texts, language: str
) -> None:
    """With the jobs of a workflow; a wrong key first."""
    name = f"adhoc-{language}"
    source_key, outputs = f"{name}/a.mp4", f"{name}-out/"
    product.upload(clip, source_key)
    product.create(name, jobs=COVER)
    page = open_page(f"{HOME}/process")
    page.get_by_role("link", name=t("process.new")).last.click()
    source, output = (page.get_by_role("region", name=t(f"process.{part}")) for part in ("source", "output"))
    source.get_by_label(t("form.bucket")).first.fill(INPUT_BUCKET)
    keys = page.get_by_label(t("process.keys"))
    keys.fill(f"{name}/none.mp4")
    page.get_by_label(t("runs.workflow"), exact=True).select_option(label=name)
    output.get_by_label(t("form.bucket")).fill(OUTPUT_BUCKET)
    output.get_by_label(t("form.directory")).fill(outputs)
    page.get_by_label(t("field.context_id")).fill("order-7")
    page.get_by_role("button", name=t("process.start")).click()
    expect(keys).to_have_attribute("aria-invalid", "true")
    keys.fill("")
    page.get_by_label(t("process.browse")).fill(source_key)  # one that the list has is added at once
    page.keyboard.press("Enter")
    expect(keys).to_have_value(source_key)
    page.get_by_role("button", name=t("process.start")).click()
    page.wait_for_url("**/process/requests/pr_*")
    id_ = str(page.url.rsplit("/", 1)[1])
    expect(page.get_by_text(t("backfills.counts", finished=1, failed=0, skipped=0, left=0))).to_be_visible(
        timeout=WITHIN_MS
    )
    row = page.get_by_role("table", name=t("backfills.objects")).get_by_role("row").filter(has_text=source_key)
    expect(row).to_contain_text(t("runs.outputs", count=1))
    row.get_by_role("link", name=t("uploads.to_run")).click()
    _is_the_page_of_its_run(page, t, id_)
    page.get_by_role("link", name=t("process.title")).last.click()  # in Chinese it is called as its entry above
    page.get_by_role("link", name=t("process.again")).click()
    expect(page.get_by_label(t("process.keys"))).to_have_value(source_key)
    expect(page.get_by_label(t("field.context_id"))).to_have_value("order-7")
    (made,) = product.outputs(outputs)
    assert made.endswith(".jpg")


def _is_the_page_of_its_run(page: Any, t: Texts, request_id: str) -> None:
    expect(page.get_by_role("link", name=t("process.title")).last).to_have_attribute(
        "href", f"{HOME}/process/requests/{request_id}"
    )
    jobs = page.get_by_role("region", name=t("run.jobs"))
    expect(jobs.get_by_role("heading", name=t("job.snapshot_by_time_offset"))).to_be_visible()
    expect(jobs.get_by_role("link", name=t("run.log"))).to_have_attribute(
        "href", f"/dags/{DAG}/runs/{page.url.rsplit('/', 1)[1]}/tasks/process"
    )
    expect(page.get_by_role("region", name=t("run.previews")).get_by_role("img").first).to_be_visible()
    page.get_by_role("button", name=t("run.show_commands")).click()
    expect(page.get_by_text(t("dry_run.commands", count=1))).to_be_visible()


@pytest.mark.full
def test_runs_of_requests_are_in_the_list_of_runs(
    product: Product, open_page: OpenPage, request_id: str, t: Texts
) -> None:
    """And Airflow's page of the DAG leads here."""
    page = open_page(f"{HOME}/runs?workflow={DAG}")
    link = page.get_by_role("table", name=t("nav.runs")).get_by_role("link", name=t("process.title"))
    expect(link.last).to_be_visible(timeout=WITHIN_MS)
    page.goto(f"{product.layout.airflow_url}/dags/{DAG}/plugin/media-workflow")
    page.get_by_role("link", name=t("workflow.whole_page")).click()
    row = page.get_by_role("table", name=t("process.title")).get_by_role("row").filter(has_text=request_id)
    row.get_by_role("link", name=request_id).click()
    expect(page.get_by_role("heading", name=t("process.one", id=request_id))).to_be_visible()
