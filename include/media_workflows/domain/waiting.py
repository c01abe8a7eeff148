"""What a step or a run waits for: before it starts, or for the answer of a person."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.base import Model

WAITS_FOR_APPROVAL = "WaitsForApproval"  # in lists of runs, in the place of an error code


class Waiting(Model):
    """`ahead` others come first, at least this many if `is_more`.

    `slot`: the pool `place` is full. `worker`: the workers of queue `place` are busy. `runs`: as many runs of the
    workflow as may run at the same time are running. `approval`: step `place` asks a person the `question`: that of
    the user, of a review's gate or of a budget. `encodes`: all of those ahead encode.
    """

    reason: Literal["slot", "worker", "runs", "approval"]
    place: str = ""
    ahead: int
    is_more: bool = False
    encodes: bool = False
    question: str = ""
