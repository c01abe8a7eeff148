"""Features, review, recognition and analysis of a real clip with the real engines, S3 and PostgreSQL."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import webvtt
from benchmarks.labelled_set import drawn_face
from PIL import Image

from clip_making import H264, encode
from intelligence_site import IntelligenceSite, intelligence_site, only
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.persons import FacePicture, PersonDefinition
from media_workflows.domain.result import JobResult
from media_workflows.domain.sub_tasks.analysis import CoverOutput, TagOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput, OcrFullTextOutput, WordsOutput
from media_workflows.domain.sub_tasks.verdict import verdict
from media_workflows.errors import EngineUnavailableError
from media_workflows.execution import features_step
from media_workflows.intelligence.engines.asr.packaged_whisper import packaged_whisper
from media_workflows.intelligence.features import available
from media_workflows.media.source.probe import probe
from media_workflows.services.person_faces import embeddings
from media_workflows.settings import Settings
from media_workflows.store.engine import transaction
from media_workflows.store.persons import create_person
from pictures import encoded
from stub_engines import StubAsr, StubModerator, needs_speech_model
from talking_clips import CAPTION_FROM_S, CAPTION_TO_S, talking_clip

REVIEW = {
    "language": "en",
    "prohibited": {"ocr": {"block_confidence": 90}, "asr": {"block_confidence": 60, "review_confidence": 50}},
}
RECOGNITION = {"language": "en", "ocr_full_text": True, "ocr_words": {}, "asr_full_text": {}, "face": {}}
ANALYSIS = {"language": "en", "cover": True, "tag": True, "quality": True}
JOBS = {
    "content_review": [{"parameters": REVIEW}],
    "recognition": [{"parameters": RECOGNITION}],
    "analysis": [{"parameters": ANALYSIS}],
}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> IntelligenceSite:
    return intelligence_site(s3_server, Settings(data_dir=tmp_path, asr_model_path=_joined_model()))


def _joined_model() -> str:
    """The packaged model, joined once for all tests; '' without its extra."""
    try:
        return str(packaged_whisper(Settings().data_dir))
    except EngineUnavailableError:
        return ""


@pytest.fixture
def stub_asr(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stub in place of speech recognition, where its words do not matter."""
    monkeypatch.setattr(available, "load_asr", lambda *_: StubAsr())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("talking") / "clip.mp4"
    return talking_clip(path, "这里有 敏 感 詞", "We will buy a new computer tomorrow.")


@needs_speech_model
def test_three_jobs_from_one_decode(site: IntelligenceSite, clip: Path) -> None:
    results = site.run(site.upload(clip, "in/a.mp4"), JOBS)
    assert [only(result).status for result in results.values()] == ["SUCCESS"] * 4, results
    assert any("features: decodes 1," in line for line in site.said)
    folder = "out/a_mp4_signals/"
    assert {f"{folder}signals.json", f"{folder}text.jsonl", f"{folder}transcript.vtt"} <= set(site.keys("out/"))

    written, spoken = (one.output for one in only(results["content_review"]).sub_tasks[::-1])
    assert isinstance(written, ReviewOutput)
    assert isinstance(spoken, ReviewOutput)
    assert verdict(only(results["content_review"]).sub_tasks) == "block"
    (segment,) = written.segments
    assert segment.keywords == ("敏感词",)
    assert segment.start_s == pytest.approx(CAPTION_FROM_S, abs=0.6)
    assert segment.end_s == pytest.approx(CAPTION_TO_S, abs=0.6)
    assert segment.box is not None
    assert segment.box[1] >= 240
    (heard,) = spoken.segments
    assert heard.keywords == ("to-morrow",)
    assert heard.start_s > 2

    assert segment.picture is not None
    assert segment.picture.key == "out/a_contentReview_0_0.jpg"
    with urllib.request.urlopen(segment.picture.url, timeout=5) as answer:
        assert answer.read() == site.body(segment.picture.key)

    text, words, face, speech = _by_type(results["recognition"], "ocr_full_text", "ocr_words", "face", "asr_full_text")
    assert isinstance(text, OcrFullTextOutput)
    assert any("敏" in line.text for sighting in text.segments for line in sighting.lines)
    assert isinstance(words, WordsOutput)
    assert [word.keyword for word in words.results] == ["敏感词"]
    assert face is not None
    assert isinstance(speech, AsrFullTextOutput)
    assert "faster-whisper" in speech.engine
    assert speech.subtitle == (site.bucket, "out/a_recognition_0.vtt")
    captions = webvtt.from_string(site.body("out/a_recognition_0.vtt").decode())
    assert "tomorrow" in " ".join(caption.text for caption in captions.captions)

    cover, tags = _by_type(results["analysis"], "cover", "tag")
    assert isinstance(cover, CoverOutput)
    assert cover.picture == (site.bucket, "out/a_analysis_0.jpg")
    assert isinstance(tags, TagOutput)
    assert all(tag.basis == "evidence" and tag.reason for tag in tags.tags)


