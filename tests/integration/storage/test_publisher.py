"""Publishing against real servers: together or not at all, and never over somebody else's object."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.result import SourceObject
from media_workflows.errors import (
    OutputExistsError,
    SourceGoneError,
    StorageConfigurationError,
    StorageError,
    WorkerError,
)
from media_workflows.storage.multipart_registry import RegistryEntry, abort_leftovers
from media_workflows.storage.object_arguments import ObjectArguments
from media_workflows.storage.object_writer import MIN_PART_BYTES, CopyOrigin, ObjectWriter
from media_workflows.storage.provenance import Provenance, is_own_output
from media_workflows.storage.publish import Publisher, StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.server_copy import StagedCopy
from storage_awkward_keys import AWKWARD_KEYS

LARGE = MIN_PART_BYTES + 1234
SOURCE_OF_COPIES = SourceObject(bucket="b", key="in/another.mp4", etag="e1", size_bytes=1)


@pytest.fixture
def source(bucket: str) -> SourceObject:
    return SourceObject(bucket=bucket, key="in/片 a.mp4", etag="e1", size_bytes=1)


@pytest.fixture
def provenance(source: SourceObject) -> Provenance:
    return Provenance("wf_1", 7, "upload__1", source.key, source.etag, "transcode")


@pytest.fixture
def publisher(storage: ObjectStorage, provenance: Provenance, source: SourceObject, registry: Any) -> Publisher:
    return Publisher(storage, provenance, source, registry)


@pytest.fixture
def stage(tmp_path: Path, bucket: str) -> Any:
    def make(key: str, size: int = 10, role: Any = "main", fill: bytes = b"x") -> StagedFile:
        path = tmp_path / hashlib.sha256(key.encode()).hexdigest()
        path.write_bytes(fill * size)
        return StagedFile(path, bucket, key, "video/mp4", role)

    return make


def test_small_and_large_files_come_out_whole(publisher: Publisher, stage: Any, shelf: Any, registry: Any) -> None:
    staged = [stage("out/large.mp4", LARGE), stage("out/small.jpg", 10), stage("out/empty", 0)]
    published = publisher.publish(staged)
    assert [file.key for file in published] == ["out/large.mp4", "out/small.jpg", "out/empty"]
    for file, made in zip(staged, published, strict=True):
        body = shelf.body(file.key)
        assert body == file.path.read_bytes()
        assert made.md5 == hashlib.md5(body).hexdigest()
        assert made.size_bytes == len(body)
        assert made.etag == shelf.storage.head(shelf.bucket, file.key).etag
    assert (shelf.open_uploads(), registry.open, len(registry.claimed)) == ([], set(), 3)


@pytest.mark.parametrize("key", AWKWARD_KEYS)
def test_provenance_comes_back_from_the_server(shelf: Any, stage: Any, key: str) -> None:
    source = SourceObject(bucket=shelf.bucket, key=key, etag="e1", size_bytes=1)
    provenance = Provenance("wf_1", 7, "manual__运行 1", key, "e1", "transcode")
    output = key.strip().replace("in/", "out/").replace("上传/", "out/")
    Publisher(shelf.storage, provenance, source).publish([stage(output)])
    metadata = shelf.storage.head(shelf.bucket, output).metadata
    assert is_own_output(shelf.bucket, output, metadata)
    assert metadata == provenance.to_metadata(shelf.bucket, output)
    Publisher(shelf.storage, provenance, source).publish([stage(output, 20)])
    assert len(shelf.body(output)) == 20


def test_nothing_shows_before_everything_is_up(publisher: Publisher, stage: Any, shelf: Any, monkeypatch: Any) -> None:
    seen: list[list[str]] = []
    send_part = ObjectWriter.send_part

    def looks(*arguments: Any) -> Any:
        seen.append(shelf.keys())
        return send_part(*arguments)

    monkeypatch.setattr(ObjectWriter, "send_part", looks)
    publisher.publish([stage("small"), stage("large-1", LARGE), stage("large-2", LARGE)])
    assert seen == [[], [], [], []]
    assert shelf.keys() == ["large-1", "large-2", "small"]


def test_manifests_come_last(publisher: Publisher, stage: Any, shelf: Any, monkeypatch: Any) -> None:
    order: list[str] = []
    put = ObjectWriter.put

    def notes(self: ObjectWriter, bucket: str, key: str, *rest: Any) -> str:
        order.append(key)
        return put(self, bucket, key, *rest)

    monkeypatch.setattr(ObjectWriter, "put", notes)
    publisher.publish(
        [stage("a.m3u8", 10, "manifest"), stage("a_0.ts", 9, "segment"), stage("a.jpg"), stage("a_1.ts", 9, "segment")]
    )
    assert set(order[:2]) == {"a_0.ts", "a_1.ts"}
    assert order[2:] == ["a.jpg", "a.m3u8"]


def _fail_on(monkeypatch: Any, method: str, key: str, error: BaseException, after: bool = False) -> None:
    """Let one method of the writer raise for one key, before or after it did its work."""
    original = getattr(ObjectWriter, method)

    def breaks(self: ObjectWriter, bucket: str, this_key: str, *rest: Any) -> Any:
        if this_key == key and not after:
            raise error
        result = original(self, bucket, this_key, *rest)
        if this_key == key:
            raise error
        return result

    monkeypatch.setattr(ObjectWriter, method, breaks)


FULL = StorageError("full")
# An upload whose id never reached us is the registry's business: see the test of leftovers.
FAILURES = [
    pytest.param("begin", FULL, False, id="begin refused"),
    pytest.param("send_part", FULL, False, id="part refused"),
    pytest.param("send_part", KeyboardInterrupt(), True, id="interrupted"),
    pytest.param("complete", FULL, False, id="completion refused"),
    pytest.param("complete", FULL, True, id="completion's answer lost"),
]


@pytest.mark.parametrize(("method", "error", "after"), FAILURES)
def test_a_failure_on_the_second_file_leaves_nothing(
    publisher: Publisher, stage: Any, shelf: Any, monkeypatch: Any, method: str, error: BaseException, after: bool
) -> None:
    _fail_on(monkeypatch, method, "out/2", error, after)
    with pytest.raises(type(error)):
        publisher.publish([stage("out/1", LARGE), stage("out/2", LARGE), stage("out/3", LARGE)])
    assert shelf.keys() == []
    assert shelf.open_uploads() == []


@pytest.mark.parametrize("after", [False, True], ids=["refused", "answer lost"])
def test_a_failed_put_takes_back_what_was_put(
    publisher: Publisher, stage: Any, shelf: Any, monkeypatch: Any, registry: Any, after: bool
) -> None:
    _fail_on(monkeypatch, "put", "out/2", StorageError("full"), after)
    with pytest.raises(StorageError, match="full"):
        publisher.publish([stage("out/1", 10, "segment"), stage("out/2"), stage("out/3", LARGE, "segment")])
    assert (shelf.keys(), shelf.open_uploads(), registry.open) == ([], [], set())


def test_a_registry_that_fails_leaves_no_upload(publisher: Publisher, stage: Any, shelf: Any, registry: Any) -> None:
    registry.began = lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        publisher.publish([stage("out/1", LARGE)])
    assert shelf.open_uploads() == []


def test_a_failed_undo_is_reported_with_the_cause(publisher: Publisher, stage: Any, monkeypatch: Any) -> None:
    _fail_on(monkeypatch, "send_part", "out/1", StorageError("the cause"))
    _fail_on(monkeypatch, "abort", "out/1", StorageError("no abort either"))
    with pytest.raises(StorageError, match="the cause") as caught:
        publisher.publish([stage("out/1", LARGE)])
    assert "no abort either" in caught.value.__notes__[0]


def test_own_output_is_replaced(
    publisher: Publisher, provenance: Provenance, stage: Any, shelf: Any, source: SourceObject
) -> None:
    publisher.publish([stage("out/a.mp4", 5)])
    later = replace(provenance, run_id="upload__2", revision=8, source_etag="e2")
    Publisher(shelf.storage, later, source).publish([stage("out/a.mp4", 6)])
    assert len(shelf.body("out/a.mp4")) == 6


def test_a_failed_replacement_keeps_an_output(publisher: Publisher, stage: Any, shelf: Any, monkeypatch: Any) -> None:
    publisher.publish([stage("out/a", 5), stage("out/b", 5)])
    _fail_on(monkeypatch, "put", "out/b", StorageError("full"))
    with pytest.raises(StorageError):
        publisher.publish([stage("out/a", 6, "segment"), stage("out/b", 6)])
    assert shelf.keys() == ["out/a", "out/b"]
    assert len(shelf.body("out/b")) == 5


def test_a_failed_replacement_brings_the_earlier_version_back(
    publisher: Publisher, stage: Any, shelf: Any, monkeypatch: Any
) -> None:
    shelf.keep_versions()
    publisher.publish([stage("out/a", 5), stage("out/b", 5)])
    _fail_on(monkeypatch, "put", "out/b", StorageError("full"))
    with pytest.raises(StorageError):
        publisher.publish([stage("out/a", 6, "segment"), stage("out/b", 6)])
    assert len(shelf.body("out/a")) == len(shelf.body("out/b")) == 5


def copy_of(shelf: Any, key: str, etag: str | None = None) -> StagedCopy:
    head = shelf.storage.head(shelf.bucket, key)
    origin = CopyOrigin(shelf.bucket, key, etag or head.etag)
    return StagedCopy(origin, head.size_bytes, "md5", shelf.bucket, f"copies/{key}", "video/mp4")


@pytest.mark.parametrize("key", ["out/a.mp4", *AWKWARD_KEYS])
def test_a_copy_is_an_output_of_its_own(
    publisher: Publisher, provenance: Provenance, stage: Any, shelf: Any, key: str
) -> None:
    publisher.publish([stage(key, LARGE)])
    later = replace(provenance, run_id="upload__2")
    (copied,) = Publisher(shelf.storage, later, SOURCE_OF_COPIES).publish([copy_of(shelf, key)])
    head = shelf.storage.head(shelf.bucket, f"copies/{key}")
    assert shelf.body(copied.key) == shelf.body(key)
    assert (copied.etag, copied.size_bytes, copied.md5) == (head.etag, LARGE, "md5")
    assert is_own_output(shelf.bucket, copied.key, head.metadata)
    assert (head.metadata["mw-run"], head.content_type) == ("upload__2", "video/mp4")


def test_an_object_that_changed_is_not_copied(
    publisher: Publisher, stage: Any, shelf: Any, request: pytest.FixtureRequest
) -> None:
    if "moto" in request.node.name:
        pytest.skip("moto ignores x-amz-copy-source-if-match")
    publisher.publish([stage("a"), stage("b")])
    with pytest.raises(SourceGoneError):
        publisher.publish([copy_of(shelf, "a"), copy_of(shelf, "b", etag="another")])
    assert shelf.keys() == ["a", "b"]


def test_a_foreign_object_is_not_replaced(publisher: Publisher, stage: Any, shelf: Any, registry: Any) -> None:
    shelf.put("out/b.jpg", b"a person's")
    with pytest.raises(OutputExistsError, match=r"out/b\.jpg.*not made by a workflow of this product"):
        publisher.publish([stage("out/a.mp4", LARGE), stage("out/b.jpg")])
    assert shelf.body("out/b.jpg") == b"a person's"
    assert (shelf.keys(), shelf.open_uploads(), registry.open) == (["out/b.jpg"], [], set())


def test_another_sources_output_is_not_replaced(
    publisher: Publisher, provenance: Provenance, stage: Any, shelf: Any, source: SourceObject
) -> None:
    publisher.publish([stage("out/a.jpg")])
    other = replace(provenance, source_key="in/片 a.mov")
    with pytest.raises(OutputExistsError, match=r"wf_1 made it in run upload__1 from in/片 a\.mp4"):
        Publisher(shelf.storage, other, source.model_copy(update={"key": "in/片 a.mov"})).publish([stage("out/a.jpg")])
    with pytest.raises(OutputExistsError, match=r"wf_1 made it.*inputFormat"):
        Publisher(shelf.storage, replace(provenance, workflow_id="wf_2"), source).publish([stage("out/a.jpg")])


def test_a_persons_copy_of_an_output_is_not_replaced(publisher: Publisher, stage: Any, shelf: Any) -> None:
    publisher.publish([stage("out/a.jpg")])
    shelf.storage.client.copy_object(
        Bucket=shelf.bucket, Key="out/copy.jpg", CopySource={"Bucket": shelf.bucket, "Key": "out/a.jpg"}
    )
    with pytest.raises(OutputExistsError, match="not made by a workflow of this product"):
        publisher.publish([stage("out/copy.jpg")])


def test_the_source_is_not_replaced(publisher: Publisher, stage: Any, source: SourceObject) -> None:
    with pytest.raises(OutputExistsError, match="its own source"):
        publisher.publish([stage(source.key)])


def test_two_outputs_of_one_name_are_refused(publisher: Publisher, stage: Any, shelf: Any) -> None:
    with pytest.raises(OutputExistsError, match="2 outputs of this job"):
        publisher.publish([stage("out/a"), stage("out/a")])
    assert shelf.keys() == []


def test_a_claim_of_another_run_is_respected(publisher: Publisher, stage: Any, shelf: Any, registry: Any) -> None:
    registry.taken = {"out/b"}
    with pytest.raises(OutputExistsError, match="another run"):
        publisher.publish([stage("out/a"), stage("out/b")])
    assert shelf.keys() == []


def test_a_claim_that_was_taken_over_ends_publishing_before_anything_is_visible(
    publisher: Publisher, stage: Any, shelf: Any, registry: Any
) -> None:
    registry.is_lost = True
    with pytest.raises(WorkerError):
        publisher.publish([stage("out/large.mp4", LARGE), stage("out/small.jpg")])
    assert (shelf.keys(), shelf.open_uploads(), registry.open) == ([], [], set())


def test_leftovers_of_a_killed_process_are_aborted(storage: ObjectStorage, shelf: Any, registry: Any) -> None:
    writer = ObjectWriter(storage)
    known = writer.begin(shelf.bucket, "out/known", "video/mp4", {})
    writer.begin(shelf.bucket, "out/untold 片", "video/mp4", {})
    writer.begin(shelf.bucket, "out/untold 片 too", "video/mp4", {})
    gone = writer.begin(shelf.bucket, "out/gone", "video/mp4", {})
    writer.abort(shelf.bucket, "out/gone", gone)
    for key, upload_id in (("out/known", known), ("out/gone", gone)):
        registry.began(shelf.bucket, key, upload_id)
    entries = [
        RegistryEntry(shelf.bucket, "out/known", known),
        RegistryEntry(shelf.bucket, "out/untold 片"),
        RegistryEntry(shelf.bucket, "out/gone", gone),
    ]
    assert abort_leftovers(writer, entries, registry) == 3
    assert shelf.open_uploads() == ["out/untold 片 too"]
    assert registry.open == set()


STORED = ObjectArguments(
    {
        "CacheControl": "max-age=86400",
        "ContentDisposition": 'attachment; filename="a.mp4"',
        "Tagging": "team=sport&name=%E7%89%87",
    },
    {"title": "a"},
    "0123456789abcdef",
)


def test_options_are_there_afterwards_by_the_servers_own_answers(publisher: Publisher, stage: Any, shelf: Any) -> None:
    large, small = stage("out/large.mp4", LARGE), stage("out/small.mp4")
    publisher.publish([replace(large, stored=STORED), replace(small, stored=STORED)])
    client = shelf.storage.client
    for key in ("out/large.mp4", "out/small.mp4"):
        head = client.head_object(Bucket=shelf.bucket, Key=key)
        assert (head["CacheControl"], head["ContentDisposition"]) == (
            "max-age=86400",
            'attachment; filename="a.mp4"',
        )
        assert head["Metadata"]["title"] == "a"
        assert is_own_output(shelf.bucket, key, head["Metadata"])
        tags = client.get_object_tagging(Bucket=shelf.bucket, Key=key)["TagSet"]
        assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "sport", "name": "片"}
    grants = client.get_object_acl(Bucket=shelf.bucket, Key="out/small.mp4")["Grants"]
    assert all("URI" not in grant["Grantee"] for grant in grants)  # the owner alone


def test_an_object_gets_other_options_in_its_place(publisher: Publisher, stage: Any, shelf: Any) -> None:
    (made,) = publisher.publish([replace(stage("out/a.mp4"), stored=STORED)])
    other = ObjectArguments({"CacheControl": "no-store"}, {}, "fedcba9876543210")
    copy = StagedCopy(
        origin=CopyOrigin(made.bucket, made.key, made.etag),
        size_bytes=made.size_bytes,
        md5=made.md5,
        bucket=made.bucket,
        key=made.key,
        content_type="video/mp4",
        stored=other,
        replaces_tags=True,
        in_place=True,
    )
    publisher.publish([copy])
    head = shelf.storage.client.head_object(Bucket=made.bucket, Key=made.key)
    assert (head["CacheControl"], head.get("ContentDisposition"), head["ContentLength"]) == ("no-store", None, 10)
    assert head["Metadata"]["mw-options"] == "fedcba9876543210"
    assert shelf.storage.tags(made.bucket, made.key) == {}


def test_an_option_that_the_server_forgets_is_an_error(
    publisher: Publisher, stage: Any, shelf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ObjectStorage, "tags", lambda *_args: {})  # as of a server that forgets them
    with pytest.raises(StorageConfigurationError, match=r"did not keep options of .*: Tagging"):
        publisher.publish([replace(stage("out/a.mp4"), stored=STORED)])
    assert shelf.keys() == []


def test_too_much_metadata_is_an_error_before_anything_is_sent(publisher: Publisher, stage: Any, shelf: Any) -> None:
    stored = ObjectArguments({}, {"text": "x" * 2000}, "0123456789abcdef")
    with pytest.raises(StorageConfigurationError, match="S3 accepts 2048"):
        publisher.publish([replace(stage("out/a.mp4"), stored=stored)])
    assert shelf.keys() == []
