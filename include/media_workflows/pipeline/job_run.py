"""`JobRun`: the media jobs of a run, which encode."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media_workflows.media.job import JobOutcome, run_job
from media_workflows.model.jobs.base import JobItem
from media_workflows.pipeline.inputs import Inputs
from media_workflows.pipeline.reuse import tools_of
from media_workflows.pipeline.task_run import JobTask, TaskRun

__all__ = ["JobRun", "JobTask"]


class JobRun(TaskRun):
    """All items of a media kind."""

    def tools(self) -> str:
        return tools_of(self.settings)

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
