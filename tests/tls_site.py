"""An https server of 127.0.0.1 with a certificate of its own, for tests."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from http_servers import serving


class Answer(NamedTuple):
    """What the server answers. `declared` is the content-length it claims, None = that of the body.

    `chunked`: the body is one chunk, without a length in the head.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012
    declared: int | None = None
    chunked: bool = False


def certificate(directory: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for a host name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (file := directory / "cert.pem").write_bytes(made.public_bytes(pem))
    (key_file := directory / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file, key_file


class TlsSite(ThreadingHTTPServer):
    """Answers GET by path. `url` is below the host name of its certificate."""

    def __init__(self, directory: Path, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.certificate, key = certificate(directory, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"https://{name}:{self.server_port}"
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of the test."""


class _Handler(BaseHTTPRequestHandler):
    server: TlsSite
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.close_connection = True
        answer = self.server.answers.get(self.path.partition("?")[0], Answer(404))
        self.send_response(answer.status)
        size = len(answer.body) if answer.declared is None else answer.declared
        length = {"transfer-encoding": "chunked"} if answer.chunked else {"content-length": str(size)}
        for name, value in {**length, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(answer.body), answer.body)
        self.wfile.write(framed if answer.chunked else answer.body)

    def log_message(self, *_args: Any) -> None:
        """Silent."""


@contextmanager
def tls_site(directory: Path, name: str = "files.example") -> Iterator[TlsSite]:
    """The site of this host name, answering while the context lasts."""
    with serving(TlsSite(directory, name)) as site:
        yield site
