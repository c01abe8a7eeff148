"""All features of one source: one decode, the real engines."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from benchmarks.error_rates import word_hits

from clips import Clips
from media_workflows.domain.features import FeatureName, Features
from media_workflows.errors import IncompleteSourceError, JobCancelledError
from media_workflows.intelligence.features.reports import read_features, write_features
from media_workflows.media.ffmpeg import run
from media_workflows.media.ffmpeg.cancel import CancelToken
from stub_engines import needs_image_model, needs_label_model, needs_speech_model

Collected = Callable[..., Features]
SAID = "the meeting will begin at three o'clock"  # see conftest.py


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@needs_speech_model
@needs_image_model
@needs_label_model
def test_everything_from_one_decode(
    everything: Path, collected: Collected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    spawn = run._spawn
    monkeypatch.setattr(run, "_spawn", lambda command, where: started.append(command) or spawn(command, where))
    percents: list[float] = []
    features = collected(everything, *get_args(FeatureName), on_progress=lambda p: percents.append(p.percent))

    assert len(started) == 1
    assert features.counters["decodes"] == 1
    assert percents == sorted(percents)
    assert percents[-1] == 100.0
    check_picture(features)
    check_text(features)
    check_sound(features)
    check_faces(features)
    assert features.missing == {}
    assert {tuple(one.scores) for one in features.moderation} == {("neutral", "porn")}
    assert features.speech_language == "en"
    assert features.engines["labels"].endswith("ImageNet class")
    assert len(features.labels) == features.counters["label_looks"] > 5
    write_features(features, tmp_path / "files")
    assert read_features(tmp_path / "files") == features
    assert not list(tmp_path.glob("*.wav"))  # an hour of it has 115 MB


def check_picture(features: Features) -> None:
    assert [shot.start_s for shot in features.shots] == pytest.approx([0.0, 3.0, 4.0, 7.0], abs=0.1)
    assert features.shots[-1].end_s == features.duration_s
    (black,) = features.picture.black
    assert (black.start_s, black.end_s) == pytest.approx((3.0, 4.0), abs=0.1)
    assert any(span.start_s >= 6.9 for span in features.picture.frozen)
    times = [frame.time_s for frame in features.frames]
    assert times == sorted(times)
    assert len(times) >= 20
    dark = next(frame for frame in features.frames if frame.shot == 1)
    assert (dark.brightness, dark.colours) == (0.0, ("#000000",))
    moving = [frame.motion for frame in features.frames if frame.shot == 2][1:]
    still = [frame.motion for frame in features.frames if frame.shot == 3][1:]
    assert min(moving) > 3 * max(still)


def check_text(features: Features) -> None:
    said = [(line.text, sighting) for sighting in features.text for line in sighting.lines]
    assert [text for text, _ in said] == ["今天的会议三点开始", "Please be on time"]
    assert [one.start_s for _, one in said] == pytest.approx([0.6, 4.4], abs=0.55)
    assert [one.end_s for _, one in said] == pytest.approx([2.6, 6.8], abs=0.55)
    left, top, right, bottom = said[0][1].lines[0].box
    assert (left, top) == pytest.approx((150, 300), abs=14)
    assert (right, bottom) == pytest.approx((150 + 9 * 32, 300 + 36), abs=14)
    assert features.counters["ocr_looks"] < features.counters["frames_sampled"]


def check_sound(features: Features) -> None:
    (speech,) = features.speech
    assert speech.start_s == pytest.approx(4.0, abs=0.3)
    hits, _ = word_hits([SAID], " ".join(one.text for one in features.transcript))
    assert hits >= 4  # of 7: a synthetic voice, and numbers are written as digits
    words = [word for one in features.transcript for word in one.words]
    assert all(speech.start_s - 0.1 <= word.start_s < word.end_s <= speech.end_s + 0.1 for word in words)
    assert features.sound is not None
    assert features.sound.integrated_lufs is not None
    assert [loud is None for loud in features.sound.momentary_lufs] == [second not in (4, 5, 6) for second in range(10)]
    assert [(span.start_s < 0.1, span.end_s > 9.9) for span in features.sound.silent] == [(True, False), (False, True)]


def check_faces(features: Features) -> None:
    assert {face.shot for face in features.faces} == {3}
    assert len(features.faces) >= 3
    first, second = features.faces[:2]
    assert math.dist(first.embedding, second.embedding) < 0.3
    left, top, right, bottom = first.box
    assert 200 < left < right < 440
    assert 60 < top < bottom < 320


def test_a_source_without_sound(clips: Clips, collected: Collected) -> None:
    features = collected(clips.no_audio, "shots", "transcript", "sound")
    assert features.missing.keys() == {"transcript", "sound"}
    assert "no audio" in features.missing["transcript"]
    assert len(features.shots) == 1


def test_a_source_without_picture(clips: Clips, collected: Collected) -> None:
    features = collected(clips.audio_only, "text", "sound")
    assert "no video" in features.missing["text"]
    assert features.sound is not None
    assert features.sound.integrated_lufs == pytest.approx(-21.8, abs=1.5)


def test_boxes_are_of_the_picture_as_shown(clips: Clips, collected: Collected) -> None:
    features = collected(clips.rotated_90, "frames")
    assert (features.width, features.height) == (120, 160)


def test_an_engine_that_is_not_installed(
    everything: Path, collected: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    features = collected(everything, "text", "shots")
    assert "pip install 'media-workflows[intelligence]'" in features.missing["text"]
    assert features.engines.keys() == {"shots"}


def test_without_the_extra_nothing_is_made_up(
    everything: Path, collected: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    features = collected(everything, "shots", "sound")
    assert features.missing.keys() == {"shots", "sound"}
    assert features.engines == {}


def test_a_source_that_is_cut(clips: Clips, collected: Collected) -> None:
    with pytest.raises(IncompleteSourceError, match="upload it again"):
        collected(clips.cut_in_the_middle, "shots")


def test_cancelled_while_it_looks(everything: Path, collected: Collected) -> None:
    cancellation = CancelToken()

    def stop(progress: Any) -> None:
        if progress.percent > 10:
            cancellation.cancel()

    with pytest.raises(JobCancelledError):
        collected(everything, "shots", on_progress=stop, cancellation=cancellation)
