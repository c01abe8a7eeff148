"""HTTP callbacks against a real receiver."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from http_servers import serving
from media_workflows.domain.notification import HttpTarget
from media_workflows.errors import ForbiddenAddressError, NotificationError, UndeliverableError
from media_workflows.notifications.transports import addresses
from media_workflows.notifications.transports import http as http_delivery
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.message import Event
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.settings import Settings
from media_workflows.vendor_mps.event import canonical_json
from receiver import RESET, Receiver
from tls_site import certificate

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = canonical_json({"name": "片"}).decode()
SIGNED = Credentials((SECRET,))
EVENT = Event("evt_1", "wf_1", BODY, datetime(2026, 1, 2, tzinfo=UTC))
SETTINGS = Settings(notify_timeout_s=120, callback_allowed_hosts=["127.0.0.1"])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


def _send(url: str, settings: Settings = SETTINGS, credentials: Credentials = SIGNED) -> DeliveryReceipt:
    clients: Any = None  # HTTP needs none
    return asyncio.run(deliver(HttpTarget(type="http", url=url), EVENT, clients, credentials, settings))


def test_the_receiver_gets_a_verifiable_event(receiver: Receiver) -> None:
    receipt = _send(receiver.url)
    (path, headers, body) = receiver.requests[0]
    assert path == "/hook?token=secret"
    assert headers["host"] == f"127.0.0.1:{receiver.server_port}"
    assert Webhook(SECRET).verify(body, headers) == {"name": "片"}
    assert (receipt.status, receipt.answer_excerpt) == (200, "taken")
    assert 0 < receipt.latency_s < 120


def test_what_the_receiver_asks_for_itself_comes_from_its_connection(receiver: Receiver) -> None:
    given = Credentials(
        (SECRET,), headers={"Authorization": "Bearer t", "Host": "evil", "Webhook-Id": "x"}, query="k=v"
    )
    _send(receiver.url, credentials=given)
    (path, headers, _) = receiver.requests[0]
    assert path == "/hook?token=secret&k=v"
    assert headers["authorization"] == "Bearer t"
    assert headers["webhook-id"] == "evt_1"
    assert headers["host"] == f"127.0.0.1:{receiver.server_port}"


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers = [(307, b"", {"location": "http://127.0.0.1:1/elsewhere?token=x"}), (200, b"", {})]
    with pytest.raises(NotificationError, match=r"answered 307.*not followed.*http://\S+:1/elsewhere") as caught:
        _send(receiver.url)
    assert len(receiver.requests) == 1
    assert "token" not in str(caught.value)
    assert caught.value.status == 307


def test_a_relative_redirect_is_shown_whole_and_304_is_a_refusal(receiver: Receiver) -> None:
    receiver.answers = [(302, b"", {"location": "/moved"}), (304, b"", {})]
    with pytest.raises(NotificationError, match=r"not followed.*http://127\.0\.0\.1:\d+/moved"):
        _send(receiver.url)
    with pytest.raises(NotificationError, match=r"answered 304.*2xx"):
        _send(receiver.url)


def test_a_refusal_shows_status_and_answer(receiver: Receiver) -> None:
    receiver.answers = [(422, b"no such hook", {})]
    with pytest.raises(NotificationError, match=r"/hook answered 422: 'no such hook'.*must answer 2xx") as caught:
        _send(receiver.url)
    assert (caught.value.status, caught.value.answer) == (422, "no such hook")


def test_a_busy_receiver_may_say_when_and_one_that_is_gone_is_left_alone(receiver: Receiver) -> None:
    receiver.answers = [(429, b"", {"retry-after": "7"}), (410, b"bye", {})]
    with pytest.raises(NotificationError) as busy:
        _send(receiver.url)
    assert busy.value.retry_after_s == 7
    with pytest.raises(UndeliverableError, match="accepts no more events"):
        _send(receiver.url)


def test_only_the_start_of_a_long_answer_is_read(receiver: Receiver) -> None:
    receiver.answers = [(200, b"x" * 10_000_000, {})]
    assert _send(receiver.url).answer_excerpt == "x" * 2048


def test_a_trickled_answer_counts_by_its_head_and_is_cut_off(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = http_delivery._first_bytes

    async def read_at_the_deadline(response: httpx.Response, limit: asyncio.Timeout, how: Any) -> str:
        """However long the head took to come, a second of the time is left."""
        assert limit.when() is not None
        limit.reschedule(asyncio.get_running_loop().time() + 1)
        return await read(response, limit, how)

    monkeypatch.setattr(http_delivery, "_first_bytes", read_at_the_deadline)
    receiver.answers, receiver.pause_s = [(200, b"x" * 9000, {})], 100
    receipt = _send(receiver.url)
    assert (receipt.status, receipt.answer_excerpt) == (200, "")


@pytest.fixture
def connect_times(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[float]]:
    """Has clients wait so many seconds for their connections, one after the other, the later ones as they are made.

    The list is of the seconds that they were made with.
    """
    make = http_delivery.client_of_one_call

    def set_all(*seconds: float) -> list[float]:
        waits, given = list(seconds), []
        monkeypatch.setattr(
            http_delivery,
            "client_of_one_call",
            lambda connect_s: given.append(connect_s) or make(waits.pop(0) if waits else connect_s),
        )
        return given

    return set_all


def test_a_receiver_that_says_nothing_is_given_up_in_time(connect_times: Callable[..., list[float]]) -> None:
    given = connect_times(60)
    silent = Receiver()  # it listens, and nobody ever accepts
    with silent, pytest.raises(NotificationError, match=r"timed out after 2 s"):
        _send(silent.url, SETTINGS.model_copy(update={"notify_timeout_s": 2}))
    assert given == [1]  # half of it may go to connecting


def test_a_broken_connection_is_reported(receiver: Receiver) -> None:
    receiver.answers = [(RESET, b"", {})]
    with pytest.raises(NotificationError, match=r"cannot reach http://127\.0\.0\.1:\d+/hook.*check"):
        _send(receiver.url)
    assert len(receiver.requests) == 1


def test_a_receiver_that_is_not_there_is_named() -> None:
    with pytest.raises(NotificationError, match=r"cannot reach http://127\.0\.0\.1:9/hook.*check"):
        _send("http://127.0.0.1:9/hook")


def test_a_private_address_is_not_even_connected_to(receiver: Receiver) -> None:
    with pytest.raises(ForbiddenAddressError, match="callback_allowed_hosts"):
        _send(receiver.url, SETTINGS.model_copy(update={"callback_allowed_hosts": []}))
    assert receiver.requests == []


def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve the name once more, and reach what we would not."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert _send(receiver.url).status == 200


def test_a_name_is_resolved_once_and_the_checked_address_gets_the_event(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a second answer, of a private address, is never asked for."""
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    monkeypatch.setattr(addresses, "_lookup", lambda host, port: answers.pop(0))
    monkeypatch.setattr(addresses, "is_public", lambda address: address == ip_address("127.0.0.1"))
    url = f"http://rebind.example:{receiver.server_port}/hook"
    assert _send(url, SETTINGS.model_copy(update={"callback_allowed_hosts": []})).status == 200
    assert receiver.requests[0][1]["host"] == f"rebind.example:{receiver.server_port}"
    with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.2"):
        _send(url, SETTINGS.model_copy(update={"callback_allowed_hosts": []}))
    assert len(receiver.requests) == 1


