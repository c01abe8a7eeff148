"""What a person picks from, the check of access, and the parts of an upload, on both servers."""

from __future__ import annotations

import httpx
import pytest

from media_workflows.errors import NotFoundError, StorageConfigurationError
from media_workflows.storage import browse
from media_workflows.storage.access_check import check_access
from media_workflows.storage.clients import Clients
from media_workflows.storage.links import Links
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.s3 import ObjectStorage

KEYS = ("a/1.mp4", "a/b/2.mp4", "a/b c/3.mp4", "片/4.mp4", "5.mp4", "a/")


@pytest.fixture
def filled(storage: ObjectStorage, bucket: str) -> str:
    for key in KEYS:
        storage.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    return bucket


def test_buckets(storage: ObjectStorage, bucket: str) -> None:
    assert bucket in {found.name for found in browse.list_buckets(storage)}


def test_directories(storage: ObjectStorage, filled: str) -> None:
    assert browse.list_directories(storage, filled, "") == ["a/", "片/"]
    assert browse.list_directories(storage, filled, "a/") == ["a/b c/", "a/b/"]
    assert browse.list_directories(storage, filled, "none/") == []


def test_objects_without_directory_markers(storage: ObjectStorage, filled: str) -> None:
    page = browse.list_objects(storage, filled, "a/", 100)
    assert ([found.key for found in page.items], page.truncated) == (["a/1.mp4", "a/b c/3.mp4", "a/b/2.mp4"], False)
    assert browse.list_objects(storage, filled, "", 2).truncated


def test_a_missing_bucket(storage: ObjectStorage) -> None:
    with pytest.raises(StorageConfigurationError, match="does not exist"):
        browse.list_directories(storage, "never-made", "")


def test_the_check_of_access_leaves_nothing(storage: ObjectStorage, bucket: str) -> None:
    steps = check_access(storage, bucket, "in/")
    assert [(step.step, step.ok) for step in steps] == [(name, True) for name in ("list", "write", "read", "delete")]
    assert browse.list_objects(storage, bucket, "", 10).items == []


def test_parts_that_a_browser_sent(clients: Clients, storage: ObjectStorage, bucket: str) -> None:
    writer, links = ObjectWriter(storage), Links(clients.public_s3)
    upload_id = writer.begin(bucket, "k.mp4", "video/mp4", {})
    assert writer.sent_parts(bucket, "k.mp4", upload_id) == []
    assert httpx.put(links.write_part(bucket, "k.mp4", upload_id, 1, 3), content=b"abc").status_code == 200
    (part,) = writer.sent_parts(bucket, "k.mp4", upload_id)
    assert (part.number, part.size_bytes) == (1, 3)
    writer.complete(bucket, "k.mp4", upload_id, [{"ETag": part.etag, "PartNumber": 1}])
    read = httpx.get(links.read(bucket, "k.mp4"))
    assert (read.content, read.headers["content-type"]) == (b"abc", "video/mp4")
    with pytest.raises(NotFoundError, match="has ended"):
        writer.sent_parts(bucket, "k.mp4", upload_id)
