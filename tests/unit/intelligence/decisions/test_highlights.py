"""Which parts stand out, and where their clips begin and end, from hand-made features."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hand_features import DURATION_S, face, features, frame, said, shots
from media_workflows.domain.features import Features, Shot, Sound, Span, Utterance, Word
from media_workflows.domain.jobs.highlights import HighlightParameters
from media_workflows.domain.sub_tasks.analysis import Highlight
from media_workflows.intelligence.decisions.highlights import find_highlights

LIVELY = tuple(frame(second, motion=0.4 if 20 <= second < 30 else 0.01) for second in range(60))


def sound(*loud: range) -> Sound:
    """-30 LUFS, and -10 in these seconds."""
    levels = tuple(-10.0 if any(second in part for part in loud) else -30.0 for second in range(60))
    return Sound(
        integrated_lufs=-20,
        loudness_range_lu=5,
        true_peak_dbtp=-1,
        momentary_lufs=levels,
        silent=(),
        music_percent=None,
    )


def found(count: int = 3, clip_s: float = 10, **parts: Any) -> list[Highlight]:
    return list(find_highlights(features(**parts), HighlightParameters(count=count, clip_s=clip_s)).segments)


def spoken(*times: tuple[float, float]) -> Utterance:
    words = tuple(Word(start_s=start_s, end_s=end_s, text="word", confidence=90) for start_s, end_s in times)
    return Utterance(start_s=words[0].start_s, end_s=words[-1].end_s, text="words", confidence=90, words=words)


def test_what_stands_out_is_found_and_says_why() -> None:
    (one,) = found(count=1, frames=LIVELY, shots=shots(0), sound=sound(range(20, 30)))
    assert (one.start_s, one.end_s) == (20, 30)
    assert one.confidence == 100
    assert list(one.figures) == ["motion", "loudness"]
    assert one.figures["motion"] > 1
    assert one.reason == "motion +2.2 sd, loudness +2.2 sd; begins where no cut or pause is near, ends " + (
        "where no cut or pause is near"
    )
    assert (one.moment_s is not None, one.begins, one.ends) == (True, "moment", "moment")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("loudness", {"sound": sound(range(40, 50))}),
        ("cuts", {"frames": tuple(frame(second) for second in range(60)), "shots": shots(0, *range(40, 51))}),
        (
            "faces",
            {"faces": tuple(face(second, 0) for second in range(40, 50)), "engines": {"faces": "dlib"}},
        ),
        ("speech", {"speech": (Span(start_s=40, end_s=50),), "engines": {"speech": "vad"}}),
    ],
)
def test_each_measure_alone_can_make_a_highlight(name: str, parts: dict[str, Any]) -> None:
    (one,) = found(count=1, **parts)
    assert (one.start_s, one.end_s) == pytest.approx((40, 50), abs=2)
    assert max(one.figures, key=lambda figure: one.figures[figure]) == name


def test_count_and_seconds_are_those_asked_for() -> None:
    loud = sound(range(10, 15), range(30, 35), range(50, 55))
    three, two = (found(count=count, clip_s=5, sound=loud) for count in (5, 2))
    assert [(one.start_s, one.end_s) for one in three] == [(10, 15), (30, 35), (50, 55)]
    assert len(two) == 2
    assert all(one.end_s <= other.start_s for one, other in pairwise(three))


def test_a_clip_begins_and_ends_at_cuts_that_are_near() -> None:
    (one,) = found(count=1, frames=LIVELY, shots=shots(0, 19, 30.5, 50))
    assert (one.start_s, one.begins, one.ends) == (19, "cut", "cut")
    assert one.end_s == pytest.approx(30.5, abs=1.5)
    assert one.end_s < 30.5  # nothing of the next shot


def test_words_are_never_cut() -> None:
    """One word is spoken at 20 s, another at 30 s; both are whole in the clip, and cuts within them are not used."""
    words = spoken((18.4, 20.4), (20.4, 21), (21, 29.5), (29.5, 31.9))
    (one,) = found(count=1, frames=LIVELY, shots=shots(0, 20.1, 30.2), transcript=(words,))
    assert not any(word.start_s < edge < word.end_s for word in words.words for edge in (one.start_s, one.end_s))
    assert one.start_s == pytest.approx(18.2)
    assert one.begins == "pause"
    long = spoken((5, 26), (26, 55))
    (one,) = found(count=1, frames=LIVELY, shots=shots(0), transcript=(long,))
    assert (one.start_s, one.begins, one.ends) == (5, "word", "word")


def test_without_word_times_a_pause_is_preferred_to_the_middle_of_speech() -> None:
    talk = (Span(start_s=0, end_s=18.6), Span(start_s=19.4, end_s=60))
    (one,) = found(count=1, frames=LIVELY, shots=shots(0), speech=talk)
    assert (one.start_s, one.begins) == (19.2, "pause")


def test_no_part_stands_out_of_the_even() -> None:
    even = tuple(frame(second) for second in range(60))
    assert found(frames=even, shots=shots(0)) == []
    assert found(frames=even, shots=shots(0), sound=sound()) == []


@pytest.mark.parametrize("duration_s", [1.5, 9.9, 10.9])
def test_a_source_that_is_not_longer_than_a_clip_is_one(duration_s: float) -> None:
    (one,) = found(duration_s=duration_s, frames=(frame(0), frame(1, sharpness=200)), shots=shots(0))
    assert (one.start_s, one.end_s, one.begins, one.ends) == (0, duration_s, "source", "source")
    assert (one.moment_s, one.figures) == (1, {})
    assert "not longer than a clip" in one.reason


def test_a_picture_has_no_highlight() -> None:
    assert found(duration_s=0.04, frames=(frame(0),), shots=shots(0)) == []


def test_sound_alone_has_highlights_without_a_cover() -> None:
    (one,) = found(count=1, width=0, height=0, sound=sound(range(30, 40)))
    assert (one.start_s, one.end_s, one.moment_s) == (30, 40, None)
    assert found(duration_s=5, width=0, height=0, sound=sound())[0].moment_s is None


def test_silence_alone_is_no_measure() -> None:
    nothing = Sound(
        integrated_lufs=None, loudness_range_lu=None, true_peak_dbtp=None, momentary_lufs=(None,) * 60, silent=()
    )
    (one,) = found(count=1, frames=LIVELY, shots=shots(0), sound=nothing)
    assert list(one.figures) == ["motion"]


@st.composite
def busy_sources(draw: st.DrawFn) -> tuple[Features, HighlightParameters]:
    """Words of 0.05 to 5 s with or without pauses, cuts, and loud seconds anywhere."""
    lengths = draw(st.lists(st.tuples(st.floats(0.05, 5), st.sampled_from([0.0, 0.1, 0.4, 3.0])), max_size=60))
    times, at_s = [], draw(st.floats(0, 5))
    for length_s, pause_s in lengths:
        times.append((round(at_s, 2), round(at_s + length_s, 2)))
        at_s += length_s + pause_s
    words = [spoken(*times)] if times else []
    cuts = sorted(draw(st.sets(st.integers(1, 59), max_size=15)))
    loud = draw(st.lists(st.integers(0, 59).map(lambda second: range(second, second + 3)), max_size=6))
    source = features(frames=LIVELY, shots=shots(0, *cuts), sound=sound(*loud), transcript=tuple(words))
    return source, HighlightParameters(count=draw(st.integers(1, 10)), clip_s=draw(st.floats(2, 30)))


@given(busy_sources())
def test_clips_keep_apart_and_cut_no_word(case: tuple[Features, HighlightParameters]) -> None:
    source, asked = case
    clips = find_highlights(source, asked).segments
    assert len(clips) <= asked.count
    assert all(one.end_s <= other.start_s for one, other in pairwise(clips))
    words = [word for one in source.transcript for word in one.words]
    for clip in clips:
        assert 0 <= clip.start_s < clip.end_s <= DURATION_S
        assert clip.end_s - clip.start_s >= asked.clip_s / 2 - 0.001
        for edge in (clip.start_s, clip.end_s):
            assert edge in (0, DURATION_S) or not any(w.start_s < edge < w.end_s for w in words), (edge, clip)


def test_words_are_of_the_whole_minute() -> None:
    """The helper says one word a second; every edge lies on one of their ends."""
    words = said(*["word"] * 60, start_s=0)
    clips = found(count=10, clip_s=5, frames=LIVELY, shots=shots(0, 22.4), transcript=(words,))
    assert clips
    assert all(edge == int(edge) for one in clips for edge in (one.start_s, one.end_s))


def test_eight_hours_take_no_longer_than_its_seconds() -> None:
    """Each span of speech and each cut is read once, not once for each second: that would take minutes."""
    seconds = 8 * 3600
    levels = tuple(-10.0 if 1000 <= second < 1010 else -30.0 for second in range(seconds))
    loud = sound().model_copy(update={"momentary_lufs": levels})
    talk = tuple(Span(start_s=second, end_s=second + 2.5) for second in range(0, seconds - 4, 4))
    cuts = tuple(Shot(start_s=at, end_s=at + 5, transition="cut") for at in range(0, seconds, 5))
    whole: dict[str, Any] = {
        "duration_s": seconds,
        "engines": {"speech": "stub"},
        "speech": talk,
        "shots": cuts,
        "sound": loud,
    }
    began_s = time.process_time()
    (one,) = found(count=1, frames=(frame(0),), **whole)
    assert time.process_time() - began_s < 60
    assert one.start_s == pytest.approx(1000, abs=2.5)
