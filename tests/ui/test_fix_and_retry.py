"""Failures that an operator mends: a missing object is put in its place, then a retry; a broken file has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from clips import Clips
from media_workflows.demo.layout import INPUT_BUCKET
from pages_in_browser import OpenPage, Texts, serious

HOME = "/plugin/media-workflows"
PAGES = "[data-testid=media-workflows]"
RUN_WITHIN_MS = 180_000
_ROWS = ["0 0 0", "1 0 0", "0 1 0", "1 1 0", "0 0 1", "1 0 1", "0 1 1", "1 1 1"]
COLOURS = "\n".join(["LUT_3D_SIZE 2", *_ROWS]).encode()  # a table that changes nothing


@pytest.mark.full
def test_what_is_missing_is_put_there_and_retried(
    product: Product, open_page: OpenPage, tmp_path: Path, t: Texts, language: str
) -> None:
    name, clips = f"mended-{language.lower()}", Clips(tmp_path)
    table = f"{name}/look.cube"
    graded = {"container": "mp4", "video": {"height": 144, "edit": {"lut": table}}}
    workflow = product.create(name, jobs={"transcode": [{"parameters": graded}]})
    product.enable(workflow)
    page = open_page(f"{HOME}/workflows/{workflow}")
    _upload(page, t, clips.plain, ends="failed")
    _open_run(page, t)
    cause = page.get_by_text(t.either(f"'{table}'", f"“{table}”"))
    expect(cause).to_have_count(1)
    expect(page.get_by_text(t("advice.ResourceNotFound"))).to_be_visible()
    assert serious(page, PAGES) == []
    _is_offered_at_home(open_page(HOME), t)

    product.s3.put_object(Bucket=INPUT_BUCKET, Key=table, Body=COLOURS)
    page.get_by_role("button", name=t("run.retry")).click()
    bar = page.get_by_role("progressbar", name=t("run.progress", name=t("job.transcode")))
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=RUN_WITHIN_MS)
    expect(cause).to_have_count(0)
    expect(page.get_by_role("button", name=t("run.retry"))).to_have_count(0)
    assert eventually(lambda: [run["state"] for run in product.runs(workflow)] == ["success"])
    assert len(product.outputs(f"{name}-out/")) == 1


@pytest.mark.full
def test_the_cause_of_a_broken_file_is_shown_once_and_no_retry_is_offered(
    product: Product, open_page: OpenPage, tmp_path: Path, t: Texts, language: str
) -> None:
    name, clips = f"broken-{language.lower()}", Clips(tmp_path)
    snapshot = {"template": 10, "time_offsets": ["0s"]}
    jobs = {
        "transcode": [{"template": 100010}],
        "snapshot_by_time_offset": [snapshot],
        "image_sprite": [{"template": 10}],
    }
    workflow = product.create(name, jobs=jobs)
    product.enable(workflow)
    page = open_page(f"{HOME}/workflows/{workflow}")
    broken = tmp_path / "no-media.mp4"
    broken.write_bytes(clips.plain.read_bytes()[:300])
    _upload(page, t, broken, ends="failed")
    _open_run(page, t)
    expect(page.get_by_text(t("advice.SourceFileError"))).to_have_count(1)
    retry = page.get_by_role("button", name=t("run.retry"))
    expect(retry).to_be_disabled()
    expect(retry).to_have_attribute("title", t("run.retry_useless"))
    expect(page.locator("video")).to_have_count(0)  # no dead player
    assert serious(page, PAGES) == []


def _upload(page: Any, t: Texts, clip: Path, *, ends: str) -> None:
    file = {"name": "clip.mp4", "mimeType": "video/mp4", "buffer": clip.read_bytes()}
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(file)
    row = page.get_by_test_id("upload").first
    expect(row.get_by_text(t(f"state.{ends}"), exact=True)).to_be_visible(timeout=RUN_WITHIN_MS)


def _open_run(page: Any, t: Texts) -> None:
    page.get_by_test_id("upload").first.get_by_role("link", name=t("upload.to_run")).click()
    page.wait_for_url("**/runs/wf_*/*")


def _is_offered_at_home(page: Any, t: Texts) -> None:
    """The cause is among the failures of the day, with a retry."""
    row = page.get_by_role("table", name=t("home.failures")).get_by_role("row").filter(has_text="ResourceNotFound")
    expect(row).to_contain_text(t("advice.ResourceNotFound"))
    expect(row.get_by_role("button")).to_have_count(1)
