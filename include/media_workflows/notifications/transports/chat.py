"""Delivery to the robot of a chat group (WeCom, DingTalk, Feishu) or to an incoming webhook of Slack."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from media_workflows.domain.notification import ChatService, ChatTarget
from media_workflows.errors import NotificationError
from media_workflows.notifications.message_text import MessageText
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.http import Exchange, deliver_http
from media_workflows.notifications.transports.message import Message
from media_workflows.notifications.transports.receipt import DeliveryReceipt
from media_workflows.settings import Settings
from media_workflows.vendor_mps.event import canonical_json

WECOM_MAX_BYTES = 4096
# Look-alikes of the characters that would make links, mentions and markup of a file name: WeCom has no escapes.
_PLAIN = str.maketrans("<>[]*`", "＜＞［］＊ˋ")
_SLACK_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_COLOURS = {"success": "info", "info": "comment", "warning": "warning", "failure": "warning"}


@dataclass(frozen=True)
class ChatRequest:
    """What is posted to a robot: the body, and what is added to the query of its URL."""

    body: dict[str, Any]
    query: dict[str, str] = field(default_factory=dict)


async def deliver_chat(
    target: ChatTarget, event_id: str, text: MessageText, credentials: Credentials, settings: Settings, now: datetime
) -> DeliveryReceipt:
    """Post the message once. Raises NotificationError, also where the robot answers 200 and refuses it."""
    request = chat_request(target.type, text, credentials.sign_secret, now)
    message = Message(event_id, "", canonical_json(request.body), "application/json")
    how = Exchange(settings.notify_timeout_s, needs_answer=True, address=target.address)
    query = Credentials(query=urlencode(request.query))
    receipt = await deliver_http(credentials.robot_url, message, query, settings, how)
    if target.type != "slack":
        _require_accepted(target, receipt)
    return receipt


def chat_request(service: ChatService, text: MessageText, sign_secret: str, now: datetime) -> ChatRequest:
    """The request of a service; a `sign_secret` signs it, where the service has signatures."""
    return _REQUESTS[service](text, sign_secret, now)


def _wecom(text: MessageText, _secret: str, _now: datetime) -> ChatRequest:
    title = f'**<font color="{_COLOURS[text.outcome]}">{text.title.translate(_PLAIN)}</font>**'
    content = title
    for line in text.lines:
        longer = f"{content}\n> {line.translate(_PLAIN)}"
        if len(longer.encode()) <= WECOM_MAX_BYTES:
            content = longer
    return ChatRequest({"msgtype": "markdown", "markdown": {"content": content}})


def _dingtalk(text: MessageText, secret: str, now: datetime) -> ChatRequest:
    """Signed in the query: the secret is the key, the time in ms and the secret are the message."""
    title = text.title.translate(_PLAIN)
    content = "\n\n".join([f"#### {title}", *(line.translate(_PLAIN) for line in text.lines)])
    body = {"msgtype": "markdown", "markdown": {"title": title, "text": content}}
    if not secret:
        return ChatRequest(body)
    timestamp = str(int(now.timestamp() * 1000))
    return ChatRequest(body, {"timestamp": timestamp, "sign": _hmac(secret, f"{timestamp}\n{secret}")})


def _feishu(text: MessageText, secret: str, now: datetime) -> ChatRequest:
    """Signed in the body: the time in s and the secret are the key, the message is empty.

    A post takes texts as they are; a text message would make mentions of them.
    """
    lines = [[{"tag": "text", "text": line}] for line in text.lines]
    content = {"post": {"zh_cn": {"title": text.title, "content": lines}}}
    body: dict[str, Any] = {"msg_type": "post", "content": content}
    if not secret:
        return ChatRequest(body)
    timestamp = str(int(now.timestamp()))
    return ChatRequest(body | {"timestamp": timestamp, "sign": _hmac(f"{timestamp}\n{secret}", "")})


def _slack(text: MessageText, _secret: str, _now: datetime) -> ChatRequest:
    content = f"{text.title}\n{text.text}".translate(_SLACK_ESCAPES)
    return ChatRequest({"text": content, "mrkdwn": False})  # "_" and "*" are of file names


_REQUESTS: dict[ChatService, Callable[[MessageText, str, datetime], ChatRequest]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "slack": _slack,
}


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message.encode(), hashlib.sha256)).decode()


def _require_accepted(target: ChatTarget, receipt: DeliveryReceipt) -> None:
    """These robots answer 200 also to what they refuse; `errcode` or `code` is then not 0."""
    code, reason = _answer(receipt.answer_excerpt)
    if code == 0:
        return
    raise NotificationError(
        "{receiver} refused the message (code {error_code}): {reason}; check the robot's settings, the webhook URL and "
        "`sign_secret` of Airflow connection '{connection}'",
        receipt.status,
        receipt.answer_excerpt,
        receiver=target.address,
        error_code=code,
        reason=reason,
        connection=target.connection,
    )


def _answer(text: str) -> tuple[Any, str]:
    """Code and reason; (None, the text) of what is no answer of a robot."""
    try:
        answer = json.loads(text)
    except ValueError:
        return None, text[:200]
    if not isinstance(answer, dict):
        return None, text[:200]
    code = next((answer[name] for name in ("errcode", "code", "StatusCode") if name in answer), None)
    return code, str(answer.get("errmsg") or answer.get("msg") or answer.get("StatusMessage") or text[:200])
