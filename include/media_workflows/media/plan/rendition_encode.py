"""`RenditionEncode`: the streams of one rendition of a ladder, and how they are put into its segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media_workflows.media.ffmpeg.graph import Stream


@dataclass(frozen=True)
class EncodedStream:
    """A stream as its encoder gets it, and the options of the encoder."""

    stream: Stream
    options: Mapping[str, Any]

    def same_as(self, other: EncodedStream) -> bool:
        """Whether both are the same encode."""
        return bool(self.stream == other.stream) and dict(self.options) == dict(other.options)


@dataclass(frozen=True)
class RenditionEncode:
    """A rendition named `name`, with picture, sound or both; `muxer` are the options of what is written."""

    name: str
    picture: EncodedStream | None
    sound: EncodedStream | None
    muxer: Mapping[str, Any]

    @property
    def node(self) -> Stream:
        """The output that encodes all of it at once."""
        encodes = [one for one in (self.picture, self.sound) if one]
        options = {name: value for one in encodes for name, value in one.options.items()}
        first, *others = (one.stream for one in encodes)
        return first.output(*others, self.name, **options, **self.muxer)

    def of_encoded(self, picture: Stream, sound: Stream | None) -> Stream:
        """The same output of streams that are encoded already."""
        asked = self.picture.options if self.picture else {}
        tag = {"tag:v": asked["tag:v"]} if "tag:v" in asked else {}
        sounds = [] if sound is None else [sound]
        return picture.output(*sounds, self.name, **{"c": "copy", **tag, **self.muxer})
