"""Delivery to an HTTP callback, with the headers of the Standard Webhooks specification."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from media_workflows import __version__
from media_workflows.errors import NotificationError
from media_workflows.events.receipt import ANSWER_LIMIT_BYTES, DeliveryReceipt
from media_workflows.settings import Settings

if TYPE_CHECKING:
    import httpx

_SHOWN_ANSWER = 200  # characters of the answer that an error message shows


def deliver_http(url: str, event_id: str, body: bytes, settings: Settings) -> DeliveryReceipt:
    """POST the event once. Raises NotificationError unless the answer is 2xx; redirects are not followed."""
    import httpx

    headers = webhook_headers(event_id, body, settings.webhook_secret.get_secret_value())
    started = time.monotonic()
    deadline = started + settings.notify_timeout_s
    try:
        with (
            httpx.Client(follow_redirects=False, timeout=settings.notify_timeout_s) as client,
            client.stream("POST", url, content=body, headers=headers) as response,
        ):
            answer = _first_bytes(response, deadline)
    except httpx.TimeoutException as error:
        message = f"no answer within {settings.notify_timeout_s:g} s; a callback has to answer first and work later"
        raise NotificationError(f"{shown_url(url)}: {message}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        message = f"{error}; check the callback's URL and that it is reachable from the workers"
        raise NotificationError(f"cannot reach {shown_url(url)}: {message}") from error
    return _receipt(url, response, answer, time.monotonic() - started)


def webhook_headers(event_id: str, body: bytes, secret: str) -> dict[str, str]:
    """The request headers, signed unless `secret` is empty. Raises NotificationError on a malformed secret."""
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "accept-encoding": "identity",  # the excerpt is read raw, and no answer can inflate
        "user-agent": f"media-workflows/{__version__}",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    if secret:
        headers["webhook-signature"] = _signature(event_id, now, body, secret)
    return headers


def _signature(event_id: str, now: datetime, body: bytes, secret: str) -> str:
    from standardwebhooks import Webhook

    try:
        return Webhook(secret).sign(event_id, now, body.decode())
    except Exception as error:  # the library raises bare binascii and runtime errors, some with the secret in them
        message = f"setting webhook_secret is not 'whsec_' + base64 ({type(error).__name__}); nothing was sent"
        raise NotificationError(message) from None


def shown_url(url: str) -> str:
    """The URL without user, password and query, which may hold tokens: for messages and logs."""
    try:
        parts = urlsplit(url)
    except ValueError:  # an unclosed '[', for example
        return "(malformed URL)"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _first_bytes(response: httpx.Response, deadline: float) -> str:
    """At most 2 kB of the answer; a receiver that trickles is cut off at `deadline` (monotonic seconds)."""
    answer = b""
    for chunk in response.iter_raw():
        answer += chunk
        if len(answer) >= ANSWER_LIMIT_BYTES or time.monotonic() > deadline:
            break
    return answer[:ANSWER_LIMIT_BYTES].decode(errors="replace")


def _receipt(url: str, response: httpx.Response, answer: str, latency_s: float) -> DeliveryReceipt:
    if response.is_success:
        return DeliveryReceipt(response.status_code, latency_s, answer)
    said = f"{shown_url(url)} answered {response.status_code}: {answer[:_SHOWN_ANSWER]!r}"
    if response.has_redirect_location:
        target = shown_url(urljoin(url, response.headers["location"]))
        raise NotificationError(f"{said}; redirects are not followed: put the final address ({target}) in the workflow")
    raise NotificationError(f"{said}; the callback has to answer 2xx")