def test_the_next_address_is_tried_when_one_does_not_listen(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_lookup", lambda host, port: ["127.0.0.3", "127.0.0.1"])
    settings = SETTINGS.model_copy(update={"callback_allowed_hosts": ["two.example"]})
    assert _send(f"http://two.example:{receiver.server_port}/", settings).status == 200


@pytest.fixture
def tls_receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Answers as hook.example, which every name leads to."""
    certified, key = certificate(tmp_path, "hook.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified, key)
    server = Receiver()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setattr(addresses, "_lookup", lambda host, port: ["127.0.0.1"])
    trusting = httpx.create_ssl_context()
    trusting.load_verify_locations(certified)
    monkeypatch.setattr(http_delivery, "_trusted", lambda: trusting)
    with serving(server) as running:
        yield running


TLS_SETTINGS = SETTINGS.model_copy(update={"callback_allowed_hosts": ["*.example"]})


def test_the_certificate_is_the_host_s_though_the_connection_goes_to_an_address(tls_receiver: Receiver) -> None:
    assert _send(f"https://hook.example:{tls_receiver.server_port}/hook", TLS_SETTINGS).status == 200


def test_another_host_s_certificate_is_refused(tls_receiver: Receiver) -> None:
    with pytest.raises(NotificationError, match="certificate"):
        _send(f"https://other.example:{tls_receiver.server_port}/hook", TLS_SETTINGS)
    assert tls_receiver.requests == []


def test_a_certificate_nobody_trusts_is_refused(tls_receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_delivery, "_trusted", httpx.create_ssl_context)
    with pytest.raises(NotificationError, match="certificate"):
        _send(f"https://hook.example:{tls_receiver.server_port}/hook", TLS_SETTINGS)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port of 127.0.0.2 that takes no connection: its queue is full, so that the kernel drops further packets."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.create_server(("127.0.0.2", 0), backlog=0))
        for _ in range(8):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield listener.getsockname()[1]


class TestAddressesThatDropPackets:
    def test_the_next_address_is_tried_in_time(
        self, silent_port: int, monkeypatch: pytest.MonkeyPatch, connect_times: Callable[..., list[float]]
    ) -> None:
        given = connect_times(1)
        monkeypatch.setattr(addresses, "_lookup", lambda host, port: ["127.0.0.2", "127.0.0.1"])
        with serving(Receiver(port=silent_port)) as receiver:
            settings = Settings(notify_timeout_s=120, callback_allowed_hosts=["127.0.0.0/8"])
            receipt = _send(f"http://hooks.example:{silent_port}/hook", settings)
            assert (receipt.status, len(receiver.requests)) == (200, 1)
        assert given == [40, 40]

    def test_the_error_is_about_the_connection(
        self, silent_port: int, monkeypatch: pytest.MonkeyPatch, connect_times: Callable[..., list[float]]
    ) -> None:
        connect_times(1)
        monkeypatch.setattr(addresses, "_lookup", lambda host, port: ["127.0.0.2"])
        settings = Settings(notify_timeout_s=120, callback_allowed_hosts=["127.0.0.0/8"])
        with pytest.raises(NotificationError, match=r"no connection in \d+\.\d s"):
            _send(f"http://hooks.example:{silent_port}/hook", settings)
