"""The pictures of docs/images: `make pictures` takes them all again, of one running product, in both languages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from clip_making import H264, encode, tone
from media_workflows.demo.layout import OUTPUT_BUCKET
from pages_in_browser import OpenPage, Texts

FOLDER = os.environ.get("PICTURES_FOLDER", "")
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not FOLDER, reason="takes pictures for the documentation: make pictures"),
]

HOME = "/plugin/media-workflows"
RUN_WITHIN_MS = 600_000
SIZE = (1280, 860)
SNAPSHOTS = [{"template": 10, "time_offsets": ["10%", "50%", "90%"]}]
RENDITIONS = {"transcode": [{"template": 100010}, {"template": 100030}], "snapshot_by_time_offset": SNAPSHOTS}
STEPS = [
    {"id": "check", "quality_control": {"template": 10}},
    {"id": "hd", "after": ["check"], "when": "source.short_edge >= 720", "transcode": {"template": 100030}},
    {"id": "sd", "after": ["check"], "transcode": {"template": 100010}},
    {"id": "covers", "after": ["hd", "sd"], "sample_snapshot": {"template": 10}},
]
SUFFIXES = {"en": "", "zh-CN": "-zh"}


@pytest.fixture(scope="module")
def fractal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip that looks like something."""
    path = tmp_path_factory.mktemp("pictures") / "fractal-zoom.mp4"
    zoom = "mandelbrot=size=1280x720:rate=25:end_scale=0.02:end_pts=300:start_x=-0.74364:start_y=0.13182"
    encode("-f", "lavfi", "-i", zoom, *tone(12), *H264, "-c:a", "aac", "-t", "12", str(path))
    return path


@pytest.fixture(scope="module")
def workflows(product: Product, fractal: Path) -> dict[str, str]:
    """Workflows by name: one that has worked, one with failures, two that are not enabled yet."""
    made = {
        "podcast": product.create("podcast", jobs={"transcode": [{"template": 1010}]}),
        "branded": product.create("branded", steps=STEPS),
        "lectures": product.create("lectures"),
        "short-video": product.create("short-video", jobs=RENDITIONS),
    }
    for name in ("lectures", "short-video"):
        product.enable(made[name])
    kept = "lectures-out/week-7_snapshotByTimeOffset_10_0.jpg"
    product.s3.put_object(Bucket=OUTPUT_BUCKET, Key=kept, Body=b"of another owner")
    for name in ("week-6", "week-7"):
        product.upload(fractal, f"lectures/{name}.mp4")
    product.upload(fractal, "short-video/fractal-zoom.mp4")
    for name in ("lectures", "short-video"):
        product.finished(made[name], 2 if name == "lectures" else 1)
    assert eventually(lambda: product.events(made["short-video"]))
    return made


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_pictures(
    product: Product,
    open_page: OpenPage,
    workflows: dict[str, str],
    fractal: Path,
    tmp_path: Path,
    t: Texts,
    language: str,
) -> None:
    workflow = workflows["short-video"]
    run = product.runs(workflow)[-1]["run_id"]
    page = open_page(HOME)
    _take(page, f"home{SUFFIXES[language]}")
    for name, address in {
        "workflows": f"{HOME}/workflows",
        "form": f"{HOME}/workflows/{workflows['branded']}/edit",
        "run": f"{HOME}/runs/{workflow}/{run}",
        "run-in-airflow": f"/dags/{workflow}/runs/{run}/plugin/media",
    }.items():
        page.goto(product.layout.airflow_url + address)
        if name == "form":
            graph = page.get_by_role("region", name=t("graph.title"))
            expect(graph.get_by_role("img")).to_be_visible()
        _take(page, f"{name}{SUFFIXES[language]}")
    page.goto(f"{product.layout.airflow_url}{HOME}/workflows/{workflow}")
    upload = tmp_path / f"holiday{SUFFIXES[language]}.mp4"
    upload.write_bytes(fractal.read_bytes())
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(upload)
    row = page.get_by_test_id("upload")
    expect(row.get_by_role("link", name=t("upload.to_run"))).to_be_visible(timeout=RUN_WITHIN_MS)
    expect(row.get_by_text(t("state.success"), exact=True)).to_be_visible(timeout=RUN_WITHIN_MS)
    _take(page, f"workflow{SUFFIXES[language]}")


@pytest.mark.parametrize("language", ["zh-CN"])
def test_a_dark_picture(open_page: OpenPage, workflows: dict[str, str]) -> None:
    page = open_page(f"{HOME}/workflows", scheme="dark")
    _take(page, "workflows-zh-dark")


def _take(page: Any, name: str) -> None:
    """A picture of the page, once all of it is there: data, and the frames of videos."""
    width, height = SIZE
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_test_id("media-workflows").get_by_role("heading", level=1).wait_for()
    page.wait_for_function("!document.querySelector('.media-workflows [aria-busy=true]')")
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        """() => [...document.querySelectorAll('.media-workflows video')].every((video) => video.readyState > 0)
        && [...document.querySelectorAll('.media-workflows img')].every((img) => img.complete)"""
    )
    page.mouse.move(width - 1, height - 1)
    page.wait_for_timeout(1_500)  # first frames
    (Path(FOLDER) / f"{name}.png").write_bytes(page.screenshot(animations="disabled"))
