"""Killed between any two steps: after repeating there is one run, one decision, and nothing left over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from media_workflows.errors import AirflowStateError
from media_workflows.ingest.firing import Firing
from media_workflows.ingest.listing import ListingSource
from media_workflows.ingest.queue import QueueSource
from media_workflows.ingest.run_starter import DagState
from media_workflows.store import uploads as upload_store
from media_workflows.store.engine import transaction

KEY = "in/a.mp4"


@pytest.fixture(params=["listing", "queue"])
def look(request: pytest.FixtureRequest, scene: Any) -> Callable[[], list[Any]]:
    """One upload of KEY, and how its source brings it up again until it is settled."""
    scene.workflow()
    scene.round()
    if request.param == "queue":
        scene.send_events_to_queue()
    scene.put(KEY)
    bring_up: Callable[[], list[Any]] = scene.receive if request.param == "queue" else scene.scan
    return bring_up


def killed(scene: Any, look: Callable[[], list[Any]]) -> None:
    with pytest.raises(scene.Killed):
        scene.decide(look())


def settled_once(scene: Any, look: Callable[[], list[Any]]) -> None:
    """Repeat, and see that everything happened exactly once."""
    assert scene.decide(look()) == []
    assert scene.fired_keys == [KEY]
    assert scene.rules() == ["matched"]
    assert scene.decisions()[0].run_id == next(iter(scene.starter.runs))[1]
    assert scene.queued() == 0
    if look == scene.scan:
        assert scene.scan() == []


def _dies_once(monkeypatch: pytest.MonkeyPatch, scene: Any, owner: type, method: str, after: bool) -> None:
    original = getattr(owner, method)

    def dies(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(owner, method, original)
        if after:
            original(*arguments, **named)
        raise scene.Killed

    monkeypatch.setattr(owner, method, dies)


@pytest.mark.parametrize("point", ["fail_before", "fail_after"])
def test_killed_around_the_creation_of_the_run(scene: Any, look: Callable[[], list[Any]], point: str) -> None:
    getattr(scene.starter, point).append(scene.Killed())
    killed(scene, look)
    assert scene.decisions() == []
    settled_once(scene, look)


@pytest.mark.parametrize("point", ["fail_before", "fail_after"])
def test_airflow_fails_around_the_creation_of_the_run(scene: Any, look: Callable[[], list[Any]], point: str) -> None:
    getattr(scene.starter, point).append(AirflowStateError("the API is down"))
    assert [found.key for found in scene.decide(look())] == [KEY]
    assert scene.decisions() == []
    settled_once(scene, look)


def test_killed_again_and_again(scene: Any, look: Callable[[], list[Any]]) -> None:
    for window in (scene.starter.fail_before, scene.starter.fail_before, scene.starter.fail_after):
        window.append(scene.Killed())
        killed(scene, look)
    settled_once(scene, look)


def test_killed_after_the_decision(scene: Any, look: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    _dies_once(monkeypatch, scene, Firing, "decide", after=True)
    killed(scene, look)
    assert scene.rules() == ["matched"]
    settled_once(scene, look)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_around_settling(
    scene: Any, look: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    """The listing remembers, the queue deletes: the last step of each."""
    owner, method = (ListingSource, "remember") if look == scene.scan else (QueueSource, "delete")
    _dies_once(monkeypatch, scene, owner, method, after)
    killed(scene, look)
    assert scene.rules() == ["matched"]
    if after:
        assert scene.fired_keys == [KEY]
        assert (scene.queued(), scene.scan()) == (0, []) if look == scene.scan else scene.queued() == 0
    else:
        settled_once(scene, look)


def test_the_message_is_there_until_the_decision_is(scene: Any) -> None:
    scene.workflow()
    scene.send_events_to_queue()
    scene.put(KEY)
    for _ in range(2):
        scene.starter.fail_before.append(scene.Killed())
        killed(scene, scene.receive)
        assert scene.queued() == 1
    scene.decide(scene.receive())
    assert (scene.queued(), scene.fired_keys) == (0, [KEY])


def test_killed_between_two_workflows_of_one_upload(scene: Any, look: Callable[[], list[Any]]) -> None:
    second = scene.workflow("second")
    started = scene.starter.start_run
    calls: list[str] = []

    def dies_at_the_second(dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        calls.append(dag_id)
        if dag_id == second.id and calls.count(dag_id) == 1:
            raise scene.Killed
        started(dag_id, run_id, conf)

    scene.starter.start_run = dies_at_the_second
    killed(scene, look)
    assert len(scene.starter.runs) == 1
    assert scene.decide(look()) == []
    assert len(scene.starter.runs) == 2
    assert calls.count(second.id) == 2
    assert len(calls) == 3  # the first one's decision was found
    assert scene.rules() == ["matched", "matched"]
    assert scene.queued() == 0


def wait(scene: Any, run_id: str) -> Any:
    with transaction() as session:
        stored = upload_store.workflows_at(session, {(scene.bucket, KEY)})[scene.bucket, KEY][0]
        upload_store.await_upload(session, stored.id, run_id)
    scene.starter.active.add(run_id)
    return stored


def test_killed_after_an_upload_was_given_to_a_waiting_run(
    scene: Any, look: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = wait(scene, "manual__1")
    owner, method = (ListingSource, "remember") if look == scene.scan else (QueueSource, "delete")
    _dies_once(monkeypatch, scene, owner, method, after=False)
    killed(scene, look)
    assert scene.decide(look()) == []
    assert (scene.fired, scene.rules(), scene.queued()) == ([], ["waiting_run"], 0)
    with transaction() as session:
        assert upload_store.awaited_upload(session, stored.id, "manual__1")["key"] == KEY


def test_killed_before_an_upload_is_given_to_a_waiting_run(
    scene: Any, look: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gift and decision are one transaction."""
    stored = wait(scene, "manual__1")
    _dies_once(monkeypatch, scene, upload_store, "record_decisions", after=False)  # type: ignore[arg-type]
    killed(scene, look)
    with transaction() as session:
        assert upload_store.awaited_upload(session, stored.id, "manual__1") is None
    assert scene.decide(look()) == []
    assert (scene.fired, scene.rules()) == ([], ["waiting_run"])


def test_a_run_that_began_to_wait_after_the_crash_gets_no_second_copy(
    scene: Any, look: Callable[[], list[Any]]
) -> None:
    """The upload's own run exists already; it must not be handed to another run as well."""
    scene.starter.fail_after.append(scene.Killed())
    killed(scene, look)
    stored = wait(scene, "manual__1")
    scene.decide(look())
    with transaction() as session:
        assert upload_store.awaited_upload(session, stored.id, "manual__1") is None
    assert (scene.fired_keys, scene.rules()) == ([KEY], ["matched"])


def test_a_workflow_disabled_after_the_crash(scene: Any, look: Callable[[], list[Any]]) -> None:
    """The run exists: the log of decisions must not say that the upload was refused."""
    scene.starter.fail_after.append(scene.Killed())
    killed(scene, look)
    [(dag_id, run_id)] = scene.starter.runs
    scene.starter.states[dag_id] = DagState(is_paused=True, revision=1_000_000)
    assert scene.decide(look()) == []
    assert [(decision.outcome, decision.run_id) for decision in scene.decisions()] == [("fired", run_id)]
