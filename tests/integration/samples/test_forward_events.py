"""samples/functions/forward_events.py: what reaches a mail server and the bots of chats."""

from __future__ import annotations

import email.policy
import ipaddress
import json
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import apprise.apprise
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.slack import NotifySlack
from apprise.plugins.wecombot import NotifyWeComBot
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import forward_events
from event_examples import body, failures, message
from event_text import event_text
from forward_events import app, handler
from function_server import send, serve
from http_servers import serving
from media_workflows.errors import NotificationError

PATIENT = "cto=120&rto=120"  # apprise waits 4 s for a connection and for an answer
ADDRESSES = f"from=media@example.org&to=ops@example.org&{PATIENT}"
BODY = body(failures())
TITLE, TEXT, _ = event_text(BODY)
# (plugin, its address, what the local server gets instead, channel, where the text is in the request)
CHATS = {
    "wecom": (
        NotifyWeComBot,
        "notify_url",
        "/cgi-bin/webhook/send?key={key}",
        f"wecombot://bot-key?{PATIENT}",
        "text.content",
    ),
    "dingtalk": (
        NotifyDingTalk,
        "notify_url",
        "/robot/send?access_token={token}",
        f"dingtalk://{'a' * 40}?{PATIENT}",
        "text.content",
    ),
    "feishu": (
        NotifyFeishu,
        "notify_url",
        "/open-apis/bot/v2/hook/{token}/",
        f"feishu://bot-token?{PATIENT}",
        "content.text",
    ),
    "slack": (
        NotifySlack,
        "webhook_url",
        "/services",
        f"slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?{PATIENT}",
        "attachments.0.text",
    ),
}


class _MailServer:
    """Keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.secured: list[bool] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        data: Any = envelope.content
        self.mails.append(email.message_from_bytes(data, policy=email.policy.default))
        self.secured.append(session.ssl is not None)
        return "250 taken"


class _Chat(BaseHTTPRequestHandler):
    """The bot addresses of all chats. `server.refusals` requests are refused first."""

    server: Any

    def do_POST(self) -> None:
        self.server.requests.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
        self.server.refusals -= 1
        self.send_response(500 if self.server.refusals >= 0 else 200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture(scope="module", autouse=True)
def _named_pools() -> None:
    """apprise keeps its pools; by their names they are no test's leftovers."""
    apprise.apprise._shared_executor = ThreadPoolExecutor(thread_name_prefix="apprise")
    apprise.apprise._coordinator_executor = ThreadPoolExecutor(thread_name_prefix="apprise")


@pytest.fixture(autouse=True)
def _nothing_sent_yet() -> None:
    forward_events._sent.clear()


@pytest.fixture
def chats(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server at the chats' addresses."""
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), _Chat)) as server:
        state: Any = server
        state.requests, state.refusals = [], 0
        for plugin, name, path, *_ in CHATS.values():
            monkeypatch.setattr(plugin, name, f"http://127.0.0.1:{server.server_port}{path}")
        yield state


@contextmanager
def _listening(sink: _MailServer, **options: Any) -> Iterator[int]:
    """The port of a mail server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=60, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def mail_server() -> Iterator[tuple[_MailServer, str]]:
    """A mail server, and its channel."""
    sink = _MailServer()
    with _listening(sink) as port:
        yield sink, f"mailto://127.0.0.1:{port}?mode=insecure&{ADDRESSES}"


def _certificate(directory: Path) -> Path:
    """Of localhost, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = directory / "localhost.pem"
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem))
    return path


def _text(mail: EmailMessage) -> str:
    part: Any = mail.get_body(("plain", "html"))
    return str(part.get_content())


def _at(data: Any, path: str) -> Any:
    for step in path.split("."):
        data = data[int(step)] if step.isdecimal() else data[step]
    return data


def test_a_mail_describes_a_run(mail_server: tuple[_MailServer, str], monkeypatch: pytest.MonkeyPatch) -> None:
    sink, channel = mail_server
    monkeypatch.setenv("CHANNELS", channel)
    with serve(app) as url:
        assert send(url, BODY).status == 204
    (mail,) = sink.mails
    assert (mail["subject"], mail["to"]) == (TITLE, "ops@example.org")
    assert "media@example.org" in mail["from"]
    assert all(line in _text(mail) for line in TEXT.splitlines())


def test_a_mail_in_chinese_from_lambda(mail_server: tuple[_MailServer, str], monkeypatch: pytest.MonkeyPatch) -> None:
    sink, channel = mail_server
    monkeypatch.setenv("CHANNELS", channel)
    monkeypatch.setenv("MESSAGE_LANGUAGE", "zh")
    handler(json.loads(message(BODY, "cloud_event").body), None)
    assert sink.mails[0]["subject"] == "4 项中有 3 项失败：short-video：a.mp4"
    assert "源文件：s3://media-input/in/a.mp4" in _text(sink.mails[0])


def test_a_mail_over_tls_to_a_server_whose_certificate_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, sink = _certificate(tmp_path), _MailServer()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with _listening(sink, tls_context=context) as port:
        monkeypatch.setenv("CHANNELS", f"mailtos://localhost:{port}?mode=starttls&{ADDRESSES}")
        with pytest.raises(RuntimeError, match="not be sent to mailtos"):
            handler(BODY, None)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        handler(BODY, None)
    assert sink.secured == [True]


@pytest.mark.parametrize("chat", CHATS)
def test_a_chat_gets_the_message(chat: str, chats: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, path, channel, place = CHATS[chat]
    monkeypatch.setenv("CHANNELS", channel)
    handler(BODY, None)
    ((asked, request),) = chats.requests
    assert asked.startswith(path.partition("{")[0])
    said = str(_at(request, place)).replace("\r\n", "\n")
    assert said.endswith(TEXT)
    assert TITLE in json.dumps(request, ensure_ascii=False)


def test_wecom_takes_the_longest_message(chats: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANNELS", CHATS["wecom"][3])
    monkeypatch.setenv("MESSAGE_LANGUAGE", "zh")
    handler(body(failures() * 20, workflow_name="片" * 128), None)
    ((_, request),) = chats.requests
    assert 1800 < len(request["text"]["content"].encode()) <= 2048


def test_only_the_channel_that_failed_gets_the_message_again(
    chats: Any, mail_server: tuple[_MailServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, mail = mail_server
    monkeypatch.setenv("CHANNELS", f"{mail} {CHATS['wecom'][3]}")
    chats.refusals = 1
    with serve(app) as url:
        with pytest.raises(NotificationError, match="answered 500") as caught:
            send(url, BODY)
        assert "bot-key" not in str(caught.value)
        assert [send(url, BODY).status for _ in range(2)] == [204, 204]
    assert (len(sink.mails), len(chats.requests)) == (1, 2)


def test_a_channel_that_is_no_url_is_reported_without_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANNELS", "wecom://secret")
    with pytest.raises(RuntimeError, match="could not be sent to wecom;") as caught:
        handler(BODY, None)
    assert "secret" not in str(caught.value)
