"""`UsageMeter`: measures what a step uses, from its creation on."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from media_workflows.domain.result import ItemResult, RanCommand
from media_workflows.domain.usage import Usage


def processor_time_s() -> float:
    """Processor time of this process and of its ended child processes so far, user and system, in seconds."""
    return sum(os.times()[:4])


class UsageMeter:
    """Of one try of a step. A process runs one step at a time, so the time of the process is that of the step."""

    def __init__(self) -> None:
        self._cpu_s, self._began_s = processor_time_s(), time.monotonic()
        self.bytes_in = 0
        self.helpers_cpu_s = 0.0  # of tasks that encoded chunks for the step
        self.reused_places: set[tuple[str, str]] = set()  # (bucket, key) of reused outputs of items that also made some

    def usage(self, items: Iterable[ItemResult], commands: Iterable[RanCommand]) -> Usage:
        """What was used until now; `items` are the results of the step, `commands` all that it has run."""
        return Usage(
            cpu_s=round(processor_time_s() - self._cpu_s + self.helpers_cpu_s, 2),
            wall_s=round(time.monotonic() - self._began_s, 2),
            bytes_in=self.bytes_in,
            bytes_out=sum(map(self._written_bytes, items)),
            commands_cpu_s=round(sum(command.cpu_s for command in commands) + self.helpers_cpu_s, 2),
        )

    def _written_bytes(self, item: ItemResult) -> int:
        made = (one for one in item.outputs if (one.bucket, one.key) not in self.reused_places)
        return 0 if item.reused else sum(one.size_bytes for one in made)
