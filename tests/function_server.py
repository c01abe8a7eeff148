"""The sample functions behind URLs of their own, and events sent to them as the product does."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from pydantic import SecretStr

from event_examples import event
from media_workflows.domain.notification import HttpFunctionTarget
from media_workflows.notifications.transports.credentials import credentials_of_settings
from media_workflows.notifications.transports.delivery import deliver
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.settings import Settings

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
READY_WITHIN_S = 60


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """The URL of an ASGI app in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + READY_WITHIN_S
    while not server.started:
        assert time.monotonic() < deadline, "the function does not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(READY_WITHIN_S)


def send(url: str, body: dict[str, Any], secret: str = SECRET, **target: Any) -> DeliveryReceipt:
    """Deliver an event to the function at a URL."""
    settings = Settings(webhook_secret=SecretStr(secret), callback_allowed_hosts=["127.0.0.1"], notify_timeout_s=120)
    function = HttpFunctionTarget(type="http", url=url, **target)
    no_clients: Any = None
    return asyncio.run(deliver(function, event(body), no_clients, credentials_of_settings(settings), settings))
