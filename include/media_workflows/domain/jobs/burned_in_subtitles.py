"""Subtitles burned into the picture, for players without subtitle support (the vendor's SubtitleTemplate)."""

from __future__ import annotations

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid


class BurnedInSubtitles(Model):
    """The subtitles to burn in: a file, or a text track of the source. Size and colour apply to plain text only:
    an ASS file keeps its own styles."""

    key: str = Field("", max_length=1024, description="Key in the trigger bucket; may contain {inputName}")
    track: int | None = Field(None, ge=0, description="A subtitle track of the source, counted from 0")
    font_size_percent: float = Field(5, ge=1, le=30, description="Of the picture's height")
    font_color: str = Field("0xFFFFFF", pattern=r"^0x[0-9A-Fa-f]{6}$")
    font_alpha: float = Field(1.0, gt=0, le=1)

    @model_validator(mode="after")
    def _one_place(self) -> BurnedInSubtitles:
        if bool(self.key) == (self.track is not None):
            raise invalid("requires either `key`, a subtitle file, or `track`, one of the source's")
        return self


def burned_in_keys(subtitles: BurnedInSubtitles | None) -> tuple[str, ...]:
    """The key of the subtitle file, if there is one."""
    return (subtitles.key,) if subtitles and subtitles.key else ()
