"""A rendition that several workers encode in chunks: their state, how far all of it is, and who encoded what. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from media_workflows.domain.base import Model
from media_workflows.domain.notice import Notice
from media_workflows.plural import counted

SPLIT_DAG = "media_split"  # the DAG of the helpers
SPLIT_RUN = "split__"  # begins the ids of its runs; then digits: how much more than the lowest weight they have
LOWEST_WEIGHT = -20  # of a backfill's tasks


class ChunkState(Model):
    """A chunk of `length_s` seconds. `key` None = it is not done; `worker` '' = no one has taken it yet."""

    number: int
    length_s: float
    worker: str = ""
    percent: float = 0.0
    key: str | None = None
    etag: str = ""
    size_bytes: int = 0
    cpu_s: float = 0.0

    @property
    def done(self) -> bool:
        return self.key is not None


def percent_of(chunks: Sequence[ChunkState]) -> float:
    """How much of a rendition is encoded, 0 to 100: each chunk counts by its length."""
    total_s = sum(chunk.length_s for chunk in chunks)
    done_s = sum(chunk.length_s * (100.0 if chunk.done else chunk.percent) for chunk in chunks)
    return done_s / total_s if total_s else 0.0


def helper_run_id(split_id: int, name: str, weight: int) -> str:
    """The id of one helper's run; `name` is its own within the split. It has the priority, the only way to the
    scheduler.
    """
    return f"{SPLIT_RUN}{weight - LOWEST_WEIGHT:02d}_{split_id}_{name}"


def helper_weight(run_id: str) -> int:
    """The weight of a helper's task: that of the task which it helps."""
    digits = run_id.removeprefix(SPLIT_RUN).partition("_")[0]
    return int(digits) + LOWEST_WEIGHT if digits.isdecimal() else 1


def split_notice(chunks: Sequence[ChunkState]) -> Notice:
    """Who encoded how many chunks."""
    by_worker = Counter(chunk.worker for chunk in chunks)
    shown = ", ".join(f"{worker} {count}" for worker, count in sorted(by_worker.items()))
    message = f"encoded in {counted(len(chunks), 'chunk')} by {counted(len(by_worker), 'worker')}: {shown}"
    parameters: dict[str, str | int | float] = {"chunks": len(chunks), "count": len(by_worker), "workers": shown}
    return Notice(code="EncodedInChunks", message=message, parameters=parameters)
