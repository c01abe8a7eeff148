"""What a step or a run used: processor time, elapsed time, and bytes read and written."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from media_workflows.domain.base import Model


class Usage(Model):
    """`cpu_s` is the processor time of the step and of all processes that it started, in seconds.

    `wall_s` is the time that it took, `bytes_in` the size of the files that it read, `bytes_out` the size of the
    outputs that it made: outputs of an earlier run that were reused do not count. `commands_cpu_s` is the part of
    `cpu_s` that all its ffmpeg commands took, with what helpers spent on chunks; 0 = none, or a version that did not
    record it.
    """

    cpu_s: float = 0.0
    wall_s: float = 0.0
    bytes_in: int = 0
    bytes_out: int = 0
    commands_cpu_s: float = Field(0.0, exclude_if=lambda cpu_s: not cpu_s)


def total_usage(used: Iterable[Usage]) -> Usage:
    """The sum of several steps."""
    found = list(used)
    return Usage(
        cpu_s=round(sum(one.cpu_s for one in found), 2),
        wall_s=round(sum(one.wall_s for one in found), 2),
        bytes_in=sum(one.bytes_in for one in found),
        bytes_out=sum(one.bytes_out for one in found),
        commands_cpu_s=round(sum(one.commands_cpu_s for one in found), 2),
    )
