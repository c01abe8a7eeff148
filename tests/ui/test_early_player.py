"""A ladder on the page of its run: it is played while it is made, and goes on once it is verified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from clip_making import H264, encode
from pages_in_browser import OpenPage, Texts, serious

HOME = "/plugin/media-workflows"
KIND = "adaptive_dynamic_streaming"
LENGTH_S = 60
STREAMS = [{"video": {"height": height, "crf": 24}, "audio": {}} for height in (720, 1080)]
PARAMETERS = {"format": "hls", "segment_s": 2, "streams": STREAMS}
TIME = "video => video.currentTime"


@pytest.fixture
def film(tmp_path_factory: pytest.TempPathFactory, language: str) -> Path:
    """Of each language its own, which is not reused; the ladder takes longer than its first frames take to be seen."""
    path = tmp_path_factory.mktemp("film") / "a.mp4"
    inputs = ["-f", "lavfi", "-i", f"testsrc2=s=1920x1080:r=25:d={LENGTH_S}", "-f", "lavfi", "-i", f"sine=d={LENGTH_S}"]
    encode(*inputs, *H264, "-c:a", "aac", "-metadata", f"title={language}", str(path))
    return path


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_it_plays_while_the_run_goes_on(
    product: Product, open_page: OpenPage, film: Path, t: Texts, language: str
) -> None:
    name = f"early-{language.lower()}"
    workflow = product.create(name, jobs={KIND: [{"parameters": PARAMETERS, "early_playlist": True}]})
    product.enable(workflow)
    product.upload(film, f"{name}/a.mp4")
    run_id = eventually(lambda: [run["run_id"] for run in product.runs(workflow)])[0]
    eventually(lambda: early_playlists(product, workflow, run_id), 600)
    page = open_page(f"{HOME}/runs/{workflow}/{run_id}")
    card = page.get_by_test_id("preview").filter(has_text=t("run.early"))
    video = card.locator("video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    eventually(lambda: video.evaluate(TIME) > 1)
    assert early_playlists(product, workflow, run_id), "it was over before it was seen"
    assert serious(page, "[data-testid=preview]") == []
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card.get_by_role("button", name=t("run.early_copy")).click()
    expect(card.get_by_role("button", name=t("run.early_copied"))).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == card.locator("code").inner_text()

    assert product.finished(workflow, timeout_s=1200)[0]["state"] == "success"
    expect(page.get_by_text(t("run.early"))).to_have_count(0)
    ladder = page.get_by_test_id("preview").filter(has_text=".m3u8")
    expect(ladder.locator("video")).to_have_count(1)
    ladder.locator("video").evaluate(f"video => {{ video.currentTime = {LENGTH_S - 5}; return video.play(); }}")
    eventually(lambda: ladder.locator("video").evaluate(TIME) > LENGTH_S - 4)


def early_playlists(product: Product, workflow: str, run_id: str) -> list[Any]:
    """Those of the run, which is not over."""
    return [one for job in product.run(workflow, run_id)["jobs"] for one in job.get("early_playlists", [])]
