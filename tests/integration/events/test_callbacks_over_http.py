"""HTTP callbacks against a real receiver."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook

from media_workflows.errors import NotificationError
from media_workflows.events.delivery import deliver, deliver_with_retries
from media_workflows.model.notification import HttpTarget
from media_workflows.settings import Settings

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"name":"片"}'.encode()


class _Receiver(ThreadingHTTPServer):
    """Answers with `answers` in turn, each (status, body, headers); the last one again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[tuple[int, bytes, dict[str, str]]] = [(200, b"taken", {})]
        self.pause_s = 0.0
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def target(self) -> HttpTarget:
        return HttpTarget(type="http", url=f"http://127.0.0.1:{self.server_port}/hook?token=secret")


class _Handler(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        answers = self.server.answers
        status, answer, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self._send_slowly(answer)

    def _send_slowly(self, answer: bytes) -> None:
        try:
            for start in range(0, len(answer), 1000):
                time.sleep(self.server.pause_s)
                self.wfile.write(answer[start : start + 1000])
        except OSError:
            return  # the sender has heard enough

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def receiver(aws_environment: None) -> Iterator[_Receiver]:
    with _Receiver() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def settings() -> Settings:
    return Settings(webhook_secret=SecretStr(SECRET), notify_timeout_s=2, notify_attempts=3)


def _send(receiver: _Receiver, settings: Settings) -> Any:
    clients: Any = None  # HTTP needs none
    return deliver(receiver.target, "evt_1", BODY, clients, settings)


def test_the_receiver_gets_a_verifiable_event(receiver: _Receiver, settings: Settings) -> None:
    receipt = _send(receiver, settings)
    (path, headers, body) = receiver.requests[0]
    assert path == "/hook?token=secret"
    assert Webhook(SECRET).verify(body, headers) == {"name": "片"}
    assert (receipt.status, receipt.answer_excerpt) == (200, "taken")
    assert 0 < receipt.latency_s < 2


def test_a_redirect_is_not_followed(receiver: _Receiver, settings: Settings) -> None:
    receiver.answers = [(307, b"", {"location": "http://127.0.0.1:1/elsewhere?token=x"}), (200, b"", {})]
    with pytest.raises(NotificationError, match=r"answered 307.*not followed.*http://\S+:1/elsewhere") as caught:
        _send(receiver, settings)
    assert len(receiver.requests) == 1
    assert "token" not in str(caught.value)


def test_a_relative_redirect_is_shown_whole_and_304_is_a_refusal(receiver: _Receiver, settings: Settings) -> None:
    receiver.answers = [(302, b"", {"location": "/moved"}), (304, b"", {})]
    with pytest.raises(NotificationError, match=r"not followed.*http://127\.0\.0\.1:\d+/moved"):
        _send(receiver, settings)
    with pytest.raises(NotificationError, match=r"answered 304.*2xx"):
        _send(receiver, settings)


def test_500_then_200_is_retried_with_the_same_id(receiver: _Receiver, settings: Settings) -> None:
    receiver.answers = [(500, b"busy", {}), (200, b"taken", {})]
    clients: Any = None
    receipt = deliver_with_retries(receiver.target, "evt_1", BODY, clients, settings, lambda _: None)
    assert receipt.answer_excerpt == "taken"
    assert [headers["webhook-id"] for _, headers, _ in receiver.requests] == ["evt_1", "evt_1"]


def test_a_refusal_shows_status_and_answer(receiver: _Receiver, settings: Settings) -> None:
    receiver.answers = [(422, b"no such hook", {})]
    with pytest.raises(NotificationError, match=r"/hook answered 422: 'no such hook'.*has to answer 2xx"):
        _send(receiver, settings)


def test_only_the_start_of_a_long_answer_is_read(receiver: _Receiver, settings: Settings) -> None:
    receiver.answers = [(200, b"x" * 10_000_000, {})]
    assert _send(receiver, settings).answer_excerpt == "x" * 2048


def test_a_trickled_answer_is_cut_off(receiver: _Receiver, settings: Settings) -> None:
    receiver.answers, receiver.pause_s = [(200, b"x" * 2000, {})], 0.4
    fast = settings.model_copy(update={"notify_timeout_s": 0.5})
    assert _send(receiver, fast).status == 200
    receiver.pause_s = 1.0
    with pytest.raises(NotificationError, match=r"no answer within 0\.5 s"):
        _send(receiver, fast)


def test_a_malformed_address_is_told(settings: Settings) -> None:
    clients: Any = None
    with pytest.raises(NotificationError, match="check the callback's URL"):
        deliver(HttpTarget(type="http", url="http://[broken/hook"), "evt_1", BODY, clients, settings)


def test_a_receiver_that_is_not_there_is_named(settings: Settings) -> None:
    clients: Any = None
    with pytest.raises(NotificationError, match=r"cannot reach http://127\.0\.0\.1:9/hook.*check"):
        deliver(HttpTarget(type="http", url="http://127.0.0.1:9/hook"), "evt_1", BODY, clients, settings)
