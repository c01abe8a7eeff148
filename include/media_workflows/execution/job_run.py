"""`JobRun`: the media jobs of a run, which encode."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media_workflows.domain.jobs.adaptive_dynamic_streaming import RECOGNISED_SUBTITLES
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.result import ItemResult, SourceObject
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput
from media_workflows.execution.reuse import tools_of
from media_workflows.execution.task_run import JobTask, TaskRun
from media_workflows.media.jobs.job import JobOutcome, run_job
from media_workflows.storage.inputs import Inputs
from media_workflows.store.engine import transaction
from media_workflows.store.runs import get_run

__all__ = ["JobRun", "JobTask"]


class JobRun(TaskRun):
    """All items of a media kind."""

    def tools(self) -> str:
        return tools_of(self.settings)

    def made_objects(self) -> dict[str, SourceObject]:
        """The subtitles that the run's recognition has heard, where an item wants them."""
        if not any(RECOGNISED_SUBTITLES in item.extra_keys for item in self.items):
            return {}
        with transaction() as session:
            record = get_run(session, self.task.workflow_id, self.task.run_id)
        recognised = [one for job in (record.jobs if record else ()) if job.kind == "recognition" for one in job.items]
        file = next((output for item in recognised if _heard(item) for output in item.outputs), None)
        if file is None:
            return {}
        place = SourceObject(bucket=file.bucket, key=file.key, etag=file.etag, size_bytes=file.size_bytes)
        return {RECOGNISED_SUBTITLES: place}

    def outcome(self, items: Sequence[JobItem[Any]], inputs: Inputs, work_dir: Path) -> JobOutcome:
        return run_job(
            self.task.kind,
            items,
            inputs.source,
            self.source.key,
            work_dir,
            self._progress,
            self.settings,
            self._cancellation,
            inputs.extra,
        )


def _heard(item: ItemResult) -> bool:
    """Whether anything was said: a track without a cue is none."""
    return any(isinstance(one.output, AsrFullTextOutput) and one.output.segments for one in item.sub_tasks)
