"""What a step that ended used, by Airflow's own metrics: StatsD or OpenTelemetry, as its settings have it.

With neither on, Airflow drops them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple

from airflow.sdk.observability import stats

if TYPE_CHECKING:
    from media_workflows.domain.result import JobResult


class Stat(NamedTuple):
    """A metric of Airflow's: its name, its type and what it says."""

    name: str
    type: Literal["counter", "timer"]
    help: str


PREFIX = "media_workflows."
STATS = (
    Stat("step.ended", "counter", "Steps that ended, also for a further try; with tag `status`: `SUCCESS` or `FAIL`"),
    Stat("step.wall", "timer", "Their time"),
    Stat("step.cpu", "timer", "Their processor time"),
    Stat("step.bytes_in", "counter", "Bytes of the files that they read"),
    Stat("step.bytes_out", "counter", "Bytes of the outputs that they made"),
    Stat("step.items_made", "counter", "Items that they made"),
    Stat("step.items_reused", "counter", "Items whose outputs were those of an earlier run"),
)


def count_step(result: JobResult) -> None:
    """Count a step by its result, whose kind is the tag `kind`."""
    tags, usage = {"kind": result.kind}, result.usage
    failed = any(item.status == "FAIL" for item in result.items)
    reused = sum(item.reused is not None for item in result.items)
    made = sum(item.status == "SUCCESS" for item in result.items) - reused
    stats.incr(PREFIX + "step.ended", tags={**tags, "status": "FAIL" if failed else "SUCCESS"})
    counts = {"step.items_made": made, "step.items_reused": reused}
    if usage is not None:
        stats.timing(PREFIX + "step.wall", timedelta(seconds=usage.wall_s), tags=tags)
        stats.timing(PREFIX + "step.cpu", timedelta(seconds=usage.cpu_s), tags=tags)
        counts |= {"step.bytes_in": usage.bytes_in, "step.bytes_out": usage.bytes_out}
    for name, count in counts.items():
        if count:
            stats.incr(PREFIX + name, count, tags=tags)
