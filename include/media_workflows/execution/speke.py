"""A SPEKE v2 key server: one key for all tracks, in a CPIX 2.3 document over HTTP."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Sequence
from uuid import UUID
from xml.etree import ElementTree

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from media_workflows.domain.content_key import ContentKey, ProtectionSystem
from media_workflows.domain.jobs.encryption import DrmSystem, Encryption
from media_workflows.domain.notification import shown_url
from media_workflows.errors import ContentKeyError, KeyServerError, MediaWorkflowsError, NotificationError
from media_workflows.media.packaging.protection import KEY_TAG, SESSION_KEY_TAG, protection_elements
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.http import Exchange, send
from media_workflows.notifications.transports.message import Message
from media_workflows.settings import Settings

# The registered system ids of DASH-IF.
SYSTEMS: dict[DrmSystem, UUID] = {
    "widevine": UUID("edef8ba9-79d6-4ace-a3c8-27dcd51d21ed"),
    "playready": UUID("9a04f079-9840-4286-ab92-e65be0885f95"),
    "fairplay": UUID("94ce86fb-07ff-4f43-adb8-93d2fa968ca2"),
}
_CPIX, _PSKC = "urn:dashif:org:cpix", "urn:ietf:params:xml:ns:keyprov:pskc"
_HEADERS = {"X-Speke-Version": "2.0"}
_MAX_ANSWER_BYTES = 256 * 1024
_KEY_BYTES = 16
_SHOWN_ANSWER = 200  # characters of the answer that an error shows
_PASSING = (408, 425, 429)  # like 5xx, these may end without a change


def key_from_server(
    encryption: Encryption, content_id: str, key_id: UUID, credentials: Credentials, settings: Settings
) -> ContentKey:
    """The key that the server has for this content, and what it has manifests say.

    Raises KeyServerError when it does not answer or is busy, ContentKeyError when it refuses or answers no key.
    """
    server = encryption.key_server
    assert server is not None, "the encryption names no key server"
    text = key_request(encryption, content_id, key_id)
    message = Message(str(key_id), "", text.encode(), "application/xml")
    how = Exchange(settings.notify_timeout_s, _MAX_ANSWER_BYTES, True, _HEADERS, "worker")
    try:
        receipt = asyncio.run(send(server.url, message, credentials, settings, how))
    except TimeoutError as error:
        raise KeyServerError(
            "the key server {url} did not answer within {timeout_s} s: see whether it is reachable and not busy",
            url=shown_url(server.url),
            timeout_s=f"{how.timeout_s:g}",
        ) from error
    except NotificationError as error:
        raise _server_error(server.url, error) from error
    try:
        return read_answer(receipt.answer_excerpt, key_id)
    except (ElementTree.ParseError, DefusedXmlException, binascii.Error, ValueError) as error:
        raise ContentKeyError(
            "the key server {url} answered no key that can be used ({cause}): check its URL, its credentials and the "
            "`systems`",
            url=shown_url(server.url),
            cause=error,
        ) from error


def _server_error(url: str, error: NotificationError) -> MediaWorkflowsError:
    """An error of the transport, which is that of callbacks, as one of the key server."""
    shown, status = shown_url(url), error.status
    if status is None and not error.retryable:  # a forbidden address, a malformed URL
        return ContentKeyError("the key server {url} cannot be asked: {cause}", url=shown, cause=error)
    if status is None:
        cause = error.__cause__
        return KeyServerError(
            "the key server {url} cannot be reached: {cause}; check its URL, and that the worker can reach it",
            url=shown,
            cause=str(cause or "") or type(cause or error).__name__,
        )
    answer = error.answer[:_SHOWN_ANSWER]
    if status >= 500 or status in _PASSING:
        return KeyServerError(
            "the key server {url} answered {http_status}: '{body}'; see its log, the task is tried again",
            url=shown,
            http_status=status,
            body=answer,
        )
    return ContentKeyError(
        "the key server {url} answered {http_status}: '{body}'; check its URL, the secrets of its connection and the "
        "`systems`",
        url=shown,
        http_status=status,
        body=answer,
    )


def key_request(encryption: Encryption, content_id: str, key_id: UUID) -> str:
    """The CPIX document that asks for the key."""
    assert encryption.key_server is not None
    namespaces = {"xmlns:cpix": _CPIX, "xmlns:pskc": _PSKC}
    root = ElementTree.Element("cpix:CPIX", {**namespaces, "contentId": content_id, "version": "2.3"})
    kid = {"kid": str(key_id)}
    keys = ElementTree.SubElement(root, "cpix:ContentKeyList")
    ElementTree.SubElement(keys, "cpix:ContentKey", {**kid, "commonEncryptionScheme": encryption.method})
    systems = ElementTree.SubElement(root, "cpix:DRMSystemList")
    for name in encryption.key_server.systems:
        system = ElementTree.SubElement(systems, "cpix:DRMSystem", {**kid, "systemId": str(SYSTEMS[name])})
        ElementTree.SubElement(system, "cpix:PSSH")
        ElementTree.SubElement(system, "cpix:ContentProtectionData")
        for playlist in ("media", "master"):
            ElementTree.SubElement(system, "cpix:HLSSignalingData", {"playlist": playlist})
    rules = ElementTree.SubElement(root, "cpix:ContentKeyUsageRuleList")
    rule = ElementTree.SubElement(rules, "cpix:ContentKeyUsageRule", {**kid, "intendedTrackType": "ALL"})
    ElementTree.SubElement(rule, "cpix:VideoFilter")
    ElementTree.SubElement(rule, "cpix:AudioFilter")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def read_answer(text: str, key_id: UUID) -> ContentKey:
    """The key of a CPIX document. Raises ParseError, DefusedXmlException or ValueError for one that cannot be used."""
    root = defusedxml.ElementTree.fromstring(text)
    keys = [one for one in root.iter(f"{{{_CPIX}}}ContentKey") if UUID(one.get("kid", "")) == key_id]
    if not keys:
        raise ValueError(f"there is no key with the id {key_id}")
    value = keys[0].findtext(f".//{{{_PSKC}}}PlainValue", "")
    key, iv = base64.b64decode(value, validate=True), base64.b64decode(keys[0].get("explicitIV", ""), validate=True)
    if len(key) != _KEY_BYTES or len(iv) not in (0, _KEY_BYTES):
        raise ValueError(f"the key has {len(key)} bytes, and its vector {len(iv)}")
    systems = [one for one in root.iter(f"{{{_CPIX}}}DRMSystem") if UUID(one.get("kid", "")) == key_id]
    media = [line for one in systems for line in _tags(one, "media", KEY_TAG)]
    master = [line for one in systems for line in _tags(one, "master", SESSION_KEY_TAG)]
    return ContentKey(key, key_id, iv, tuple(map(_system, systems)), tuple(media), tuple(master))


def _system(element: ElementTree.Element) -> ProtectionSystem:
    pssh = element.findtext(f"{{{_CPIX}}}PSSH", "").strip()
    if pssh and base64.b64decode(pssh, validate=True)[4:8] != b"pssh":
        raise ValueError("a PSSH is no such box")
    elements = _decoded(element.findtext(f"{{{_CPIX}}}ContentProtectionData", ""))
    protection_elements(elements)  # now, not when the manifest is written
    return ProtectionSystem(UUID(element.get("systemId", "")), pssh, elements)


def _tags(system: ElementTree.Element, playlist: str, tag: str) -> Sequence[str]:
    """The lines for playlists. Raises ValueError for one that is no such tag: it would break the playlist."""
    found = [one for one in system.findall(f"{{{_CPIX}}}HLSSignalingData") if one.get("playlist") == playlist]
    lines = [line for one in found for line in _decoded(one.text or "").splitlines() if line.strip()]
    if wrong := next((line for line in lines if not line.startswith(tag)), None):
        raise ValueError(f"'{wrong[:60]}' is no {tag.rstrip(':')}")
    return lines


def _decoded(text: str) -> str:
    return base64.b64decode(text.strip(), validate=True).decode()
