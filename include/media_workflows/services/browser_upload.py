"""Browser uploads: files sent from the pages directly to the bucket, or streamed through the api-server.

An existing object is replaced only with `overwrite`. This is checked before and after a transfer, without a lock: of
two concurrent uploads of one name the later one wins.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from pydantic import Field

from media_workflows.airflow_adapter.connections import shared_clients
from media_workflows.domain.base import Model
from media_workflows.domain.browser_upload_key import check_size, upload_key
from media_workflows.errors import ConflictError, UploadRefusedError
from media_workflows.services.buckets import storage
from media_workflows.settings import get_settings
from media_workflows.storage.links import LINK_LIFE_S, PART_LINK_LIFE_S, Links, shown_type
from media_workflows.storage.object_writer import MIB, ObjectWriter
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import get_workflow

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MAX_SINGLE_BYTES = 64 * MIB
MIN_PART_BYTES = 16 * MIB
MAX_PARTS = 1000  # each has its link in the answer
TOKEN = "browser-upload"  # the name in the object's metadata
# What browsers have as the id: the token and the storage's id. Those of an earlier version have no token.
_UPLOAD_ID = re.compile(r"(?:(?P<token>[0-9a-f]{32})\.)?(?P<id>.*)", re.DOTALL)


class UploadPart(Model):
    """A part of the file: `size_bytes` from offset (number - 1) * part_bytes."""

    number: int
    size_bytes: int
    url: str


class UploadPlan(Model):
    """How a browser sends a file: one PUT to `url`, or a PUT of each part and then `complete`.

    `headers` are for the single PUT, not for parts.
    """

    bucket: str
    key: str
    url: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    upload_id: str | None = None
    part_bytes: int | None = None
    parts: tuple[UploadPart, ...] = ()
    expires_in_s: int


class Uploaded(Model):
    """The object that a browser upload created."""

    bucket: str
    key: str
    size_bytes: int
    etag: str


class BrowserUpload:
    """A browser upload of `size_bytes` to one key."""

    def __init__(self, storage: ObjectStorage, bucket: str, key: str, *, size_bytes: int, overwrite: bool) -> None:
        self._storage = storage
        self._writer = ObjectWriter(storage)
        self._place = (bucket, key)
        self._size_bytes = size_bytes
        self._overwrite = overwrite
        self._upload_id = ""
        self._sent_bytes = 0
        self._parts: list[CompletedPartTypeDef] = []

    def plan(self, links: Links) -> UploadPlan:
        """Begin the upload: presigned links for the browser. Raises ConflictError, StorageError."""
        self._require_free()
        bucket, key = self._place
        if self._size_bytes <= MAX_SINGLE_BYTES:
            url = links.write(bucket, key, self._size_bytes, shown_type(key))
            headers = {"Content-Type": shown_type(key)}
            return UploadPlan(bucket=bucket, key=key, url=url, headers=headers, expires_in_s=LINK_LIFE_S)
        token = secrets.token_hex(16)
        upload_id = self._writer.begin(bucket, key, shown_type(key), {TOKEN: token})
        return UploadPlan(
            bucket=bucket,
            key=key,
            upload_id=f"{token}.{upload_id}",
            part_bytes=self.part_bytes,
            parts=tuple(self._part(links, upload_id, number) for number in range(1, self._part_count + 1)),
            expires_in_s=PART_LINK_LIFE_S,
        )

    @property
    def part_bytes(self) -> int:
        """The size of every part but the last."""
        return max(MIN_PART_BYTES, -(-self._size_bytes // MAX_PARTS))

    @property
    def _part_count(self) -> int:
        return -(-self._size_bytes // self.part_bytes)

    def _part(self, links: Links, upload_id: str, number: int) -> UploadPart:
        size = min(self.part_bytes, self._size_bytes - (number - 1) * self.part_bytes)
        return UploadPart(number=number, size_bytes=size, url=links.write_part(*self._place, upload_id, number, size))

    def complete(self, upload_id: str) -> Uploaded:
        """Complete the multipart upload of a browser; once more, it gets the same answer.

        Raises UploadRefusedError while parts are missing, ConflictError, NotFoundError, StorageError.
        """
        token, upload_id = _token_and_id(upload_id)
        existing = self._storage.head(*self._place)
        if existing and token and existing.metadata.get(TOKEN) == token:
            return self._uploaded(existing.etag)
        self._refuse_existing(existing)
        sent = self._writer.sent_parts(*self._place, upload_id)
        self._require_whole(sum(part.size_bytes for part in sent))
        parts: list[CompletedPartTypeDef] = [{"ETag": part.etag, "PartNumber": part.number} for part in sent]
        return self._uploaded(self._writer.complete(*self._place, upload_id, parts))

    def begin(self) -> None:
        """Begin an upload that is streamed through this process. Raises ConflictError, StorageError."""
        self._require_free()
        self._upload_id = self._writer.begin(*self._place, shown_type(self._place[1]), {})

    def send(self, body: bytes) -> None:
        """Send the next part of a streamed upload: `part_bytes`, or the rest."""
        number = len(self._parts) + 1
        self._sent_bytes += len(body)
        self._parts.append(self._writer.send_part(*self._place, self._upload_id, number, body))

    def end(self) -> Uploaded:
        """Complete a streamed upload. Raises UploadRefusedError if bytes are missing."""
        self._require_whole(self._sent_bytes)
        self._require_free()
        return self._uploaded(self._writer.complete(*self._place, self._upload_id, self._parts))

    def abort(self, upload_id: str = "") -> None:
        """Abort the multipart upload and discard its parts; one that has ended is ignored."""
        self._writer.abort(*self._place, _token_and_id(upload_id)[1] or self._upload_id)

    def _require_whole(self, sent_bytes: int) -> None:
        if sent_bytes != self._size_bytes:
            raise UploadRefusedError(
                "size: {received} of {expected} bytes arrived: send the file again",
                received=f"{sent_bytes:,}",
                expected=f"{self._size_bytes:,}",
            )

    def _require_free(self) -> None:
        if not self._overwrite:
            self._refuse_existing(self._storage.head(*self._place))

    def _refuse_existing(self, existing: ObjectHead | None) -> None:
        bucket, key = self._place
        if not self._overwrite and existing is not None:
            raise ConflictError(
                "s3://{bucket}/{key} exists: rename the file, or set overwrite to replace it", bucket=bucket, key=key
            )

    def _uploaded(self, etag: str) -> Uploaded:
        bucket, key = self._place
        return Uploaded(bucket=bucket, key=key, size_bytes=self._size_bytes, etag=etag)


def _token_and_id(upload_id: str) -> tuple[str, str]:
    found = _UPLOAD_ID.fullmatch(upload_id)
    assert found  # the pattern matches any text
    return found["token"] or "", found["id"]


def browser_upload(workflow_id: str, name: str, size_bytes: int, *, overwrite: bool = False) -> BrowserUpload:
    """The upload of the file `name` to a workflow's trigger directory. Raises NotFoundError, UploadRefusedError."""
    with transaction() as session:
        trigger = get_workflow(session, workflow_id).definition.trigger
    key = upload_key(trigger, name)
    check_size(size_bytes, get_settings().upload_max_bytes)
    return BrowserUpload(storage(), trigger.bucket, key, size_bytes=size_bytes, overwrite=overwrite)


def plan_browser_upload(workflow_id: str, name: str, size_bytes: int, *, overwrite: bool = False) -> UploadPlan:
    """Links to send the file directly to the bucket. Raises ConflictError and as `browser_upload`."""
    return browser_upload(workflow_id, name, size_bytes, overwrite=overwrite).plan(Links(shared_clients().public_s3))
