"""Steps that encode: all items of a media kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.add_ons import RECOGNISED_SUBTITLES
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, SourceObject
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput
from media_workflows.execution import item_results as items_of
from media_workflows.execution.content_keys import ContentKeys
from media_workflows.execution.early_playlists import EarlyPlaylists
from media_workflows.execution.reuse import tools_of
from media_workflows.execution.running_step import RunningStep
from media_workflows.execution.split.owner import SplitRenditions
from media_workflows.intelligence.features.caption_reader import caption_reader
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobOutcome, JobRequest
from media_workflows.storage.inputs import Inputs
from media_workflows.store.engine import transaction
from media_workflows.store.runs import results_of_run


def made_objects(step: RunningStep) -> dict[str, SourceObject]:
    """The subtitles from the run's speech recognition, where an item takes them."""
    if not any(RECOGNISED_SUBTITLES in item.extra_keys for item in step.request.items):
        return {}
    key = step.request.step
    with transaction() as session:
        results = results_of_run(session, key.workflow_id, key.run_id)
    recognised = [item for job in results if job.kind == "recognition" for item in job.items]
    file = next((output for item in recognised if _has_speech(item) for output in item.outputs), None)
    if file is None:
        return {}
    place = SourceObject(bucket=file.bucket, key=file.key, etag=file.etag, size_bytes=file.size_bytes)
    return {RECOGNISED_SUBTITLES: place}


def _has_speech(item: ItemResult) -> bool:
    """A track without a cue is none."""
    return any(isinstance(one.output, AsrFullTextOutput) and one.output.segments for one in item.sub_tasks)


def item_results(step: RunningStep, inputs: Inputs) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
    """Reused, or encoded in one pass."""
    request = step.request

    def key_of(pattern: str, variables: Mapping[str, str]) -> str:
        return request.output.key_of(pattern, request.source.key, variables)

    with SplitRenditions(step, inputs) as split, EarlyPlaylists(step) as early:

        def make(items: Sequence[JobItem[Any]], work_dir: Path) -> JobOutcome:
            job = JobRequest(
                request.kind,
                items,
                inputs.source,
                request.source.key,
                work_dir,
                inputs.extra,
                key_of,
                split,
                early,
                read_text=caption_reader(step.settings),
                content_key=ContentKeys(request.source, step.settings, step.credentials_of, step.stored_key).key_of,
            )
            return run_job(job, step.progress, step.settings, step.cancel)

        return items_of.item_results(step, inputs, items_of.Maker(tools_of(step.settings), make, early.published))