def _by_type(result: JobResult, *types: str) -> list[Any]:
    found = {one.type: one.output for one in only(result).sub_tasks}
    return [found[type_] for type_ in types]


def test_the_cover_has_the_sources_size(site: IntelligenceSite, clip: Path, tmp_path: Path) -> None:
    site.run(site.upload(clip, "in/a.mp4"), {"analysis": [{"parameters": {"cover": True}}]})
    (tmp_path / "cover.jpg").write_bytes(site.body("out/a_analysis_0.jpg"))
    with Image.open(tmp_path / "cover.jpg") as cover:
        assert cover.size == (640, 360)


def test_features_of_the_same_bytes_are_used_again(
    site: IntelligenceSite, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = {"analysis": [{"parameters": {"quality": True}}]}
    source = site.upload(clip, "in/a.mp4")
    site.run(source, quick)
    monkeypatch.setattr(features_step, "collect", lambda *_: pytest.fail("extracted again"))
    again = site.run(site.upload(clip, "in/b.mp4"), quick, "r2")
    assert only(again[FEATURES]).reused == "r1"
    assert only(again["analysis"]).status == "SUCCESS"
    assert "out/b_mp4_signals/signals.json" in site.keys("out/")


def test_what_is_not_installed_fails_the_job_or_is_reported(site: IntelligenceSite, clip: Path) -> None:
    source = site.upload(clip, "in/a.mp4")
    asked = {"parameters": {"terrorism": {"image": {}}, "prohibited": {"ocr": {"block_confidence": 90}}}}
    failed = only(site.run(source, {"content_review": [asked]})["content_review"])
    assert (failed.status, failed.code) == ("FAIL", "FailedOperation")
    assert "terrorism.image: this image check is not available" in failed.message or "open_nsfw" in failed.message
    assert "image_moderation_model_path" in failed.message
    image, text = failed.sub_tasks
    assert (image.output, text.status) == (None, "SUCCESS")  # what could be checked was
    skipped = only(site.run(source, {"content_review": [asked | {"when_unavailable": "skip"}]}, "r2")["content_review"])
    assert (skipped.status, skipped.sub_tasks[0].status) == ("SUCCESS", "FAIL")
    assert verdict(skipped.sub_tasks) == "block"


@pytest.mark.usefixtures("stub_asr")
def test_without_sound_no_word_is_said(site: IntelligenceSite, clip: Path, tmp_path: Path) -> None:
    silent = tmp_path / "silent.mp4"
    encode("-i", str(clip), "-an", "-c:v", "copy", str(silent))
    assert probe(silent).audio == ()
    results = site.run(
        site.upload(silent, "in/s.mp4"), {"content_review": [{"parameters": {"prohibited": {"asr": {}}}}]}
    )
    assert only(results["content_review"]).status == "SUCCESS"
    assert verdict(only(results["content_review"]).sub_tasks) == "pass"


@pytest.mark.usefixtures("stub_asr")
def test_what_did_not_pass_lies_in_quarantine(site: IntelligenceSite, clip: Path) -> None:
    jobs = {"recognition": [{"parameters": {"asr_full_text": {}}, "output_path": "/subtitles/{inputName}.{format}"}]}
    site.run(site.upload(clip, "in/a.mp4"), jobs, quarantine="held/")
    assert "held/subtitles/a.vtt" in site.keys("")
    head = json.loads(site.body("held/out/a_mp4_signals/signals.json"))
    assert head["counters"]["decodes"] == 1


LADDER = {
    "parameters": {
        "format": "hls",
        "streams": [{"video": {"height": 240, "bitrate_kbps": 256}, "audio": {"bitrate_kbps": 48}}],
    },
    "add_on_subtitles": [{"source": "recognition", "language": "en", "name": "English"}],
}


@pytest.mark.usefixtures("stub_asr")
@pytest.mark.parametrize("speaks", [True, pytest.param(False, marks=pytest.mark.full)])
def test_what_was_heard_is_a_subtitle_of_the_ladder(
    site: IntelligenceSite, clip: Path, tmp_path: Path, speaks: bool
) -> None:
    source = clip
    if not speaks:
        source = tmp_path / "silent.mp4"
        encode("-i", str(clip), "-af", "volume=0", "-c:v", "copy", str(source))
    jobs = {"recognition": [{"parameters": {"asr_full_text": {}}}], "adaptive_dynamic_streaming": [LADDER]}
    results = site.run(site.upload(source, "in/a.mp4"), jobs)
    assert only(results["adaptive_dynamic_streaming"]).status == "SUCCESS", results
    manifest = site.body("out/a_adaptiveDynamicStreaming_0.m3u8").decode()
    assert ("TYPE=SUBTITLES" in manifest, 'NAME="English"' in manifest) == (speaks, speaks)


def test_frames_beside_each_other_are_blocked_and_one_alone_is_not(
    site: IntelligenceSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stub of the image model: it calls red pictures porn."""
    monkeypatch.setattr(available, "load_image_moderator", lambda *_: StubModerator())
    jobs: dict[str, Any] = {"content_review": [{"parameters": {"porn": {"image": {}}}}]}

    def reviewed(red_s: float) -> ReviewOutput:
        parts = "color=gray:s=320x180:r=25:d=3[a];color=red:s=320x180:r=25:d={0}[b];color=gray:s=320x180:r=25:d=3[c]"
        clip = tmp_path / f"{red_s}.mp4"
        encode("-filter_complex", f"{parts.format(red_s)};[a][b][c]concat=n=3", *H264, str(clip))
        results = site.run(site.upload(clip, f"in/{red_s}.mp4"), jobs, f"r{red_s}")
        (output,) = (one.output for one in only(results["content_review"]).sub_tasks)
        assert isinstance(output, ReviewOutput)
        return output

    blocked, alone = reviewed(3), reviewed(0.4)
    (segment,) = blocked.segments
    assert (blocked.suggestion, blocked.label) == ("block", "porn")
    assert (segment.start_s, segment.end_s) == pytest.approx((3, 6), abs=0.5)
    assert alone.suggestion == "review"


def test_a_person_of_the_library_is_recognised(site: IntelligenceSite, tmp_path: Path) -> None:
    face = Image.fromarray(drawn_face())
    frame = Image.new("RGB", (640, 360), (90, 110, 130))
    frame.paste(face, (200, 30))
    frame.save(tmp_path / "frame.png")
    encode("-loop", "1", "-i", str(tmp_path / "frame.png"), "-t", "3", *H264, "-r", "25", str(tmp_path / "face.mp4"))
    face.save(tmp_path / "ann.png")
    picture = FacePicture(content=encoded((tmp_path / "ann.png").read_bytes()))
    with transaction() as session:
        ann = create_person(session, PersonDefinition(name="Ann"), embeddings([picture], site.settings))
    jobs = {
        "recognition": [{"template": 10}],
        "content_review": [{"parameters": {"user_defined": {"face": {}}}}],
    }
    results = site.run(site.upload(tmp_path / "face.mp4", "in/a.mp4"), jobs, event="schedule_task")
    (faces,) = _by_type(results["recognition"], "face")
    (found,) = faces.results
    assert (found.person_id, found.name) == (ann.id, "Ann")
    assert found.segments[0].confidence >= 95
    (review,) = _by_type(results["content_review"], "user_defined.face")
    (segment,) = review.segments
    assert (review.suggestion, segment.name) == ("block", "Ann")
    assert segment.picture.key == "out/a_contentReview_0_0.jpg"
