"""A SPEKE v2 key server for tests: answers each request with one key, as the vendors' servers do."""

from __future__ import annotations

import base64
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

CPIX, PSKC = "urn:dashif:org:cpix", "urn:ietf:params:xml:ns:keyprov:pskc"
ElementTree.register_namespace("cpix", CPIX)
ElementTree.register_namespace("pskc", PSKC)


def answer(request: str, key: bytes) -> str:
    """The document of a request, filled in."""
    root = ElementTree.fromstring(request)
    for one in root.iter(f"{{{CPIX}}}ContentKey"):
        one.set("explicitIV", base64.b64encode(bytes(range(16))).decode())
        secret = ElementTree.SubElement(ElementTree.SubElement(one, f"{{{CPIX}}}Data"), f"{{{PSKC}}}Secret")
        ElementTree.SubElement(secret, f"{{{PSKC}}}PlainValue").text = base64.b64encode(key).decode()
    for system in root.iter(f"{{{CPIX}}}DRMSystem"):
        _fill(system, UUID(system.get("systemId", "")))
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False).join(
        ("<?xml version='1.0' encoding='us-ascii'?>\n", "")
    )


def _fill(system: ElementTree.Element, system_id: UUID) -> None:
    data = b"of the vendor"
    box = (
        (32 + len(data)).to_bytes(4, "big") + b"pssh" + bytes(4) + system_id.bytes + len(data).to_bytes(4, "big") + data
    )
    for one in system:
        name = one.tag.partition("}")[2]
        if name == "PSSH":
            one.text = base64.b64encode(box).decode()
        elif name == "ContentProtectionData":
            text = f'<pssh xmlns="urn:mpeg:cenc:2013">{base64.b64encode(box).decode()}</pssh>'
            one.text = base64.b64encode(text.encode()).decode()
        else:
            tag = "#EXT-X-KEY:" if one.get("playlist") == "media" else "#EXT-X-SESSION-KEY:"
            line = f'{tag}METHOD=SAMPLE-AES,URI="data:,{system_id}",KEYFORMAT="urn:uuid:{system_id}"'
            one.text = base64.b64encode(line.encode()).decode()


class SpekeServer(ThreadingHTTPServer):
    """`requests` are the headers and bodies of what was asked; a request without `token` is refused."""

    def __init__(self, key: bytes, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key, self.token = key, token
        self.requests: list[tuple[dict[str, str], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/speke/v2"


class _Handler(BaseHTTPRequestHandler):
    server: SpekeServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
        is_known = self.headers.get("x-token") == self.server.token
        reply = answer(body, self.server.key).encode() if is_known else b"who are you?"
        self.send_response(200 if is_known else 403)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_: Any) -> None:
        """Not into the test's output."""
