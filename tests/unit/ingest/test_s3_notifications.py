"""Queue messages that S3 does not send, but who may write to the queue can."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from media_workflows.domain.candidates import Receipt
from media_workflows.ingest.s3_notifications import NotAnS3EventError, candidates_of

RECEIPT = Receipt(queue_url="http://sqs/q", handle="h")


def body(key: str, time: str = "2026-05-01T10:00:00.000Z", **more: str) -> str:
    place = {"bucket": {"name": "in"}, "object": {"key": key, **more}}
    return json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "eventTime": time, "s3": place}]})


@pytest.mark.parametrize("message", [body("a%00.mp4"), body("a\ud800.mp4"), body("a.mp4", eTag="\0")])
def test_text_that_no_database_takes(message: str) -> None:
    with pytest.raises(NotAnS3EventError, match="must not contain"):
        candidates_of(message, RECEIPT)


def test_a_time_without_a_zone_is_utc() -> None:
    (found,) = candidates_of(body("a.mp4", "2026-05-01T10:00:00"), RECEIPT)
    assert found.uploaded_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
