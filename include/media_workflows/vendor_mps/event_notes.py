"""What `MediaWorkflows` says of each result of a run, beside the vendor's fields. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from media_workflows.domain.result import ItemResult, JobResult, SourceObject
from media_workflows.vendor_mps.event_models.run_event import Times
from media_workflows.vendor_mps.event_shapes import Json, shown_time


class Ended(NamedTuple):
    """An item that ended, with its job."""

    job: JobResult
    item: ItemResult

    @property
    def times(self) -> Times:
        """The vendor's, also of results for which it has none."""
        return {"BeginProcessTime": shown_time(self.job.begun_at), "FinishTime": shown_time(self.job.finished_at)}


def notes_of(results: Sequence[Ended | None]) -> Json:
    """What `MediaWorkflows` has of each result, in their order; None = it has not ended, or is no item."""
    return {
        "ReusedRunIds": [one.item.reused if one else None for one in results],
        "Notices": [_notices(one.item) if one else [] for one in results],
        "Times": [one.times if one else None for one in results],
    }


def source_notes(source: SourceObject | None) -> Json:
    """The user metadata of the source, as its owner gave them; nothing where there are none."""
    return {"SourceMetadata": source.metadata} if source and source.metadata else {}


def _notices(item: ItemResult) -> list[Json]:
    """What was left out, converted or repaired in an item."""
    return [
        {"Code": notice.code, "Message": notice.message, "Parameters": notice.parameters} for notice in item.notices
    ]
