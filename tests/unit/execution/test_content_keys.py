"""Keys of connections and of a SPEKE v2 key server's documents."""

from __future__ import annotations

import base64
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from http_servers import serving
from media_workflows.airflow_adapter import connections
from media_workflows.domain.content_key import StoredKey
from media_workflows.domain.jobs.encryption import Encryption, KeyServer
from media_workflows.domain.result import SourceObject
from media_workflows.errors import ContentKeyError, KeyServerError, MediaWorkflowsError, NotificationError
from media_workflows.execution.content_keys import ContentKeys
from media_workflows.execution.speke import SYSTEMS, key_request, read_answer
from media_workflows.media.packaging.protection import key_tags, session_key_tags
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.settings import Settings
from speke_server import answer

KEY = bytes.fromhex("0123456789abcdef0123456789abcdef")
KEY_ID = UUID("00112233-4455-6677-8899-aabbccddeeff")
SOURCE = SourceObject(bucket="in", key="a.mp4", etag="e", size_bytes=1)
OWN = Encryption(method="cbcs", connection="media_keys", key_uri="https://keys.example.com/one")
SERVED = Encryption.model_validate(
    {"method": "cbcs", "key_server": {"url": "https://speke.example.com", "systems": ["widevine", "fairplay"]}}
)


class Answering(ThreadingHTTPServer):
    """Answers each request with a status."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.send_header("Location", "http://127.0.0.1/elsewhere")
        self.end_headers()
        self.wfile.write(b"broken")

    def log_message(self, *_: Any) -> None:
        """Not into the test's output."""


def keys(stored: StoredKey) -> ContentKeys:
    return ContentKeys(SOURCE, Settings(), lambda _: Credentials(), lambda _: stored)


def test_a_key_is_read_from_its_connection_and_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = SimpleNamespace(password=KEY.hex(), extra_dejson={"key_id": str(KEY_ID)})
    masked: list[str] = []
    monkeypatch.setattr(connections, "_connection", lambda _name: connection)
    monkeypatch.setattr(connections, "_mask", masked.extend)
    assert connections.stored_key("media_keys") == StoredKey(KEY.hex(), str(KEY_ID))
    assert masked == [KEY.hex()]


def test_the_key_of_a_connection() -> None:
    found = keys(StoredKey(KEY.hex().upper(), str(KEY_ID))).key_of(OWN)
    assert (found.key, found.key_id) == (KEY, KEY_ID)
    assert KEY.hex() not in f"{found}{StoredKey(KEY.hex())}"
    assert str(KEY) not in str(found)
    named = [keys(StoredKey(KEY.hex())).key_of(OWN).key_id for _ in range(2)]
    assert named[0] == named[1] != KEY_ID
    assert key_tags(OWN, found) == (
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="https://keys.example.com/one",KEYFORMAT="identity",KEYFORMATVERSIONS="1"',
    )


@pytest.mark.parametrize(
    "stored", [StoredKey(""), StoredKey("00" * 15), StoredKey("x" * 32), StoredKey("00" * 16, "7")]
)
def test_a_connection_without_a_key(stored: StoredKey) -> None:
    with pytest.raises(ContentKeyError, match="of Airflow connection 'media_keys' is no") as found:
        keys(stored).key_of(OWN)
    assert not stored.key or stored.key not in str(found.value)


def test_a_fairplay_uri_has_its_key_format() -> None:
    asked = OWN.model_copy(update={"key_uri": "skd://one"})
    (tag,) = key_tags(asked, keys(StoredKey(KEY.hex())).key_of(asked))
    assert 'URI="skd://one",KEYFORMAT="com.apple.streamingkeydelivery"' in tag


