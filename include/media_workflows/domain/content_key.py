"""`ContentKey`: the key of an encrypted ladder, with what manifests say about it; `StoredKey`: one as it is stored."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class StoredKey:
    """What an Airflow connection holds: the key and, if it is set, its id, in hexadecimal digits."""

    key: str
    key_id: str = ""

    def __repr__(self) -> str:
        return f"StoredKey(key_id={self.key_id!r})"


@dataclass(frozen=True)
class ProtectionSystem:
    """A DRM system in an MPD: its id, its PSSH box in base64, and further elements as XML text; '' = none."""

    system_id: UUID
    pssh: str = ""
    elements: str = ""


@dataclass(frozen=True)
class ContentKey:
    """The key of all tracks, 16 bytes, which no repr shows. `iv` is the vector that a key server demands.

    `systems`, `key_tags` and `session_key_tags` are a key server's lines for MPDs, media and master playlists.
    """

    key: bytes = field(repr=False)
    key_id: UUID
    iv: bytes = b""
    systems: tuple[ProtectionSystem, ...] = ()
    key_tags: tuple[str, ...] = ()
    session_key_tags: tuple[str, ...] = ()

    @property
    def pssh_boxes(self) -> bytes:
        """The PSSH boxes of all systems; empty = one of the W3C's common system is made."""
        return b"".join(base64.b64decode(one.pssh) for one in self.systems)
