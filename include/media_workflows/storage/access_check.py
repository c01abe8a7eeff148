"""Access check of a directory: lists it and writes, reads and deletes a probe object, as runs do."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal

from pydantic import Field

from media_workflows.domain.base import Model
from media_workflows.errors import StorageError
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.s3 import ObjectStorage

Step = Literal["list", "write", "read", "delete"]
PROBE_BODY = b"Media Workflows wrote this to check its access, and removes it.\n"


class CheckedStep(Model):
    """One step of the check; `message` gives the cause of a failure."""

    step: Step
    ok: bool
    message: str = ""
    template: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)


def check_access(storage: ObjectStorage, bucket: str, directory: str) -> list[CheckedStep]:
    """List, write, read and delete in `directory` ('' = the whole bucket); steps after a failed write are left out.

    The probe object carries the metadata of an output, so that it fires no workflow.
    """
    key = f"{directory}.media-workflows-access-{secrets.token_hex(8)}"
    metadata = Provenance("", 0, "", "", "", "access").to_metadata(bucket, key)
    writer = ObjectWriter(storage)
    steps = [_tried("list", lambda: storage.list_page(bucket, directory))]
    written = _tried("write", lambda: writer.put(bucket, key, PROBE_BODY, "text/plain", metadata))
    steps.append(written)
    if written.ok:
        steps.append(_tried("read", lambda: _read(storage, bucket, key)))
        steps.append(_tried("delete", lambda: writer.delete(bucket, key)))
    return steps


def _read(storage: ObjectStorage, bucket: str, key: str) -> None:
    with storage.guard("read", bucket, key):
        body = storage.client.get_object(Bucket=bucket, Key=key)["Body"].read()
    if body != PROBE_BODY:
        raise StorageError(
            "s3://{bucket}/{key} returned other bytes than were written; check the storage server",
            bucket=bucket,
            key=key,
        )


def _tried(step: Step, act: Callable[[], object]) -> CheckedStep:
    try:
        act()
    except StorageError as error:
        return CheckedStep(
            step=step, ok=False, message=str(error), template=error.template, parameters=error.parameters
        )
    return CheckedStep(step=step, ok=True)
