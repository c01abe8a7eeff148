"""A workflow's life in the browser: created, enabled, fed, watched, its event delivered; then changed and deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from pages_in_browser import OpenPage, Texts

HOME = "/plugin/media-workflows"
RUN_WITHIN_MS = 180_000


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        pytest.param("en", "light", id="english-light"),
        # test_every_page.py opens each page in Chinese, and in the dark, in `make test` too.
        pytest.param("zh-CN", "dark", id="chinese-dark", marks=pytest.mark.full),
    ],
)
def test_from_creation_to_deletion(
    product: Product, open_page: OpenPage, clip: Path, t: Texts, language: str, scheme: str
) -> None:
    name = f"life-{language}"
    page = open_page(f"{HOME}/workflows", scheme=scheme)
    workflow = _create(page, t, product, name)
    _switch(page, t, name, on=True)
    _edit_is_refused(page, t, name, workflow)
    run = _upload_and_watch(page, t, clip)
    _look_at_the_run(page, t, product, workflow, run)
    page.goto(f"{product.layout.airflow_url}{HOME}/workflows/{workflow}")
    _switch(page, t, name, on=False)
    _edit(page, t, product, name, workflow)
    _delete(page, t, product, name, workflow)


def _create(page: Any, t: Texts, product: Product, name: str) -> str:
    page.get_by_role("link", name=t("list.new")).first.click()
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill(name)
    section = page.get_by_role("region", name=t("form.trigger"))
    section.get_by_role("combobox", name=t("form.bucket")).fill(INPUT_BUCKET)
    section.get_by_role("combobox", name=t("form.directory")).fill(f"{name}/")
    output = page.get_by_role("region", name=t("form.output"))
    output.get_by_role("combobox", name=t("form.bucket")).fill(OUTPUT_BUCKET)
    output.get_by_role("combobox", name=t("form.directory")).fill(f"{name}-out/")
    add = page.get_by_role("group", name=t("form.add_job"))
    add.get_by_role("button", name=t("job.transcode")).click()
    add.get_by_role("button", name=t("job.snapshot_by_time_offset")).click()
    page.get_by_test_id("jobs.snapshot_by_time_offset[0]").get_by_role("textbox", name=t("field.time_offsets")).fill(
        "0s, 50%"
    )
    page.get_by_label(t("form.notify")).select_option("http")
    page.get_by_role("textbox", name="URL", exact=True).fill(product.layout.receiver_url)
    expect(page.get_by_role("img", name=t("job.transcode"))).to_be_visible()  # the graph
    page.get_by_role("button", name=t("app.save")).click()
    page.wait_for_url("**/workflows/wf_*")
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    return str(page.url.rsplit("/", 1)[1])


def _switch(page: Any, t: Texts, name: str, *, on: bool) -> None:
    """By keyboard, as somebody without a mouse does."""
    switch = page.get_by_label(t("switch.label", name=name))
    expect(switch).to_be_enabled()
    switch.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text(t("switch.enabled" if on else "switch.disabled", name=name))).to_be_visible()
    expect(switch).to_be_checked(checked=on)


def _edit_is_refused(page: Any, t: Texts, name: str, workflow: str) -> None:
    edit = page.get_by_role("button", name=t("action.named", action=t("action.edit"), name=name))
    expect(edit).to_have_attribute("aria-disabled", "true")
    expect(edit).to_have_attribute("title", t("action.locked"))
    edit.click(force=True)
    expect(page.get_by_role("alert")).to_contain_text(t("action.locked"))
    here = page.url
    page.goto(f"{here}/edit")
    expect(page.get_by_role("button", name=t("app.save"))).to_be_disabled()
    page.goto(here)


def _upload_and_watch(page: Any, t: Texts, clip: Path) -> str:
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(clip)
    row = page.get_by_test_id("upload")
    link = row.get_by_role("link", name=t("upload.to_run"))
    link.wait_for(timeout=RUN_WITHIN_MS)
    link.click()
    page.wait_for_url("**/runs/wf_*/*")
    return str(page.url.rsplit("/", 1)[1])


def _look_at_the_run(page: Any, t: Texts, product: Product, workflow: str, run: str) -> None:
    jobs = page.get_by_role("region", name=t("run.jobs"))
    for kind in ("transcode", "snapshot_by_time_offset"):
        bar = jobs.get_by_role("progressbar", name=t("run.progress", name=t(f"job.{kind}")))
        expect(bar).to_have_attribute("aria-valuenow", "100", timeout=RUN_WITHIN_MS)
    _sees_previews(page)
    expect(page.get_by_text(t("state.delivered"), exact=True)).to_be_visible(timeout=RUN_WITHIN_MS)
    delivered = eventually(lambda: product.events(workflow))
    assert [event["event"]["MediaWorkflows"]["RunId"] for event in delivered] == [run]


def _sees_previews(page: Any) -> None:
    page.wait_for_function(
        """() => [...document.querySelectorAll('[data-testid=preview] img')].some((img) => img.naturalWidth > 0)
        && [...document.querySelectorAll('[data-testid=preview] video')].filter((v) => v.readyState > 0).length == 2"""
    )


def _edit(page: Any, t: Texts, product: Product, name: str, workflow: str) -> None:
    page.get_by_role("button", name=t("action.named", action=t("action.edit"), name=name)).click()
    page.wait_for_url("**/edit")
    page.get_by_role("spinbutton", name=t("field.priority")).fill("3")
    page.get_by_role("button", name=t("app.save")).click()
    page.wait_for_url(f"**/workflows/{workflow}")
    expect(page.get_by_text(t("form.saved", name=name, revision=2))).to_be_visible()
    assert product.api.get(f"/workflows/{workflow}").json()["definition"]["priority"] == 3
    page.get_by_role("tab", name=t("workflow.revisions")).click()
    expect(page.get_by_text("+ priority: 3")).to_be_visible()


def _delete(page: Any, t: Texts, product: Product, name: str, workflow: str) -> None:
    page.get_by_role("button", name=t("action.named", action=t("action.delete"), name=name)).click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text(t("delete.text", place=f"{INPUT_BUCKET}/{name}/"))
    dialog.get_by_role("button", name=t("delete.confirm")).click()
    expect(page.get_by_text(t("delete.done", name=name))).to_be_visible()
    assert product.api.get(f"/workflows/{workflow}").status_code == 404
