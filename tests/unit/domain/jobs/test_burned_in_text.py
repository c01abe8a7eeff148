"""What a burned-in text requires, and which of them tie an output to the name of its source."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.burned_in_text import BurnedInText
from media_workflows.domain.jobs.picture_edit import PictureEdit
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.execution.reuse_key import reuse_sha256


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"shows": "text"}, "requires `text`"),
        ({"shows": "text", "text": "  "}, "requires `text`"),
        ({"shows": "text", "text": "a\nb"}, "line breaks"),
        ({"shows": "clock", "text": "a"}, "leave it out"),
        ({"shows": "clock", "font_color": "red"}, "pattern"),
        ({"shows": "clock", "font_size_percent": 31}, "less than or equal"),
        ({"shows": "date"}, "'clock'"),
    ],
)
def test_what_is_refused(given: dict[str, Any], part: str) -> None:
    with pytest.raises(ValidationError, match=part):
        BurnedInText.model_validate(given)


@pytest.mark.parametrize("given", [{"shows": "text"}, {"shows": "clock", "text": "a"}])
def test_a_problem_of_the_text_is_at_the_text(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as raised:
        PictureEdit.model_validate({"burned_in_texts": [{"shows": "clock"}, given]})
    assert [problem.field for problem in problems_of(raised.value)] == ["burned_in_texts[1].text"]


def test_there_are_four_at_most() -> None:
    with pytest.raises(ValidationError, match="at most 4"):
        PictureEdit.model_validate({"burned_in_texts": [{"shows": "clock"}] * 5})


def video(shows: str) -> dict[str, Any]:
    return {"edit": {"burned_in_texts": [{"shows": shows}]}}


def test_only_a_shown_file_name_decides_about_reuse() -> None:
    def key(shows: str, name: str) -> str:
        item = TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video(shows)}})
        return reuse_sha256(item, "tools", {}, name)

    assert key("file_name", "a.mp4") != key("file_name", "b.mp4")
    assert key("clock", "a.mp4") == key("clock", "b.mp4")


def test_a_ladder_may_show_the_file_name() -> None:
    parameters = {"format": "hls", "streams": [{"video": video("file_name")}]}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters})
    assert item.shows_file_name
