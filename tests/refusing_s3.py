"""`RefusingS3`: a proxy before an S3 server that refuses requests as a storage does whose credentials are replaced."""

from __future__ import annotations

import http.client
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "expect"}
REFUSAL = (
    b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>InvalidAccessKeyId</Code>"
    b"<Message>The AWS Access Key Id you provided does not exist in our records.</Message></Error>"
)


class RefusingS3(ThreadingHTTPServer):
    """Refuses the next `refuses` requests, and each kind of request for `first_s` seconds since it first came.

    `refused` are the kinds of the refused requests, in order: method and sub-resource, such as 'POST uploads'.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, target: str, first_s: float = 0.0, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.target = urlsplit(target).netloc
        self.first_s = first_s
        self.refuses = 0
        self.refused: list[str] = []
        self._first: dict[str, float] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def is_refused(self, kind: str) -> bool:
        """Whether the request that has come is refused."""
        now = time.monotonic()
        if not (self.refuses or now - self._first.setdefault(kind, now) < self.first_s):
            return False
        self.refuses = max(0, self.refuses - 1)
        self.refused.append(kind)
        return True


class _Handler(BaseHTTPRequestHandler):
    server: RefusingS3
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.server.is_refused(self._kind()):
            return self._answer(403, {"content-type": "application/xml"}, REFUSAL)
        upstream = http.client.HTTPConnection(self.server.target, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            upstream.request(self.command, self.path, body or None, headers)
            answer = upstream.getresponse()
            self._answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            upstream.close()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def _kind(self) -> str:
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        sub_resource = next((name for name in ("uploads", "uploadId", "list-type", "location") if name in query), "")
        return f"{self.command} {sub_resource}".strip()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        length = headers.pop("Content-Length", None) or headers.pop("content-length", None)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        is_head = self.command == "HEAD"
        self.send_header("content-length", str(length if is_head and length else len(body)))
        self.send_header("connection", "close")  # no thread waits for a further request when the test ends
        self.end_headers()
        if not is_head:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass
