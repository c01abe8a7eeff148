"""Results of a step's items: reused from an earlier run, or made and published."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, item_failure
from media_workflows.errors import JobCancelledError, MediaWorkflowsError, OutputNameError
from media_workflows.execution.results import item_success, made_item
from media_workflows.execution.reuse import ReusableOutputs
from media_workflows.execution.running_step import RunningStep, shown_place
from media_workflows.media.jobs.request import ItemOutcome, JobOutcome
from media_workflows.media.source.probe import probe
from media_workflows.storage.inputs import Inputs
from media_workflows.storage.publish import PublishedFile

# What the variables whose values the finished files have are at least. Plans, which know the source, know the most.
_LEAST = {"format": "", "number": "0", "segmentNumber": "0", "signal": "", "subStreamNumber": "0"}


@dataclass(frozen=True)
class Maker:
    """How items of a kind are made.

    `tools` names what makes their outputs and changes when that does: then nothing is reused. `make` gets items and a
    work directory, and raises MediaError when none of them can be made. `on_published` is called with the files of
    each item, which are verified, as soon as they are visible.
    """

    tools: str
    make: Callable[[Sequence[JobItem[Any]], Path], JobOutcome]
    on_published: Callable[[Sequence[PublishedFile]], None] = lambda _: None


def item_results(step: RunningStep, inputs: Inputs, maker: Maker) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
    """The source as probed, and a result for each item, in their order.

    Raises what concerns all items: a MediaError of the source, a passing error, JobCancelledError.
    """
    reusable = ReusableOutputs(step, inputs, maker.tools)
    results = _without_valid_name(step)
    if not step.request.force:
        results |= _reused(step, reusable, results)
    info = _make(step, inputs, maker, reusable, results)
    return info, tuple(results[index] for index in range(len(step.request.items)))


def _without_valid_name(step: RunningStep) -> dict[int, ItemResult]:
    """Failures, by index, of the items whose outputs have no valid key: found before the source is read."""
    failures = {}
    for index, item in enumerate(step.request.items):
        try:
            require_names(step, item)
        except OutputNameError as error:
            failures[index] = item_failure(item, error.code, str(error))
    return failures


def require_names(step: RunningStep, item: JobItem[Any]) -> None:
    """Raises OutputNameError for an item whose outputs would have no valid key, whatever the source is."""
    known = _LEAST | {"definition": str(item.definition)} | item.least_variables
    files = [(item.path_pattern, known["format"]), *item.companion_patterns.values()]
    for pattern, file_format in files:
        step.request.output.key_of(pattern, step.request.source.key, known | {"format": file_format})


def _reused(step: RunningStep, reusable: ReusableOutputs, done: Container[int]) -> dict[int, ItemResult]:
    """Results, by index, of the other items that an earlier run made."""
    results = {}
    for index, item in enumerate(step.request.items):
        if index in done:
            continue
        try:
            found = reusable.reuse(item)
        except MediaWorkflowsError as error:
            results[index] = _failure(item, error)
            continue
        if found is not None:
            results[index] = item_success(item, found.outputs, found.notices, found.run_id)
            reusable.record(item, found)
            step.log(f"{item.kind}[{index}] reused from run {found.run_id}: {shown_place(found.outputs[0].record)}")
    return results


def _make(
    step: RunningStep, inputs: Inputs, maker: Maker, reusable: ReusableOutputs, results: dict[int, ItemResult]
) -> MediaInfo:
    """Make and publish the items that have no result yet; the source as probed."""
    items = step.request.items
    missing = [index for index in range(len(items)) if index not in results]
    if not missing:
        return probe(inputs.source)
    with step.work_dir() as work_dir:
        outcome = maker.make([items[index] for index in missing], work_dir)
        step.progress.phase("publishing")
        for index, item in zip(missing, outcome.items, strict=True):
            results[index] = _published(step, item, maker, reusable)
    return outcome.source


def _published(step: RunningStep, outcome: ItemOutcome, maker: Maker, reusable: ReusableOutputs) -> ItemResult:
    """An item's files become visible together; else its failure."""
    if outcome.error is not None:
        return item_failure(outcome.item, outcome.error.code, str(outcome.error))
    try:
        published = step.publish(outcome.item, outcome.files)
    except MediaWorkflowsError as error:
        return _failure(outcome.item, error)
    maker.on_published(published)
    made = made_item(step.request.step, outcome, published)
    reusable.record(outcome.item, made)
    for notice in made.notices:
        step.log(f"{outcome.item.kind}: {notice.message}")
    return item_success(outcome.item, made.outputs, made.notices)


def _failure(item: JobItem[Any], error: MediaWorkflowsError) -> ItemResult:
    """An item's own failure. Raises an error that concerns the whole job: a passing one, or a cancellation."""
    if error.retryable or isinstance(error, JobCancelledError):
        raise error
    return item_failure(item, error.code, str(error))
