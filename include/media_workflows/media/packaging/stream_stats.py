"""What a finished rendition is, measured: manifests tell players facts, not wishes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream as AvVideoStream

from media_workflows.errors import OutputRejectedError
from media_workflows.media.source.closed_captions import channels
from media_workflows.media.source.codec_strings import codec_string
from media_workflows.media.source.formats import open_options

_CAPTION_FRAMES = 30  # about a second: broadcasters put caption data, or its padding, into every frame
_VIDEO_RANGES = {16: "PQ", 18: "HLG"}  # ITU-T H.273 transfer characteristics; all else is SDR


@dataclass(frozen=True)
class PictureFacts:
    """Stored pixels and the aspect of one ('1:1'), frames a second, HLS's VIDEO-RANGE, and the closed captions
    inside the pictures by HLS's INSTREAM-ID."""

    width: int
    height: int
    pixel_aspect: str
    fps: float
    range: str
    captions: tuple[str, ...] = ()

    @property
    def shown_width(self) -> int:
        """Square pixels."""
        across, _, down = self.pixel_aspect.partition(":")
        return round(self.width * int(across) / int(down))


@dataclass(frozen=True)
class Facts:
    """`codecs` as RFC 6381 has them, the picture's first; `channels` 0 = no sound. Rates in bit/s."""

    codecs: tuple[str, ...]
    picture: PictureFacts | None
    channels: int
    sample_rate_hz: int
    peak_bps: int
    average_bps: int


def measured(path: Path, demuxers: Iterable[str], peak_bps: int, average_bps: int) -> Facts:
    """Open a rendition. Raises OutputRejectedError when a stream's codec string cannot be told."""
    with av.open(str(path), mode="r", options=open_options(demuxers), metadata_errors="replace") as container:
        videos, sounds = container.streams.video, container.streams.audio
        codecs = (*map(codec_string, videos), *map(codec_string, sounds))
        if not all(codecs):
            raise OutputRejectedError("the output does not tell its codecs' profile and level")
        return Facts(
            codecs=codecs,
            picture=_picture(container, videos[0]) if videos else None,
            channels=sounds[0].codec_context.channels if sounds else 0,
            sample_rate_hz=sounds[0].codec_context.sample_rate if sounds else 0,
            peak_bps=peak_bps,
            average_bps=average_bps,
        )


def _picture(container: InputContainer, stream: AvVideoStream) -> PictureFacts:
    rate = stream.average_rate or stream.guessed_rate
    transfer = _VIDEO_RANGES.get(int(stream.codec_context.color_trc), "SDR")
    aspect = stream.sample_aspect_ratio or Fraction(1)
    pixels = f"{aspect.numerator}:{aspect.denominator}"
    found = channels(islice(container.decode(stream), _CAPTION_FRAMES))
    return PictureFacts(stream.width, stream.height, pixels, float(rate or 0), transfer, found)
