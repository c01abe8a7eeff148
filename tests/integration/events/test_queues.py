"""SQS and SNS against MiniStack."""

from __future__ import annotations

import json
import uuid

import pytest

from media_workflows.errors import NotificationError
from media_workflows.events.delivery import deliver
from media_workflows.model.notification import SnsTarget, SqsTarget
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients, make_clients

BODY = '{"name":"片 & <b>"}'


@pytest.fixture
def settings(s3_server: str) -> Settings:
    return Settings(s3_endpoint_url=s3_server)


@pytest.fixture
def clients(settings: Settings) -> Clients:
    return make_clients(settings)


@pytest.fixture
def queue_url(clients: Clients) -> str:
    return clients.sqs.create_queue(QueueName=f"events-{uuid.uuid4().hex[:8]}")["QueueUrl"]


def test_a_queue_gets_the_event_and_its_id(clients: Clients, settings: Settings, queue_url: str) -> None:
    receipt = deliver(SqsTarget(type="sqs", queue_url=queue_url), "evt_1", BODY.encode(), clients, settings)
    (message,) = clients.sqs.receive_message(QueueUrl=queue_url, MessageAttributeNames=["All"])["Messages"]
    assert message["Body"] == BODY
    assert message["MessageAttributes"]["event_id"]["StringValue"] == "evt_1"
    assert (receipt.status, receipt.answer_excerpt) == (200, message["MessageId"])


def test_a_fifo_queue_drops_a_repeat(clients: Clients, settings: Settings) -> None:
    name = f"events-{uuid.uuid4().hex[:8]}.fifo"
    url = clients.sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]
    for _ in range(2):
        deliver(SqsTarget(type="sqs", queue_url=url), "evt_1", BODY.encode(), clients, settings)
    received = clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert len(received) == 1


def test_a_topic_passes_the_event_on(clients: Clients, settings: Settings, queue_url: str) -> None:
    arn = clients.sns.create_topic(Name=f"events-{uuid.uuid4().hex[:8]}")["TopicArn"]
    attributes = clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    clients.sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=attributes["QueueArn"])
    receipt = deliver(SnsTarget(type="sns", topic_arn=arn), "evt_1", BODY.encode(), clients, settings)
    (message,) = clients.sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=5)["Messages"]
    assert json.loads(message["Body"])["Message"] == BODY
    assert receipt.status == 200


def test_a_missing_queue_and_topic_are_named(clients: Clients, settings: Settings, queue_url: str) -> None:
    with pytest.raises(NotificationError, match=r"-gone.*check the target"):
        deliver(SqsTarget(type="sqs", queue_url=f"{queue_url}-gone"), "evt_1", BODY.encode(), clients, settings)
    arn = "arn:aws:sns:us-east-1:000000000000:gone"
    with pytest.raises(NotificationError, match=arn):
        deliver(SnsTarget(type="sns", topic_arn=arn), "evt_1", BODY.encode(), clients, settings)
