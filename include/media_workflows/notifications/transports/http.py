"""Delivery to an HTTP callback, with the headers of the Standard Webhooks specification."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urljoin

from media_workflows import __version__
from media_workflows.domain.notification import shown_url
from media_workflows.errors import NotificationError, UndeliverableError
from media_workflows.notifications.transports.addresses import Address, permitted_addresses
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.message import Message
from media_workflows.notifications.transports.receipt import ANSWER_LIMIT_BYTES, DeliveryReceipt
from media_workflows.settings import Settings

if TYPE_CHECKING:
    import ssl

    import httpx

_T = TypeVar("_T")

_SHOWN_ANSWER = 200  # characters of the answer that an error message shows
MAX_ADDRESSES = 3  # of a host with several, tried in turn
_GONE = 410
_BUSY = (429, 503)
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True)
class Exchange:
    """How a message is posted: seconds until the answer must be there, how much of it is read, further headers.

    `needs_answer`: an answer that breaks off is an error; else its status is enough. For errors: `sender` is the
    process that must reach the receiver, `address` replaces a URL whose path is a secret.
    """

    timeout_s: float
    answer_bytes: int = ANSWER_LIMIT_BYTES
    needs_answer: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    sender: str = "triggerer"
    address: str = ""

    def shown(self, url: str) -> str:
        """The receiver's name in an error."""
        return self.address or shown_url(url)


@dataclass(frozen=True)
class _Post:
    """The request, to whichever address of its host accepts the connection."""

    url: httpx.URL
    headers: Mapping[str, str]
    body: bytes


async def deliver_http(
    url: str, message: Message, credentials: Credentials, settings: Settings, how: Exchange | None = None
) -> DeliveryReceipt:
    """POST the event once, as `send`; a timeout is a NotificationError, too."""
    how = how or Exchange(settings.notify_timeout_s)
    try:
        return await send(url, message, credentials, settings, how)
    except TimeoutError as error:
        raise NotificationError(
            "callback {url} timed out after {timeout_s} s; acknowledge first and process asynchronously",
            url=how.shown(url),
            timeout_s=f"{how.timeout_s:g}",
        ) from error


async def send(
    url: str, message: Message, credentials: Credentials, settings: Settings, how: Exchange
) -> DeliveryReceipt:
    """POST a message once; redirects are not followed.

    Raises NotificationError unless the answer is 2xx; UndeliverableError when a retry cannot help:
    a forbidden address, a malformed URL or secret, 410 Gone; TimeoutError.
    """
    import httpx

    # Our headers win: no connection may change what is signed, or the host that was checked.
    given = {**how.headers, **credentials.headers}
    headers = {name.lower(): value for name, value in given.items() if name.lower() not in _OURS}
    headers |= webhook_headers(message, credentials.webhook_secrets)
    started = time.monotonic()
    try:
        async with asyncio.timeout(how.timeout_s) as limit:
            hosts = settings.callback_allowed_hosts
            return await _post(_Post(_asked_url(url, credentials), headers, message.body), hosts, limit, how)
    except httpx.InvalidURL as error:
        raise UndeliverableError(
            "callback {url} is not a valid URL: {cause}; correct the callback's URL", url=how.shown(url), cause=error
        ) from error
    except httpx.ConnectTimeout as error:
        raise NotificationError(
            "cannot reach {url}: no connection in {seconds} s; check the callback's URL and that it is reachable from "
            "the {sender}",
            sender=how.sender,
            url=how.shown(url),
            seconds=f"{time.monotonic() - started:.1f}",
        ) from error
    except httpx.HTTPError as error:
        raise NotificationError(
            "cannot reach {url} ({seconds} s): {cause}; check the callback's URL and that it is reachable from the "
            "{sender}",
            sender=how.sender,
            url=how.shown(url),
            seconds=f"{time.monotonic() - started:.1f}",
            cause=str(error) or type(error).__name__,
        ) from error


def _asked_url(url: str, credentials: Credentials) -> httpx.URL:
    import httpx

    asked = httpx.URL(url)
    query = b"&".join(part for part in (asked.query, credentials.query.encode()) if part)
    return asked.copy_with(query=query or None)


async def _post(post: _Post, allowed_hosts: Sequence[str], limit: asyncio.Timeout, how: Exchange) -> DeliveryReceipt:
    """POST to one address after the other until one accepts the connection.

    Each has an equal share of the time to connect, and the answer at least as much: an address that drops packets
    costs neither the others nor the receiver their time.
    """
    addresses = (await permitted_addresses(post.url.host, port_of(post.url), allowed_hosts))[:MAX_ADDRESSES]
    connect_s = how.timeout_s / (len(addresses) + 1)
    return await by_first_connected(addresses, lambda address: _post_to(address, post, limit, connect_s, how))


