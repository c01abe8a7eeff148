"""Two runs side by side: which item of one is which of the other, and what their files differ in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from media_workflows.domain.base import Model
from media_workflows.domain.run_report import ItemReport, JobReport, MediaFile

NAMED_ROLES = ("main", "manifest")  # files that a person would name


class ComparedItem(Model):
    """An item of one of the runs. `bytes` are those of all its `files`, segments included; `seconds` are its step's.

    `shown` is the file that stands for it: its manifest, or the first of its files; None = it has none.
    """

    step_id: str
    item: int
    definition: int
    status: str
    message: str
    reused: bool
    files: int
    bytes: int
    seconds: float | None
    shown: MediaFile | None


class ComparedPair(Model):
    """The same item in both runs; None = that run has no such item."""

    kind: str
    left: ComparedItem | None
    right: ComparedItem | None


class _Item(NamedTuple):
    kind: str
    item: ComparedItem


_Key = Callable[[_Item], Hashable]
# What makes two items the same: the more exact comes first. The last matches whatever is left of a kind, in order.
_SAME: tuple[_Key, ...] = (
    lambda one: (one.kind, one.item.step_id, one.item.definition, one.item.item),
    lambda one: (one.kind, one.item.step_id, one.item.definition),
    lambda one: (one.kind, one.item.definition),
    lambda one: (one.kind, one.item.step_id),
    lambda one: one.kind,
)


def paired_items(left: Sequence[JobReport], right: Sequence[JobReport]) -> list[ComparedPair]:
    """The items of both runs in the order of the left one; what only the right one has comes last."""
    ours, theirs = _items(left), _items(right)
    partners: dict[int, _Item] = {}
    for same in _SAME:
        for number, one in enumerate(ours):
            if number in partners:
                continue
            found = next((other for other in theirs if same(other) == same(one)), None)
            if found is not None:
                theirs.remove(found)
                partners[number] = found
    pairs = [
        ComparedPair(kind=one.kind, left=one.item, right=partners[number].item if number in partners else None)
        for number, one in enumerate(ours)
    ]
    return [*pairs, *(ComparedPair(kind=one.kind, left=None, right=one.item) for one in theirs)]


def _items(jobs: Sequence[JobReport]) -> list[_Item]:
    return [_Item(job.kind, _compared(job, number, item)) for job in jobs for number, item in enumerate(job.items)]


def _compared(job: JobReport, number: int, item: ItemReport) -> ComparedItem:
    named = [file for file in item.after if file.role in NAMED_ROLES]
    manifest = next((file for file in named if file.role == "manifest"), None)
    took = job.finished_at - job.begun_at if job.begun_at and job.finished_at else None
    return ComparedItem(
        step_id=job.step.step_id,
        item=number,
        definition=item.definition,
        status=item.status,
        message=item.message,
        reused=item.reused is not None,
        files=len(item.after),
        bytes=sum(file.size_bytes for file in item.after),
        seconds=took.total_seconds() if took else None,
        shown=manifest or next(iter(named), None),
    )
