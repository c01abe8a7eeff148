"""Refused credentials and permissions: every call that a task makes is repeated, and the error is one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from http_servers import serving
from media_workflows.errors import StorageAccessError
from media_workflows.settings import Settings
from media_workflows.storage import refusals
from media_workflows.storage.clients import make_clients
from media_workflows.storage.object_writer import CopyOrigin, ObjectWriter
from media_workflows.storage.refusals import Refusals, repeat_refused
from media_workflows.storage.s3 import ObjectStorage
from refusing_s3 import RefusingS3

ALL_KINDS = {"HEAD", "GET", "GET list-type", "GET uploads", "PUT", "PUT uploadId", "POST uploads", "POST uploadId"}


@pytest.fixture
def proxy(s3_server: str) -> Iterator[RefusingS3]:
    with serving(RefusingS3(s3_server)) as server:
        yield server


def _storage(proxy: RefusingS3, for_s: float) -> ObjectStorage:
    return ObjectStorage(repeat_refused(make_clients(Settings(s3_endpoint_url=proxy.url)).s3, for_s))


def test_every_kind_of_call_outlasts_a_refusal(proxy: RefusingS3, tmp_path: Path) -> None:
    proxy.first_s = 0.4
    storage = _storage(proxy, 120)
    writer, bucket, large = ObjectWriter(storage), "refused-once", b"x" * 5 * 1024 * 1024
    storage.client.create_bucket(Bucket=bucket)
    etag = writer.put(bucket, "a", large, "text/plain", {})
    assert storage.head(bucket, "a") is not None
    assert [found.key for found in storage.list_page(bucket).objects] == ["a"]
    assert storage.download(bucket, "a", etag, None, tmp_path / "a") == len(large)
    writer.copy(CopyOrigin(bucket, "a", etag), bucket, "b", "text/plain", {})
    upload = writer.begin(bucket, "c", "text/plain", {})
    part = writer.send_part(bucket, "c", upload, 1, large)
    writer.complete(bucket, "c", upload, [part])
    writer.abort(bucket, "d", writer.begin(bucket, "d", "text/plain", {}))
    assert writer.open_uploads(bucket, "d") == []
    writer.delete(bucket, "a")
    assert [found.key for found in storage.list_page(bucket).objects] == ["b", "c"]
    assert set(proxy.refused) >= ALL_KINDS


def test_a_lasting_refusal_is_an_error_of_its_own(proxy: RefusingS3, monkeypatch: pytest.MonkeyPatch) -> None:
    on_time = partial(Refusals, clock=count(0, 0.5).__next__)  # each request comes half a second after the one before
    monkeypatch.setattr(refusals, "Refusals", on_time)
    proxy.refuses = 1000
    storage = _storage(proxy, 0.7)
    with pytest.raises(StorageAccessError, match=r"cannot list s3://b: access denied \(InvalidAccessKeyId\); grant"):
        storage.list_page("b")
    with pytest.raises(StorageAccessError, match=r"cannot read the metadata of s3://b/k: access denied \(403\)"):
        storage.head("b", "k")
    assert proxy.refused == ["GET list-type"] * 3 + ["HEAD"] * 3
