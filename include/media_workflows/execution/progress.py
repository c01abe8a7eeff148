"""A step's progress, on its way from the worker to the store and to the task's log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from media_workflows.domain.progress import MAX_UNFINISHED_PERCENT, JobProgress, Phase
from media_workflows.domain.step_key import StepKey
from media_workflows.media.ffmpeg.progress import Progress
from media_workflows.store.engine import transaction
from media_workflows.store.progress import record_progress
from media_workflows.store.tables import utcnow

INTERVAL_S = 1.5
Log = Callable[[str], object]


class ProgressReport:
    """Called with each `Progress`; passes on each change of phase, and within a phase one report an interval.

    The store gets none in the first interval: many steps have ended by then, and each would cost them a transaction.
    """

    def __init__(self, step: StepKey, kind: str, try_number: int, log: Log) -> None:
        self._step = step
        self._kind = kind
        self._try_number = try_number
        self._log = log
        self._last: JobProgress | None = None
        self._reported_at = float("-inf")
        self._stored_from = time.monotonic() + INTERVAL_S
        self._reached: tuple[Phase, float, float] | None = None
        self._moved_at = self.begun_at = utcnow()

    def begin(self, session: Session) -> None:
        """Record in this transaction that the step has begun."""
        self._last = self._of_step(Progress(0.0, phase="fetching"))
        record_progress(session, self._step.workflow_id, self._step.run_id, self._last)

    def __call__(self, progress: Progress) -> None:
        self._note_movement(progress)
        is_new_phase = self._last is None or progress.phase != self._last.phase
        if is_new_phase or time.monotonic() - self._reported_at >= INTERVAL_S:
            self._reported_at = time.monotonic()
            self._report(self._of_step(progress))

    def _note_movement(self, progress: Progress) -> None:
        """ffmpeg reports in any case; a step that stands still reports the same percent and time of its output."""
        reached = (progress.phase, progress.percent, progress.out_time_s)
        if reached != self._reached:
            self._reached, self._moved_at = reached, utcnow()

    def phase(self, phase: Phase) -> None:
        """A phase without figures of its own begins; what is done so far stays done."""
        self(self._reached_in(phase))

    def end(self, session: Session, phase: Literal["done", "failed"]) -> None:
        """Record in this transaction, with the step's result, that it has ended."""
        progress = self._reached_in(phase)
        self._note_movement(progress)
        self._last = self._of_step(progress)
        self._log(_line(self._last))
        record_progress(session, self._step.workflow_id, self._step.run_id, self._last)

    def _reached_in(self, phase: Phase) -> Progress:
        percent = self._last.percent if self._last else 0.0
        return Progress(percent=100.0 if phase == "done" else percent, phase=phase)

    def _report(self, progress: JobProgress) -> None:
        self._last = progress
        self._log(_line(progress))
        if time.monotonic() < self._stored_from:
            return
        try:
            with transaction() as session:
                record_progress(session, self._step.workflow_id, self._step.run_id, progress)
        except SQLAlchemyError as error:  # the figures are missing for a while; the job goes on
            self._log(f"this progress could not be stored: {error}")

    def _of_step(self, progress: Progress) -> JobProgress:
        percent = progress.percent if progress.phase == "done" else min(progress.percent, MAX_UNFINISHED_PERCENT)
        return JobProgress(
            kind=self._kind,
            **self._step.instance._asdict(),
            try_number=self._try_number,
            begun_at=self.begun_at,
            phase=progress.phase,
            percent=percent,
            fps=progress.fps,
            speed=progress.speed,
            eta_s=progress.eta_s,
            updated_at=utcnow(),
            moved_at=self._moved_at,
        )


def _line(progress: JobProgress) -> str:
    if progress.phase != "encoding":
        return progress.phase
    speed = f"{progress.speed:.2f}x" if progress.speed else "?"
    eta = f"{progress.eta_s:.0f} s" if progress.eta_s is not None else "?"
    return f"encoding: {progress.percent:.1f} %, speed {speed}, ETA {eta}"
