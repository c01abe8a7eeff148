"""All signals of one source: one decode, the real engines."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from benchmarks.error_rates import word_hits

from clips import Clips
from media_workflows.domain.features import SignalName, Signals
from media_workflows.errors import IncompleteSourceError, JobCancelledError
from media_workflows.intelligence.features.reports import read_signals, write_signals
from media_workflows.media.ffmpeg import run
from media_workflows.media.ffmpeg.run import CancelToken

Collected = Callable[..., Signals]
SAID = "the meeting will begin at three o'clock"  # see conftest.py


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


def test_everything_from_one_decode(
    everything: Path, collected: Collected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    spawn = run._spawn
    monkeypatch.setattr(run, "_spawn", lambda command, where: started.append(command) or spawn(command, where))
    heard: list[float] = []
    signals = collected(everything, *get_args(SignalName), on_progress=lambda p: heard.append(p.percent))

    assert len(started) == 1
    assert signals.counters["decodes"] == 1
    assert heard == sorted(heard)
    assert heard[-1] == 100.0
    check_picture(signals)
    check_text(signals)
    check_sound(signals)
    check_faces(signals)
    assert signals.missing.keys() == {"moderation", "labels"}
    assert "set label_model_path" in signals.missing["labels"]
    write_signals(signals, tmp_path / "files")
    assert read_signals(tmp_path / "files") == signals
    assert not list(tmp_path.glob("*.wav"))  # an hour of it has 115 MB


def check_picture(signals: Signals) -> None:
    assert [shot.start_s for shot in signals.shots] == pytest.approx([0.0, 3.0, 4.0, 7.0], abs=0.1)
    assert signals.shots[-1].end_s == signals.duration_s
    (black,) = signals.picture.black
    assert (black.start_s, black.end_s) == pytest.approx((3.0, 4.0), abs=0.1)
    assert any(span.start_s >= 6.9 for span in signals.picture.frozen)
    times = [frame.time_s for frame in signals.frames]
    assert times == sorted(times)
    assert len(times) >= 20
    dark = next(frame for frame in signals.frames if frame.shot == 1)
    assert (dark.brightness, dark.colours) == (0.0, ("#000000",))
    moving = [frame.motion for frame in signals.frames if frame.shot == 2][1:]
    still = [frame.motion for frame in signals.frames if frame.shot == 3][1:]
    assert min(moving) > 3 * max(still)


def check_text(signals: Signals) -> None:
    said = [(line.text, sighting) for sighting in signals.text for line in sighting.lines]
    assert [text for text, _ in said] == ["今天的会议三点开始", "Please be on time"]
    assert [one.start_s for _, one in said] == pytest.approx([0.6, 4.4], abs=0.55)
    assert [one.end_s for _, one in said] == pytest.approx([2.6, 6.8], abs=0.55)
    left, top, right, bottom = said[0][1].lines[0].box
    assert (left, top) == pytest.approx((150, 300), abs=14)
    assert (right, bottom) == pytest.approx((150 + 9 * 32, 300 + 36), abs=14)
    assert signals.counters["ocr_looks"] < signals.counters["frames_sampled"]


def check_sound(signals: Signals) -> None:
    (speech,) = signals.speech
    assert speech.start_s == pytest.approx(4.0, abs=0.3)
    hits, _ = word_hits([SAID], " ".join(one.text for one in signals.transcript))
    assert hits >= 4  # of 7: the recogniser is a rough one
    words = [word for one in signals.transcript for word in one.words]
    assert all(speech.start_s - 0.1 <= word.start_s < word.end_s <= speech.end_s + 0.1 for word in words)
    assert signals.sound is not None
    assert signals.sound.integrated_lufs is not None
    assert [loud is None for loud in signals.sound.momentary_lufs] == [second not in (4, 5, 6) for second in range(10)]
    assert [(span.start_s < 0.1, span.end_s > 9.9) for span in signals.sound.silent] == [(True, False), (False, True)]


def check_faces(signals: Signals) -> None:
    assert {face.shot for face in signals.faces} == {3}
    assert len(signals.faces) >= 3
    first, second = signals.faces[:2]
    assert math.dist(first.embedding, second.embedding) < 0.3
    left, top, right, bottom = first.box
    assert 200 < left < right < 440
    assert 60 < top < bottom < 320


def test_a_source_without_sound(clips: Clips, collected: Collected) -> None:
    signals = collected(clips.no_audio, "shots", "transcript", "sound")
    assert signals.missing.keys() == {"transcript", "sound"}
    assert "no sound" in signals.missing["transcript"]
    assert len(signals.shots) == 1


def test_a_source_without_picture(clips: Clips, collected: Collected) -> None:
    signals = collected(clips.audio_only, "text", "sound")
    assert "no picture" in signals.missing["text"]
    assert signals.sound is not None
    assert signals.sound.integrated_lufs == pytest.approx(-21.8, abs=1.5)


def test_boxes_are_of_the_picture_as_shown(clips: Clips, collected: Collected) -> None:
    signals = collected(clips.rotated_90, "frames")
    assert (signals.width, signals.height) == (120, 160)


def test_an_engine_that_is_not_installed(
    everything: Path, collected: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    signals = collected(everything, "text", "shots")
    assert "pip install 'media-workflows[intelligence]'" in signals.missing["text"]
    assert signals.engines.keys() == {"shots"}


def test_without_the_extra_nothing_is_made_up(
    everything: Path, collected: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    signals = collected(everything, "shots", "sound")
    assert signals.missing.keys() == {"shots", "sound"}
    assert signals.engines == {}


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
