"""`encoded_frames`: the one filter chain from decoded frames to a video encoder, for transcodes and ladders."""

from __future__ import annotations

from dataclasses import dataclass

from media_workflows.domain.jobs.burned_in_subtitles import BurnedInSubtitles
from media_workflows.domain.jobs.mosaic import Mosaic
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.watermark import Watermark
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.encoders.codecs import pixel_format
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Fit
from media_workflows.media.filters.lut import lut_file, with_lut
from media_workflows.media.filters.overlay.burned_in_text import Shot, draw_texts
from media_workflows.media.filters.overlay.mosaic import draw_mosaics
from media_workflows.media.filters.overlay.overlays import FrameFormat
from media_workflows.media.filters.overlay.watermark import Assets, draw_watermarks
from media_workflows.media.filters.picture_edit import edited, sharpened
from media_workflows.media.filters.source_picture import drawn, pad_last_frame, source_picture, transfer_function
from media_workflows.media.filters.subtitles.burned_in import Picture, burn_in
from media_workflows.media.filters.video_frames import constant_rate, shown_size

_SLOW_FPS = 2


@dataclass(frozen=True)
class FrameChain:
    """The frames of one rendition: of which video, at which size, and what is drawn over them.

    `start_s` is the moment of the source at which they begin, `length_s` how long they last. `segmented`: the muxer
    cuts the stream. `pad_until_s`: repeat the last frame up to this moment of the source. `fps`: the constant rate that
    they must have; '' = as the parameters ask.
    """

    video: VideoStream
    parameters: VideoParameters
    shape: Fit
    length_s: float
    start_s: float = 0.0
    segmented: bool = False
    pad_until_s: float | None = None
    mosaics: tuple[Mosaic, ...] = ()
    burned_in_subtitles: BurnedInSubtitles | None = None
    watermarks: tuple[Watermark, ...] = ()
    fps: str = ""


def encoded_frames(stream: Stream, chain: FrameChain, context: BuildContext, assets: Assets) -> Stream:
    """The decoded `stream` as its encoder gets it. Raises MediaError for subtitles that cannot be drawn."""
    parameters, video = chain.parameters, chain.video
    stream = _sized(stream, chain, context, assets)
    frame = FrameFormat(chain.shape.outer, chain.length_s, pixel_format(parameters))
    stream = draw_mosaics(stream, chain.mosaics, frame)
    transfer = transfer_function(video) if parameters.hdr == "keep" else ""
    picture = Picture(shown_size(parameters, chain.shape), chain.start_s, transfer)
    stream = burn_in(stream, chain.burned_in_subtitles, picture, context, assets)
    stream = draw_watermarks(stream, chain.watermarks, frame, context, assets)
    if parameters.edit:
        shot = Shot(video, chain.start_s, transfer)
        stream = draw_texts(stream, parameters.edit.burned_in_texts, frame, shot, context, assets)
    if context.frames:
        stream = context.frames.from_zero(stream)
    return stream.filter("format", pixel_format(parameters))


def _sized(stream: Stream, chain: FrameChain, context: BuildContext, assets: Assets) -> Stream:
    """The frames at the encode's rate, size and colours, before anything is drawn over them."""
    parameters, video, shape = chain.parameters, chain.video, chain.shape
    stream = source_picture(stream, video, parameters.deinterlace)
    stream = edited(stream, video, parameters.edit, shape)
    if lut := lut_file(parameters.edit, video, context, assets):
        stream = with_lut(stream, video, lut)
    # A cue starts and ends at a frame of the picture, so there must be enough of them.
    rate = chain.fps or constant_rate(parameters, video, chain.segmented or chain.burned_in_subtitles is not None)
    if rate:
        # Rounding the end would drop a picture that is shorter than half a frame.
        end = {"eof_action": "pass"} if 0 < parameters.fps < _SLOW_FPS else {}
        stream = stream.filter("fps", fps=rate, start_time=0, **end)
    if chain.pad_until_s is not None:
        stream = pad_last_frame(stream, video, chain.pad_until_s, chain.start_s)
    if context.frames:  # after the filters that look at several frames, before those that cost most
        stream = context.frames.selected(stream)
    # limited: browsers show full-range H.264 too dark
    sar = parameters.sar.replace(":", "/")
    stream = drawn(stream, video, shape, parameters.hdr, sar=sar, out_range="limited")
    return sharpened(stream, parameters.edit)
