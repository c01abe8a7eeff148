"""`WordSample`: a word of the library with its usages and tags (the vendor's)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.name_patterns import SingleLine

Medium = Literal["ocr", "asr"]
Purpose = Literal["recognition", "review"]
WordUsage = Literal["recognition.ocr", "recognition.asr", "review.ocr", "review.asr", "recognition", "review", "all"]
MAX_WORDS = 100  # the vendor's: in one call
MAX_KEYWORD = 20
MAX_TAGS = 20
LibraryTag = Annotated[SingleLine, Field(min_length=1, max_length=128)]


class WordChange(Model):
    """The fields of a word that can be changed: all but the keyword itself."""

    usages: tuple[WordUsage, ...] = Field(("all",), min_length=1)
    tags: tuple[LibraryTag, ...] = Field((), max_length=MAX_TAGS)

    @field_validator("usages", "tags")
    @classmethod
    def _once_each(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(values))


class WordSample(WordChange):
    """A word of the library."""

    keyword: str = Field(min_length=1, max_length=MAX_KEYWORD)

    @field_validator("keyword")
    @classmethod
    def _has_something_to_find(cls, keyword: str) -> str:
        if not any(char.isalnum() for char in keyword):
            raise invalid("must contain at least one letter, digit or Chinese character")
        if keyword != keyword.strip() or not keyword.isprintable():
            raise invalid("must have no spaces around it and no control characters")
        return keyword

    def serves(self, purpose: Purpose, medium: Medium) -> bool:
        """Whether this purpose and medium look for the word."""
        return not {f"{purpose}.{medium}", purpose, "all"}.isdisjoint(self.usages)


class NewWords(WordChange):
    """Words to store together; each gets these usages, and these tags in addition to its own."""

    words: tuple[WordSample, ...] = Field(min_length=1, max_length=MAX_WORDS)
