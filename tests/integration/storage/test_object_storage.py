"""ObjectStorage against real servers: what we rely on, on each of them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.result import SourceObject
from media_workflows.errors import SourceGoneError, StorageConfigurationError, StorageError
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.clock import NO_SKEW
from media_workflows.storage.s3 import ObjectStorage
from storage_awkward_keys import AWKWARD_KEYS


def _download(storage: ObjectStorage, source: SourceObject, path: Path) -> bytes:
    storage.download(source.bucket, source.key, source.etag, source.version_id, path)
    return path.read_bytes()


def test_head_returns_all_properties_of_an_object(shelf: Any, storage: ObjectStorage) -> None:
    shelf.put("in/a.mp4", b"12345", {"mw-kind": "transcode"})
    head = storage.head(shelf.bucket, "in/a.mp4")
    assert head is not None
    assert head.etag == "827ccb0eea8a706c4c34a16891f84e7b"
    assert (head.size_bytes, head.version_id, head.content_type) == (5, None, "video/mp4")
    assert head.metadata == {"mw-kind": "transcode"}
    assert head.clock_skew == NO_SKEW
    assert abs(head.last_modified - datetime.now(UTC)) < timedelta(minutes=1)


def test_head_of_nothing_is_none(bucket: str, storage: ObjectStorage) -> None:
    assert storage.head(bucket, "nothing") is None


def test_head_names_the_version_in_a_versioned_bucket(shelf: Any, storage: ObjectStorage) -> None:
    shelf.keep_versions()
    first, second = shelf.put("a", b"1"), shelf.put("a", b"22")
    assert first.version_id
    assert first.version_id != second.version_id
    old = storage.head(shelf.bucket, "a", first.version_id)
    assert old is not None
    assert old.size_bytes == 1


@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_awkward_keys_survive_every_call(shelf: Any, storage: ObjectStorage, tmp_path: Path, key: str) -> None:
    shelf.put(key, b"body")
    head = storage.head(shelf.bucket, key)
    assert head is not None
    assert shelf.keys() == [key]
    assert storage.download(shelf.bucket, key, head.etag, None, tmp_path / "copy") == 4


def test_listing_goes_over_pages_and_keeps_to_the_prefix(shelf: Any, storage: ObjectStorage, monkeypatch: Any) -> None:
    monkeypatch.setattr("media_workflows.storage.s3.PAGE_KEYS", 2)
    for number in range(5):
        shelf.put(f"in/{number}", b"x")
    shelf.put("other", b"x")
    pages = list(storage.iter_listing(shelf.bucket, "in/"))
    assert [[found.key for found in page.objects] for page in pages] == [["in/0", "in/1"], ["in/2", "in/3"], ["in/4"]]
    assert {page.clock_skew for page in pages} == {NO_SKEW}
    assert pages[0].objects[0].etag == "9dd4e461268c8034f5c8564e155c67a6"


def test_listing_of_an_empty_bucket_is_one_empty_page(bucket: str, storage: ObjectStorage) -> None:
    assert [page.objects for page in storage.iter_listing(bucket)] == [[]]


def test_download_checks_the_etag(shelf: Any, storage: ObjectStorage, tmp_path: Path) -> None:
    source = shelf.put("a.mp4", b"old")
    shelf.put("a.mp4", b"new!")
    with pytest.raises(SourceGoneError, match=r"a\.mp4.*deleted or replaced"):
        _download(storage, source, tmp_path / "copy")


def test_download_of_a_deleted_object(shelf: Any, storage: ObjectStorage, tmp_path: Path) -> None:
    source = shelf.put("a.mp4", b"old")
    storage.client.delete_object(Bucket=shelf.bucket, Key="a.mp4")
    with pytest.raises(SourceGoneError):
        _download(storage, source, tmp_path / "copy")


def test_download_of_a_version_that_was_replaced_since(shelf: Any, storage: ObjectStorage, tmp_path: Path) -> None:
    shelf.keep_versions()
    source = shelf.put("a.mp4", b"old")
    shelf.put("a.mp4", b"new!")
    assert _download(storage, source, tmp_path / "copy") == b"old"


class _BreaksOnce:
    """A body that ends with a broken connection after its first chunk."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def close(self) -> None:
        self._body.close()

    def iter_chunks(self, size: int) -> Any:
        from botocore.exceptions import ResponseStreamingError

        yield self._body.read(1000)
        raise ResponseStreamingError(error="connection broken")


def test_download_resumes_after_a_broken_connection(
    shelf: Any, storage: ObjectStorage, tmp_path: Path, monkeypatch: Any
) -> None:
    content = bytes(range(256)) * 20
    source = shelf.put("a.mp4", content)
    get_object, ranges = storage.client.get_object, []

    def breaks_twice(**request: Any) -> Any:
        ranges.append(request.get("Range"))
        response: Any = get_object(**request)
        if len(ranges) < 3:
            response["Body"] = _BreaksOnce(response["Body"])
        return response

    monkeypatch.setattr(storage.client, "get_object", breaks_twice)
    assert _download(storage, source, tmp_path / "copy") == content
    assert ranges == [None, "bytes=1000-", "bytes=2000-"]


def test_missing_bucket_is_named(storage: ObjectStorage, bucket: str) -> None:
    with pytest.raises(StorageConfigurationError, match=r"no-such-bucket-here.*does not exist"):
        storage.check_buckets(bucket, "no-such-bucket-here")
    with pytest.raises(StorageConfigurationError, match=r"no-such-bucket-here.*does not exist"):
        storage.list_page("no-such-bucket-here")


def test_buckets_of_two_regions_are_refused(storage: ObjectStorage, bucket: str) -> None:
    west = f"west-{uuid.uuid4().hex[:12]}"
    storage.client.create_bucket(Bucket=west, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    assert storage.bucket_region(west) == "us-west-2"
    storage.check_buckets(bucket, bucket)
    with pytest.raises(StorageConfigurationError, match=r"us-east-1.*us-west-2.*one region"):
        storage.check_buckets(bucket, west)


def test_an_unreachable_server_is_named(aws_environment: None, monkeypatch: Any) -> None:
    monkeypatch.setattr("media_workflows.storage.clients.MAX_ATTEMPTS", 1)
    clients = make_clients(Settings(s3_endpoint_url="http://127.0.0.1:9"))
    with pytest.raises(StorageError, match=r"http://127\.0\.0\.1:9") as caught:
        ObjectStorage(clients.s3).list_page("bucket")
    assert caught.value.retryable
