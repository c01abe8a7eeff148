"""`run_usage`: what a run used, from the results of its steps. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.usage import Usage, total_usage


def run_usage(source: SourceObject | None, results: Sequence[JobResult]) -> Usage | None:
    """The use of all steps that have ended; None = none has, or they ran in a version without usage.

    The source counts once, however many steps read it. `store.run_totals` has the same rule in SQL.
    """
    used = [result.usage for result in results if result.usage]
    if not used:
        return None
    source_bytes = source.size_bytes if source else 0
    further_bytes = sum(_bytes_besides(source_bytes, result) for result in results)
    is_read = any(usage.bytes_in for usage in used)
    return total_usage(used).model_copy(update={"bytes_in": (source_bytes if is_read else 0) + further_bytes})


def _bytes_besides(source_bytes: int, result: JobResult) -> int:
    """What a step read besides the source: clips, tables, overlays, or all, where it read what another step made.

    A step that failed as a whole does not say what it read: the source, as most do.
    """
    if result.usage is None:
        return 0
    read_another = result.source is None and any(item.status == "SUCCESS" for item in result.items)
    return result.usage.bytes_in if read_another else max(0, result.usage.bytes_in - source_bytes)
