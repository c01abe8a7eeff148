"""`snapshot_by_time_offset`: pictures at given moments, by a seek to each distinct one."""

from __future__ import annotations

from media_workflows.domain.jobs.base import offset_seconds
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.errors import InvalidOffsetError
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.pictures import PictureMaker
from media_workflows.media.plan.planned import ItemPlan

_ROUNDING_S = 0.05  # "the end" typed with one decimal is still the end


def build(context: BuildContext, item: SnapshotByTimeOffsetItem, index: int) -> ItemPlan:
    """The plan: one picture for each offset. Raises NoVideoError or InvalidOffsetError."""
    maker = PictureMaker(context, item, index)
    moments = [_moment_s(offset, context.info.duration_s) for offset in item.time_offsets]
    made = [maker.at(moment_s, number) for number, moment_s in enumerate(moments)]
    return ItemPlan(outputs=[output for output, _ in made], files=[file for _, file in made], assets=maker.assets.files)


def _moment_s(offset: str, duration_s: float) -> float:
    moment_s = offset_seconds(offset, duration_s)
    if moment_s > duration_s + _ROUNDING_S:
        raise InvalidOffsetError(
            "time offset '{offset}' is after the source's end at {duration_s} s; choose an earlier one",
            offset=offset,
            duration_s=f"{duration_s:.3f}",
        )
    return min(moment_s, duration_s)
