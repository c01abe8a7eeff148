"""`Robot`: a chat service's robot that checks messages as the real one does, and answers 200 also to a refusal."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from receiver import Answer, Receiver

TOKEN, SECRET = "token-7f3a", "SEC0123456789abcdef"
PATHS = {
    "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
    "dingtalk": f"/robot/send?access_token={TOKEN}",
    "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
    "slack": f"/services/T0/B0/{TOKEN}",
}
HOUR_S = 3600


class Robot(Receiver):
    """The robot of one service. With a secret it requires signatures, as DingTalk and Feishu do."""

    def __init__(self, service: str, secret: str = "") -> None:
        super().__init__()
        self.service, self.secret = service, secret

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.server_port}{PATHS[self.service]}"

    @property
    def body(self) -> Any:
        """Of the last request."""
        return json.loads(self.requests[-1][2])

    def answer(self, event_id: str) -> Answer:
        path, headers, raw = self.requests[-1]
        assert headers["content-type"].startswith("application/json")
        url, body = urlsplit(path), json.loads(raw)
        answer: Answer = getattr(self, f"_{self.service}")(
            url.path, {name: values[0] for name, values in parse_qs(url.query).items()}, body
        )
        return answer

    def _wecom(self, path: str, query: dict[str, str], body: Any) -> Answer:
        if query != {"key": TOKEN}:
            return _json(errcode=93000, errmsg="invalid webhook url")
        if body["msgtype"] != "markdown" or len(body["markdown"]["content"].encode()) > 4096:
            return _json(errcode=40058, errmsg="markdown.content exceed max length 4096")
        return _json(errcode=0, errmsg="ok")

    def _dingtalk(self, path: str, query: dict[str, str], body: Any) -> Answer:
        if query["access_token"] != TOKEN:
            return _json(errcode=300005, errmsg="token is not exist")
        if self.secret:
            time_ms = query.get("timestamp", "0")
            sign = _sign(self.secret, f"{time_ms}\n{self.secret}")
            if query.get("sign") != sign or abs(int(time_ms) / 1000 - time.time()) > HOUR_S:
                return _json(errcode=310000, errmsg="sign not match")
        if body["msgtype"] != "markdown" or not body["markdown"]["title"]:
            return _json(errcode=40035, errmsg="缺少参数 title")
        return _json(errcode=0, errmsg="ok")

    def _feishu(self, path: str, query: dict[str, str], body: Any) -> Answer:
        time_s = body.get("timestamp", "0")
        is_signed = body.get("sign") == _sign(f"{time_s}\n{self.secret}", "")
        if self.secret and not (is_signed and abs(int(time_s) - time.time()) < HOUR_S):
            return _json(code=19021, msg="sign match fail or timestamp is not within one hour from current time")
        if body["msg_type"] != "post" or not body["content"]["post"]["zh_cn"]["content"]:
            return _json(code=9499, msg="Bad Request")
        return _json(StatusCode=0, StatusMessage="success", code=0, data={}, msg="success")

    def _slack(self, path: str, query: dict[str, str], body: Any) -> Answer:
        if path != PATHS["slack"]:
            return 404, b"no_service", {}
        return (200, b"ok", {}) if body.get("text") else (400, b"no_text", {})


def _json(**fields: Any) -> Answer:
    return 200, json.dumps(fields, ensure_ascii=False).encode(), {"content-type": "application/json"}


def _sign(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()