def test_a_connection_that_does_not_exist_fails_its_items_only() -> None:
    def missing(_name: str) -> StoredKey:
        raise NotificationError("there is no Airflow connection 'media_keys'")

    asked = ContentKeys(SOURCE, Settings(), lambda _: Credentials(), missing)
    with pytest.raises(ContentKeyError, match="there is no Airflow connection 'media_keys'") as found:
        asked.key_of(OWN)
    assert (found.value.code, found.value.retryable) == ("InvalidInput", False)


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (500, KeyServerError, "answered 500: 'broken'; see its log"),
        (429, KeyServerError, "answered 429: 'broken'; see its log"),
        (403, ContentKeyError, "answered 403: 'broken'; check its URL, the secrets"),
        (410, ContentKeyError, "answered 410: 'broken'; check its URL, the secrets"),
        (302, ContentKeyError, "answered 302: 'broken'; check its URL, the secrets"),
        (0, KeyServerError, "cannot be reached: All connection attempts failed; check its URL"),
    ],
)
def test_a_key_server_without_a_key(status: int, kind: type[MediaWorkflowsError], expected: str) -> None:
    """Errors name the key server, not a callback, and not the secret of its URL."""
    with serving(Answering(status)) as server:
        url = f"http://127.0.0.1:{server.server_port if status else 9}/v2?token=secret"
        encryption = SERVED.model_copy(update={"key_server": KeyServer(url=url, systems=["widevine"])})
        settings = Settings(callback_allowed_hosts=["127.0.0.1"], notify_timeout_s=120)
        with pytest.raises(kind, match=re.escape(expected)) as found:
            ContentKeys(SOURCE, settings, lambda _: Credentials(), None).key_of(encryption)
    text = str(found.value)
    assert text.startswith("the key server http://127.0.0.1:")
    assert "callback" not in text
    assert "secret" not in text.replace("the secrets of", "")


def test_a_key_server_that_must_not_be_asked() -> None:
    encryption = SERVED.model_copy(update={"key_server": KeyServer(url="http://127.0.0.1:9", systems=["widevine"])})
    with pytest.raises(ContentKeyError, match=r"the key server .* cannot be asked: .* setting callback_allowed_hosts"):
        ContentKeys(SOURCE, Settings(), lambda _: Credentials(), None).key_of(encryption)


def test_the_request_to_a_key_server() -> None:
    root = ElementTree.fromstring(key_request(SERVED, "in/a & b.mp4", KEY_ID))
    names = {"c": "urn:dashif:org:cpix"}
    assert (root.get("contentId"), root.get("version")) == ("in/a & b.mp4", "2.3")
    (key,) = root.findall("c:ContentKeyList/c:ContentKey", names)
    assert (key.get("kid"), key.get("commonEncryptionScheme")) == (str(KEY_ID), "cbcs")
    systems = [one.get("systemId") for one in root.findall("c:DRMSystemList/c:DRMSystem", names)]
    assert systems == [str(SYSTEMS["widevine"]), str(SYSTEMS["fairplay"])]


def test_the_answer_of_a_key_server() -> None:
    found = read_answer(answer(key_request(SERVED, "a", KEY_ID), KEY), KEY_ID)
    assert (found.key, found.iv) == (KEY, bytes(range(16)))
    assert [one.system_id for one in found.systems] == [SYSTEMS["widevine"], SYSTEMS["fairplay"]]
    assert found.pssh_boxes[4:8] == b"pssh"
    assert len(key_tags(SERVED, found)) == len(session_key_tags(SERVED, found)) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (base64.b64encode(KEY).decode(), "AAAA"),
        (str(KEY_ID), "00000000-0000-0000-0000-000000000000"),
        (base64.b64encode(b"#EXT-X-KEY:").decode()[:12], base64.b64encode(b"#EXTINF:1\n#").decode()[:12]),
        ("<?xml version='1.0' encoding='us-ascii'?>", "<!DOCTYPE a [<!ENTITY b 'c'>]>"),
        ("</cpix:CPIX>", ""),
    ],
)
def test_answers_that_are_refused(old: str, new: str) -> None:
    text = answer(key_request(SERVED, "a", KEY_ID), KEY)
    assert old in text
    with pytest.raises(Exception, match=r".") as found:  # by the caller one error: see key_from_server
        read_answer(text.replace(old, new), KEY_ID)
    assert isinstance(found.value, (ValueError, ElementTree.ParseError))
    assert base64.b64encode(KEY).decode() not in str(found.value)
