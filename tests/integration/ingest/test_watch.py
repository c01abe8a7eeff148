"""Reading all sources in turns: none starves, one that fails stops no other and is a state that users see."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from structlog.testing import capture_logs

from definitions import workflow
from media_workflows.ingest import listing as listing_module
from media_workflows.ingest import watch as watch_module
from media_workflows.ingest.queue import QueueSource
from media_workflows.ingest.watch import Watch, WatchState
from media_workflows.settings import Settings
from media_workflows.store.detection import DetectionSource, sources_of
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import create_workflow


@pytest.fixture
def watching(scene: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A watch of these queues, as a new process makes it. No turn ends early because the machine is slow."""
    watch_module._changes.cache_clear()
    monkeypatch.setattr(watch_module, "LISTING_TURN_S", 600.0)
    monkeypatch.setattr(watch_module, "RETRY_S", 600.0)

    def make(queues: list[str], interval_s: float = 0, state: WatchState | None = None) -> Watch:
        settings = Settings(upload_queue_urls=queues, upload_poll_interval_s=interval_s)
        return Watch(settings, scene.clients, scene.engine, state or WatchState())

    return make


def keys(watch: Watch, wait_s: float = 0) -> list[str]:
    return sorted({candidate.key for candidate in watch.read(wait_s)})


def source(scene: Any, kind: str) -> DetectionSource:
    with transaction() as session:
        (found,) = [one for one in sources_of(session, scene.bucket, "in/") if one.kind == kind]
    return found


def test_each_turn_reads_the_queue_and_a_part_of_the_listing(
    scene: Any, watching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long listing, whose parts follow each other without a pause, also in the next process."""
    monkeypatch.setattr(listing_module, "MAX_CANDIDATES", 2)
    scene.workflow()
    for number in range(5):
        scene.put(f"in/{number}.mp4")
    scene.send_events_to_queue()
    scene.put("in/queued.mp4")
    scene.clients.s3.delete_object(Bucket=scene.bucket, Key="in/queued.mp4")
    scene.await_queued(2)
    watch, found = watching([scene.queue_url], interval_s=3600), []
    for _ in range(3):
        found.append(keys(watch, wait_s=1))
        watch = watching([scene.queue_url], interval_s=3600, state=WatchState(**watch.state.model_dump(mode="json")))
    assert [len([key for key in some if key != "in/queued.mp4"]) for some in found] == [2, 2, 1]
    assert any("in/queued.mp4" in some for some in found)
    assert set(keys(watch)) <= {"in/queued.mp4"}  # the next listing is not due
    assert not watch.state.goes_on


def test_roots_take_turns(scene: Any, watching: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a directory with many new objects some are found, then some of the next directory."""
    monkeypatch.setattr(listing_module, "MAX_CANDIDATES", 2)
    monkeypatch.setattr(watch_module, "MAX_OF_LISTINGS", 2)
    for directory in ("a/", "b/"):
        scene.workflow(directory[0], directory)
        for number in range(3):
            scene.put(f"{directory}{number}.mp4")
    watch = watching([], interval_s=3600)
    found = [keys(watch) for _ in range(3)]
    assert found == [["a/0.mp4", "a/1.mp4"], ["b/0.mp4", "b/1.mp4"], ["a/2.mp4", "b/2.mp4"]]


def test_a_pass_ends_although_the_workflow_of_its_next_directory_was_deleted(scene: Any, watching: Any) -> None:
    scene.workflow()
    watch = watching([], interval_s=3600, state=WatchState(listed_at=time.time(), next_root=("zzz", "in/")))
    assert keys(watch) == []
    assert watch.state.next_root is None


def test_several_queues_are_read_together(scene: Any, watching: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, four empty ones would take four seconds."""
    all_at_once, receive = threading.Barrier(5, timeout=60), QueueSource.receive
    waits_s: list[int] = []

    def together(queue: QueueSource, wait_s: int, limit: int) -> Any:
        waits_s.append(wait_s)
        all_at_once.wait()
        return receive(queue, wait_s, limit)

    monkeypatch.setattr(QueueSource, "receive", together)
    more = [scene.clients.sqs.create_queue(QueueName=f"{scene.bucket}-{number}")["QueueUrl"] for number in range(4)]
    try:
        scene.send_events_to_queue()
        scene.put("in/a.mp4")
        scene.await_queued(1)
        assert keys(watching([*more, scene.queue_url]), wait_s=3) == ["in/a.mp4"]
        assert waits_s == [int(watch_module.SHORT_WAIT_S)] * 5
    finally:
        for url in more:
            scene.clients.sqs.delete_queue(QueueUrl=url)


def test_a_wrong_queue_is_a_state_that_clears_itself(
    scene: Any, watching: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.workflow()
    scene.send_events_to_queue()
    scene.put("in/a.mp4")
    scene.await_queued(1)
    later = f"{scene.bucket}-later"
    wrong = scene.queue_url.replace(scene.bucket, later)
    watch = watching([wrong, scene.queue_url])
    monkeypatch.setattr(watch_module, "RETRY_S", 0.0)
    with capture_logs() as logs:
        assert "in/a.mp4" in [key for _ in range(3) for key in keys(watch, wait_s=1)]
    assert [(entry["log_level"], entry["place"], entry["code"]) for entry in logs] == [
        ("error", wrong, "ResourceNotFound")
    ]
    with transaction() as session:
        (failing,) = [one for one in sources_of(session, scene.bucket, "in/") if one.place == wrong]
    assert failing.error is not None
    assert failing.error["code"] == "ResourceNotFound"
    assert "upload_queue_urls" in failing.error["message"]
    assert failing.failing_since is not None
    assert failing.failing_since < failing.polled_at
    scene.clients.sqs.create_queue(QueueName=later)
    with capture_logs() as logs:
        keys(watch)
        keys(watch)
    scene.clients.sqs.delete_queue(QueueUrl=wrong)
    assert [entry["event"] for entry in logs] == ["uploads are detected again"]
    with transaction() as session:
        (works,) = [one for one in sources_of(session, scene.bucket, "in/") if one.place == wrong]
    assert (works.error, works.failing_since) == (None, None)


def test_a_queue_that_fails_is_not_asked_all_the_time(scene: Any, watching: Any) -> None:
    watch = watching([scene.queue_url + "-wrong"])
    keys(watch)
    first = source(scene, "queue").polled_at
    began = time.monotonic()
    keys(watch, wait_s=3)
    assert time.monotonic() - began >= watch_module.SHORT_WAIT_S
    assert source(scene, "queue").polled_at == first


def test_a_listing_that_fails_holds_up_no_queue_and_no_other_listing(scene: Any, watching: Any) -> None:
    scene.workflow()
    scene.send_events_to_queue()
    scene.put("in/a.mp4")
    with transaction() as session:
        create_workflow(session, workflow("gone", "there-is-no-such-bucket"))
    watch = watching([scene.queue_url], interval_s=3600)
    with capture_logs() as logs:
        found = keys(watch, wait_s=1)
        while watch.state.next_root:
            keys(watch)
    assert found == ["in/a.mp4"]
    assert [entry["code"] for entry in logs] == ["ResourceNotFound.CosBucketNotExist"]
    assert source(scene, "listing").error is None
