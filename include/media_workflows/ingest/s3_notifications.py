"""Parses S3 event notifications: plain, wrapped by SNS, or from EventBridge. Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from media_workflows.domain.candidates import Candidate, Receipt
from media_workflows.domain.plain_data import text_problem


class NotAnS3EventError(ValueError):
    """The message is no S3 event notification."""


def _time(text: str) -> datetime:
    """Without a zone it is UTC, as all of S3's times."""
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _etag(value: object) -> str:
    """An ETag without quotes, which some servers add; '' = none."""
    return value.strip('"') if isinstance(value, str) else ""


def _from_record(record: dict[str, Any], receipt: Receipt) -> Candidate:
    s3 = record["s3"]
    return Candidate(
        bucket=s3["bucket"]["name"],
        key=unquote_plus(s3["object"]["key"]),  # S3 percent-encodes keys in its own notifications
        source="queue",
        uploaded_at=_time(record["eventTime"]),
        etag=_etag(s3["object"].get("eTag")),
        receipt=receipt,
    )


def _from_eventbridge(event: dict[str, Any], receipt: Receipt) -> Candidate:
    detail = event["detail"]
    return Candidate(
        bucket=detail["bucket"]["name"],
        key=detail["object"]["key"],  # EventBridge does not encode
        source="queue",
        uploaded_at=_time(event["time"]),
        etag=_etag(detail["object"].get("etag")),
        receipt=receipt,
    )


def _storable(found: Candidate) -> Candidate:
    """Raises ValueError for text that no database takes: such a message would come back for days."""
    for text in (found.bucket, found.key, found.etag):
        if problem := text_problem(text):
            raise ValueError(str(problem))
    return found


def candidates_of(body: str, receipt: Receipt) -> list[Candidate]:
    """The created objects that a queue message reports; [] for test messages and other events.

    Raises NotAnS3EventError when the message is no S3 event notification.
    """
    try:
        event = json.loads(body)
        if "TopicArn" in event and "Message" in event:
            event = json.loads(event["Message"])
        if event.get("Event") == "s3:TestEvent":
            return []
        if event.get("source") == "aws.s3":
            return [_storable(_from_eventbridge(event, receipt))] if event["detail-type"] == "Object Created" else []
        created = [record for record in event["Records"] if "ObjectCreated:" in record["eventName"]]
        return [_storable(_from_record(record, receipt)) for record in created]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnS3EventError(f"the message is not an S3 event notification ({error!r}): {body[:500]}") from error