async def by_first_connected(addresses: Sequence[Address], call: Callable[[Address], Awaitable[_T]]) -> _T:
    """The call's outcome by the first of a host's addresses that accepts the connection; else the last one's error."""
    import httpx

    *first, last = addresses
    for address in first:
        try:
            return await call(address)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await call(last)


async def _post_to(
    address: Address, post: _Post, limit: asyncio.Timeout, connect_s: float, how: Exchange
) -> DeliveryReceipt:
    client = client_of_one_call(connect_s)
    request = request_to(client, "POST", address, post.url, post.headers, post.body)
    started = time.monotonic()
    async with client:
        response = await client.send(request, stream=True)
        try:
            answer = await _first_bytes(response, limit, how)
        finally:
            await response.aclose()
    return _receipt(how, post.url, response, answer, time.monotonic() - started)


def port_of(url: httpx.URL) -> int:
    """The port that a URL names or implies."""
    return url.port or (443 if url.scheme == "https" else 80)


def client_of_one_call(connect_s: float) -> httpx.AsyncClient:
    """A client that follows no redirects; the time after the connection is limited by its caller.

    Each call has a client of its own, because two hosts may share an address and must not share a connection.
    The environment's proxy is not used: it would resolve the name again.
    """
    import httpx

    timeout = httpx.Timeout(None, connect=connect_s)
    return httpx.AsyncClient(verify=_trusted(), trust_env=False, follow_redirects=False, timeout=timeout)


def request_to(
    client: httpx.AsyncClient,
    method: str,
    address: Address,
    url: httpx.URL,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> httpx.Request:
    """A request to this address with the URL's host in `Host`, SNI and certificate check."""
    return client.build_request(
        method,
        url.copy_with(host=str(address)),
        content=body,
        headers={**headers, "host": url.netloc.decode()},
        extensions={"sni_hostname": url.host},
    )


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """The TLS context: the usual authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR. Cached, as it is slow."""
    import httpx

    return httpx.create_ssl_context()


def webhook_headers(message: Message, secrets: Sequence[str]) -> dict[str, str]:
    """The request headers, with one signature per secret, so that a secret can be rotated without a gap.

    Raises UndeliverableError on a malformed secret.
    """
    now = datetime.now(UTC)
    headers = {
        "content-type": message.content_type,
        "accept-encoding": "identity",  # the excerpt is read raw, and no answer can inflate
        "user-agent": f"media-workflows/{__version__}",
        "webhook-id": message.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    if secrets:
        headers["webhook-signature"] = " ".join(_signature(message, now, secret) for secret in secrets)
    return headers


def _signature(message: Message, now: datetime, secret: str) -> str:
    from standardwebhooks import Webhook

    try:
        return Webhook(secret).sign(message.event_id, now, message.body.decode())
    except Exception as error:  # the library raises bare binascii and runtime errors, some with the secret in them
        raise UndeliverableError(
            "a webhook secret is not 'whsec_' + base64 ({kind}), so nothing was sent: correct the secret",
            kind=type(error).__name__,
        ) from None


async def _first_bytes(response: httpx.Response, limit: asyncio.Timeout, how: Exchange) -> str:
    """At most so much of the body. The status has arrived: a body that stalls is cut off at the deadline."""
    import httpx

    answer = b""
    deadline = limit.when()
    limit.reschedule(None)
    try:
        async with asyncio.timeout_at(deadline):
            async for chunk in response.aiter_raw():
                answer += chunk
                if len(answer) >= how.answer_bytes:
                    break
    except (TimeoutError, httpx.HTTPError):
        if how.needs_answer:
            raise
    return answer[: how.answer_bytes].decode(errors="replace")


def _receipt(how: Exchange, url: httpx.URL, response: httpx.Response, answer: str, latency_s: float) -> DeliveryReceipt:
    status = response.status_code
    if response.is_success:
        return DeliveryReceipt(status, latency_s, answer)
    shown = how.shown(str(url))
    if response.has_redirect_location:
        target = how.shown(urljoin(str(url), response.headers["location"]))
        raise NotificationError(
            "callback {url} answered {http_status}: redirects are not followed; set the callback's URL to the "
            "final address ({target})",
            status,
            answer,
            url=shown,
            http_status=status,
            target=target,
        )
    if status == _GONE:
        raise UndeliverableError(
            "callback {url} answered 410 (Gone), '{body}': the receiver accepts no more events; change or remove the "
            "callback",
            status,
            answer,
            url=shown,
            body=answer[:_SHOWN_ANSWER],
        )
    raise NotificationError(
        "callback {url} answered {http_status}: '{body}'; a callback must answer 2xx",
        status,
        answer,
        _retry_after_s(response),
        url=shown,
        http_status=status,
        body=answer[:_SHOWN_ANSWER],
    )


def _retry_after_s(response: httpx.Response) -> float | None:
    """The wait in seconds that a busy receiver requests with Retry-After; HTTP dates are ignored."""
    asked = response.headers.get("retry-after", "")
    return float(asked) if response.status_code in _BUSY and asked.isdecimal() else None
