"""The items of a quality control, decided by what was measured: one row for each. Pure."""

from __future__ import annotations

from media_workflows.domain.jobs.quality_control import QualityControlParameters
from media_workflows.domain.sub_tasks.quality_control import QualityItem
from media_workflows.media.jobs.quality.clock_items import CLOCK_ITEMS
from media_workflows.media.jobs.quality.item_rules import ItemRule
from media_workflows.media.jobs.quality.measurements import Measurements
from media_workflows.media.jobs.quality.picture_items import PICTURE_ITEMS
from media_workflows.media.jobs.quality.sound_items import SOUND_ITEMS
from media_workflows.media.jobs.quality.stream_items import STREAM_ITEMS

ITEMS: dict[str, ItemRule] = {**PICTURE_ITEMS, **SOUND_ITEMS, **STREAM_ITEMS, **CLOCK_ITEMS}


def quality_items(parameters: QualityControlParameters, measured: Measurements) -> tuple[QualityItem, ...]:
    """The items that are on, in the order of the parameters."""
    return tuple(ITEMS[name](name, getattr(parameters, name), measured) for name in parameters.items)
