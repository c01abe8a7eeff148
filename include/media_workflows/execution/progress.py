"""A job's progress, on its way from the worker to the store and to the task's log."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from media_workflows.domain.progress import MAX_UNFINISHED_PERCENT, JobProgress, Phase
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.store.engine import transaction
from media_workflows.store.progress import record_progress
from media_workflows.store.tables import utcnow

INTERVAL_S = 1.5
Say = Callable[[str], object]


class ProgressReport:
    """Called with each `Progress`; passes on each change of phase, and within a phase one report an interval."""

    def __init__(self, workflow_id: str, run_id: str, kind: str, try_number: int, say: Say) -> None:
        self._run = workflow_id, run_id
        self._kind = kind
        self._try_number = try_number
        self._say = say
        self._last: JobProgress | None = None
        self._told_at = float("-inf")
        self.begun_at = utcnow()

    def __call__(self, progress: Progress) -> None:
        is_new_phase = self._last is None or progress.phase != self._last.phase
        if is_new_phase or time.monotonic() - self._told_at >= INTERVAL_S:
            self._told_at = time.monotonic()
            self._tell(_of_job(self._kind, self._try_number, self.begun_at, progress))

    def phase(self, phase: Phase) -> None:
        """A phase without figures of its own begins; what is done so far stays done."""
        percent = self._last.percent if self._last else 0.0
        self(Progress(percent=100.0 if phase == "done" else percent, phase=phase))

    def _tell(self, progress: JobProgress) -> None:
        self._last = progress
        self._say(_line(progress))
        try:
            with transaction() as session:
                record_progress(session, *self._run, progress)
        except SQLAlchemyError as error:  # nobody sees the figures for a while; the job goes on
            self._say(f"this progress could not be stored: {error}")


def _of_job(kind: str, try_number: int, begun_at: datetime, progress: Progress) -> JobProgress:
    percent = progress.percent if progress.phase == "done" else min(progress.percent, MAX_UNFINISHED_PERCENT)
    return JobProgress(
        kind=kind,
        try_number=try_number,
        begun_at=begun_at,
        phase=progress.phase,
        percent=percent,
        fps=progress.fps,
        speed=progress.speed,
        eta_s=progress.eta_s,
        updated_at=utcnow(),
    )


def _line(progress: JobProgress) -> str:
    if progress.phase != "encoding":
        return progress.phase
    speed = f"{progress.speed:.2f}x" if progress.speed else "?"
    eta = f"{progress.eta_s:.0f} s" if progress.eta_s is not None else "?"
    return f"encoding: {progress.percent:.1f} %, speed {speed}, ETA {eta}"
