"""Many uploads at once: what is asked per batch and not per upload, and who waits for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from media_workflows.domain.candidates import Candidate
from media_workflows.ingest import firing
from media_workflows.store.tables import utcnow

MANY = 50


@contextmanager
def counted_round_trips(engine: Engine) -> Iterator[Counter[str]]:
    """What is sent to the database: each statement, and each beginning and end of a transaction."""
    sent: Counter[str] = Counter()
    names = ("before_cursor_execute", "begin", "commit", "rollback")
    listeners = [(name, lambda *_, name=name: sent.update([name])) for name in names]
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield sent
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def of_queue(scene: Any, key: str, **changes: Any) -> Candidate:
    return Candidate(**{"bucket": scene.bucket, "key": key, "source": "queue", "uploaded_at": utcnow(), **changes})


def test_what_one_batch_asks(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workflows, each with its own run of each upload: the state of a DAG and the known runs are asked once."""
    workflows = [scene.workflow(name) for name in ("one", "two")]
    asked: Counter[str] = Counter()
    for name in ("dag_state", "existing_runs"):
        method = getattr(scene.starter, name)
        monkeypatch.setattr(
            scene.starter, name, lambda *given, name=name, method=method: (asked.update([name]), method(*given))[1]
        )
    for number in range(MANY):
        scene.put(f"in/{number:02}.mp4")
    candidates = scene.scan()
    with counted_round_trips(scene.engine) as sent:
        assert scene.decide(candidates) == []
    assert asked == {"dag_state": len(workflows), "existing_runs": len(workflows)}
    assert len(scene.fired) == 2 * MANY == len(set(scene.fired))
    assert sum(sent.values()) / MANY <= 1, sent  # the limit is three for each upload
    with counted_round_trips(scene.engine) as sent:
        assert scene.decide(candidates) == []  # they are reported again
    assert sum(sent.values()) / MANY <= 1, sent
    assert len(scene.fired) == 2 * MANY


def test_an_edit_waits_for_a_part_of_a_batch_only(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each upload locks the workflow again here, and none is decided twice."""
    monkeypatch.setattr(firing, "BATCH_S", 0.0)
    stored = scene.workflow()
    for number in range(5):
        scene.put(f"in/{number}.mp4")
    locked: list[str] = []
    monkeypatch.setattr(firing, "lock_unchanged", lambda _session, workflow: locked.append(workflow.id) or True)
    assert scene.round() == []
    assert locked == [stored.id] * 5
    assert scene.fired_keys == [f"in/{number}.mp4" for number in range(5)]
    assert scene.rules() == ["matched"] * 5


def test_one_run_that_cannot_start_postpones_one_upload(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.workflow()
    for key in ("in/a.mp4", "in/b.mp4", "in/c.mp4"):
        scene.put(key)
    start = scene.starter.start_run

    def refuses_b(dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        if conf["key"] == "in/b.mp4":
            raise RuntimeError("409")
        start(dag_id, run_id, conf)

    monkeypatch.setattr(scene.starter, "start_run", refuses_b)
    assert [found.key for found in scene.round()] == ["in/b.mp4"]
    assert scene.fired_keys == ["in/a.mp4", "in/c.mp4"]
    monkeypatch.undo()
    assert [found.key for found in scene.scan()] == ["in/b.mp4"]
    assert scene.round() == []
    assert scene.rules() == ["matched"] * 3


def test_a_key_that_the_database_cannot_hold_blocks_no_other(scene: Any) -> None:
    scene.workflow()
    scene.put("in/a.mp4")
    scene.put("in/b.mp4")
    bad = of_queue(scene, "in/\0.mp4")
    assert scene.decide([of_queue(scene, "in/a.mp4"), bad, of_queue(scene, "in/b.mp4")]) == [bad]
    assert scene.fired_keys == ["in/a.mp4", "in/b.mp4"]


def test_two_events_of_one_object_count_as_the_later_one(scene: Any) -> None:
    """The object was there before the workflow was enabled, and was written again since."""
    scene.workflow()
    scene.put("in/a.mp4")
    early = of_queue(scene, "in/a.mp4", uploaded_at=utcnow() - timedelta(hours=1))
    assert scene.decide([early, of_queue(scene, "in/a.mp4")]) == []
    assert (scene.fired_keys, scene.rules()) == (["in/a.mp4"], ["matched"])


def test_a_queue_is_drained_until_it_is_empty_or_the_turn_is_full(scene: Any) -> None:
    scene.send_events_to_queue()
    for number in range(25):
        scene.put(f"in/{number}.mp4")
    scene.await_queued(25)
    seen = {found.key for found in scene.queue.receive(1, limit=12)}
    assert 12 <= len(seen) < 25
    while candidates := scene.queue.receive(1):
        seen |= {found.key for found in candidates}
        scene.decide(candidates)
    assert len(seen) == 25
