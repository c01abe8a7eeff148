"""Review, recognition and analysis of sources without video, without audio, of silence and of single pictures.

All engines are stubs, as `stub_engines` says; decoding, S3 and PostgreSQL are real.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from clip_making import H264, encode, picture, tone
from intelligence_site import IntelligenceSite, intelligence_site, only
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.media_info import MediaInfo, OtherStream
from media_workflows.domain.result import JobResult
from media_workflows.domain.sub_tasks.verdict import verdict
from media_workflows.errors import NoVideoError, UnreadableSourceError
from media_workflows.execution import intelligence_step
from media_workflows.intelligence.decisions.answers import NO_AUDIO_STREAM, NO_HIGHLIGHT, NO_VIDEO_STREAM
from media_workflows.intelligence.features import available, collect
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings
from stub_engines import StubAsr, StubFaces, StubModerator, StubOcr, StubVad

JOBS: dict[str, Any] = {
    "content_review": [{"parameters": {"porn": {"image": {}}, "prohibited": {"ocr": {}, "asr": {}}}}],
    "recognition": [{"parameters": {"face": {}, "ocr_full_text": True, "asr_full_text": {}, "asr_words": {}}}],
    "analysis": [
        {
            "parameters": {
                **{"classification": True, "tag": True, "cover": True, "frame_tag": True, "quality": True},
                "highlight": {},
            }
        }
    ],
}
OF_PICTURE = {"porn.image", "prohibited.ocr", "face", "ocr_full_text"}
OF_SOUND = {"prohibited.asr", "asr_full_text", "asr_words"}
OF_BOTH = {"classification", "tag", "highlight", "quality"}
ONLY_WITH_PICTURE = {"cover", "frame_tag"}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IntelligenceSite:
    stubs = {"vad": StubVad, "asr": StubAsr, "ocr": StubOcr, "faces": StubFaces, "image_moderator": StubModerator}
    for name, stub in stubs.items():
        monkeypatch.setattr(available, f"load_{name}", lambda *_, stub=stub: stub())
    return intelligence_site(s3_server, Settings(data_dir=tmp_path))


def audio_only(path: Path) -> Path:
    encode(*tone(), "-c:a", "aac", str(made := path / "audio.m4a"))
    return made


def audio_with_a_cover(path: Path) -> Path:
    """Album art is a picture that stands for the file, and no video."""
    Image.new("RGB", (64, 64), "red").save(art := path / "art.jpg")
    streams = ["-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"]
    encode(*tone(), "-i", str(art), *streams, str(made := path / "cover.mp3"))
    return made


def video_only(path: Path) -> Path:
    encode(*picture(), *H264, str(made := path / "video.mp4"))
    return made


def silent(path: Path) -> Path:
    silence = ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=2"]
    encode(*picture(), *silence, *H264, "-c:a", "aac", str(made := path / "silent.mp4"))
    return made


def one_frame(path: Path) -> Path:
    encode(*picture(), "-frames:v", "1", *H264, str(made := path / "frame.mp4"))
    return made


full = partial(pytest.param, marks=pytest.mark.full)


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        (audio_only, dict.fromkeys(OF_PICTURE | OF_BOTH | ONLY_WITH_PICTURE, NO_VIDEO_STREAM)),
        full(audio_with_a_cover, dict.fromkeys(OF_PICTURE | OF_BOTH | ONLY_WITH_PICTURE, NO_VIDEO_STREAM)),
        full(video_only, dict.fromkeys(OF_SOUND | {"quality"}, NO_AUDIO_STREAM)),
        full(silent, {}),
        (one_frame, {**dict.fromkeys(OF_SOUND | {"quality"}, NO_AUDIO_STREAM), "highlight": NO_HIGHLIGHT}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_source_lacks_is_said_and_the_rest_succeeds(
    site: IntelligenceSite, tmp_path: Path, source: Any, messages: dict[str, str]
) -> None:
    made: Path = source(tmp_path)
    results = site.run(site.upload(made, f"in/{made.name}"), JOBS)
    assert {kind: only(one).status for kind, one in results.items()} == dict.fromkeys((FEATURES, *JOBS), "SUCCESS")
    sub_tasks = {one.type: one for kind in JOBS for one in only(results[kind]).sub_tasks}
    assert sub_tasks.keys() == OF_PICTURE | OF_SOUND | OF_BOTH | ONLY_WITH_PICTURE
    assert {type_: one.message for type_, one in sub_tasks.items() if one.message} == messages
    failed = {type_: one.code for type_, one in sub_tasks.items() if one.status == "FAIL"}
    without_video = NO_VIDEO_STREAM in messages.values()
    assert failed == (dict.fromkeys(ONLY_WITH_PICTURE, NoVideoError.code) if without_video else {})
    assert all(sub_tasks[type_].output is None for type_ in failed)
    assert verdict(only(results["content_review"]).sub_tasks) == "pass"
    assert _clips(site) == ([] if source is one_frame else ["m4a"] if without_video else ["jpg", "mp4"])


def _clips(site: IntelligenceSite) -> list[str]:
    return [key.rpartition(".")[2] for key in site.keys("out/") if "_highlight_" in key]


def test_the_packaged_template_works_for_audio(site: IntelligenceSite, tmp_path: Path) -> None:
    result = only(site.run(site.upload(audio_only(tmp_path), "in/a.m4a"), {"analysis": [{"template": 10}]})["analysis"])
    assert (result.status, result.message) == ("SUCCESS", "")
    assert {one.type: one.status for one in result.sub_tasks} == {
        "classification": "SUCCESS",
        "tag": "SUCCESS",
        "cover": "FAIL",
    }


def test_an_analysis_of_pictures_alone_fails_without_one(site: IntelligenceSite, tmp_path: Path) -> None:
    jobs = {"analysis": [{"parameters": {"cover": True, "frame_tag": True}}]}
    result = only(site.run(site.upload(audio_only(tmp_path), "in/a.m4a"), jobs)["analysis"])
    assert (result.status, result.code) == ("FAIL", NoVideoError.code)
    assert result.message == f"cover: {NO_VIDEO_STREAM}; frame_tag: {NO_VIDEO_STREAM}"


@pytest.mark.parametrize("kind", [FEATURES, *JOBS])
def test_a_still_picture_is_refused_by_name(site: IntelligenceSite, tmp_path: Path, kind: str) -> None:
    Image.new("RGB", (64, 64), "red").save(tmp_path / "still.jpg")
    source = site.upload(tmp_path / "still.jpg", "in/still.jpg")
    with pytest.raises(UnreadableSourceError, match="is a still picture"):
        site.run_one(source, JOBS, kind)


def test_video_that_cannot_be_decoded_is_not_taken_for_none(
    site: IntelligenceSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A review must not pass pictures that were not decoded."""
    hidden = OtherStream(index=0, type="video", codec="rv60", reason="NoDecoder")

    def probed(path: Path) -> MediaInfo:
        return probe(path).model_copy(update={"video": None, "other": (hidden,)})

    for module in (intelligence_step, collect):
        monkeypatch.setattr(module, "probe", probed)
    result: JobResult = site.run(site.upload(audio_only(tmp_path), "in/a.m4a"), JOBS)["content_review"]
    image = only(result).sub_tasks[0]
    assert (image.type, image.status, verdict(only(result).sub_tasks)) == ("porn.image", "FAIL", "review")
    assert "cannot be decoded here" in image.message
