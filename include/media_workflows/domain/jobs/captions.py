"""`captions`: the captions of a source, or of a file beside it, as WebVTT, SubRip or TTML files."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.domain.jobs.base import JobItem, Numbered
from media_workflows.domain.jobs.language_tag import LanguageTag

CaptionFormat = Literal["vtt", "srt", "ttml"]


class CaptionsParameters(Model):
    """The format of the files, and which tracks are converted: all that fit, unless `language`, `forced` or
    `hearing_impaired` chooses among them."""

    format: CaptionFormat = "vtt"
    language: LanguageTag = Field("", description="BCP 47; empty = any")
    forced: bool | None = Field(None, description="true: forced tracks alone; false: all others; null: both")
    hearing_impaired: bool | None = Field(
        None, description="true: tracks that describe sounds alone; false: all others; null: both"
    )
    closed_captions: bool = Field(
        True, description="CEA-608 captions of the picture are a track too; the whole video is decoded for them"
    )
    bitmap_ocr: bool = Field(True, description="Bitmap subtitles (PGS) are read by OCR; off: they are left out")

    @property
    def file_format(self) -> str:
        return self.format


class CaptionsItem(JobItem[CaptionsParameters], Numbered):
    """One file for each chosen track. `key` is a caption file, or a video with captions, in place of the source."""

    kind: ClassVar[str] = "captions"
    task_name: ClassVar[str] = "Captions"
    encodes: ClassVar[bool] = True  # CEA-608 takes a decode of the whole source, bitmap subtitles OCR
    main_variables: ClassVar[frozenset[str]] = frozenset({"language"})
    default_output_path: ClassVar[str] = "{inputName}_captions_{definition}_{number}.{format}"

    key: str = Field("", max_length=1024, description="Key in the trigger bucket; may contain {inputName}")
    track: int | None = Field(None, ge=0, description="A subtitle track of the source, counted from 0; null = all")

    @property
    def extra_keys(self) -> tuple[str, ...]:
        return (self.key,) if self.key else ()
