"""A first day: a file uploaded too soon, then a damaged one, its cause understood, and a corrected one of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from clips import Clips
from media_workflows.domain.candidates import Rule
from pages_in_browser import OpenPage, Texts

HOME = "/plugin/media-workflows"
RUN_WITHIN_MS = 180_000
SNAPSHOT = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["90%"]}]}


@pytest.mark.full
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_damaged_file_is_replaced(product: Product, open_page: OpenPage, tmp_path: Path, language: str) -> None:
    t, name, clips = Texts(language), f"replaced-{language.lower()}", Clips(tmp_path)
    workflow = product.create(name, jobs=SNAPSHOT)
    page = open_page(f"{HOME}/workflows/{workflow}", language=language)
    _is_led_to_missed_uploads(page, t, clips.plain)
    page.get_by_text(t("switch.off"), exact=True).click()
    expect(page.get_by_label(t("switch.label", name=name))).to_be_checked()
    damaged = _upload(page, t, clips.cut_in_the_middle, ends="failed")
    corrected = _upload(page, t, clips.plain, ends="success", replace=True)
    assert corrected != damaged
    page.goto(f"{product.layout.airflow_url}{damaged}")
    retry = page.get_by_role("button", name=t("run.retry"))
    expect(retry).to_be_disabled()
    expect(retry).to_have_attribute("title", t("run.retry_useless"))


def _is_led_to_missed_uploads(page: Any, t: Texts, clip: Path) -> None:
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(clip)
    row = page.get_by_test_id("upload")
    expect(row.get_by_text(t(f"rule.{Rule.DISABLED}"))).to_be_visible(timeout=RUN_WITHIN_MS)
    row.get_by_role("link", name=t("workflow.missed")).click()
    expect(page.get_by_text(clip.name).first).to_be_visible()
    page.go_back()


def _upload(page: Any, t: Texts, clip: Path, *, ends: str, replace: bool = False) -> str:
    """The address of the run of the upload, which is the newest row, once it has ended so."""
    file = {"name": "clip.mp4", "mimeType": "video/mp4", "buffer": clip.read_bytes()}
    rows = page.get_by_test_id("upload")
    before = rows.count()
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(file)
    expect(rows).to_have_count(before + 1)
    if replace:
        page.get_by_role("alertdialog").get_by_role("button", name=t("upload.overwrite")).click()
    link = rows.first.get_by_role("link", name=t("upload.to_run"))
    link.wait_for(timeout=RUN_WITHIN_MS)
    expect(rows.first.get_by_text(t(f"state.{ends}"), exact=True)).to_be_visible(timeout=RUN_WITHIN_MS)
    return str(link.get_attribute("href"))
