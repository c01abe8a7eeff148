"""`animated_graphic`: a time range of the video as an endlessly looping GIF or WebP."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import ffmpeg

from media_workflows.domain.jobs.animated_graphic import AnimatedGraphicItem, AnimatedGraphicParameters
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import InvalidOffsetError
from media_workflows.media.encoders.pictures import ANIMATIONS
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Fit, display_size, fit, require_video
from media_workflows.media.filters.size_limits import require_encodable
from media_workflows.media.filters.source_picture import drawn, source_picture
from media_workflows.media.filters.trim import Trim
from media_workflows.media.plan.depiction import depiction
from media_workflows.media.plan.planned import Expectation, ItemPlan, Output, PlannedFile

# One palette for all frames gives the best picture and keeps all frames in memory; above this many bytes of
# frames, each frame gets its own palette instead and memory stays constant.
_SHARED_PALETTE_BYTES = 256 * 1024**2


@dataclass(frozen=True)
class _Animation:
    """What is made: so many frames of the source from `start_s` on."""

    parameters: AnimatedGraphicParameters
    shape: Fit
    start_s: float
    frame_count: int


def build(context: BuildContext, item: AnimatedGraphicItem, index: int) -> ItemPlan:
    """The plan of one animation, cut at the source's end. Raises NoVideoError or InvalidOffsetError."""
    video = require_video(context.info)
    parameters: AnimatedGraphicParameters = parameters_of(item)
    start_s, length_s = _range_s(item, context.info.duration_s)
    shape = require_encodable(fit(parameters, display_size(video), multiple=1), parameters.format)
    animation = _Animation(parameters, shape, start_s, max(1, math.ceil(round(length_s * parameters.fps, 6))))
    frames, seek = _frames(context, video.index, start_s, length_s)
    frames = source_picture(frames, video)
    # Padding by one frame: a shorter clip would otherwise be rounded to no frame.
    # start_time: frame 0 represents the start even when the source's first frame comes a little later.
    # round: each frame is the one on screen at its moment, not one from half a frame later.
    if video.fps > 0:
        frames = frames.filter("tpad", stop_duration=f"{1 / parameters.fps:.6f}", stop_mode="clone")
    frames = frames.filter("fps", fps=parameters.fps, start_time=0, round="up")
    frames = frames.filter("trim", end_frame=animation.frame_count)
    file = _file(context, item, index, animation)
    node = _encoded(drawn(frames, video, shape, multiple=1), animation, file.path.name, context)
    return ItemPlan(outputs=[Output(node, seek)], files=[file], duration_s=length_s)


def _range_s(item: AnimatedGraphicItem, duration_s: float) -> tuple[float, float]:
    if item.start_offset_s >= duration_s:
        raise InvalidOffsetError(
            "start_offset_s {start_offset_s} is after the source's end at {duration_s} s; choose an earlier start",
            start_offset_s=f"{item.start_offset_s:g}",
            duration_s=f"{duration_s:.3f}",
        )
    return item.start_offset_s, min(item.end_offset_s, duration_s) - item.start_offset_s


def _frames(
    context: BuildContext, index: int, start_s: float, length_s: float
) -> tuple[Stream, tuple[float, float] | None]:
    trim = Trim(start_s, length_s, whole=False)
    if (seek := trim.seek(context)) is None:
        return trim.trimmed(context.picture_input(), start_s), None
    return trim.picture(context, index), seek


def _encoded(frames: Stream, animation: _Animation, name: str, context: BuildContext) -> Stream:
    options: dict[str, Any] = {"loop": 0, **context.output_options()}
    parameters = animation.parameters
    if parameters.format == "webp":
        frames = frames.filter("scale", out_color_matrix="bt601", out_range="limited").filter("format", "yuv420p")
        encoder = {"c:v": ANIMATIONS["webp"], "quality": parameters.quality}
        return frames.output(name, format="webp", **encoder, **options)
    size = animation.shape.outer
    shared = animation.frame_count * size.width * size.height * 4 <= _SHARED_PALETTE_BYTES
    return _with_palette(frames, shared).output(name, format="gif", **{"c:v": ANIMATIONS["gif"]}, **options)


def _with_palette(frames: Stream, shared: bool) -> Stream:
    copies = frames.filter_multi_output("split")
    palette = copies[0].filter("palettegen", stats_mode="full" if shared else "single")
    options = {"dither": "bayer", "new": int(not shared)}
    return ffmpeg.filter([copies[1], palette], "paletteuse", **options)


def _file(context: BuildContext, item: AnimatedGraphicItem, index: int, animation: _Animation) -> PlannedFile:
    parameters, shape, start_s = animation.parameters, animation.shape, animation.start_s
    length_s = animation.frame_count / parameters.fps
    return PlannedFile(
        path=context.work_dir / f"item{index}.{parameters.format}",
        pattern=item.path_pattern,
        variables={"definition": str(item.definition), "format": parameters.file_format},
        expects=Expectation(
            video=True,
            audio=False,
            duration_s=length_s if animation.frame_count > 1 else None,  # one frame has no duration
            width=shape.outer.width,
            height=shape.outer.height,
            source_start_s=start_s,
            slack_s=1.5 / parameters.fps,  # frames round to the animation's own rate
        ),
        depicts=depiction(require_video(context.info), shape, multiple=1, start_s=start_s, length_s=length_s),
    )
