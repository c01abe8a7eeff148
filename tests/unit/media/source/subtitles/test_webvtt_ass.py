"""Cues between WebVTT and ASS, without ffmpeg."""

from __future__ import annotations

import time

import pytest

from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.subtitles.placement import placed
from media_workflows.media.source.subtitles.ass_text import readable
from media_workflows.media.source.subtitles.webvtt_ass import Place, ass_of, lost_in_ass, numpad_alignment, vtt_of


@pytest.mark.parametrize(
    ("ass", "text", "settings", "lost"),
    [
        ("plain", "plain", "", set()),
        ("a < b & c", "a &lt; b &amp; c", "", set()),
        (r"{\b1\i1}x{\r}y", "<b><i>x</i></b>y", "", set()),
        (r"{\c&H0000FF&}red{\c} none", "<c.red>red</c> none", "", set()),
        (r"{\1c&HFF&}red", "<c.red>red</c>", "", set()),
        (r"{\c&H123456&}odd", "odd", "", {"colours"}),
        (r"{\an8}up", "up", "line:0", set()),
        (r"{\an4}left", "left", "line:50% align:left", set()),
        (r"{\a6}up", "up", "line:0", set()),
        (r"{\an7\pos(80,60)}at", "at", "position:50% line:50%,start align:left", set()),
        (r"one\N\N\Ntwo", "one\ntwo", "", set()),
        (r"{\p1}m 0 0 l 9 9{\p0}", "", "", {"drawings"}),
        (r"{\p1}m 0 0 l 9 9{\p0}words", "words", "", {"drawings"}),
        (r"{\fnArial\fs20\t(0,9,\frz9)}spin", "spin", "", {"fonts and sizes", "effects"}),
        (r"\{no tag}", "{no tag}", "", set()),
        ("{a comment}x", "x", "", set()),
    ],
)
def test_ass_becomes_webvtt(ass: str, text: str, settings: str, lost: set[str]) -> None:
    made = vtt_of(ass, Place(2, 160, 120))
    assert (made.text, made.settings, made.lost) == (text, settings, lost)


@pytest.mark.parametrize(
    ("payload", "ass"),
    [
        ("<v Fred>Hi &amp; bye</v>", "Hi & bye"),
        ("<b>x</b> <i.loud>y</i>", r"{\b1}x{\b0} {\i1}y{\i0}"),
        ("<c.yellow>y <c.red>r</c> y</c> n", r"{\c&H00FFFF&}y {\c&H0000FF&}r{\c&H00FFFF&} y{\c} n"),
        ("<c.mine>m</c>", r"{\c}m{\c}"),
        ("one\ntwo", r"one\Ntwo"),
        ("{x} \\N", "\\{x} \\\u2060N"),
        ("</c>x", r"{\c}x"),
    ],
)
def test_webvtt_becomes_ass(payload: str, ass: str) -> None:
    assert ass_of(payload) == ass
    assert "<" not in readable(ass)


def test_what_is_not_drawn_is_named() -> None:
    assert lost_in_ass("<ruby>x<rt>y</rt></ruby> <00:01.000>z", "vertical:rl region:a line:0") == {
        "ruby text",
        "karaoke times",
        "the setting vertical",
        "the setting region",
    }


@pytest.mark.parametrize(
    ("settings", "tags"),
    [
        ("", ""),
        ("size:80%", ""),
        ("line:0", r"{\an8}"),
        ("line:-1 align:end", r"{\an3}"),
        ("align:start", r"{\an1}"),
        ("position:10% line:0 align:start", r"{\an7\pos(32,9)}"),
        ("line:50%,center", r"{\an5\pos(160,90)}"),
        ("line:90%,end position:50%,line-left", r"{\an1\pos(160,162)}"),
        ("line:2", r"{\an8\pos(160,59)}"),
        ("line:-2", r"{\an2\pos(160,146)}"),
        ("line:nonsense position:x", r"{\an2}"),
    ],
)
def test_settings_become_places(settings: str, tags: str) -> None:
    assert placed("Default,,0,0,0,,x", settings, Size(320, 180), 20) == f"Default,,0,0,0,,{tags}x"


def test_old_alignments() -> None:
    assert [numpad_alignment(one) for one in (1, 2, 3, 5, 6, 7, 9, 10, 11)] == [1, 2, 3, 7, 8, 9, 4, 5, 6]


@pytest.mark.parametrize("payload", ["<b", "<", "<c.a", "<v x ", "<00:", "a<", "<b>", "</b>", "&", "\n "])
@pytest.mark.parametrize("before", ["", "<"])
def test_reading_markup_takes_no_minutes(payload: str, before: str) -> None:
    """A cue of 2,000 bytes took a second, and each doubling eight times as long."""
    text = before + payload * (300_000 // len(payload))
    begun_s = time.process_time()
    ass_of(text)
    lost_in_ass(text, "")
    assert time.process_time() - begun_s < 30  # less than 1 s, some times that with coverage
