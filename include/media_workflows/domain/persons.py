"""`PersonSample`: a person with face embeddings (the vendor's). The pictures themselves are not stored."""

from __future__ import annotations

import base64
import binascii
from typing import Literal

from pydantic import Field, field_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.name_patterns import SingleLine
from media_workflows.domain.words import MAX_TAGS, LibraryTag, Purpose

PersonUsage = Literal["recognition.face", "review.face", "recognition", "review", "all"]
MAX_FACES = 5
MIN_FACE_PICTURE_PX = 200
MAX_FACE_PICTURE_BYTES = 3 * 1024 * 1024
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class PersonDefinition(Model):
    """The fields of a person that its owner sets."""

    name: SingleLine = Field(min_length=1, max_length=20)
    description: str = Field("", max_length=1024)
    usages: tuple[PersonUsage, ...] = Field(("all",), min_length=1)
    tags: tuple[LibraryTag, ...] = Field((), max_length=MAX_TAGS)

    @field_validator("usages", "tags")
    @classmethod
    def _once_each(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(values))


class FacePicture(Model):
    """A picture of one face: base64 of a JPEG or PNG of at least 200 pixels a side."""

    content: str = Field(min_length=1, max_length=MAX_FACE_PICTURE_BYTES * 4 // 3 + 4)

    @field_validator("content")
    @classmethod
    def _is_a_picture(cls, content: str) -> str:
        try:
            data = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            raise invalid("must be base64 without line breaks") from None
        if not data.startswith(_SIGNATURES):
            raise invalid("must be a JPEG or PNG picture")
        return content

    @property
    def data(self) -> bytes:
        """The picture file."""
        return base64.b64decode(self.content)


class NewPerson(PersonDefinition):
    """A person to store, with pictures of the face."""

    faces: tuple[FacePicture, ...] = Field((), max_length=MAX_FACES)


class Face(Model):
    """A face of the library. `engine` made its embedding; embeddings of different engines cannot be compared."""

    id: int
    engine: str
    embedding: tuple[float, ...]


class PersonSample(PersonDefinition):
    """A person of the library."""

    id: int
    faces: tuple[Face, ...] = ()

    def serves(self, purpose: Purpose) -> bool:
        """Whether this purpose looks for the person."""
        return not {f"{purpose}.face", purpose, "all"}.isdisjoint(self.usages)
