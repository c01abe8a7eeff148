"""Missed uploads: found by comparing the bucket with runs and decisions, and processed once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from media_workflows.domain.backfill import BackfillFilters, BackfillLimits, BackfillRequest, Selection
from media_workflows.domain.result import SourceObject
from media_workflows.errors import StorageAccessError
from media_workflows.ingest import selection
from media_workflows.ingest.backfill import BackfillRound
from media_workflows.ingest.selection import Selector
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import backfills as store
from media_workflows.store import runs as run_store
from media_workflows.store import workflows
from media_workflows.store.engine import transaction
from media_workflows.store.run_copies import fail_deleted, unfinished_copies
from media_workflows.store.tables import WorkflowRow, utcnow
from media_workflows.store.workflows import StoredWorkflow

LATER = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "GRACE", timedelta(0) - LATER)


def created_before(stored: StoredWorkflow) -> StoredWorkflow:
    """The workflow as if it had been there for an hour."""
    with transaction() as session:
        session.execute(
            update(WorkflowRow).where(WorkflowRow.id == stored.id).values(created_at=utcnow() - timedelta(hours=1))
        )
        return workflows.get_workflow(session, stored.id)


def missed(scene: Any, stored: StoredWorkflow) -> dict[str, str | None]:
    """Rule by key."""
    filters = BackfillFilters(select=Selection.MISSED)
    selector = Selector(scene.storage, scene.engine, stored, scene.bucket, filters, utcnow() + LATER)
    found = selector.missed(scene.storage.list_page(scene.bucket, "in/"))
    return {one.key.removeprefix("in/"): one.rule.value if one.rule else None for one in found}


def fire(scene: Any, stored: StoredWorkflow, *keys: str) -> Any:
    with transaction() as session:
        filters, limits = BackfillFilters(select=Selection.MISSED, keys=keys), BackfillLimits(max_at_once=10)
        request = BackfillRequest(workflow=stored.id, filters=filters, limits=limits, start=True)
        made = store.create_backfill(session, request, scene.bucket, "ada")
    BackfillRound(scene.storage, scene.engine, scene.starter).repeat(60)
    with transaction() as session:
        return store.get_backfill(session, made.id)


def test_what_was_missed_is_found_with_its_reason_and_fired_once(scene: Any) -> None:
    stored = created_before(scene.workflow())
    scene.round()
    scene.put("in/fired.mp4")
    scene.round()
    scene.disable(stored)
    scene.put("in/while-disabled.mp4")
    scene.put("in/no-video.txt")
    scene.round()
    scene.enable(stored)
    scene.put("in/not-detected.mp4")
    assert missed(scene, stored) == {"while-disabled.mp4": "disabled", "not-detected.mp4": None}
    done = fire(scene, stored)
    assert (done.state, done.total, done.finished) == ("finished", 2, 2)
    assert scene.fired_keys == ["in/fired.mp4", "in/not-detected.mp4", "in/while-disabled.mp4"]
    assert missed(scene, stored) == {}
    assert scene.rules("in/while-disabled.mp4") == ["backfill"]
    scene.round()  # detection is up again, and finds what was fired
    assert fire(scene, stored).total == 0
    assert len(scene.starter.runs) == 3


def test_an_upload_that_may_not_be_read_is_listed_and_hides_no_other(
    scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = created_before(scene.workflow())
    head = ObjectStorage.head

    def refuses(storage: ObjectStorage, bucket: str, key: str, *arguments: Any) -> Any:
        if key == "in/refused.mp4":
            raise StorageAccessError("access denied")
        return head(storage, bucket, key, *arguments)

    for key in ("in/refused.mp4", "in/other.mp4"):
        scene.put(key)
    with monkeypatch.context() as patch:
        patch.setattr(ObjectStorage, "head", refuses)
        assert missed(scene, stored) == {"refused.mp4": None, "other.mp4": None}
        assert fire(scene, stored).state == "running"
        assert scene.fired_keys == ["in/other.mp4"]
        assert missed(scene, stored) == {"refused.mp4": None}


def test_detection_that_comes_first_keeps_its_run(scene: Any) -> None:
    """Both start the same run; the second of them records it."""
    stored = created_before(scene.workflow())
    scene.round()
    scene.put("in/a.mp4")
    candidates = scene.scan()
    scene.starter.fail_after.append(scene.Killed())
    with pytest.raises(scene.Killed):
        scene.decide(candidates)  # the run exists, the decision does not
    done = fire(scene, stored)
    assert (done.finished, len(scene.starter.runs)) == (1, 1)
    assert scene.decide(candidates) == []
    assert (scene.rules(), len(scene.starter.runs)) == (["backfill"], 1)


def test_only_named_keys(scene: Any) -> None:
    stored = created_before(scene.workflow())
    for name in "abc":
        scene.put(f"in/{name}.mp4")
    done = fire(scene, stored, "in/c.mp4", "in/a.mp4", "in/gone.mp4")
    assert (done.total, done.finished, done.listed) == (2, 2, 2)
    assert scene.fired_keys == ["in/a.mp4", "in/c.mp4"]


def test_what_is_older_than_the_workflow_was_not_missed(scene: Any) -> None:
    scene.put("in/a.mp4")
    stored = scene.workflow()
    later = stored.model_copy(update={"created_at": utcnow() + timedelta(hours=1)})
    assert missed(scene, later) == {}


def test_an_upload_that_is_being_detected_was_not_missed(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = created_before(scene.workflow())
    scene.put("in/a.mp4")
    monkeypatch.setattr(selection, "GRACE", timedelta(minutes=2))
    assert missed(scene, stored) == {}


def test_versions_are_distinguished(scene: Any) -> None:
    scene.clients.s3.put_bucket_versioning(Bucket=scene.bucket, VersioningConfiguration={"Status": "Enabled"})
    stored = created_before(scene.workflow())
    scene.round()
    scene.put("in/a.mp4")
    scene.round()
    assert missed(scene, stored) == {}


@pytest.mark.parametrize("had_begun", [False, True])
def test_an_upload_whose_run_was_deleted_in_airflow(scene: Any, had_begun: bool) -> None:
    """By its "Delete DAG", while the run waited or worked, in the same second or later; twice."""
    stored = created_before(scene.workflow())
    scene.round()
    scene.put("in/a.mp4")
    scene.round()
    run_ids = []
    for _ in range(2):
        (run,) = scene.starter.runs
        run_ids.append(run[1])
        if had_begun:
            begin(scene, *run)
        scene.starter.runs.clear()
        with transaction() as session:
            assert list(unfinished_copies(session)) == [run]  # known though it was never copied from Airflow
            assert fail_deleted(session, [run]) == [run]
        assert missed(scene, stored) == {"a.mp4": "run_deleted"}
        scene.round()  # detection leaves it
        assert fire(scene, stored).total == 1
        assert missed(scene, stored) == {}
        assert scene.rules("in/a.mp4") == ["backfill"]
    (last,) = scene.starter.runs
    assert len({*run_ids, last[1]}) == 3  # results and events of each are kept


def begin(scene: Any, workflow_id: str, run_id: str) -> None:
    head = scene.storage.head(scene.bucket, "in/a.mp4")
    source = SourceObject(bucket=scene.bucket, key="in/a.mp4", etag=head.etag, size_bytes=head.size_bytes)
    with transaction() as session:
        run_store.record_source(session, workflow_id, run_id, 1, source)
