"""Backfills of a real bucket and database: what is counted, and one run for each object, also after crashes."""

from __future__ import annotations

import resource
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from media_workflows.domain.backfill import BackfillFilters, BackfillLimits, BackfillRequest, SkipReason
from media_workflows.domain.result import SourceObject
from media_workflows.errors import StorageAccessError, StorageError
from media_workflows.ingest import backfill as module
from media_workflows.ingest.backfill import BackfillRound
from media_workflows.ingest.run_starter import DagState
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import backfill_objects, runs, workflows
from media_workflows.store import backfills as store
from media_workflows.store.backfills import Backfill
from media_workflows.store.engine import transaction
from media_workflows.store.old_records import forget_backfills
from media_workflows.store.tables import BackfillRow, RunRow, utcnow
from media_workflows.store.workflows import StoredWorkflow

Make = Callable[..., "Filling"]


class Filling:
    """A backfill of a scene, and who advances it."""

    def __init__(self, scene: Any, workflow: StoredWorkflow, start: bool, limits: dict[str, Any], **filters: Any):
        self.scene, self.workflow = scene, workflow
        with transaction() as session:
            request = BackfillRequest(
                workflow=workflow.id,
                filters=BackfillFilters(**filters),
                limits=BackfillLimits(**limits),
                start=start,
            )
            made = store.create_backfill(session, request, scene.bucket, "ada")
        self.id = made.id

    @property
    def round(self) -> BackfillRound:
        return BackfillRound(self.scene.storage, self.scene.engine, self.scene.starter)

    def advance(self) -> Backfill:
        """All that can be done at once; the backfill then."""
        self.round.repeat(60)
        return self.now

    @property
    def now(self) -> Backfill:
        with transaction() as session:
            return store.get_backfill(session, self.id)

    def change(self, action: Any) -> Backfill:
        with transaction() as session:
            return store.change_state(session, self.id, action)

    @property
    def states(self) -> dict[str, str]:
        with transaction() as session:
            found = backfill_objects.list_objects(session, self.id, limit=1000)
        return {one.key.removeprefix("in/"): one.reason or one.state.value for one in found}

    def wait_is_over(self) -> None:
        with transaction() as session:
            session.execute(update(BackfillRow).values(next_at=None))


@pytest.fixture
def fill(scene: Any) -> Make:
    def make(workflow: StoredWorkflow, *, start: bool = True, limits: dict[str, Any] | None = None, **filters: Any):  # type: ignore[no-untyped-def]
        return Filling(scene, workflow, start, limits or {"max_at_once": 100}, **filters)

    return make


