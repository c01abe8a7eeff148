"""A whole journey with the keyboard alone: create, correct, enable, upload, see why a run failed, retry."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError, expect

from airflow_product import Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from pages_in_browser import OpenPage, Texts

HOME = "/plugin/media-workflows"
RUN_WITHIN_MS = 180_000
MOST_STOPS = 150  # of a page


def _go_to(page: Any, control: Any, key: str = "Tab") -> None:
    """Move the focus to a control, as a person does: stop by stop."""
    expect(control).to_be_visible()
    for _ in range(MOST_STOPS):
        if control.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{MOST_STOPS} times {key} do not reach {control}")


def _press(page: Any, control: Any, key: str = "Enter") -> None:
    _go_to(page, control)
    page.keyboard.press(key)


def _type(page: Any, control: Any, text: str) -> None:
    _go_to(page, control)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


@pytest.mark.full
def test_from_creation_to_a_retry_without_a_mouse(
    product: Product, open_page: OpenPage, clip: Path, tmp_path: Path, t: Texts, language: str
) -> None:
    name = f"keys-{language}"
    in_the_way = f"{name}-out/clip_snapshotByTimeOffset_10_0.jpg"
    product.s3.put_object(Bucket=OUTPUT_BUCKET, Key=in_the_way, Body=b"of another owner")
    file = tmp_path / "clip.mp4"
    file.write_bytes(clip.read_bytes())
    page = open_page(f"{HOME}/workflows")
    _press(page, page.get_by_role("link", name=t("list.new")).first)
    workflow = _create(page, t, name)
    switch = page.get_by_label(t("switch.label", name=name))
    expect(switch).to_be_enabled()
    _press(page, switch, "Space")
    expect(switch).to_be_checked()
    expect(switch).to_be_enabled()
    _upload(page, t, file)
    expect(page.get_by_text(in_the_way).first).to_be_visible(timeout=RUN_WITHIN_MS)
    product.s3.delete_object(Bucket=OUTPUT_BUCKET, Key=in_the_way)
    _press(page, page.get_by_role("button", name=t("run.retry")))
    expect(page.get_by_text(t("run.retried"))).to_be_visible()
    assert eventually(lambda: product.outputs(in_the_way))
    assert eventually(lambda: [run["state"] for run in product.runs(workflow)] == ["success"])


def _create(page: Any, t: Texts, name: str) -> str:
    """A workflow that is saved with an invalid name first: the focus goes to the problem."""
    field = page.get_by_role("textbox", name=t("form.name"), exact=True)
    _type(page, field, f"{name} !")
    for region, directory in (("form.trigger", f"{name}/"), ("form.output", f"{name}-out/")):
        section = page.get_by_role("region", name=t(region))
        bucket = INPUT_BUCKET if region == "form.trigger" else OUTPUT_BUCKET
        _type(page, section.get_by_role("combobox", name=t("form.bucket")), bucket)
        _type(page, section.get_by_role("combobox", name=t("form.directory")), directory)
    add = page.get_by_role("group", name=t("form.add_job"))
    _press(page, add.get_by_role("button", name=t("job.snapshot_by_time_offset")))
    card = page.get_by_test_id("jobs.snapshot_by_time_offset[0]")
    _type(page, card.get_by_role("textbox", name=t("field.time_offsets")), "0s")
    save = page.get_by_role("button", name=t("app.save"))
    _press(page, save)
    expect(field).to_be_focused()
    _type(page, field, name)
    expect(field).not_to_have_attribute("aria-invalid", "true")
    _press(page, save)
    page.wait_for_url("**/workflows/wf_*")
    return str(page.url.rsplit("/", 1)[1])


def _open_chooser(page: Any, choose: Any) -> Any:
    """Chromium opens none when a busy page answers a key after more than 5 s; a person presses it again."""
    for _ in range(6):
        with suppress(TimeoutError):
            with page.expect_file_chooser(timeout=10_000) as chooser:
                _press(page, choose)
            return chooser.value
    raise AssertionError("no file chooser opens")


def _upload(page: Any, t: Texts, file: Path) -> None:
    """Choose a file, and follow it to its run."""
    _open_chooser(page, page.get_by_role("button", name=t("upload.choose"))).set_files(file)
    link = page.get_by_test_id("upload").get_by_role("link", name=t("upload.to_run"))
    link.wait_for(timeout=RUN_WITHIN_MS)
    _press(page, link)
    page.wait_for_url("**/runs/wf_*/*")
