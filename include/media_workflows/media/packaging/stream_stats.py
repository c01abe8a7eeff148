"""`StreamStats`: measured properties of a finished rendition, for manifests."""

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

CEA_708_SERVICE = "SERVICE"  # of HLS's INSTREAM-ID, before the number
_CAPTION_FRAMES = 30  # about a second: broadcasters put caption data, or its padding, into every frame
_VIDEO_RANGES = {16: "PQ", 18: "HLG"}  # ITU-T H.273 transfer characteristics; all else is SDR


@dataclass(frozen=True)
class PictureStats:
    """Stats of a video track: stored pixels and the aspect of one ('1:1'), frames per second, HLS's VIDEO-RANGE.

    `captions` are the closed captions in the bitstream by HLS's INSTREAM-ID.
    """

    width: int
    height: int
    pixel_aspect: str
    fps: float
    range: str
    captions: tuple[str, ...] = ()

    @property
    def shown_width(self) -> int:
        """The width in square pixels."""
        across, _, down = self.pixel_aspect.partition(":")
        return round(self.width * int(across) / int(down))


@dataclass(frozen=True)
class StreamStats:
    """Stats of a rendition. `codecs` by RFC 6381, video first; `channels` 0 = no audio. Rates in bit/s."""

    codecs: tuple[str, ...]
    picture: PictureStats | None
    channels: int
    sample_rate_hz: int
    peak_bps: int
    average_bps: int


def caption_channels(stats: Iterable[StreamStats]) -> list[str]:
    """The channels of closed captions that any of the renditions carries, each once."""
    pictures = [one.picture for one in stats if one.picture]
    return list(dict.fromkeys(channel for picture in pictures for channel in picture.captions))


def stream_stats(path: Path, demuxers: Iterable[str], peak_bps: int, average_bps: int) -> StreamStats:
    """The properties of a rendition. Raises OutputRejectedError when a codec string cannot be determined."""
    with av.open(str(path), mode="r", options=open_options(demuxers), metadata_errors="replace") as container:
        videos, sounds = container.streams.video, container.streams.audio
        codecs = (*map(codec_string, videos), *map(codec_string, sounds))
        if not all(codecs):
            raise OutputRejectedError(
                "the output does not state the profile and level of its codecs; run the job again, and report it with "
                "the source if it persists"
            )
        return StreamStats(
            codecs=codecs,
            picture=_picture(container, videos[0]) if videos else None,
            channels=sounds[0].codec_context.channels if sounds else 0,
            sample_rate_hz=sounds[0].codec_context.sample_rate if sounds else 0,
            peak_bps=peak_bps,
            average_bps=average_bps,
        )


def _picture(container: InputContainer, stream: AvVideoStream) -> PictureStats:
    rate = stream.average_rate or stream.guessed_rate
    transfer = _VIDEO_RANGES.get(int(stream.codec_context.color_trc), "SDR")
    aspect = stream.sample_aspect_ratio or Fraction(1)
    pixels = f"{aspect.numerator}:{aspect.denominator}"
    found = channels(islice(container.decode(stream), _CAPTION_FRAMES))
    return PictureStats(stream.width, stream.height, pixels, float(rate or 0), transfer, found)
