"""Results from what was published or reused."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import ItemResult, OutputRecord, shown_item
from media_workflows.domain.step_key import StepKey
from media_workflows.media.jobs.request import ItemOutcome, MadeFile
from media_workflows.storage.publish import PublishedFile
from media_workflows.store.made_items import MadeItem, MadeOutput

HASHED_ROLES = ("main", "manifest")  # what names the others, and what tasks return


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


def made_item(step: StepKey, outcome: ItemOutcome, published: Sequence[PublishedFile]) -> MadeItem:
    """An item that a step encoded and published, for later runs to reuse."""
    files = zip(published, outcome.files, strict=True)
    outputs = tuple(_output(file, made, outcome.item) for file, made in files)
    return MadeItem(**asdict(step), outputs=outputs, notices=outcome.notices)


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
        loudness=made.loudness,
        contents=dict(made.contents) if made.contents is not None else None,
        sha256=_sha256(made.path) if published.role in HASHED_ROLES else None,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _output(published: PublishedFile, made: MadeFile, item: JobItem[Any]) -> MadeOutput:
    is_named = made.pattern == item.pattern_of(made.variables["format"])
    return MadeOutput(record=output_record(published, made), variables=dict(made.variables) if is_named else None)
