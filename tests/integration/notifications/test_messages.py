"""Messages to people: robots of chat groups that check body and signature, and a mail server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from event_examples import examples
from http_servers import serving
from media_workflows.domain.notification import AnyTarget, ChatTarget, EmailTarget
from media_workflows.errors import ForbiddenAddressError, NotificationError
from media_workflows.notifications.sample_event import make_sample_event, send_sample_event
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.email import MailServer
from media_workflows.notifications.transports.message import Event
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.settings import Settings
from receiver import Receiver
from robots import SECRET, TOKEN, Robot

SETTINGS = Settings(notify_timeout_s=120, callback_allowed_hosts=["127.0.0.1"])
FAILED = Event("evt_1", "wf_1", examples()["failures"].decode(), datetime(2026, 1, 2, tzinfo=UTC))
NO_CLIENTS: Any = None


def chat(service: Any, language: Any = "en") -> ChatTarget:
    return ChatTarget(type=service, connection="ops", language=language)


def send(target: AnyTarget, credentials: Credentials, settings: Settings = SETTINGS) -> DeliveryReceipt:
    return asyncio.run(deliver(target, FAILED, NO_CLIENTS, credentials, settings))


def content(service: str, body: Any) -> str:
    """What a group sees."""
    match service:
        case "wecom":
            return str(body["markdown"]["content"])
        case "dingtalk":
            return str(body["markdown"]["text"])
        case "feishu":
            post = body["content"]["post"]["zh_cn"]
            return "\n".join([post["title"], *(line[0]["text"] for line in post["content"])])
    return str(body["text"])


@pytest.mark.parametrize("secret", ["", SECRET])
@pytest.mark.parametrize("service", ["wecom", "dingtalk", "feishu", "slack"])
def test_a_robot_accepts_the_message(service: str, secret: str) -> None:
    with serving(Robot(service, secret)) as robot:
        receipt = send(chat(service), Credentials(robot_url=robot.url, sign_secret=secret))
    shown = content(service, robot.body)
    assert receipt.status == 200
    assert "3 of 4 failed: short-video: a.mp4" in shown
    assert "Source: s3://media-input/in/a.mp4" in shown


@pytest.mark.parametrize(
    ("service", "code"),
    [("dingtalk", "310000.*sign not match"), ("feishu", "19021.*sign match fail")],
)
def test_a_wrong_secret_is_an_error_although_the_robot_answers_200(service: str, code: str) -> None:
    with serving(Robot(service, SECRET)) as robot, pytest.raises(NotificationError, match=code) as caught:
        send(chat(service), Credentials(robot_url=robot.url, sign_secret="SECother"))
    assert caught.value.status == 200
    assert f"{service}:ops" in str(caught.value)


def test_no_error_shows_the_token_of_a_robot() -> None:
    with serving(Robot("slack")) as robot, pytest.raises(NotificationError, match="slack:ops answered 404") as refused:
        send(chat("slack"), Credentials(robot_url=robot.url.replace("/services", "/gone")))
    with pytest.raises(NotificationError, match="cannot reach feishu:ops") as unreachable:
        send(chat("feishu"), Credentials(robot_url=f"http://127.0.0.1:9/hook/{TOKEN}"))
    assert TOKEN not in str(refused.value) + str(unreachable.value)


def test_an_answer_that_is_not_of_a_robot_is_an_error() -> None:
    with serving(Receiver()) as other, pytest.raises(NotificationError, match=r"code None\): taken"):
        send(chat("wecom"), Credentials(robot_url=other.url))


def test_a_robot_may_not_be_at_a_private_address() -> None:
    with serving(Robot("wecom")) as robot, pytest.raises(ForbiddenAddressError):
        send(chat("wecom"), Credentials(robot_url=robot.url), Settings())
    assert robot.requests == []


def test_a_test_event_in_chinese() -> None:
    with serving(Robot("wecom")) as robot:
        event = make_sample_event("wf_1", "短视频", datetime.now(UTC))
        credentials = Credentials(robot_url=robot.url)
        attempt = send_sample_event(event, chat("wecom", "zh"), NO_CLIENTS, lambda _target: credentials, SETTINGS)
    assert (attempt.status, attempt.error) == (200, "")
    assert "测试事件：短视频" in content("wecom", robot.body)


class _Mailbox:
    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: Any) -> str:
        if address.startswith("gone"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content: Any = envelope.content
        message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        self.received.append((list(envelope.rcpt_tos), message))
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[_Mailbox, MailServer]]:
    handler = _Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    try:
        yield handler, MailServer("127.0.0.1", port, "media@example.com", uses_ssl=False, uses_starttls=False)
    finally:
        controller.stop()


def test_an_e_mail_arrives_and_names_whom_the_server_refused(mailbox: tuple[_Mailbox, MailServer]) -> None:
    handler, server = mailbox
    target = EmailTarget(type="email", to=["ops@example.com", "gone@example.com"], language="zh")
    receipt = send(target, Credentials(mail_server=server))
    ((recipients, message),) = handler.received
    assert (receipt.status, receipt.answer_excerpt) == (250, "refused recipients: gone@example.com")
    assert recipients == ["ops@example.com"]
    assert message["subject"] == "4 项中有 3 项失败：short-video：a.mp4"
    assert (message["from"], message["message-id"]) == ("media@example.com", "<evt_1@media-workflows>")
    assert "源文件：s3://media-input/in/a.mp4" in message.get_content()


def test_a_mail_server_that_refuses_all_or_is_not_there_is_an_error(mailbox: tuple[_Mailbox, MailServer]) -> None:
    _, server = mailbox
    target = EmailTarget(type="email", to=["gone@example.com"])
    with pytest.raises(NotificationError, match=r"through 127\.0\.0\.1: .*no such user.*'smtp_default'"):
        send(target, Credentials(mail_server=server))
    with pytest.raises(NotificationError, match="cannot send the e-mail"):
        send(target, Credentials(mail_server=MailServer("127.0.0.1", 9, "media@example.com")))
