"""Cues that libass cannot draw in reasonable time and memory are refused; extreme but usual ones are not."""

from __future__ import annotations

import pytest

from media_workflows.errors import LimitExceededError
from media_workflows.media.filters.subtitles.cost import MAX_LETTERS, require_drawable
from media_workflows.media.source.subtitles.cues import Cue

HEADER = """[Script Info]
PlayResY: 360
[V4+ Styles]
Format: Name, Fontname, Fontsize, ScaleX, ScaleY, Outline
Style: Default,Arial,40,100,100,2
Style: Huge,Arial,9999,100,100,2
Style: Thick,Arial,40,100,100,9999
"""


def check(text: str, style: str = "Default", header: str = HEADER) -> None:
    require_drawable(header, [Cue(1.5, 2, "0", f"{style},,0,0,0,,{text}")], "'a.ass'")


@pytest.mark.parametrize(
    "text",
    [
        r"{\fs9999\blur9999\bord9999}A",
        r"{\fs9999}A",
        r"{\bord9999}A",
        r"{\xbord400}A",
        r"{\fs+9999}A",
        r"{\fs100\fscx2000}A",
        r"{\fs100\fscy2000}A",
        r"{\t(0,500,\fs9999)}A",
        r"a{\rHuge}A",
        r"{\b1}{\i1\fs9999}A",
        r"{\fs(9999)\bord(9999)\blur(9999)}A",
        "{\\ fs 9999\\ bord 9999\\\tblur 999}A",
        r"{\fs1e4}A",
        r"{\ bord ( 9999 )}A",
        r"{\t(0,500,\fs(9999))}A",
        r"a{\r(Huge)}A",
        r"a{\ r Huge }A",
        r"{\p1}m 0 0{\p(0)\fs9999}A",
        r"{\p1}m 0 0{\ p 00\fs9999}A",
    ],
)
def test_a_cue_that_is_too_large(text: str) -> None:
    with pytest.raises(LimitExceededError, match=r"'a.ass': the cue at 1.5 s has letters of size .* reduce them"):
        check(text)


@pytest.mark.parametrize("style", ["Huge", "Thick"])
def test_a_style_that_is_too_large(style: str) -> None:
    check(r"{\fs40\bord2}A", style)  # its tags count
    with pytest.raises(LimitExceededError, match="in its style or its tags"):
        check("A", style)


@pytest.mark.parametrize(
    "text",
    [
        r"{\fs360\bord30\blur20}A",
        r"{\fs1\fscx10000\fscy10000}A",  # a fine scale of typesetters
        r"{\fsp500\fscx300}A",
        r"{\fs9999\fs20}A",
        r"{\fs9999\r}A",
        r"{\fs9999\p1}m 0 0 l 100 0 100 100{\p0}",  # a drawing has no letters
        r"\{\\fs9999\}A",
        "x" * MAX_LETTERS,
    ],
)
def test_a_cue_that_is_drawn(text: str) -> None:
    check(text)


def test_a_cue_with_too_many_letters() -> None:
    with pytest.raises(LimitExceededError, match=r"has 200000 letters, and at most 4000 are drawn at a time: split it"):
        check("x" * 200_000, header="")
