"""The receivers in docs/events.md, as they are written there, with events as they are sent."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from event_examples import NOTIFY_KEY, body, event, failures, successes
from http_servers import serving
from media_workflows.domain.notification import AnyTarget, BodyFormat, HttpTarget, SqsTarget
from media_workflows.errors import NotificationError
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.message import SIGN_LIFETIME, compose
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients, make_clients

DOCS = Path(__file__).parents[3] / "docs"
SECRET, OLD_SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
BODY = body(failures())
Sample = Callable[[str], dict[str, Any]]
Receive = Callable[[bytes, dict[str, str]], int]


@pytest.fixture(params=["events.md", "zh/events.md"])
def sample(request: pytest.FixtureRequest) -> Sample:
    """The names that the block of a document with this function defines."""
    text = (DOCS / request.param).read_text(encoding="utf-8")

    def run(function: str) -> dict[str, Any]:
        blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        (block,) = [block for block in blocks if f"def {function}(" in block]
        names: dict[str, Any] = {}
        exec(block, names)
        return names

    return run


@contextmanager
def receiver(receive: Receive) -> Iterator[str]:
    """The URL of a server that answers what `receive` says."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(receive(data, {name.lower(): value for name, value in self.headers.items()}))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}/"


def send(target: AnyTarget, data: dict[str, Any], credentials: Credentials, clients: Any = None) -> int:
    settings = Settings(notify_timeout_s=120, callback_allowed_hosts=["127.0.0.1"])
    return asyncio.run(deliver(target, event(data), clients, credentials, settings)).status


def over_http(receive: Receive, credentials: Credentials, form: BodyFormat = "workflow_task") -> int:
    with receiver(receive) as url:
        return send(HttpTarget(type="http", url=url, format=form), BODY, credentials)


@pytest.mark.parametrize("secrets", [(SECRET,), (SECRET, OLD_SECRET), (OLD_SECRET, SECRET)])
def test_standard_webhooks(sample: Sample, monkeypatch: pytest.MonkeyPatch, secrets: tuple[str, ...]) -> None:
    """Also while the secret is replaced, before and after the receiver has the new one."""
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    names, got = sample("handle"), dict[str, Any]()
    names["remember_once"] = got.__setitem__
    assert over_http(names["handle"], Credentials(secrets)) == 204
    assert got == {event(BODY).id: BODY}


def test_standard_webhooks_of_somebody_else(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    names = sample("handle")
    with pytest.raises(NotificationError, match="answered 401"):
        over_http(names["handle"], Credentials((OLD_SECRET,)))


def test_sign(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_KEY", NOTIFY_KEY)
    is_genuine = sample("is_genuine")["is_genuine"]

    def receive(data: bytes, _: dict[str, str]) -> int:
        return 204 if is_genuine(json.loads(data)) else 401

    assert over_http(receive, Credentials(notify_key=NOTIFY_KEY)) == 204
    for credentials in (Credentials(notify_key="another"), Credentials()):
        with pytest.raises(NotificationError, match="answered 401"):
            over_http(receive, credentials)
    then = datetime.now(UTC) - SIGN_LIFETIME
    assert not is_genuine(json.loads(compose(event(BODY), "workflow_task", NOTIFY_KEY, then).body))


def test_cloud_event(sample: Sample) -> None:
    read, got = sample("read_cloud_event")["read_cloud_event"], list[Any]()

    def receive(data: bytes, headers: dict[str, str]) -> int:
        try:
            got.append(read(data, headers))
        except ValueError:
            return 415
        return 204

    assert over_http(receive, Credentials(), "cloud_event") == 204
    assert got == [(event(BODY).id, BODY)]
    with pytest.raises(NotificationError, match="answered 415"):
        over_http(receive, Credentials())


@pytest.fixture
def queue(s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Clients, str]:
    """A queue, and the consumer's environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", s3_server)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr("media_workflows.storage.clients.MESSAGING_READ_TIMEOUT_S", 120)
    monkeypatch.chdir(tmp_path)
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    name = f"events-{uuid.uuid4().hex[:8]}"
    attributes: Any = {"VisibilityTimeout": "1", "ReceiveMessageWaitTimeSeconds": "0"}
    return clients, clients.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def test_queue_consumer(sample: Sample, queue: tuple[Clients, str]) -> None:
    """Each event once, though sent twice and though the work fails at first."""
    clients, url = queue
    other = body(successes())
    for data in (BODY, BODY, other):
        send(SqsTarget(type="sqs", queue_url=url), data, Credentials(), clients)
    done: list[dict[str, Any]] = []

    def work(data: dict[str, Any]) -> None:
        done.append(data)
        if len(done) == 1:
            raise OSError("not now")

    take = sample("take")["take"]
    with pytest.raises(OSError, match="not now"):
        take(url, work)
    deadline = time.monotonic() + 120
    while _waiting(clients, url) and time.monotonic() < deadline:
        take(url, work)
    assert sorted(map(str, done[1:])) == sorted(map(str, (BODY, other)))


def _waiting(clients: Clients, url: str) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, counts.values()))
