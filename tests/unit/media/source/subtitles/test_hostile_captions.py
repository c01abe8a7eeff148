"""Captions that are made to be expensive or wrong: each is read or refused, in a time that grows with its size."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.errors import MediaError
from media_workflows.media.packaging.caption_file import caption_file
from media_workflows.media.source.subtitles.cue_times import written_times
from media_workflows.media.source.subtitles.cues import Cue, Cues, read_cues
from media_workflows.media.source.subtitles.overlaps import TimedCue, without_overlaps
from media_workflows.media.source.subtitles.webvtt_runs import runs_of, style_sheet

LIMIT_CPU_S = 2.0  # each takes below 0.3 s on an idle core
SMALLER = 8
MOST_TIMES = 24  # as much processor time for a text SMALLER times as long; 64 where it grows with the square
pieces = st.sampled_from(
    ["<", ">", "</", "<b>", "</b>", "<c.a>", "<v X>", "&", "&lt;", "\n", "a", "<00:01.000>", ".", "ש", "\0"]
)
times_s = st.floats(-10, 100, allow_nan=False)
cues = st.builds(
    Cue,
    times_s,
    times_s,
    st.just("0"),
    st.just("Default,,0,0,0,,"),
    st.lists(pieces, min_size=1, max_size=12).map("".join),
    st.sampled_from(
        ["", "line:0", "line:50%", "position:x% line:-", "vertical:rl", "align:end size:0%", "line:1e999%"]
    ),
)
lines = st.sampled_from(
    [
        "1",
        "",
        "-->",
        "00:00:01,000 --> 00:00:02,000",
        "-00:00:01,000 --> 00:00:01,000",
        "9" * 30 + ":00:01,0 --> 1:2,3",
        "text",
    ]
)


@given(st.lists(cues, max_size=12), st.sampled_from(["vtt", "srt", "ttml"]), st.sampled_from(["subrip", "webvtt"]))
def test_any_cues_become_a_file(found: list[Cue], form: str, codec: str) -> None:
    made = caption_file(Cues("", tuple(found), codec), form, "en")  # type: ignore[arg-type]
    assert made.count <= len(found)
    if form == "ttml":
        root = ElementTree.fromstring(made.text.partition("\n")[2])
        assert len(list(root.iter("{http://www.w3.org/ns/ttml}p"))) == made.count
    else:
        assert made.text.count(" --> ") == made.count


@given(st.lists(lines, max_size=30).map("\n".join))
def test_any_times_leave_no_negative_one(text: str) -> None:
    found = written_times(text)
    assert not written_times(found.lines).negative_s
    assert len(found.lines.split("\n")) <= len(text.split("\n"))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), st.sampled_from("ab")), max_size=15))
def test_no_overlap_is_left_at_one_place(spans: list[tuple[int, int, str]]) -> None:
    timed = [TimedCue(number, start, start + length, place) for number, (start, length, place) in enumerate(spans)]
    joined: list[int] = []
    found, _ = without_overlaps(timed, lambda _kept, other: joined.append(other))
    assert sorted([*(one.number for one in found), *joined]) == list(range(len(spans)))
    for place in "ab":
        of_place = [one for one in found if one.place == place]
        assert all(one.end_s <= after.start_s for one, after in itertools.pairwise(of_place))
        assert all(one.end_s > one.start_s for one in of_place)


def grows_with_its_size(work: Callable[[int], None], size: int) -> bool:
    """On a machine where it takes long, its time is compared with that of a smaller text."""

    def cpu_s(size: int) -> float:
        began = time.process_time()
        work(size)
        return time.process_time() - began

    took_s = cpu_s(size)
    return took_s < LIMIT_CPU_S or took_s < MOST_TIMES * cpu_s(size // SMALLER)


@pytest.mark.parametrize("part", ["<", "<c.", "</", "<b>", "&", "<v x", "<00:"])
def test_markup_takes_linear_time(part: str) -> None:
    def read(size: int) -> None:
        runs_of(part * 5 * size, style_sheet(""))
        style_sheet(f"::cue({part * 2 * size}")
        style_sheet("::cue(.a){" * 2 * size)

    assert grows_with_its_size(read, 10_000)


def test_times_take_linear_time() -> None:
    def read(size: int) -> None:
        written_times("00:00:01,000 --> 00:00:02,000\n" * 2 * size + "\n" * 5 * size)
        written_times(" " * 10 * size + "-->" + "1:" * 5 * size)
        overlapping = [TimedCue(number, number, 1e6, "") for number in range(2 * size)]
        without_overlaps(overlapping, lambda kept, other: None)

    assert grows_with_its_size(read, 10_000)


@given(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"",
            b"<tt>",
            b"<?xml version='1.0'?><tt xmlns='http://www.w3.org/ns/ttml'>",
            b"Scenarist_SCC V1.0\n\n00:00:01:00\t",
            b"WEBVTT\n\n",
        ]
    ),
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes) -> None:
    path: Path = tmp_path_factory.mktemp("bytes") / "a.srt"
    path.write_bytes(head + data)
    with contextlib.suppress(MediaError, KeyError):  # KeyError: it has no track, which the probe knows before
        read_cues(path, 0)
