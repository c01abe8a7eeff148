"""Delivery without a network: dispatch, headers, message arguments, secrets."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from media_workflows.domain.notification import AnyTarget, LambdaTarget, SnsTarget, SqsTarget, shown_url
from media_workflows.errors import NotificationError, UndeliverableError
from media_workflows.notifications.transports.credentials import Credentials, credentials_of_settings
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.http import webhook_headers
from media_workflows.notifications.transports.message import Event, Message
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.settings import Settings
from media_workflows.vendor_mps.event import canonical_json

SECRET, OLD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
BODY = canonical_json({"name": "片", "MediaWorkflows": {}, "WorkflowTaskEvent": {}}).decode()
EVENT = Event("evt_1", "wf_1", BODY, datetime(2026, 1, 2, tzinfo=UTC))
MESSAGE = Message("evt_1", "wf_1", BODY.encode(), "application/json")
ARN = "arn:aws:sns:eu-west-3:1:media"


class _Client:
    """Records the call; answers like SQS, SNS and Lambda, or raises."""

    meta = SimpleNamespace(region_name="eu-west-3")

    def __init__(self, error: Exception | None = None) -> None:
        self.sent: dict[str, Any] = {}
        self.error = error
        self.asked: list[tuple[str, str | None]] = []

    def messaging(self, service: str, region: str | None) -> _Client:
        self.asked.append((service, region))
        return self

    def get_queue_url(self, QueueName: str) -> dict[str, str]:
        return {"QueueUrl": f"http://sqs/1/{QueueName}"}

    def get_paginator(self, _: str) -> Any:
        return SimpleNamespace(paginate=lambda: [{"Topics": [{"TopicArn": "arn:aws:sns:r:1:other"}]}, _TOPICS])

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        self.sent = arguments
        return {"MessageId": "m-1", "StatusCode": 202, "ResponseMetadata": {"HTTPStatusCode": 200, "RequestId": "r"}}

    publish = invoke = send_message


_TOPICS = {"Topics": [{"TopicArn": ARN}]}


def _deliver(target: AnyTarget, client: _Client, event: Event = EVENT, key: str = "") -> DeliveryReceipt:
    clients: Any = client
    return asyncio.run(deliver(target, event, clients, Credentials(notify_key=key), Settings()))


def test_a_signature_verifies_and_covers_the_body() -> None:
    headers = webhook_headers(MESSAGE, [SECRET])
    assert Webhook(SECRET).verify(BODY, headers)["name"] == "片"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + " ", headers)


def test_while_a_secret_is_replaced_both_verify() -> None:
    headers = webhook_headers(MESSAGE, [SECRET, OLD_SECRET])
    assert Webhook(SECRET).verify(BODY, headers) == Webhook(OLD_SECRET).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(BODY, headers)


def test_without_a_secret_nothing_is_signed() -> None:
    headers = webhook_headers(MESSAGE, [])
    assert "webhook-signature" not in headers
    assert (headers["webhook-id"], headers["content-type"]) == ("evt_1", "application/json")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_A"])
def test_a_malformed_secret_is_reported_without_showing_it(secret: str) -> None:
    with pytest.raises(UndeliverableError, match="webhook secret is not") as caught:
        webhook_headers(MESSAGE, [secret])
    assert secret not in str(caught.value).replace("'whsec_' + base64", "")


def test_tokens_in_a_url_are_not_shown() -> None:
    assert shown_url("https://user:pass@example.org:8443/hook?token=x#y") == "https://example.org:8443/hook"


@pytest.mark.parametrize(
    ("target", "asked", "address"),
    [
        (
            SqsTarget(type="sqs", queue_url="http://sqs/1/events"),
            ("sqs", None),
            {"QueueUrl": "http://sqs/1/events", "MessageBody": BODY},
        ),
        (
            SqsTarget(type="sqs", queue_name="events", region="eu-west-1"),
            ("sqs", "eu-west-1"),
            {"QueueUrl": "http://sqs/1/events", "MessageBody": BODY},
        ),
        (SnsTarget(type="sns", topic_arn=ARN), ("sns", "eu-west-3"), {"TopicArn": ARN, "Message": BODY}),
        (SnsTarget(type="sns", topic_name="media"), ("sns", None), {"TopicArn": ARN, "Message": BODY}),
    ],
)
def test_messages_carry_the_event_id(
    target: SqsTarget | SnsTarget, asked: tuple[str, str | None], address: dict[str, str]
) -> None:
    client = _Client()
    receipt = _deliver(target, client)
    attributes = {"MessageAttributes": {"event_id": {"DataType": "String", "StringValue": "evt_1"}}}
    assert client.sent == address | attributes
    assert client.asked == [asked]
    assert (receipt.status, receipt.answer_excerpt) == (200, "m-1")


def test_a_function_is_invoked_without_waiting_for_its_end() -> None:
    client = _Client()
    receipt = _deliver(LambdaTarget(type="lambda", function_name="events:live"), client)
    assert client.sent == {"FunctionName": "events:live", "InvocationType": "Event", "Payload": BODY.encode()}
    assert (receipt.status, receipt.answer_excerpt) == (202, "r")


def test_a_fifo_queue_keeps_the_order_of_a_workflow() -> None:
    client = _Client()
    _deliver(SqsTarget(type="sqs", queue_name="events.fifo"), client)
    assert (client.sent["MessageGroupId"], client.sent["MessageDeduplicationId"]) == ("wf_1", "evt_1")


def test_a_queued_event_is_shortened_where_queues_take_no_more() -> None:
    pictures = {"SnapshotByTimeOffsetTask": {"Output": {"PicInfoSet": [{"Path": "p" * 100}] * 4000}}}
    body = {"MediaWorkflows": {}, "WorkflowTaskEvent": {"MediaProcessResultSet": [pictures]}}
    client = _Client()
    _deliver(
        SqsTarget(type="sqs", queue_name="events"),
        client,
        Event("e", "w", canonical_json(body).decode(), EVENT.created_at),
    )
    sent = json.loads(client.sent["MessageBody"])
    assert sent["MediaWorkflows"] == {"Shortened": True}
    assert sent["WorkflowTaskEvent"]["MediaProcessResultSet"][0]["SnapshotByTimeOffsetTask"]["Output"] == {
        "PicInfoSet": []
    }


def test_places_have_the_form_that_the_target_reads() -> None:
    place = {"S3Bucket": "b", "S3Region": "r", "S3Object": "in/a.mp4"}
    task = {"InputInfo": {"Type": "AWS-S3", "S3InputInfo": place}}
    stored = {"MediaWorkflows": {}, "WorkflowTaskEvent": task}
    event = Event("e", "w", canonical_json(stored).decode(), EVENT.created_at)
    sent = []
    for form in ("s3", "cos"):
        client = _Client()
        _deliver(LambdaTarget(type="lambda", function_name="events", storage_form=form), client, event)
        sent.append(json.loads(client.sent["Payload"]))
    shown = {"Type": "COS", "CosInputInfo": {"Bucket": "b", "Region": "r", "Object": "/in/a.mp4"}}
    assert sent == [stored, stored | {"WorkflowTaskEvent": {"InputInfo": shown}}]


def test_a_refused_message_names_the_queue_and_keeps_the_status() -> None:
    refusal: Any = {"Error": {"Code": "QueueDoesNotExist"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    client = _Client(ClientError(refusal, "SendMessage"))
    with pytest.raises(NotificationError, match=r"http://sqs/1/gone.*QueueDoesNotExist.*check") as caught:
        _deliver(SqsTarget(type="sqs", queue_url="http://sqs/1/gone"), client)
    assert caught.value.status == 400


def test_a_topic_that_is_not_there_is_named() -> None:
    with pytest.raises(NotificationError, match="no SNS topic 'gone' in region eu-west-3"):
        _deliver(SnsTarget(type="sns", topic_name="gone"), _Client())


def test_secrets_of_the_settings_are_secrets() -> None:
    settings = Settings(webhook_secret=SecretStr(f"{SECRET} {OLD_SECRET}"), notify_key=SecretStr("key"))
    credentials = credentials_of_settings(settings)
    assert (credentials.webhook_secrets, credentials.notify_key) == ((SECRET, OLD_SECRET), "key")
    assert credentials.secrets == (SECRET, OLD_SECRET, "key")
    for shown in (repr(settings), repr(credentials)):
        assert all(secret not in shown for secret in (SECRET, OLD_SECRET, "'key'"))
