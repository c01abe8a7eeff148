"""An upload goes on while other tabs and pages are shown, and its row is there on return."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Dialog, expect

from airflow_product import Product, eventually
from pages_in_browser import OpenPage, Texts

HOME = "/plugin/media-workflows"
MIB = 1024**2
SIZE_BYTES = 12 * MIB
BYTES_PER_S = MIB // 2  # so that it goes on during the whole test


def test_an_upload_goes_on_while_another_page_is_shown(
    product: Product, open_page: OpenPage, clip: Path, tmp_path: Path, t: Texts, language: str
) -> None:
    workflow = product.create(f"kept-{language.lower()}")
    file = tmp_path / "kept.mp4"
    file.write_bytes(clip.read_bytes())
    with file.open("r+b") as opened:
        opened.truncate(SIZE_BYTES)
    page = open_page(f"{HOME}/workflows/{workflow}")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": BYTES_PER_S}
    network.send("Network.emulateNetworkConditions", {"offline": False, **limits})
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(file)
    row = page.get_by_test_id("upload")
    bar = row.get_by_role("progressbar")
    moved = "(bar) => Number(bar.getAttribute('aria-valuenow')) > 0"
    page.wait_for_function(moved, arg=bar.element_handle())
    page.get_by_role("tab", name=t("workflow.uploads"), exact=True).click()
    expect(row).to_have_count(0)
    page.get_by_role("tab", name=t("workflow.overview"), exact=True).click()
    page.wait_for_function(moved, arg=bar.element_handle())
    page.get_by_role("link", name=t("nav.workflows"), exact=True).first.click()
    expect(page.get_by_test_id("drop")).to_have_count(0)
    page.get_by_role("link", name=f"kept-{language.lower()}").first.click()
    page.wait_for_function(moved, arg=bar.element_handle())
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.evaluate("() => { location.reload() }")
    expect(bar).to_be_visible()
    eventually(lambda: page.wait_for_timeout(100) or asked)
    assert asked == ["beforeunload"]
    row.get_by_role("button", name=t("app.cancel")).click()
    expect(row.get_by_text(t("upload.cancelled"))).to_be_visible()
    page.get_by_role("button", name=t("upload.remove_ended")).click()
    expect(row).to_have_count(0)
