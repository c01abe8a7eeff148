"""The progress of a step of a run."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from media_workflows.domain.step_key import StepRecord

Phase = Literal["fetching", "probing", "encoding", "analysing", "verifying", "publishing", "done", "failed"]
FAILED: Phase = "failed"
MEASURED: Phase = "encoding"  # the phase in which ffmpeg reports often: one that stands still there is stuck
# The work after the encode has no measure, so only a job that is done reports 100.
MAX_UNFINISHED_PERCENT = 99.0


class JobProgress(StepRecord):
    """The latest progress report of a job's latest try. `percent` is 0 to 100 of the encode, 100 only if all is done.

    `begun_at` is the start of that try; `fps` are encoded frames per second, `speed` media seconds per second; None =
    unknown in this phase. `moved_at` is when the output last grew, or the phase began.
    """

    try_number: int
    begun_at: datetime | None = None
    phase: Phase
    percent: float
    fps: float | None = None
    speed: float | None = None
    eta_s: float | None = None
    updated_at: datetime
    moved_at: datetime | None = None

    def stalled_s(self, now: datetime, limit_s: float) -> int | None:
        """For how many seconds nothing has moved, once that deserves a sign; None = it moves, or has no figures."""
        is_measured = self.phase == MEASURED and self.percent < MAX_UNFINISHED_PERCENT
        return stalled_s(self.moved_at if is_measured else None, now, limit_s)


SIGN_AFTER = 0.2  # of the limit after which an ffmpeg without progress is ended


def stalled_s(moved_at: datetime | None, now: datetime, limit_s: float) -> int | None:
    """For how many whole seconds nothing has moved, from a fifth of the limit on."""
    if moved_at is None:
        return None
    passed_s = (now - moved_at).total_seconds()
    return int(passed_s) if passed_s >= SIGN_AFTER * limit_s else None
