"""Results from what was published or reused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import ItemResult, OutputRecord, shown_item
from media_workflows.media.jobs.job import ItemOutcome, MadeFile
from media_workflows.storage.publish import PublishedFile
from media_workflows.store.made_items import MadeItem, MadeOutput


def item_success(
    item: JobItem[Any], outputs: Sequence[MadeOutput], notices: Sequence[Notice] = (), reused: str | None = None
) -> ItemResult:
    """An item whose outputs are there; `reused` names the run that had made them."""
    return ItemResult(
        item=shown_item(item),
        definition=item.definition,
        status="SUCCESS",
        outputs=tuple(output.record for output in outputs),
        notices=tuple(notices),
        reused=reused,
    )


def made_item(workflow_id: str, run_id: str, outcome: ItemOutcome, published: Sequence[PublishedFile]) -> MadeItem:
    """What a run encoded and published, for later runs to find."""
    files = zip(published, outcome.files, strict=True)
    outputs = tuple(_output(file, made, outcome.item) for file, made in files)
    return MadeItem(workflow_id=workflow_id, run_id=run_id, outputs=outputs, notices=outcome.notices)


def output_record(published: PublishedFile, made: MadeFile) -> OutputRecord:
    """A published file as results keep it."""
    return OutputRecord(
        bucket=published.bucket,
        key=published.key,
        size_bytes=published.size_bytes,
        md5=published.md5,
        etag=published.etag,
        info=made.info,
        time_offset_s=made.time_offset_s,
        picture_count=made.picture_count,
        role=published.role,
        vmaf=made.vmaf,
    )


def _output(published: PublishedFile, made: MadeFile, item: JobItem[Any]) -> MadeOutput:
    is_named = made.pattern == item.pattern_of(made.variables["format"])
    return MadeOutput(record=output_record(published, made), variables=dict(made.variables) if is_named else None)
