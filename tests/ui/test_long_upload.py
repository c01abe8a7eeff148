"""A large upload whose connection is dropped goes on where it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from media_workflows.demo.layout import INPUT_BUCKET
from pages_in_browser import OpenPage, Texts

HOME = "/plugin/media-workflows"
MIB = 1024**2
BYTES_PER_S = 30 * MIB  # slow enough to be interrupted


@pytest.mark.full
def test_an_upload_of_300_mb_survives_a_dropped_connection(
    product: Product, open_page: OpenPage, clip: Path, tmp_path: Path, t: Texts, language: str
) -> None:
    workflow = product.create(f"dropped-{language}")
    file = tmp_path / "long.mp4"
    file.write_bytes(clip.read_bytes())
    with file.open("r+b") as opened:
        opened.truncate(300 * MIB)
    page = open_page(f"{HOME}/workflows/{workflow}")
    sent: list[str] = []
    page.on("requestfinished", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    network = page.context.new_cdp_session(page)

    def online(*, is_online: bool) -> None:
        limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": BYTES_PER_S}
        network.send("Network.emulateNetworkConditions", {"offline": not is_online, **limits})

    network.send("Network.enable")
    online(is_online=True)
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(file)
    row = page.get_by_test_id("upload")
    bar = row.get_by_role("progressbar")
    page.wait_for_function("(bar) => bar.getAttribute('aria-valuenow') > 20", arg=bar.element_handle())
    online(is_online=False)
    expect(row.get_by_text(t("upload.interrupted"))).to_be_visible()
    before = len(sent)
    online(is_online=True)
    expect(row.get_by_text(t("upload.interrupted"))).to_have_count(0)
    expect(row.get_by_text(t("upload.deciding"))).to_be_visible(timeout=120_000)
    head = product.s3.head_object(Bucket=INPUT_BUCKET, Key=f"dropped-{language}/long.mp4")
    assert head["ContentLength"] == 300 * MIB
    parts = [url for url in sent if "partNumber=" in url]
    assert len(parts) == len(set(parts)) == 19  # of 16 MiB; none that had arrived was sent again
    assert before >= 1
