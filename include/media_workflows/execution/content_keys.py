"""`ContentKeys`: the keys of encrypted ladders, from Airflow connections and key servers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from media_workflows.domain.content_key import ContentKey, StoredKey
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.domain.result import SourceObject
from media_workflows.errors import ContentKeyError, NotificationError
from media_workflows.execution.speke import key_from_server
from media_workflows.notifications.transports.credentials import CredentialsOf
from media_workflows.settings import Settings

_NAMESPACE = uuid.UUID("5f2b7c61-3f0e-4d7c-9a37-6f1f9f0b4a52")  # of the key ids that are derived here
_KEY_BYTES = 16


StoredKeyOf: TypeAlias = Callable[[str], StoredKey]


@dataclass(frozen=True)
class ContentKeys:
    """The keys of one source's ladders. `stored` reads a connection; None = this process has none."""

    source: SourceObject
    settings: Settings
    credentials_of: CredentialsOf
    stored: StoredKeyOf | None

    def key_of(self, encryption: Encryption) -> ContentKey:
        """The key. A key server is asked for the same one on each try: its id derives from the source.

        Raises ContentKeyError for a connection that is missing or holds none, and for a key server that refuses it;
        KeyServerError when that does not answer.
        """
        try:
            return self._key_of(encryption)
        except NotificationError as error:  # of a connection: only the items that use it fail
            raise ContentKeyError("the key of this encryption is not available: {cause}", cause=error) from error

    def _key_of(self, encryption: Encryption) -> ContentKey:
        if encryption.key_server:
            credentials = self.credentials_of(encryption.key_server.target)
            content_id = f"{self.source.bucket}/{self.source.key}"
            key_id = uuid.uuid5(_NAMESPACE, content_id)
            return key_from_server(encryption, content_id, key_id, credentials, self.settings)
        assert encryption.connection is not None, "a random key is made by the job"
        if self.stored is None:
            raise ContentKeyError("the key of an Airflow connection is not available here: run the workflow in Airflow")
        return _own_key(encryption.connection, self.stored(encryption.connection))


def _own_key(connection: str, stored: StoredKey) -> ContentKey:
    key = _bytes(stored.key)
    if key is None:
        raise ContentKeyError(
            "the password of Airflow connection '{connection}' is no key: it must be {digits} hexadecimal digits",
            connection=connection,
            digits=2 * _KEY_BYTES,
        )
    key_id = _bytes(stored.key_id) if stored.key_id else uuid.uuid5(_NAMESPACE, connection).bytes
    if key_id is None:
        raise ContentKeyError(
            "`key_id` in the extra of Airflow connection '{connection}' is no UUID: it must be {digits} hexadecimal "
            "digits",
            connection=connection,
            digits=2 * _KEY_BYTES,
        )
    return ContentKey(key, uuid.UUID(bytes=key_id))


def _bytes(digits: str) -> bytes | None:
    """16 bytes; None for another text."""
    try:
        found = bytes.fromhex(digits.strip().replace("-", ""))
    except ValueError:
        return None
    return found if len(found) == _KEY_BYTES else None
