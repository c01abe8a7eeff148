"""A sample function that stores each event as an object in a bucket.

The key is `<prefix><workflow>/<run>/<event id>.json`: an event that arrives twice is written to the same key.

Environment: BACKUP_BUCKET; BACKUP_PREFIX (`media-events/`); WEBHOOK_SECRET, when called over HTTP; AWS_* as boto3 reads
them, among them AWS_ENDPOINT_URL_S3 for storage other than AWS's.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

import boto3

from event_function import asgi_app, lambda_handler


def back_up(event_id: str, body: dict[str, Any]) -> None:
    """Write the event to the bucket. Raises boto3's exceptions."""
    _s3().put_object(
        Bucket=os.environ["BACKUP_BUCKET"],
        Key=backup_key(event_id, body),
        Body=json.dumps(body, ensure_ascii=False, indent=2).encode(),
        ContentType="application/json",
    )


def backup_key(event_id: str, body: dict[str, Any]) -> str:
    """The object key of an event. A test event belongs to no workflow."""
    ours = body["MediaWorkflows"]
    workflow = ours["WorkflowId"] or "test"
    return f"{os.environ.get('BACKUP_PREFIX', 'media-events/')}{workflow}/{ours['RunId']}/{event_id}.json"


@lru_cache(maxsize=1)
def _s3() -> Any:
    return boto3.client("s3")


handler = lambda_handler(back_up)
app = asgi_app(back_up)