class Busy:
    """Runs of the scene's starter that do not end by themselves."""

    def __init__(self, scene: Any) -> None:
        self._scene = scene
        start = scene.starter.start_run

        def begin(dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
            start(dag_id, run_id, conf)
            scene.starter.active.add(run_id)

        scene.starter.start_run = begin

    def end(self, *, failed: bool = False) -> None:
        """The first of them ends."""
        run_id = sorted(self._scene.starter.active)[0]
        self._scene.starter.active.remove(run_id)
        if failed:
            self._scene.starter.failed.add(run_id)


@pytest.fixture
def busy(scene: Any) -> Busy:
    return Busy(scene)


def record_run(stored: StoredWorkflow, scene: Any, key: str, run_id: str, state: str, revision: int = 1) -> None:
    """A run that worked on the object as it is now."""
    head = scene.storage.head(scene.bucket, key)
    source = SourceObject(bucket=scene.bucket, key=key, etag=head.etag, size_bytes=head.size_bytes)
    with transaction() as session:
        runs.record_source(session, stored.id, run_id, revision, source)
        session.execute(update(RunRow).where(RunRow.run_id == run_id).values(state=state))


def test_the_rate_leaves_pauses_out(scene: Any, fill: Make, busy: Busy) -> None:
    for name in "abcd":
        scene.put(f"in/{name}.mp4")
    filling = fill(scene.workflow(), limits={"max_at_once": 2})
    started = filling.advance()
    assert (started.objects_per_minute, started.remaining_s) == (None, None)
    busy.end()
    busy.end()
    with transaction() as session:
        session.execute(update(BackfillRow).values(running_since=utcnow() - timedelta(hours=1)))
    now = filling.advance()
    per_minute, an_hour = pytest.approx(2 / 60, abs=0.01), pytest.approx(3600, rel=0.2)
    assert (now.finished, now.objects_per_minute, now.remaining_s) == (2, per_minute, an_hour)
    paused = filling.change("pause")
    assert (paused.objects_per_minute, paused.remaining_s) == (per_minute, None)
    with transaction() as session:
        row = store.locked_row(session, filling.id)
        assert (row.running_s, row.running_since) == (an_hour, None)
    resumed = filling.change("resume")
    assert (resumed.started_at, resumed.remaining_s) == (started.started_at, an_hour)


def test_existing_objects_are_counted_and_each_gets_one_run(scene: Any, fill: Make) -> None:
    for key in ("in/a.mp4", "in/b.MOV", "in/c.txt", "in/d/", "else/e.mp4"):
        scene.put(key)
    stored = scene.new_workflow()
    scene.round()
    assert scene.fired == []
    filling = fill(stored, start=False)
    ready = filling.advance()
    assert (ready.state, ready.listed, ready.total, ready.total_bytes, ready.queued) == ("ready", 4, 2, 2, 2)
    assert scene.fired == []
    filling.change("start")
    done = filling.advance()
    assert (done.state, done.finished, done.queued, done.active) == ("finished", 2, 0, 0)
    assert scene.fired_keys == ["in/a.mp4", "in/b.MOV"]
    assert done.ended_at is not None
    assert set(scene.rules("in/a.mp4")) == {"existed_before", "backfill"}
    assert all(run_id.startswith("existing__") for _, run_id in scene.starter.runs)
    assert scene.round() == []
    assert len(scene.starter.runs) == 2


def test_the_limit_of_runs_at_once(scene: Any, fill: Make, busy: Busy) -> None:
    for number in range(5):
        scene.put(f"in/{number}.mp4")
    filling = fill(scene.workflow(), limits={"max_at_once": 2})
    seen = []
    for _ in range(5):
        now = filling.advance()
        seen.append((now.active, now.queued))
        busy.end(failed=now.queued == 1)
    assert seen == [(2, 3), (2, 2), (2, 1), (2, 0), (1, 0)]
    done = filling.advance()
    assert (done.state, done.finished, done.failed) == ("finished", 4, 1)
    assert len(scene.starter.runs) == 5


def test_the_limit_per_minute(scene: Any, fill: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        scene.put(f"in/{number}.mp4")
    clock = [utcnow()]
    for place in (module, store):
        monkeypatch.setattr(place, "utcnow", lambda: clock[0])
    filling = fill(scene.workflow(), limits={"max_at_once": 100, "per_minute": 2})
    seen = []
    for _ in range(4):
        filling.advance()
        for action in ("pause", "resume"):  # do not lift the limit
            filling.change(action)
            filling.advance()
        seen.append(len(scene.starter.runs))
        clock[0] += timedelta(seconds=31)
    assert seen == [2, 2, 4, 4]
    clock[0] += timedelta(seconds=1)
    assert filling.advance().state == "finished"
    assert len(scene.starter.runs) == 5


def test_paused_resumed_cancelled(scene: Any, fill: Make, busy: Busy) -> None:
    for number in range(4):
        scene.put(f"in/{number}.mp4")
    filling = fill(scene.workflow(), limits={"max_at_once": 1})
    filling.advance()
    filling.change("pause")
    busy.end()
    paused = filling.advance()
    assert (paused.state, paused.finished, paused.active, len(scene.starter.runs)) == ("paused", 1, 0, 1)
    filling.change("resume")
    assert filling.advance().active == 1
    filling.change("cancel")
    assert filling.advance().active == 1  # its run goes on
    busy.end()
    done = filling.advance()
    assert (done.state, done.finished, done.active, done.queued) == ("cancelled", 2, 0, 2)
    assert len(scene.starter.runs) == 2


@pytest.mark.parametrize("point", ["fail_before", "fail_after"])
def test_killed_around_the_creation_of_a_run(scene: Any, fill: Make, point: str) -> None:
    for number in range(3):
        scene.put(f"in/{number}.mp4")
    filling = fill(scene.workflow())
    for _ in range(2):
        getattr(scene.starter, point).append(scene.Killed())
        with pytest.raises(scene.Killed):
            filling.advance()
    assert filling.now.active == 0
    assert filling.advance().finished == 3
    assert scene.fired_keys == [f"in/{number}.mp4" for number in range(3)]


def test_killed_between_the_run_and_its_record(scene: Any, fill: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.put("in/a.mp4")
    filling = fill(scene.workflow())

    def dies(*_: Any) -> None:
        raise scene.Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, "record_backfilled", dies)
        with pytest.raises(scene.Killed):
            filling.advance()
    assert (len(scene.starter.runs), filling.states) == (1, {"a.mp4": "queued"})
    assert filling.advance().finished == 1
    assert len(scene.starter.runs) == 1


def test_killed_between_two_pages(scene: Any, fill: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        scene.put(f"in/{number}.mp4")
    monkeypatch.setattr("media_workflows.storage.s3.PAGE_KEYS", 2)
    filling = fill(scene.workflow(), start=False)
    list_page, calls = ObjectStorage.list_page, []

    def dies_at_the_third(storage: ObjectStorage, *arguments: Any, **named: Any) -> Any:
        calls.append(named["after"])
        if len(calls) == 3:
            raise scene.Killed
        return list_page(storage, *arguments, **named)

    monkeypatch.setattr(ObjectStorage, "list_page", dies_at_the_third)
    with pytest.raises(scene.Killed):
        filling.advance()
    assert (filling.now.state, filling.now.total) == ("counting", 4)
    ready = filling.advance()
    assert (ready.state, ready.total, ready.listed) == ("ready", 7, 7)
    assert calls == ["", "in/1.mp4", "in/3.mp4", "in/3.mp4", "in/5.mp4"]


def test_two_tasks_at_once_count_and_start_nothing_twice(scene: Any, fill: Make, busy: Busy) -> None:
    for number in range(4):
        scene.put(f"in/{number}.mp4")
    filling = fill(scene.workflow(), start=False)
    page = filling.round._page(filling.now, filling.workflow, "")
    filling.advance()
    with transaction() as session:
        assert not backfill_objects.add_page(session, filling.id, page)
    assert filling.now.total == 4
    filling.change("start")
    with transaction() as session:
        stale = backfill_objects.next_queued(session, filling.id, 4)
    filling.advance()
    for one in stale:
        assert not filling.round._start_one(filling.now, filling.workflow, one)
    assert (len(scene.starter.runs), filling.now.active) == (4, 4)


def test_never_processed_and_older_revision(scene: Any, fill: Make) -> None:
    stored = scene.workflow()
    for name in ("new", "old", "current", "failed", "replaced"):
        scene.put(f"in/{name}.mp4", name.encode())
    for name, state, revision in (
        ("old", "success", 1),
        ("current", "success", 2),
        ("failed", "failed", 1),
        ("replaced", "success", 1),
    ):
        record_run(stored, scene, f"in/{name}.mp4", name, state, revision)
    record_run(stored, scene, "in/current.mp4", "current-1", "success", 1)
    scene.put("in/replaced.mp4", b"other bytes")
    with transaction() as session:
        edited = workflows.update_workflow(session, stored.id, stored.definition, 1)
    never, older = (fill(edited, start=False, select=select) for select in ("never_processed", "older_revision"))
    never.advance()
    assert (set(never.states), set(older.states)) == ({"new.mp4", "replaced.mp4"}, {"old.mp4"})


def test_two_backfills_of_an_older_revision_make_each_object_anew_once(scene: Any, fill: Make, busy: Busy) -> None:
    stored = scene.workflow()
    for name in ("both", "uploaded", "failed"):
        scene.put(f"in/{name}.mp4", name.encode())
        record_run(stored, scene, f"in/{name}.mp4", f"{name}-1", "success", 1)
    with transaction() as session:
        edited = workflows.update_workflow(session, stored.id, stored.definition, 1)
    first, second = (fill(edited, start=False, select="older_revision") for _ in range(2))
    first.advance()
    assert (first.now.total, second.now.total) == (3, 3)
    record_run(stored, scene, "in/uploaded.mp4", "uploaded-2", "running", 2)
    record_run(stored, scene, "in/failed.mp4", "failed-2", "failed", 2)
    for filling in (first, second):
        filling.change("start")
        filling.advance()
    assert first.states == {"both.mp4": "started", "failed.mp4": "started", "uploaded.mp4": SkipReason.PROCESSED}
    assert set(second.states.values()) == {SkipReason.PROCESSED}
    assert len(scene.starter.runs) == 2


def test_a_backfill_of_nothing_says_so(scene: Any, fill: Make) -> None:
    scene.put("in/a.mp4")
    done = fill(scene.workflow(), start=False, min_bytes=10_000).advance()
    assert (done.state, done.listed, done.total) == ("finished", 1, 0)
    assert done.problem.startswith("no object matched: check the prefix")


def test_an_object_that_is_processed_meanwhile_is_skipped(scene: Any, fill: Make) -> None:
    stored = scene.workflow()
    for name in ("by-hand", "gone", "replaced", "left"):
        scene.put(f"in/{name}.mp4")
    filling = fill(stored, start=False, select="never_processed")
    other = fill(stored, start=False, select="never_processed", formats=["mp4"], prefix="in/left")
    filling.advance()
    record_run(stored, scene, "in/by-hand.mp4", "manual", "running")
    scene.clients.s3.delete_object(Bucket=scene.bucket, Key="in/gone.mp4")
    scene.put("in/replaced.mp4", b"other")
    other.change("start")
    other.advance()
    filling.change("start")
    done = filling.advance()
    assert filling.states == {
        "by-hand.mp4": SkipReason.PROCESSED,
        "gone.mp4": SkipReason.GONE,
        "replaced.mp4": SkipReason.REPLACED,
        "left.mp4": SkipReason.PROCESSED,
    }
    assert (done.state, done.skipped) == ("finished", 4)
    assert scene.fired_keys == ["in/left.mp4"]


def test_outputs_are_no_sources(scene: Any, fill: Make) -> None:
    """Those below the workflow's own output directory are not counted, others are skipped."""
    stored = scene.workflow(output={"directory": "in/out/"})
    for key in ("in/out/x.mp4", "in/y.mp4"):
        made = Provenance(stored.id, 1, "r", "in/a.mp4", "e", "transcode")
        scene.put(key, metadata=made.to_metadata(scene.bucket, key))
    scene.put("in/a.mp4")
    inside = fill(stored)
    inside.advance()
    assert inside.states == {"a.mp4": "finished"}
    elsewhere = fill(scene.workflow("other", output={"directory": "elsewhere/"}))
    elsewhere.advance()
    assert elsewhere.states == {"a.mp4": "finished", "y.mp4": "own_output", "out/x.mp4": "own_output"}


def test_a_workflow_that_airflow_does_not_run_is_waited_for(scene: Any, fill: Make) -> None:
    scene.put("in/a.mp4")
    stored = scene.workflow()
    filling = fill(stored)
    for state, word in ((None, "parsed"), (DagState(is_paused=True, revision=10**6), "disabled")):
        scene.starter.states[stored.id] = state
        assert word in filling.advance().problem
        filling.wait_is_over()
    scene.starter.states.clear()
    done = filling.advance()
    assert (done.state, done.problem) == ("finished", "")


def test_a_deleted_workflow_ends_its_backfills(scene: Any, fill: Make) -> None:
    scene.put("in/a.mp4")
    stored = scene.workflow()
    filling = fill(stored)
    with transaction() as session:
        workflows.delete_workflow(session, stored.id)
    ended = filling.advance()
    assert (ended.state, scene.fired) == ("cancelled", [])
    assert stored.id in ended.problem


def test_a_storage_error_delays_one_backfill(scene: Any, fill: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.put("in/a.mp4")
    stored = scene.workflow()
    broken, good = fill(stored, prefix="in/a"), fill(stored)
    list_page = ObjectStorage.list_page

    def fails(storage: ObjectStorage, bucket: str, prefix: str, **named: Any) -> Any:
        if prefix == "in/a":
            raise StorageError("cannot list: no permission")
        return list_page(storage, bucket, prefix, **named)

    with monkeypatch.context() as patch:
        patch.setattr(ObjectStorage, "list_page", fails)
        assert good.advance().state == "finished"
    assert broken.advance().problem == "cannot list: no permission"
    broken.wait_is_over()
    assert (broken.advance().state, broken.now.problem) == ("finished", "")


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Keys of objects that may not be read."""
    refused: set[str] = set()
    head = ObjectStorage.head

    def may_fail(storage: ObjectStorage, bucket: str, key: str, *arguments: Any) -> Any:
        if key in refused:
            raise StorageAccessError(f"cannot read {key}: access denied")
        return head(storage, bucket, key, *arguments)

    monkeypatch.setattr(ObjectStorage, "head", may_fail)
    return refused


def test_objects_that_may_not_be_read_hold_up_no_others(scene: Any, fill: Make, refuse: set[str]) -> None:
    """Neither where they are counted, whose metadata distinguish outputs, nor where their turn comes."""
    for name in "abcd":
        scene.put(f"in/{name}.mp4")
    refuse |= {"in/a.mp4", "in/c.mp4"}
    filling = fill(scene.workflow(), limits={"max_at_once": 1})
    for _ in range(3):
        filling.advance()
        filling.wait_is_over()
    assert filling.states == {"a.mp4": "queued", "b.mp4": "finished", "c.mp4": "queued", "d.mp4": "finished"}
    assert (filling.now.state, filling.now.problem) == ("running", "cannot read in/a.mp4: access denied")
    refuse.clear()
    assert filling.advance().state == "finished"
    assert set(filling.states.values()) == {"finished"}
    assert len(scene.starter.runs) == 4


def test_old_backfills_are_forgotten(scene: Any, fill: Make) -> None:
    for number in range(3):
        scene.put(f"in/{number}.mp4")
    stored = scene.workflow()
    ended, abandoned, counting = fill(stored), fill(stored, start=False), fill(stored)
    ended.advance()
    with transaction() as session:
        session.execute(update(BackfillRow).where(BackfillRow.id == counting.id).values(state="paused", ended_at=None))
        assert forget_backfills(session, utcnow() - timedelta(days=1)) == 0
        assert forget_backfills(session, utcnow() + timedelta(days=1)) == 6
        assert [one.id for one in store.list_backfills(session).items] == [counting.id]
    assert abandoned.id != ended.id


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.full
def test_ten_thousand_objects_in_bounded_memory(scene: Any, fill: Make, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(1000):
        scene.put(f"in/warm/{number:05}.mp4")
    stored = scene.workflow()
    assert fill(stored, start=False, prefix="in/warm/").advance().total == 1000
    for number in range(9000):
        scene.put(f"in/{number:05}.mp4")
    before = _resident_mb()
    filling = fill(stored, start=False)
    ready = filling.advance()
    after = _resident_mb()
    with capsys.disabled():
        print(f"\n10,000 objects counted: {before:.1f} MB resident before, at most {after:.1f} MB until then")
    assert (ready.total, ready.listed) == (10_000, 10_000)
    assert after - before < 10
