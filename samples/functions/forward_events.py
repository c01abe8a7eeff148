"""A sample function that forwards events to people: WeCom, e-mail, DingTalk, Feishu, Slack and others (apprise).

Environment: CHANNELS, apprise URLs separated by spaces; MESSAGE_LANGUAGE (`en` or `zh`); WEBHOOK_SECRET, when called
over HTTP.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from apprise import Apprise, NotifyFormat, NotifyType

from event_function import asgi_app, lambda_handler
from event_text import event_text

_TYPES = {
    "success": NotifyType.SUCCESS,
    "warning": NotifyType.WARNING,
    "failure": NotifyType.FAILURE,
    "info": NotifyType.INFO,
}
# An event that is sent again because a channel failed goes to that channel only, while this process lives.
_sent: deque[tuple[str, str]] = deque(maxlen=1000)


def forward(event_id: str, body: dict[str, Any]) -> None:
    """Send the message to all channels in parallel. Raises RuntimeError when one failed."""
    channels = [channel for channel in os.environ["CHANNELS"].split() if (event_id, channel) not in _sent]
    title, text, outcome = event_text(body, os.environ.get("MESSAGE_LANGUAGE", "en"))
    with ThreadPoolExecutor() as threads:
        taken = list(threads.map(partial(_send, title, text, _TYPES[outcome]), channels))
    _sent.extend((event_id, channel) for channel, ok in zip(channels, taken, strict=True) if ok)
    if not all(taken):
        kinds = [channel.partition(":")[0] for channel, ok in zip(channels, taken, strict=True) if not ok]
        raise RuntimeError(f"event {event_id} could not be sent to {', '.join(kinds)}; see the log of apprise above")


def _send(title: str, text: str, kind: NotifyType, channel: str) -> bool:
    target = Apprise()
    taken = target.add(channel) and target.notify(text, title, kind, body_format=NotifyFormat.TEXT)
    return bool(taken)


handler = lambda_handler(forward)
app = asgi_app(forward)
