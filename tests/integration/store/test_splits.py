"""Chunks of a rendition and their leases in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from media_workflows.domain.step_key import StepKey
from media_workflows.store import splits
from media_workflows.store.engine import transaction
from media_workflows.store.splits import Lease
from media_workflows.store.tables import SplitChunkRow, SplitRow, utcnow

pytestmark = pytest.mark.usefixtures("database")

STEP = StepKey("wf_1", "r1", "hd")


def do(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with transaction() as session:
        return function(session, *arguments, **named)


def opened(plan: str = "p", count: int = 3) -> int:
    split = do(splits.open_split, STEP, plan, {"item": 1}, ("b", "dir/"), [60.0] * count)
    return int(split.id)


def take(split_id: int, worker: str = "w", helps: bool = True) -> Lease | None:
    lease: Lease | None = do(splits.take_chunk, split_id, worker, helps=helps)
    return lease


def taken(split_id: int, worker: str = "w", helps: bool = True) -> Lease:
    lease = take(split_id, worker, helps)
    assert lease is not None
    return lease


def expire(split_id: int) -> None:
    """As if all workers had stood still."""
    with transaction() as session:
        rows = update(SplitChunkRow).where(SplitChunkRow.split_id == split_id)
        session.execute(rows.values(leased_until=utcnow() - timedelta(seconds=1)))


def finish(lease: Lease, key: str) -> bool:
    return bool(do(splits.finish, lease, key, "etag", 5, 1.5))


def test_each_chunk_goes_to_one_worker() -> None:
    split_id = opened(count=20)
    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(lambda number: take(split_id, f"w{number}"), range(24)))
    assert sorted(lease.number for lease in leases if lease) == list(range(20))


def test_an_expired_lease_gives_the_chunk_back() -> None:
    split_id = opened(count=1)
    dead = taken(split_id, "dead")
    assert take(split_id) is None
    assert do(splits.renew, dead, 40.0)
    expire(split_id)
    alive = taken(split_id, "alive")
    assert not do(splits.renew, dead, 50.0)
    assert not finish(dead, "dir/dead.mp4")
    do(splits.give_back, dead, failed=True)  # nothing of another's
    assert finish(alive, "dir/alive.mp4")
    (chunk,) = do(splits.chunks_of, split_id)
    assert (chunk.worker, chunk.key, chunk.size_bytes, chunk.cpu_s) == ("alive", "dir/alive.mp4", 5, 1.5)
    expire(split_id)
    assert take(split_id) is None


def test_a_retry_of_the_step_finds_what_is_done() -> None:
    split_id = opened()
    assert finish(taken(split_id), "dir/0.mp4")
    taken(split_id)
    assert opened() == split_id
    assert [chunk.done for chunk in do(splits.chunks_of, split_id)] == [True, False, False]
    assert taken(split_id).number == 2  # the lease of the second one has not expired
    assert opened("another plan") != split_id


def test_what_failed_with_a_helper_is_left_to_the_step() -> None:
    split_id = opened(count=1)
    do(splits.give_back, taken(split_id), failed=False)
    do(splits.give_back, taken(split_id), failed=True)
    assert take(split_id) is None
    assert taken(split_id, helps=False).number == 0


def test_helpers_end_some_time_after_the_step() -> None:
    split_id = opened()
    with transaction() as session:
        session.execute(update(SplitRow).values(owner_seen_at=utcnow() - 2 * splits.OWNER_LOST))
    assert take(split_id) is None
    do(splits.owner_seen, split_id)
    assert taken(split_id).number == 0


def test_a_lost_object_is_made_again() -> None:
    split_id = opened(count=1)
    assert finish(taken(split_id), "dir/0.mp4")
    do(splits.lose_chunk, split_id, 0)
    assert taken(split_id).number == 0


def test_an_ended_split_leaves_nothing() -> None:
    first, second = opened("p"), opened("q")
    lease = taken(first)
    do(splits.end_split, first)
    assert do(splits.get_split, first) is None
    assert do(splits.chunks_of, first) == []
    assert not finish(lease, "dir/0.mp4")
    do(splits.end_splits_of_run, "wf_1", "another run")
    assert do(splits.get_split, second).directory == "dir/"
    do(splits.end_splits_of_run, "wf_1", "r1")
    assert do(splits.get_split, second) is None
