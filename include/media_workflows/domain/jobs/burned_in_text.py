"""Texts burned into the picture: the file name, the time code, a running clock, or a text of one's own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Literal

from pydantic import Field, field_validator, model_validator

from media_workflows.domain.base import invalid
from media_workflows.domain.jobs.watermark import MAX_TEXT_CHARS, Placement

MAX_BURNED_IN_TEXTS = 4

Shown = Literal["text", "file_name", "time_code", "clock"]


class BurnedInText(Placement):
    """One line over the picture and its place. `text` is drawn literally: no character of it has a special meaning."""

    shows: Shown = Field(description="time_code: of the source; clock: the time since the start of the output")
    text: str = Field("", max_length=MAX_TEXT_CHARS, description="With shows 'text'")
    font_size_percent: float = Field(5, ge=1, le=30, description="Of the picture's height")
    font_color: str = Field("0xFFFFFF", pattern=r"^0x[0-9A-Fa-f]{6}$")
    font_alpha: float = Field(1.0, gt=0, le=1)
    box_color: str = Field("0x000000", pattern=r"^0x[0-9A-Fa-f]{6}$", description="Of the box behind the text")
    box_alpha: float = Field(0.5, ge=0, le=1, description="0 = no box")

    @field_validator("text")
    @classmethod
    def _is_one_line(cls, text: str) -> str:
        if any(unicodedata.category(char) == "Cc" for char in text):
            raise invalid("must not contain control characters or line breaks")
        return text

    @model_validator(mode="after")
    def _text_where_it_is_shown(self) -> BurnedInText:
        if self.shows == "text" and not self.text.strip():
            raise invalid("shows 'text' requires `text`, with more than white space").of("text")
        if self.shows != "text" and self.text:
            raise invalid("`text` requires shows 'text': leave it out, or choose that").of("text")
        return self


def shows_file_name(texts: Iterable[BurnedInText]) -> bool:
    """Whether the picture depends on what the source is called."""
    return any(one.shows == "file_name" for one in texts)
