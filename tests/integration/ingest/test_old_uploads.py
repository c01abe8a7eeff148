"""Housekeeping of upload decisions and known objects: it deletes what is old, and never what prevents a second run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import select, update

from media_workflows.domain.candidates import Candidate
from media_workflows.ingest.old_uploads import OldUploads
from media_workflows.storage.clock import NO_SKEW
from media_workflows.storage.s3 import ListingPage, ObjectStorage
from media_workflows.store import old_records
from media_workflows.store import workflows as workflow_store
from media_workflows.store.engine import transaction
from media_workflows.store.tables import KnownObjectRow, ListingRootRow, UploadDecisionRow, utcnow

KEEP = timedelta(days=15)


def forget(scene: Any) -> int:
    return OldUploads(scene.storage, scene.engine, utcnow() - KEEP).forget()


def age(days: float = 16) -> None:
    """Let so much time pass for everything recorded."""
    with transaction() as session:
        for column in (UploadDecisionRow.decided_at, KnownObjectRow.missing_since):
            session.execute(update(column.class_).values({column.key: column - timedelta(days=days)}))


def known() -> list[str]:
    with transaction() as session:
        return sorted(session.scalars(select(KnownObjectRow.key)))


def queued(scene: Any, key: str) -> Candidate:
    return Candidate(bucket=scene.bucket, key=key, source="queue", uploaded_at=utcnow())


def test_old_decisions_go_and_no_object_fires_again(scene: Any) -> None:
    """As polling sees it: the known objects prevent the second run. Young decisions stay."""
    scene.workflow()
    for name in ("a.mp4", "b.mp4", "c.txt"):
        scene.put(f"in/{name}")
    scene.round()
    age()
    scene.put("in/young.mp4")
    scene.round()
    assert forget(scene) == 3
    assert [decision.key for decision in scene.decisions()] == ["in/young.mp4"]
    scene.starter.runs.clear()  # as `airflow db clean` does
    scene.round()
    assert (scene.fired, known()) == ([], ["in/a.mp4", "in/b.mp4", "in/c.txt", "in/young.mp4"])


def test_a_decision_of_the_queue_stays_as_long_as_its_object(scene: Any) -> None:
    """No listing has seen the object, so only its decision prevents a second run when polling begins."""
    scene.workflow()
    scene.put("in/a.mp4")
    scene.put("in/gone.mp4")
    scene.decide([queued(scene, "in/a.mp4"), queued(scene, "in/gone.mp4")])
    scene.clients.s3.delete_object(Bucket=scene.bucket, Key="in/gone.mp4")
    age()
    assert forget(scene) == 1
    scene.starter.runs.clear()
    scene.round()
    assert (scene.fired, scene.rules()) == ([], ["matched"])


def test_a_known_object_of_another_writing_prevents_nothing(scene: Any) -> None:
    """Polling was on, then only the queue: the decision on the newer writing must stay."""
    scene.workflow()
    scene.put("in/a.mp4", b"one")
    scene.round()
    scene.put("in/a.mp4", b"two")
    scene.decide([queued(scene, "in/a.mp4")])
    age()
    forget(scene)
    scene.starter.runs.clear()
    scene.round()
    assert scene.fired == []


def test_gone_objects_are_forgotten_when_they_stay_away(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.workflow()
    scene.put("in/a.mp4")
    scene.put("in/b.mp4")
    scene.round()
    scene.clients.s3.delete_object(Bucket=scene.bucket, Key="in/a.mp4")
    with monkeypatch.context() as patch:  # one listing that wrongly is empty
        patch.setattr(ObjectStorage, "iter_listing", lambda *_: iter([ListingPage([], NO_SKEW, None)]))
        forget(scene)
    assert known() == ["in/a.mp4", "in/b.mp4"]
    forget(scene)
    age()
    forget(scene)
    assert known() == ["in/b.mp4"]
    scene.starter.runs.clear()
    scene.round()
    assert scene.fired == []


def test_many_pages_and_batches(scene: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_records, "BATCH", 3)
    monkeypatch.setattr("media_workflows.storage.s3.PAGE_KEYS", 4)
    scene.workflow()
    names = [f"in/{number}-é😀.mp4" for number in range(11)] + [f"in/{number}.txt" for number in range(8)]
    for name in names:
        scene.put(name)
    scene.round()
    age()
    assert forget(scene) == len(names)
    assert (scene.decisions(), len(known())) == ([], len(names))


def test_a_listing_out_of_order_or_a_missing_bucket_deletes_nothing(
    scene: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.workflow()
    for name in ("in/a.mp4", "in/b.mp4"):
        scene.put(name)
    scene.round()
    age()
    [page] = scene.storage.iter_listing(scene.bucket, "in/")
    with monkeypatch.context() as patch, structlog.testing.capture_logs() as logged:
        backwards = replace(page, objects=page.objects[::-1])
        patch.setattr(ObjectStorage, "iter_listing", lambda *_: iter([backwards]))
        assert forget(scene) == 0
    assert "not in the order" in logged[-1]["event"]
    for name in ("in/a.mp4", "in/b.mp4"):
        scene.clients.s3.delete_object(Bucket=scene.bucket, Key=name)
    scene.clients.s3.delete_bucket(Bucket=scene.bucket)
    assert forget(scene) == 0
    assert len(scene.decisions()) == 2


def test_what_no_workflow_watches_goes_and_a_new_workflow_begins_anew(scene: Any) -> None:
    stored = scene.workflow()
    scene.put("in/a.mp4")
    scene.round()
    with transaction() as session:
        workflow_store.delete_workflow(session, stored.id, "test")
    forget(scene)
    assert (known(), scene.rules()) == ([], ["matched"])  # decisions keep their time
    with transaction() as session:
        assert session.scalar(select(ListingRootRow.bucket)) is None
    age()
    assert forget(scene) == 1
    scene.starter.runs.clear()
    again = scene.new_workflow("again")
    scene.enable(again, seconds_ago=-2)
    scene.round()
    assert (scene.fired, scene.rules()) == ([], ["existed_before"])
