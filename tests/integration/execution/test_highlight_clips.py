"""Highlight clips: cut out of a real clip, published, reused. Engines of speech and faces are stubs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from clip_making import H264, encode
from intelligence_site import IntelligenceSite, intelligence_site, only
from media_workflows.domain.result import ItemResult
from media_workflows.domain.sub_tasks.analysis import Highlight, HighlightOutput
from media_workflows.errors import EncodeError
from media_workflows.execution import highlight_clips
from media_workflows.intelligence.features import available
from media_workflows.media.jobs.request import ItemOutcome, JobOutcome, JobRequest
from media_workflows.settings import Settings
from stub_engines import StubFaces, StubVad

LIVELY_FROM_S, LIVELY_TO_S = 9, 15
JOBS = {"analysis": [{"parameters": {"cover": True, "highlight": {"count": 1, "clip_s": 5}}}]}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IntelligenceSite:
    for name, stub in {"vad": StubVad, "faces": StubFaces}.items():
        monkeypatch.setattr(available, f"load_{name}", lambda *_, stub=stub: stub())
    return intelligence_site(s3_server, Settings(data_dir=tmp_path))


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grey and quiet, but for six seconds of moving, coloured and loud pictures."""
    path = tmp_path_factory.mktemp("lively") / "lively.mp4"
    rest_s = 24 - LIVELY_TO_S
    picture = (
        f"color=gray:s=320x180:r=25:d={LIVELY_FROM_S}[a];testsrc2=s=320x180:r=25:d={LIVELY_TO_S - LIVELY_FROM_S}[b];"
        f"color=gray:s=320x180:r=25:d={rest_s}[c];[a][b][c]concat=n=3,format=yuv420p[v]"
    )
    loud = f"between(t,{LIVELY_FROM_S},{LIVELY_TO_S})"
    sound = f"sine=frequency=440:duration=24,volume='if({loud},1,0.02)':eval=frame[s]"
    encode("-filter_complex", f"{picture};{sound}", "-map", "[v]", "-map", "[s]", *H264, "-c:a", "aac", str(path))
    return path


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve grey, quiet seconds, but for moving, loud pictures from 2 to 4 s and from 8 to 10 s."""
    path = tmp_path_factory.mktemp("twice") / "twice.mp4"
    grey = "color=gray:s=160x90:r=25:d={}[{}];"
    lively = "testsrc2=s=160x90:r=25:d=2[{}];"
    parts = grey.format(2, "a") + lively.format("b") + grey.format(4, "c") + lively.format("d") + grey.format(2, "e")
    sound = "sine=frequency=440:duration=12,volume='if(between(t,2,4)+between(t,8,10),1,0.02)':eval=frame[s]"
    graph = f"{parts}[a][b][c][d][e]concat=n=5,format=yuv420p[v];{sound}"
    encode("-filter_complex", graph, "-map", "[v]", "-map", "[s]", *H264, "-c:a", "aac", str(path))
    return path


def highlight_of(result: ItemResult) -> Highlight:
    """The one highlight."""
    (output,) = (one.output for one in result.sub_tasks if one.type == "highlight")
    assert isinstance(output, HighlightOutput)
    (segment,) = output.segments
    return segment


def decoded(path: Path) -> tuple[list[Any], Any]:
    """The pictures and the sound of a file, by PyAV."""
    with av.open(str(path)) as file:
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    with av.open(str(path)) as file:
        sound = np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])
    return pictures, sound


def test_the_clip_shows_what_stands_out(site: IntelligenceSite, lively: Path, tmp_path: Path) -> None:
    result = only(site.run(site.upload(lively, "in/a.mp4"), JOBS)["analysis"])
    assert result.status == "SUCCESS", result
    one = highlight_of(result)
    assert one.clip == (site.bucket, "out/a_analysis_0_highlight_0.mp4")
    assert one.picture == (site.bucket, "out/a_analysis_0_highlight_0.jpg")
    assert {output.key for output in result.outputs} == {one.clip[1], one.picture[1], "out/a_analysis_0.jpg"}
    assert LIVELY_FROM_S - 0.1 <= one.start_s < one.end_s <= LIVELY_TO_S + 0.1
    assert max(one.figures.values()) > 0.5

    (clip := tmp_path / "clip.mp4").write_bytes(site.body(one.clip[1]))
    pictures, sound = decoded(clip)
    assert len(pictures) / 25 == pytest.approx(one.end_s - one.start_s, abs=0.1)
    assert min(picture.std() for picture in pictures) > 30  # grey pictures have hardly any
    assert np.abs(sound).max() > 0.05
    record = next(output for output in result.outputs if output.key == one.clip[1])
    assert record.info is not None  # it was verified as every transcode is
    assert (record.sha256 is not None, record.role) == (True, "main")
    (cover := tmp_path / "cover.jpg").write_bytes(site.body(one.picture[1]))
    with Image.open(cover) as shown:
        assert shown.size == (320, 180)
        assert np.asarray(shown).std() > 30


@pytest.mark.full
def test_clips_of_the_same_bytes_are_used_again(site: IntelligenceSite, lively: Path) -> None:
    site.run(site.upload(lively, "in/a.mp4"), JOBS)
    again = only(site.run(site.upload(lively, "in/b.mp4"), JOBS, "r2")["analysis"])
    assert highlight_of(again).clip == (site.bucket, "out/b_analysis_0_highlight_0.mp4")
    assert any("highlight reused from run r1" in line for line in site.said)
    assert site.body("out/a_analysis_0_highlight_0.mp4") == site.body("out/b_analysis_0_highlight_0.mp4")
    site.said.clear()
    forced = only(site.run(site.upload(lively, "in/a.mp4"), JOBS, "r3", force=True)["analysis"])
    assert highlight_of(forced).clip == (site.bucket, "out/a_analysis_0_highlight_0.mp4")
    assert not any("highlight reused" in line for line in site.said)


def test_two_clips_of_one_analysis_and_only_the_missing_one_is_made_again(site: IntelligenceSite, twice: Path) -> None:
    jobs = {"analysis": [{"parameters": {"highlight": {"count": 2, "clip_s": 2}}}]}
    source = site.upload(twice, "in/a.mp4")
    first = site.run(source, jobs)["analysis"]
    (output,) = (one.output for one in only(first).sub_tasks)
    assert isinstance(output, HighlightOutput)
    early, late = output.segments
    assert early.start_s < 4 < early.end_s < late.start_s < 10 < late.end_s  # each has the end of a lively part
    sizes = {one.key: len(site.body(one.key)) for one in only(first).outputs}
    assert sorted(sizes) == [f"out/a_analysis_0_highlight_{n}.{kind}" for n in (0, 1) for kind in ("jpg", "mp4")]
    assert first.usage is not None
    assert first.usage.bytes_out == sum(sizes.values())

    site.clients.s3.delete_object(Bucket=site.bucket, Key="out/a_analysis_0_highlight_1.mp4")
    again = site.run(source, jobs, "r2")["analysis"]
    assert again.usage is not None
    assert again.usage.bytes_out == sum(sizes.values()) - sizes["out/a_analysis_0_highlight_0.mp4"]
    assert len(only(again).outputs) == 4


@pytest.mark.full
def test_names_and_storage_are_those_of_the_item(site: IntelligenceSite, lively: Path) -> None:
    item = JOBS["analysis"][0] | {
        "highlight_path": "clips/{inputName}/{number}.{format}",
        "objects": {"cache_control": "max-age=60"},
    }
    site.run(site.upload(lively, "in/a.mp4"), {"analysis": [item]})
    keys = [key for key in site.keys("out/") if key.startswith("out/clips/")]
    assert keys == ["out/clips/a/0.jpg", "out/clips/a/0.mp4"]
    heads = [site.clients.s3.head_object(Bucket=site.bucket, Key=key) for key in keys]
    assert [head["CacheControl"] for head in heads] == ["max-age=60"] * 2


@pytest.mark.full
def test_a_clip_that_cannot_be_cut_fails_its_sub_task_alone(
    site: IntelligenceSite, lively: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: JobRequest, *_: Any) -> JobOutcome:
        error = EncodeError("the disk is full")
        return JobOutcome(None, tuple(ItemOutcome(item, (), error) for item in request.items))  # type: ignore[arg-type]

    monkeypatch.setattr(highlight_clips, "run_job", broken)
    result = only(site.run(site.upload(lively, "in/a.mp4"), JOBS)["analysis"])
    assert (result.status, result.message) == ("FAIL", "highlight: the disk is full")
    assert {one.type: one.status for one in result.sub_tasks} == {"cover": "SUCCESS", "highlight": "FAIL"}
    assert site.keys("out/a_analysis") == ["out/a_analysis_0.jpg"]
