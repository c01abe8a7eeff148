"""The progress of a step of a run."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from media_workflows.domain.step_key import StepRecord

Phase = Literal["fetching", "probing", "encoding", "analysing", "verifying", "publishing", "done", "failed"]
# The work after the encode has no measure, so only a job that is done reports 100.
MAX_UNFINISHED_PERCENT = 99.0


class JobProgress(StepRecord):
    """The latest progress report of a job's latest try. `percent` is 0 to 100 of the encode, 100 only if all is done.

    `begun_at` is the start of that try; `fps` are encoded frames per second, `speed` media seconds per second; None =
    unknown in this phase.
    """

    try_number: int
    begun_at: datetime | None = None
    phase: Phase
    percent: float
    fps: float | None = None
    speed: float | None = None
    eta_s: float | None = None
    updated_at: datetime
