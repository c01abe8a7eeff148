"""Delivery without a network: dispatch, retries, headers, message arguments."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from media_workflows.errors import NotificationError
from media_workflows.events import delivery
from media_workflows.events.delivery import deliver, deliver_with_retries
from media_workflows.events.http import shown_url, webhook_headers
from media_workflows.events.receipt import DeliveryReceipt
from media_workflows.model.notification import HttpTarget, SnsTarget, SqsTarget
from media_workflows.settings import Settings

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"name":"片"}'.encode()
TARGET = HttpTarget(type="http", url="https://example.org/hook")


class _Client:
    """Records the call; answers like SQS and SNS, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.sent: dict[str, Any] = {}
        self.error = error

    def send_message(self, **arguments: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        self.sent = arguments
        return {"MessageId": "m-1", "ResponseMetadata": {"HTTPStatusCode": 200}}

    publish = send_message


def _clients(client: _Client) -> Any:
    return SimpleNamespace(sqs=client, sns=client)


def test_signature_verifies_and_covers_the_body() -> None:
    headers = webhook_headers("evt_1", BODY, SECRET)
    assert Webhook(SECRET).verify(BODY, headers) == {"name": "片"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + b" ", headers)


def test_without_a_secret_nothing_is_signed() -> None:
    headers = webhook_headers("evt_1", BODY, "")
    assert "webhook-signature" not in headers
    assert (headers["webhook-id"], headers["content-type"]) == ("evt_1", "application/json")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_A"])
def test_a_malformed_secret_is_told_without_showing_it(secret: str) -> None:
    with pytest.raises(NotificationError, match="webhook_secret is not") as caught:
        webhook_headers("evt_1", BODY, secret)
    assert secret not in str(caught.value).replace("'whsec_' + base64", "")


def test_tokens_in_a_url_are_not_shown() -> None:
    assert shown_url("https://user:pass@example.org:8443/hook?token=x#y") == "https://example.org:8443/hook"


@pytest.mark.parametrize(
    ("target", "address"),
    [
        (
            SqsTarget(type="sqs", queue_url="http://sqs/1/events"),
            {"QueueUrl": "http://sqs/1/events", "MessageBody": BODY.decode()},
        ),
        (
            SnsTarget(type="sns", topic_arn="arn:aws:sns:r:1:t"),
            {"TopicArn": "arn:aws:sns:r:1:t", "Message": BODY.decode()},
        ),
    ],
)
def test_messages_carry_the_event_id(target: SqsTarget | SnsTarget, address: dict[str, str]) -> None:
    client = _Client()
    receipt = deliver(target, "evt_1", BODY, _clients(client), Settings())
    attributes = {"MessageAttributes": {"event_id": {"DataType": "String", "StringValue": "evt_1"}}}
    assert client.sent == address | attributes
    assert (receipt.status, receipt.answer_excerpt) == (200, "m-1")


def test_a_fifo_queue_gets_its_group_and_deduplication_id() -> None:
    client = _Client()
    deliver(SqsTarget(type="sqs", queue_url="http://sqs/1/events.fifo"), "evt_1", BODY, _clients(client), Settings())
    assert (client.sent["MessageGroupId"], client.sent["MessageDeduplicationId"]) == ("media-workflows", "evt_1")


def test_a_refused_message_names_the_queue() -> None:
    client = _Client(ClientError({"Error": {"Code": "QueueDoesNotExist"}}, "SendMessage"))
    with pytest.raises(NotificationError, match=r"http://sqs/1/gone.*QueueDoesNotExist.*check"):
        deliver(SqsTarget(type="sqs", queue_url="http://sqs/1/gone"), "evt_1", BODY, _clients(client), Settings())


def _flaky(monkeypatch: pytest.MonkeyPatch, failures: int, error: Exception) -> list[str]:
    calls: list[str] = []

    def fake(target: Any, event_id: str, *_: Any) -> DeliveryReceipt:
        calls.append(event_id)
        if len(calls) <= failures:
            raise error
        return DeliveryReceipt(200, 0.1, "ok")

    monkeypatch.setattr(delivery, "deliver", fake)
    return calls


def test_it_retries_with_growing_waits_and_one_event_id(monkeypatch: pytest.MonkeyPatch) -> None:
    calls, waits = _flaky(monkeypatch, 3, NotificationError("500")), list[float]()
    settings = Settings(notify_attempts=4)
    receipt = deliver_with_retries(TARGET, "evt_1", BODY, _clients(_Client()), settings, waits.append)
    assert receipt.status == 200
    assert calls == ["evt_1"] * 4
    assert [1 <= waits[0] <= 2, 2 <= waits[1] <= 3, 4 <= waits[2] <= 5] == [True] * 3


def test_it_gives_up_with_the_last_error(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _flaky(monkeypatch, 9, NotificationError("still 500"))
    with pytest.raises(NotificationError, match="still 500"):
        deliver_with_retries(TARGET, "e", BODY, _clients(_Client()), Settings(notify_attempts=2), lambda _: None)
    assert len(calls) == 2


def test_a_fault_of_ours_is_not_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = _flaky(monkeypatch, 9, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        deliver_with_retries(TARGET, "e", BODY, _clients(_Client()), Settings(), lambda _: None)
    assert len(calls) == 1


def test_the_secret_setting_is_a_secret() -> None:
    assert SECRET not in repr(Settings(webhook_secret=SecretStr(SECRET)))
