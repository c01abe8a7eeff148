"""Decisions, listings and waiting runs in PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from definitions import workflow
from media_workflows.domain.candidates import Rule, UploadDecision
from media_workflows.store import switches, workflows
from media_workflows.store import uploads as store
from media_workflows.store.engine import transaction
from media_workflows.store.tables import utcnow

pytestmark = pytest.mark.usefixtures("database")


def do(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    with transaction() as session:
        return function(session, *arguments, **named)


def decision(key: str = "in/a.mp4", workflow_id: str = "wf_1", **changes: Any) -> UploadDecision:
    values: dict[str, Any] = {
        "bucket": "b",
        "key": key,
        "identity": "e@1",
        "workflow_id": workflow_id,
        "outcome": "fired",
        "rule": Rule.MATCHED,
        "run_id": "upload__1",
        "source": "queue",
    }
    return UploadDecision(**{**values, **changes})


def test_a_decision_is_written_once() -> None:
    assert do(store.record_decisions, [decision()]) == 1
    assert do(store.record_decisions, [decision(rule=Rule.DISABLED, outcome="refused", run_id=None)]) == 0
    [kept] = do(store.list_decisions).items
    assert (kept.rule, kept.run_id, kept.outcome) == (Rule.MATCHED, "upload__1", "fired")
    assert kept.decided_at.utcoffset() == timedelta(0)


def test_what_makes_decisions_differ() -> None:
    different = [
        decision(),
        decision(key="in/b.mp4"),
        decision(identity="e@2"),
        decision(workflow_id="wf_2"),
        decision(workflow_id=""),
        decision(bucket="c"),
    ]
    assert do(store.record_decisions, different) == 6
    assert do(store.record_decisions, different) == 0
    assert do(store.record_decisions, []) == 0
    known = {("b", "in/a.mp4", "e@1"), ("b", "in/b.mp4", "e@1"), ("b", "in/a.mp4", "e@2"), ("c", "in/a.mp4", "e@1")}
    asked = {*known, ("b", "in/a.mp4", "e@3"), ("c", "in/b.mp4", "e@1")}
    assert do(store.decided_objects, "wf_1", asked) == known
    assert do(store.decided_objects, "wf_1", {("b", "in/b.mp4", "e@1")}) == {("b", "in/b.mp4", "e@1")}
    for other in ("wf_2", ""):
        assert do(store.decided_objects, other, asked) == {("b", "in/a.mp4", "e@1")}


def test_one_decision_when_two_decide_at_once() -> None:
    barrier = threading.Barrier(4)

    def write(number: int) -> int:
        barrier.wait()
        return int(do(store.record_decisions, [decision(run_id=f"r{number}")]))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(4))) == 1


def test_the_longest_keys_fit() -> None:
    """S3 allows 1,024 bytes; every character of these is different, so that no index can shorten them."""
    key = "".join(chr(0x4E00 + n) for n in range(341))
    assert do(store.record_decisions, [decision(key=key, identity="f" * 100)]) == 1
    do(store.remember_objects, "b", {key: "f"})
    assert do(store.known_fingerprints, "b", key, key) == {key: "f"}


def test_list_decisions() -> None:
    do(store.record_decisions, [decision(key=f"in/{n}", workflow_id=f"wf_{n % 2}") for n in range(6)])
    do(store.record_decisions, [decision(key="in/0", bucket="c")])

    def keys(**narrow: Any) -> list[str]:
        return [item.key for item in do(store.list_decisions, **narrow).items]

    assert keys() == ["in/0", "in/5", "in/4", "in/3", "in/2", "in/1", "in/0"]
    assert keys(bucket="b", offset=1, limit=2) == ["in/4", "in/3"]
    assert do(store.list_decisions, bucket="b", limit=2).total == 6
    assert keys(key="in/0") == ["in/0", "in/0"]
    assert keys(bucket="b", workflow_ids=["wf_1"]) == ["in/5", "in/3", "in/1"]
    assert keys(workflow_ids=[]) == []


def test_watched_locations() -> None:
    for name, bucket, directory in (("a", "b-1", "in/"), ("b", "b-1", "in/"), ("c", "b-1", None), ("d", "b-2", "x/")):
        do(workflows.create_workflow, workflow(name, bucket, directory))
    assert sorted(do(store.watched_locations)) == [("b-1", ""), ("b-1", "in/"), ("b-2", "x/")]
    do(workflows.delete_workflow, do(workflows.find_by_name, "d").id)
    assert sorted(do(store.watched_locations)) == [("b-1", ""), ("b-1", "in/")]


def test_workflows_for_a_key() -> None:
    places = [("a", "b-1", "in/"), ("b", "b-1", "in/hd/"), ("c", "b-1", None), ("d", "b-2", "in/"), ("e", "b-1", "i%/")]
    for name, bucket, directory in places:
        do(workflows.create_workflow, workflow(name, bucket, directory))

    def names(key: str) -> list[str]:
        return [found.definition.name for found in do(store.workflows_at, [("b-1", key)])["b-1", key]]

    assert names("in/a.mp4") == ["a", "c"]
    assert names("in/hd/a.mp4") == ["a", "b", "c"]
    assert names("inn/a.mp4") == ["c"]
    assert names("IN/a.mp4") == ["c"]
    assert names("i%/a.mp4") == ["c", "e"]
    do(workflows.delete_workflow, do(workflows.find_by_name, "c").id)
    assert names("x.mp4") == []


def test_listings() -> None:
    now = utcnow()
    assert do(store.previous_listing, "b", "in/") is None
    do(store.mark_listed, {("b", "in/"): now, ("c", "x/"): now})
    do(store.mark_listed, {("b", "in/"): now + timedelta(seconds=5)})
    assert do(store.previous_listing, "b", "in/") == now + timedelta(seconds=5)
    assert do(store.previous_listing, "b", "in/hd/") == now + timedelta(seconds=5)
    assert do(store.previous_listing, "b", "") is None
    assert do(store.previous_listing, "b", "inn/") is None
    assert do(store.previous_listing, "c", "in/") is None
    assert do(store.previous_listing, "c", "x/") == now
    do(store.mark_listed, {("b", ""): now + timedelta(seconds=9)})
    assert do(store.previous_listing, "b", "in/") == now + timedelta(seconds=9)


def test_known_objects() -> None:
    keys = ["A", "_", "a", "a b", "a/", "à", "中", "😀"]
    do(store.remember_objects, "b", dict.fromkeys(keys, "1"))
    do(store.remember_objects, "b", {"a": "2"})
    do(store.remember_objects, "b", {})
    do(store.remember_objects, "c", {"a": "3"})
    assert sorted(keys) == keys
    for first in range(len(keys)):
        for last in range(first, len(keys)):
            found = do(store.known_fingerprints, "b", keys[first], keys[last])
            assert sorted(found) == keys[first : last + 1]
    assert do(store.known_fingerprints, "b", "a", "a") == {"a": "2"}


def test_earliest_enabled() -> None:
    assert do(store.earliest_enabled_at, "b-1", "") is None
    made = [do(workflows.create_workflow, workflow(name, "b-1", name + "/")) for name in ("in", "out", "off")]
    for one in made[:2]:
        do(switches.enable, one.id)
    first, second = (do(workflows.get_workflow, one.id).enabled_at for one in made[:2])
    assert do(store.earliest_enabled_at, "b-1", "") == first
    assert do(store.earliest_enabled_at, "b-1", "out/") == second
    assert do(store.earliest_enabled_at, "b-1", "off/") is None
    do(workflows.delete_workflow, made[0].id)
    assert do(store.earliest_enabled_at, "b-1", "") == second


def test_waiting_runs() -> None:
    for run in ("r2", "r1", "r3"):
        do(store.await_upload, "wf_1", run)
    do(store.await_upload, "wf_1", "r2")  # keeps its place
    do(store.await_upload, "wf_2", "r1")
    assert do(store.waiting_runs, "wf_1") == ["r2", "r1", "r3"]
    assert do(store.awaited_upload, "wf_1", "r2") is None

    upload = {"key": "in/a.mp4", "etag": "e", "version_id": None}
    assert do(store.give_upload, "wf_1", "r2", upload)
    assert do(store.awaited_upload, "wf_1", "r2") == upload
    assert not do(store.give_upload, "wf_1", "r2", {"key": "other"})
    assert do(store.awaited_upload, "wf_1", "r2") == upload
    assert do(store.waiting_runs, "wf_1") == ["r1", "r3"]
    do(store.await_upload, "wf_1", "r2")  # a second try of its sensor finds what it was given
    assert do(store.awaited_upload, "wf_1", "r2") == upload

    do(store.stop_waiting, "wf_1", "r1")
    do(store.stop_waiting, "wf_1", "r1")
    assert do(store.waiting_runs, "wf_1") == ["r3"]
    assert not do(store.give_upload, "wf_1", "r1", upload)
    assert do(store.awaited_upload, "wf_1", "r1") is None
    assert do(store.waiting_runs, "wf_2") == ["r1"]


def test_a_waiting_run_gets_one_upload() -> None:
    do(store.await_upload, "wf_1", "r1")
    barrier = threading.Barrier(4)

    def give(number: int) -> bool:
        barrier.wait()
        return bool(do(store.give_upload, "wf_1", "r1", {"key": str(number)}))

    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(give, range(4)))
    assert given.count(True) == 1
    assert do(store.awaited_upload, "wf_1", "r1") == {"key": str(given.index(True))}
