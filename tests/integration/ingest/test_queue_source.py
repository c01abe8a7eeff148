"""The queue source: what messages it understands, and which it deletes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from structlog.testing import capture_logs


def record(bucket: str, key: str, event: str = "ObjectCreated:Put") -> dict[str, Any]:
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventTime": "2026-01-02T03:04:05.678Z",
        "eventName": event,
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": 1, "eTag": "e", "sequencer": "1"}},
    }


def keys(candidates: list[Any]) -> list[str]:
    return [candidate.key for candidate in candidates]


@pytest.mark.parametrize("key", ["in/a.mp4", "in/片 名+%20.mp4", "in/a&b='c'.mp4"])
def test_the_storages_own_event(scene: Any, key: str) -> None:
    stored = scene.workflow()
    scene.send_events_to_queue()
    scene.put(key)
    [candidate] = scene.receive()
    assert (candidate.bucket, candidate.key, candidate.source) == (scene.bucket, key, "queue")
    assert scene.queued() == 1
    assert scene.decide([candidate]) == []
    assert scene.fired == [(stored.id, key)]
    assert scene.queued() == 0


def test_an_event_of_s3(scene: Any) -> None:
    scene.send({"Records": [record(scene.bucket, "in/a+b%2Bc%E7%89%87.mp4")]})
    [candidate] = scene.receive()
    assert candidate.key == "in/a b+c片.mp4"
    assert candidate.uploaded_at.isoformat() == "2026-01-02T03:04:05.678000+00:00"


@pytest.mark.parametrize("prefix", ["", "s3:"])
@pytest.mark.parametrize("event", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_every_way_to_create(scene: Any, prefix: str, event: str) -> None:
    scene.send({"Records": [record(scene.bucket, "in/a.mp4", f"{prefix}ObjectCreated:{event}")]})
    assert keys(scene.receive()) == ["in/a.mp4"]


def test_an_event_that_sns_wrapped(scene: Any) -> None:
    inner = json.dumps({"Records": [record(scene.bucket, "in/a.mp4")]})
    scene.send({"Type": "Notification", "TopicArn": "arn:aws:sns:us-east-1:1:t", "Message": inner})
    assert keys(scene.receive()) == ["in/a.mp4"]


def test_an_event_over_a_real_topic(scene: Any) -> None:
    sns, sqs = scene.clients.messaging("sns", None), scene.clients.sqs
    topic = sns.create_topic(Name=scene.bucket)["TopicArn"]
    arn = sqs.get_queue_attributes(QueueUrl=scene.queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message=json.dumps({"Records": [record(scene.bucket, "in/a.mp4")]}))
    assert keys(scene.receive()) == ["in/a.mp4"]


@pytest.mark.parametrize(("kind", "found"), [("Created", ["in/a b+c.mp4"]), ("Deleted", [])])
def test_an_event_of_eventbridge(scene: Any, kind: str, found: list[str]) -> None:
    detail = {"bucket": {"name": scene.bucket}, "object": {"key": "in/a b+c.mp4"}}
    scene.send({"source": "aws.s3", "time": _now(), "detail-type": f"Object {kind}", "detail": detail})
    assert keys(scene.receive(within_s=60 if found else 1)) == found
    assert scene.queued() == len(found)


@pytest.mark.parametrize(
    "message",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"},
        {"TopicArn": "t", "Message": json.dumps({"Event": "s3:TestEvent"})},
        {"Records": []},
        {"Records": [record("b", "in/a.mp4", "ObjectRemoved:Delete")]},
        {"Records": [record("b", "in/a.mp4", "ObjectRemoved:DeleteMarkerCreated")]},
        {"Records": [record("b", "in/a.mp4", "ObjectTagging:Put")]},
    ],
    ids=["test", "test by SNS", "empty", "removed", "marked removed", "tagged"],
)
def test_events_that_are_no_upload_are_deleted_quietly(scene: Any, message: dict[str, Any]) -> None:
    scene.send(message)
    with capture_logs() as logs:
        assert scene.receive(within_s=1) == []
    assert scene.queued() == 0
    assert logs == []


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[1]",
        '"text"',
        "7",
        "null",
        "{}",
        '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
        '{"Records": 7}',
        json.dumps({"Records": [record("b", "in/a.mp4") | {"eventTime": "yesterday"}]}),
        json.dumps({"TopicArn": "t", "Message": "no json"}),
        json.dumps({"source": "aws.s3"}),
    ],
)
def test_garbage_is_dropped_and_logged(scene: Any, body: str) -> None:
    scene.send(body)
    scene.send({"Records": [record(scene.bucket, "in/a.mp4")]})
    with capture_logs() as logs:
        found = keys(scene.receive())
        found += [] if found else keys(scene.receive())
    assert found == ["in/a.mp4"]
    assert scene.queued() == 1
    [entry] = logs
    assert entry["log_level"] == "error"
    assert entry["queue"] == scene.queue_url
    assert body[:20] in entry["reason"]


def test_removals_do_not_fire(scene: Any) -> None:
    scene.workflow()
    scene.send_events_to_queue()
    scene.put("in/a.mp4")
    scene.decide(scene.receive())
    scene.clients.s3.delete_object(Bucket=scene.bucket, Key="in/a.mp4")
    scene.await_queued(1)
    assert scene.receive(within_s=1) == []
    assert (scene.fired_keys, scene.queued()) == (["in/a.mp4"], 0)


def test_a_message_with_several_uploads_stays_until_all_are_decided(scene: Any) -> None:
    early, late = scene.workflow("early", "in/"), scene.workflow("late", "out/")
    scene.put("in/a.mp4")
    scene.put("out/b.mp4")
    scene.starter.states[late.id] = None
    scene.send({"Records": [record(scene.bucket, key) | {"eventTime": _now()} for key in ("in/a.mp4", "out/b.mp4")]})
    assert keys(scene.decide(scene.receive())) == ["out/b.mp4"]
    assert scene.fired == [(early.id, "in/a.mp4")]
    assert scene.queued() == 1
    del scene.starter.states[late.id]
    assert scene.decide(scene.receive()) == []
    assert scene.fired == sorted([(early.id, "in/a.mp4"), (late.id, "out/b.mp4")])
    assert scene.rules() == ["matched", "matched"]
    assert scene.queued() == 0


def _now() -> str:
    from media_workflows.store.tables import utcnow

    return utcnow().isoformat().replace("+00:00", "Z")
