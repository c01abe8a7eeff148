"""SSE-KMS and storage class of outputs, as the server answers them: of files, of large ones and of reused outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.object_options import ObjectOptions
from media_workflows.domain.result import SourceObject
from media_workflows.errors import StorageConfigurationError, StorageError
from media_workflows.storage.object_arguments import object_arguments
from media_workflows.storage.object_writer import MIN_PART_BYTES, CopyOrigin
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.publish import Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.server_copy import StagedCopy

KEY = "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-000000000001"
OPTIONS = ObjectOptions(kms_key=KEY, storage_class="STANDARD_IA")
STORED = object_arguments(OPTIONS, "main", str)


def publisher(storage: ObjectStorage, bucket: str) -> Publisher:
    source = SourceObject(bucket=bucket, key="in/a.mp4", etag="e1", size_bytes=1)
    return Publisher(storage, Provenance("wf_1", 1, "upload__1", source.key, "e1", "transcode"), source)


def answered(storage: ObjectStorage, bucket: str, key: str) -> tuple[Any, ...]:
    """Encryption, key and class, by the server's HEAD."""
    head = storage.client.head_object(Bucket=bucket, Key=key)
    return head.get("ServerSideEncryption"), head.get("SSEKMSKeyId"), head.get("StorageClass")


@pytest.mark.parametrize("size", [10, MIN_PART_BYTES + 1], ids=["at once", "in parts"])
def test_outputs_have_the_key_and_the_class(storage: ObjectStorage, bucket: str, tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x" * size)
    publisher(storage, bucket).publish([StagedFile(path, bucket, "out/a.mp4", "video/mp4", stored=STORED)])
    assert answered(storage, bucket, "out/a.mp4") == ("aws:kms", KEY, "STANDARD_IA")
    assert storage.client.get_object(Bucket=bucket, Key="out/a.mp4")["Body"].read() == b"x" * size


def test_a_copy_inside_the_storage_has_them_too(storage: ObjectStorage, bucket: str, shelf: Any) -> None:
    made = shelf.put("old/a.mp4", b"of a run before")
    origin = CopyOrigin(bucket, "old/a.mp4", made.etag)
    copy = StagedCopy(origin, made.size_bytes, made.etag, bucket, "out/a.mp4", "video/mp4", stored=STORED)
    publisher(storage, bucket).publish([copy])
    assert answered(storage, bucket, "out/a.mp4") == ("aws:kms", KEY, "STANDARD_IA")


def test_a_class_that_the_storage_does_not_have(
    storage: ObjectStorage, bucket: str, shelf: Any, tmp_path: Path
) -> None:
    """Refused, or accepted and forgotten: either way nothing is published, and the error names the options."""
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    stored = object_arguments(ObjectOptions(storage_class="COLDEST"), "main", str)
    with pytest.raises(StorageError, match="objects") as raised:
        publisher(storage, bucket).publish([StagedFile(path, bucket, "out/a.mp4", "video/mp4", stored=stored)])
    assert isinstance(raised.value, StorageConfigurationError)
    assert shelf.keys() == []
