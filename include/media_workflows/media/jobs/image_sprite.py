"""`image_sprite`: pictures at a regular interval on sheets, and the WebVTT file that maps times to pictures."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from media_workflows.domain.jobs.image_sprite import ImageSpriteItem, ImageSpriteParameters
from media_workflows.domain.templates import parameters_of
from media_workflows.errors import SheetSizeError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Fit, display_size, fit, require_video
from media_workflows.media.filters.source_picture import drawn
from media_workflows.media.jobs.pictures import encodable, endless, one_each, picture_options
from media_workflows.media.jobs.sprite_map import Layout, SpriteMap
from media_workflows.media.plan.depiction import NEAR_S, Tile, depiction, tile_box
from media_workflows.media.plan.planned import Expectation, ItemPlan, Output, PlannedFile

# Allowed distance of a key frame from its moment, in intervals before and after, by the rounding of the `fps` filter.
# The first rounding that finds a key frame for each picture is used.
_NEAR_ENOUGH = {"up": (0.5, 0.0), "near": (0.5, 0.5)}
ANY_PICTURE = Expectation(video=True, audio=False)
_MARGIN_S = 0.001  # a key frame at the edge of a window may round to the next one


def build(context: BuildContext, item: ImageSpriteItem, index: int) -> ItemPlan:
    """The plan: pictures at 0, one interval, two intervals ... before the end. Raises NoVideoError, SheetSizeError."""
    parameters: ImageSpriteParameters = parameters_of(item)
    video, shape = require_video(context.info), _shape(parameters, context)
    layout = Layout(parameters, shape.outer, context.info.duration_s)
    files = [_sheet(context, item, index, layout, number, shape) for number in range(layout.sheet_count)]
    frames, seek = _frames(context, layout.interval_s, layout.count)
    sheets = tiled(drawn(frames.filter("trim", end_frame=layout.count), video, shape, multiple=1), parameters)
    options = {"frames:v": len(files), "start_number": 0, **picture_options(parameters.format, context)}
    node = encodable(sheets, parameters.format).output(_local_name(index, parameters, "%05d"), **options)
    finish = SpriteMap(context.work_dir / f"item{index}.vtt", item, layout, files)
    return ItemPlan([Output(node, seek)], files, layout.count * layout.interval_s, finish)


def _shape(parameters: ImageSpriteParameters, context: BuildContext) -> Fit:
    """The size of one picture."""
    shape = fit(parameters, display_size(require_video(context.info)), multiple=1)
    if problem := parameters.sheet_problem(shape.outer.width, shape.outer.height):
        raise SheetSizeError(
            "one picture of this source has {size} pixels: {problem}",
            size=f"{shape.outer.width}x{shape.outer.height}",
            problem=problem,
        )
    return shape


def _frames(context: BuildContext, interval_s: float, count: int) -> tuple[Stream, tuple[float, float] | None]:
    """One frame for each picture, and the seek: only key frames are read where they are near enough to the moments."""
    video = require_video(context.info)
    rounding = key_frame_rounding(context.key_frames(), interval_s, count) if context.seek else None
    if rounding is None:
        return one_each(endless(context.picture_input(), video), interval_s), None
    # Deinterlacing would interpolate between key frames seconds apart, and small pictures show no combing.
    key_frames = endless(context.picture_input(skip_frame="nokey"), video, deinterlace="off")
    return one_each(key_frames, interval_s, rounding), (0.0, context.info.duration_s)


def key_frame_rounding(key_frames_s: Sequence[float], interval_s: float, count: int) -> str | None:
    """The rounding of key frames (seconds, ascending) to moments; None when a moment is too far from all.

    Decoding only key frames costs a tenth or less of decoding everything.
    """
    for rounding, (before, after) in _NEAR_ENOUGH.items():
        margins = (before * interval_s - _MARGIN_S, max(after * interval_s - _MARGIN_S, 0.0))
        if all(_has_one(key_frames_s, number * interval_s, *margins) for number in range(count)):
            return rounding
    return None


def _has_one(moments_s: Sequence[float], around_s: float, before_s: float, after_s: float) -> bool:
    return bisect_right(moments_s, around_s + after_s) > bisect_left(moments_s, around_s - before_s)


def tiled(frames: Stream, parameters: ImageSpriteParameters) -> Stream:
    """The pictures on sheets."""
    # In RGB: halved colour planes would bleed into the next picture where sides are odd.
    return frames.filter("format", "rgb24").filter("tile", f"{parameters.column_count}x{parameters.row_count}")


def _sheet(
    context: BuildContext, item: ImageSpriteItem, index: int, layout: Layout, number: int, shape: Fit
) -> PlannedFile:
    variables = {
        "definition": str(item.definition),
        "format": layout.parameters.format,
        "number": item.number_format.render(number),
    }
    path = context.work_dir / _local_name(index, layout.parameters, f"{number:05d}")
    return as_sheet(PlannedFile(path, item.path_pattern, variables, ANY_PICTURE), context, layout, number, shape)


def as_sheet(file: PlannedFile, context: BuildContext, layout: Layout, number: int, shape: Fit) -> PlannedFile:
    """A file with what the sheet `number` of a sprite must be; `shape` is that of one picture."""
    numbers, size = layout.pictures_of(number), layout.sheet_size
    moments_s = [picture * layout.interval_s for picture in numbers]
    boxes = [tile_box(*layout.place(picture), layout.tile, size) for picture in numbers]
    return replace(
        file,
        expects=replace(ANY_PICTURE, width=size.width, height=size.height, shows_s=moments_s[-1]),
        time_offset_s=round(moments_s[0], 3),
        picture_count=len(numbers),
        depicts=depiction(
            require_video(context.info),
            shape,
            multiple=1,
            tiles=[Tile(moment_s, box) for moment_s, box in zip(moments_s, boxes, strict=True)],
            near_s=max(NEAR_S, layout.interval_s / 2),
        ),
    )


def _local_name(index: int, parameters: ImageSpriteParameters, number: str) -> str:
    return f"item{index}_{number}.{parameters.format}"
