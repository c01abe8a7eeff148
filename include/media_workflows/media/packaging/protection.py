"""`Protection`: what the manifests of an encrypted ladder say about it, without the key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from xml.etree import ElementTree

import defusedxml.ElementTree

from media_workflows.domain.content_key import ContentKey, ProtectionSystem
from media_workflows.domain.jobs.encryption import Encryption

MP4_PROTECTION = "urn:mpeg:dash:mp4protection:2011"
CLEAR_KEY = UUID("e2719d58-a985-b3c9-781a-b030af78d30e")  # DASH-IF's identifier of the W3C's Clear Key
_CENC = "urn:mpeg:cenc:2013"
_DASHIF = "https://dashif.org/CPS"
_HLS_METHODS = {"cenc": "SAMPLE-AES-CTR", "cbcs": "SAMPLE-AES"}
_FAIRPLAY = 'KEYFORMAT="com.apple.streamingkeydelivery"'  # Apple's, of an skd: URI
_IDENTITY = 'KEYFORMAT="identity"'
KEY_TAG, SESSION_KEY_TAG = "#EXT-X-KEY:", "#EXT-X-SESSION-KEY:"


@dataclass(frozen=True)
class Protection:
    """What an MPD says about its encrypted samples."""

    method: str
    key_id: UUID
    licence_url: str
    systems: tuple[ProtectionSystem, ...]

    def elements(self) -> Iterator[ElementTree.Element]:
        """The `ContentProtection` elements of an adaptation set, that of the scheme first."""
        scheme = {"schemeIdUri": MP4_PROTECTION, "value": self.method, "xmlns:cenc": _CENC}
        yield ElementTree.Element("ContentProtection", {**scheme, "cenc:default_KID": str(self.key_id)})
        if self.licence_url:
            clear_key = _system(CLEAR_KEY, {"value": "ClearKey1.0", "xmlns:dashif": _DASHIF})
            ElementTree.SubElement(clear_key, "dashif:Laurl").text = self.licence_url
            yield clear_key
        for one in self.systems:
            element = _system(one.system_id, {"xmlns:cenc": _CENC})
            further = protection_elements(one.elements)
            if one.pssh and not any(each.tag.endswith("}pssh") for each in further):
                ElementTree.SubElement(element, "cenc:pssh").text = one.pssh
            element.extend(further)
            yield element


def protection_elements(text: str) -> list[ElementTree.Element]:
    """Elements beside each other, as a key server sends them. Raises ParseError, and ValueError for entities."""
    return list(defusedxml.ElementTree.fromstring(f"<all>{text}</all>"))


def protection(encryption: Encryption, key: ContentKey) -> Protection:
    """What an MPD says."""
    return Protection(encryption.method, key.key_id, encryption.licence_url, key.systems)


def key_tags(encryption: Encryption, key: ContentKey) -> tuple[str, ...]:
    """The lines of media playlists whose samples are encrypted: the key server's, or that of a key at `key_uri`."""
    if key.key_tags or not encryption.key_uri:
        return key.key_tags
    method, key_format = _HLS_METHODS[encryption.method], _FAIRPLAY if encryption.is_fairplay_uri else _IDENTITY
    return (f'{KEY_TAG}METHOD={method},URI="{encryption.key_uri}",{key_format},KEYFORMATVERSIONS="1"',)


def session_key_tags(encryption: Encryption, key: ContentKey) -> tuple[str, ...]:
    """The lines of the master playlist, from which players request licences before they choose a variant."""
    if key.session_key_tags:
        return key.session_key_tags
    return tuple(SESSION_KEY_TAG + tag.removeprefix(KEY_TAG) for tag in key_tags(encryption, key))


def _system(system_id: UUID, attributes: dict[str, str]) -> ElementTree.Element:
    return ElementTree.Element("ContentProtection", {"schemeIdUri": f"urn:uuid:{system_id}", **attributes})
