"""`Receiver`: a real HTTP server that takes events, answers as it is told, and remembers all."""

from __future__ import annotations

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, bytes, dict[str, str]]
RESET = 0  # instead of a status: the connection is torn down


class Receiver(ThreadingHTTPServer):
    """Answers with `answers` in turn, each (status, body, headers); the last one again and again."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._closes = threading.Event()
        super().__init__((host, port), _Handler)
        self.host = host
        self.answers: list[Answer] = [(200, b"taken", {})]
        self.pause_s = 0.0  # before each piece of an answer, until the server closes
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.server_port}/hook?token=secret"

    def answer(self, event_id: str) -> Answer:
        """What a request with this event gets. Called from several threads."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def pause(self) -> None:
        """Wait as long as a slow receiver does."""
        self._closes.wait(self.pause_s)

    def server_close(self) -> None:
        """No request that pauses outlives the server."""
        self._closes.set()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        status, answer, headers = self.server.answer(self.headers.get("webhook-id", ""))
        if status == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self._send_slowly(answer)

    def _send_slowly(self, answer: bytes) -> None:
        try:
            for start in range(0, len(answer), 1000):
                self.server.pause()
                self.wfile.write(answer[start : start + 1000])
        except OSError:
            return  # the sender has heard enough

    def log_message(self, format: str, *arguments: Any) -> None:
        pass
