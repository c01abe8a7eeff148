"""SQS and SNS against MiniStack."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from http_servers import serving
from media_workflows.domain.notification import AnyTarget, LambdaTarget, SnsTarget, SqsTarget
from media_workflows.errors import NotificationError
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.message import Event
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients, make_clients
from media_workflows.vendor_mps.event import canonical_json
from receiver import Receiver

BODY = canonical_json({"name": "片 & <b>"}).decode()
EVENT = Event("evt_1", "wf_1", BODY, datetime(2026, 1, 2, tzinfo=UTC))


@pytest.fixture
def settings(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("media_workflows.storage.clients.MESSAGING_READ_TIMEOUT_S", 120)
    return Settings(s3_endpoint_url=s3_server)


@pytest.fixture
def clients(settings: Settings) -> Clients:
    return make_clients(settings)


@pytest.fixture
def queue_url(clients: Clients) -> str:
    return clients.sqs.create_queue(QueueName=f"events-{uuid.uuid4().hex[:8]}")["QueueUrl"]


def _deliver(target: AnyTarget, clients: Clients, settings: Settings) -> DeliveryReceipt:
    return asyncio.run(deliver(target, EVENT, clients, Credentials(), settings))


def test_a_queue_gets_the_event_and_its_id(clients: Clients, settings: Settings, queue_url: str) -> None:
    receipt = _deliver(SqsTarget(type="sqs", queue_url=queue_url), clients, settings)
    (message,) = clients.sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == BODY
    assert message["MessageAttributes"]["event_id"]["StringValue"] == "evt_1"
    assert (receipt.status, receipt.answer_excerpt) == (200, message["MessageId"])


def test_a_fifo_queue_drops_a_repeat(clients: Clients, settings: Settings) -> None:
    name = f"events-{uuid.uuid4().hex[:8]}.fifo"
    url = clients.sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]
    for _ in range(2):
        _deliver(SqsTarget(type="sqs", queue_url=url), clients, settings)
    received = clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert len(received) == 1


def test_a_topic_passes_the_event_on(clients: Clients, settings: Settings, queue_url: str) -> None:
    arn = clients.messaging("sns", None).create_topic(Name=f"events-{uuid.uuid4().hex[:8]}")["TopicArn"]
    attributes = clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    clients.messaging("sns", None).subscribe(TopicArn=arn, Protocol="sqs", Endpoint=attributes["QueueArn"])
    receipt = _deliver(SnsTarget(type="sns", topic_arn=arn), clients, settings)
    (message,) = clients.sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=20)["Messages"]
    assert json.loads(message["Body"])["Message"] == BODY
    assert receipt.status == 200


def test_a_missing_queue_and_topic_are_named(clients: Clients, settings: Settings, queue_url: str) -> None:
    with pytest.raises(NotificationError, match=r"-gone.*check the target"):
        _deliver(SqsTarget(type="sqs", queue_url=f"{queue_url}-gone"), clients, settings)
    arn = "arn:aws:sns:us-east-1:000000000000:gone"
    with pytest.raises(NotificationError, match=arn):
        _deliver(SnsTarget(type="sns", topic_arn=arn), clients, settings)


def test_queue_and_topic_are_found_by_their_names(clients: Clients, settings: Settings, queue_url: str) -> None:
    _deliver(SqsTarget(type="sqs", queue_name=queue_url.rpartition("/")[2], region="us-east-1"), clients, settings)
    assert clients.sqs.receive_message(QueueUrl=queue_url)["Messages"][0]["Body"] == BODY
    topic = f"events-{uuid.uuid4().hex[:8]}"
    clients.messaging("sns", None).create_topic(Name=topic)
    assert _deliver(SnsTarget(type="sns", topic_name=topic), clients, settings).status == 200
    with pytest.raises(NotificationError, match=f"no SNS topic '{topic}-gone'"):
        _deliver(SnsTarget(type="sns", topic_name=f"{topic}-gone"), clients, settings)


class _Lambda(BaseHTTPRequestHandler):
    """Lambda's Invoke as its API describes it: 202 to an asynchronous call, 404 for a function it does not know."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        known = self.path == "/2015-03-31/functions/events/invocations"
        answer = b"" if known else b'{"Message": "Function not found"}'
        self.send_response(202 if known else 404)
        if not known:
            self.send_header("x-amzn-errortype", "ResourceNotFoundException")
        self.send_header("x-amzn-requestid", "r-1")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def test_a_lambda_function_is_invoked_over_http(settings: Settings) -> None:
    with serving(Receiver()) as server:
        server.RequestHandlerClass = _Lambda
        endpoint = {"lambda_endpoint_url": f"http://127.0.0.1:{server.server_port}"}
        clients = make_clients(settings.model_copy(update=endpoint))
        receipt = _deliver(LambdaTarget(type="lambda", function_name="events"), clients, settings)
        (_, headers, body) = server.requests[0]
        with pytest.raises(NotificationError, match=r"lambda:gone.*Function not found.*check") as caught:
            _deliver(LambdaTarget(type="lambda", function_name="gone"), clients, settings)
    assert (receipt.status, receipt.answer_excerpt) == (202, "r-1")
    assert headers["X-Amz-Invocation-Type"] == "Event"
    assert json.loads(body) == {"name": "片 & <b>"}
    assert caught.value.status == 404
