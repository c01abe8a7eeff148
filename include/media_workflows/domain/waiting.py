"""What a step or a run waits for before it starts."""

from __future__ import annotations

from typing import Literal

from media_workflows.domain.base import Model


class Waiting(Model):
    """`ahead` others come first, at least this many if `is_more`.

    `slot`: the pool `place` is full. `worker`: the workers of queue `place` are busy. `runs`: as many runs of the
    workflow as may run at the same time are running. `encodes`: all of those ahead encode.
    """

    reason: Literal["slot", "worker", "runs"]
    place: str = ""
    ahead: int
    is_more: bool = False
    encodes: bool = False
