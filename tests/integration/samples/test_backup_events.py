"""samples/functions/backup_events.py against a real storage: as a Lambda function and behind a URL."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import httpx
import pytest
from standardwebhooks import Webhook

import backup_events
from backup_events import app, handler
from event_examples import FINISHED, NOTIFY_KEY, body, event, failures, message, successes
from function_server import SECRET, send, serve
from media_workflows.errors import NotificationError
from media_workflows.notifications.sample_event import make_sample_event
from media_workflows.notifications.transports.message import compose

BODY = body(successes())
EVENT_ID = event(BODY).id
PLACE = "media-events/wf_0123456789ab/upload__0123456789abcdef0123456789abcdef"


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket, named to the function by its environment as in production."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("BACKUP_BUCKET", name := f"backup-{uuid.uuid4().hex[:8]}")
    backup_events._s3.cache_clear()
    yield boto3.resource("s3").create_bucket(Bucket=name)
    backup_events._s3.cache_clear()


def kept(bucket: Any) -> dict[str, Any]:
    return {item.key: json.load(item.get()["Body"]) for item in bucket.objects.all()}


def test_lambda_keeps_a_cloud_event_once(bucket: Any) -> None:
    payload = json.loads(message(BODY, "cloud_event").body)
    assert [handler(payload, None), handler(payload, None)] == [None, None]
    assert kept(bucket) == {f"{PLACE}/{EVENT_ID}.json": BODY}


def test_lambda_keeps_an_event_without_id_once(bucket: Any) -> None:
    """Two attempts differ in their signatures."""
    for attempt in range(2):
        now = FINISHED + timedelta(seconds=attempt)
        handler(json.loads(compose(event(BODY), "workflow_task", NOTIFY_KEY, now).body), None)
    ((key, kept_body),) = kept(bucket).items()
    assert key.startswith(f"{PLACE}/")
    assert {name: value for name, value in kept_body.items() if name not in ("Timestamp", "Sign")} == BODY


def test_other_events_of_a_run_lie_beside_it(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_PREFIX", "")
    for data in (BODY, body(failures()), json.loads(make_sample_event("", "", datetime.now(UTC)).body)):
        handler(data, None)
    assert [key.rpartition("/")[0] for key in kept(bucket)] == ["test/test", *[PLACE.partition("/")[2]] * 2]


@pytest.mark.parametrize("encoded", [False, True])
def test_a_lambda_function_url_asks_for_signatures(bucket: Any, encoded: bool) -> None:
    sent, now = message(BODY).body.decode(), datetime.now(UTC)
    headers = {
        "webhook-id": EVENT_ID,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign(EVENT_ID, now, sent),
    }
    text = base64.b64encode(sent.encode()).decode() if encoded else sent
    request = {"requestContext": {"http": {}}, "headers": headers, "body": text, "isBase64Encoded": encoded}
    assert handler(request, None) == {"statusCode": 204}
    assert handler(request | {"headers": headers | {"webhook-id": "evt_2"}}, None) == {"statusCode": 401}
    assert kept(bucket) == {f"{PLACE}/{EVENT_ID}.json": BODY}


@pytest.mark.parametrize("form", ["cloud_event", "workflow_task"])
def test_the_product_delivers_to_its_url(bucket: Any, form: str) -> None:
    with serve(app) as url:
        assert [send(url, BODY, format=form).status for _ in range(2)] == [204, 204]
        with pytest.raises(NotificationError, match="answered 401"):
            send(url, body(failures()), secret="whsec_" + base64.b64encode(b"another secret of 24 B..").decode())
    assert kept(bucket) == {f"{PLACE}/{EVENT_ID}.json": BODY}


def test_a_failure_lets_the_event_come_again(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(app) as url:
        with monkeypatch.context() as patch:
            patch.setenv("BACKUP_BUCKET", "not-there-yet")
            with pytest.raises(NotificationError, match="answered 500"):
                send(url, BODY)
        assert send(url, BODY).status == 204
    assert len(kept(bucket)) == 1


def test_what_is_no_event_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBHOOK_SECRET")
    with serve(app) as url:
        answers = [httpx.post(url, content=data) for data in (b"", b"[]", b"{}", b'{"specversion": "1.0"}', b"\xff")]
        assert [answer.status_code for answer in answers] == [400] * 5
        assert httpx.get(url).status_code == 405
        assert httpx.post(url, content=b" " * (16 * 1024**2 + 1)).status_code == 413
