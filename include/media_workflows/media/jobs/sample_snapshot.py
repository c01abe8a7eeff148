"""`sample_snapshot`: pictures at a regular interval, the first at 0 s."""

from __future__ import annotations

from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.sampling import sample_count
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.pictures import PictureMaker
from media_workflows.media.plan.planned import ItemPlan

MAX_SEEKS = 24  # a few pictures are cheaper by seeks, many by one decode
_COMPARED = 12  # pictures of one decode that are compared with the source


def build(context: BuildContext, item: SampleSnapshotItem, index: int) -> ItemPlan:
    """The plan: pictures at 0, one interval, two intervals ... before the end. Raises NoVideoError."""
    maker = PictureMaker(context, item, index)
    duration_s = context.info.duration_s
    interval_s = maker.parameters.interval_s(duration_s)  # type: ignore[union-attr]
    count = sample_count(duration_s, interval_s)
    if count > MAX_SEEKS:
        step = -(-count // _COMPARED)
        files = [maker.file(number, number * interval_s, number % step == 0) for number in range(count)]
        return ItemPlan([maker.series(interval_s, count)], files, count * interval_s, assets=maker.assets.files)
    made = [maker.at(number * interval_s, number) for number in range(count)]
    return ItemPlan([output for output, _ in made], [file for _, file in made], assets=maker.assets.files)
