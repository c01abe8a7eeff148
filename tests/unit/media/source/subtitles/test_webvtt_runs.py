"""Backgrounds of WebVTT cues: only one that differs from what players draw in any case is named as lost."""

from __future__ import annotations

import pytest

from media_workflows.media.source.subtitles.webvtt_runs import Sheet, runs_of, style_sheet


@pytest.mark.parametrize(
    ("value", "is_lost"),
    [
        ("transparent", False),
        ("black", False),
        ("rgba(0, 0, 0, 0.8)", False),
        ("rgb(0,0,0,80%)", False),
        ("rgba(255, 0, 0, 0.8)", True),
        ("blue", True),
        ("url(a.png)", True),
    ],
)
def test_backgrounds_of_style_blocks(value: str, is_lost: bool) -> None:
    found = style_sheet(f"STYLE\n::cue(.a) {{ background: {value}; }}")
    assert found.lost == (frozenset({"background colours"}) if is_lost else frozenset())


def test_a_colour_with_an_alpha_is_kept() -> None:
    assert style_sheet("::cue(.a) { color: rgba(255, 0, 128, 0.5) }").classes == {"a": {"colour": "FF0080"}}


@pytest.mark.parametrize(("name", "is_lost"), [("bg_black", False), ("bg_blue", True)])
def test_backgrounds_of_classes(name: str, is_lost: bool) -> None:
    assert bool(runs_of(f"<c.{name}>a</c>", Sheet()).lost) is is_lost
