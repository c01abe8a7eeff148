"""Steps whose rendition is encoded by several workers: real ffmpeg, S3 and PostgreSQL."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from sqlalchemy import update

from bucket_site import BucketSite
from definitions import workflow
from media_workflows.domain.result import ItemResult, JobResult, SourceObject
from media_workflows.domain.split import ChunkState
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import JobCancelledError, LimitExceededError, NotPublishedError, StorageError
from media_workflows.execution.publish_run import discard
from media_workflows.execution.running_step import Resources
from media_workflows.execution.split import owner
from media_workflows.execution.split.helper import help_split
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.failure import failure
from media_workflows.media.jobs.split.transcode import TranscodeChunks
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import splits
from media_workflows.store.engine import transaction
from media_workflows.store.progress import progress_of_run
from media_workflows.store.tables import SplitChunkRow, utcnow
from media_workflows.store.unpublished import runs_with_unpublished
from split_clips import SplitClips
from step_requests import Job, step_request

VIDEO = {"codec": "h264", "crf": 23, "gop_s": 1}
MP4 = {"container": "mp4", "video": VIDEO, "audio": {}}
LADDER = {
    "format": "hls",
    "segment_s": 1,
    "streams": [{"video": {"width": width, "crf": 23}, "audio": {}} for width in (128, 160)],
}
CHUNKS = 3  # of six seconds, two each
StartHelpers = Callable[[int, int], None]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SplitClips(tmp_path_factory.mktemp("split_clips")).cfr


class Site(BucketSite):
    """A bucket, and steps on it that may be helped."""

    def job(self, source: SourceObject, split: str, start: StartHelpers | None = None, **how: Any) -> Job:
        item = {"parameters": how.pop("parameters", MP4), "split": split, "output_path": how.pop("name", "a.{format}")}
        kind = how.pop("kind", "transcode")
        defined = workflow(bucket=self.bucket, directory="in/", jobs={kind: [item]}, output={"directory": "out/"})
        run_id = how.pop("run_id", f"r{uuid.uuid4().hex[:6]}")
        request = step_request(defined, kind, source, run_id, **how)
        return Job(request, Resources(self.clients, self.said.append, self.settings, start_helpers=start))

    def elsewhere(self, name: str) -> Resources:
        """Those of another machine, which logs with its name."""
        settings = self.settings.model_copy(update={"data_dir": self.settings.data_dir / name})
        return Resources(self.clients, lambda line: self.said.append(f"{name}: {line}"), settings, worker=name)

    def require_clean(self) -> None:
        assert self.keys("_unpublished/") == []
        for number in range(1, 10):
            assert chunks(number) == []


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(owner, "_WAIT_S", 0.1)
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=bucket)
    return Site(clients, Settings(data_dir=tmp_path, split_chunk_s=2), bucket)


def chunks(split_id: int) -> list[ChunkState]:
    with transaction() as session:
        return splits.chunks_of(session, split_id)


def only(result: JobResult) -> ItemResult:
    (item,) = result.items
    assert item.status == "SUCCESS", item.message
    return item


def frames(path: Path) -> tuple[list[tuple[Any, Any]], list[Any]]:
    """The times of all packets: of the picture, and of the sound."""
    with av.open(str(path)) as container:
        packets = [(packet.stream.type, packet.pts, packet.dts) for packet in container.demux() if packet.size]
    picture = [(pts, dts) for kind, pts, dts in packets if kind == "video"]
    return picture, [pts for kind, pts, _ in packets if kind == "audio"]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_machines_share_the_chunks(site: Site, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other: PyAV is not made for several threads. At once: tests/integration/airflow/test_split.py."""
    source, original = site.upload(clip, "in/a.mp4"), splits.take_chunk

    def start(split_id: int, count: int) -> None:
        assert count == CHUNKS - 1
        leases: list[Any] = []

        def once(*arguments: Any, **named: Any) -> Any:
            leases.append(None if leases else original(*arguments, **named))
            return leases[-1]

        with monkeypatch.context() as patch:
            patch.setattr(splits, "take_chunk", once)
            assert help_split(split_id, site.elsewhere("helper")) == 1

    divided = site.job(source, "always", start, name="divided.{format}", run_id="r1").run()
    assert divided.usage is not None
    # The helper's part is of another process, whose commands are not in the result.
    assert divided.usage.commands_cpu_s > sum(command.cpu_s for command in divided.commands) + 0.05
    assert divided.usage.commands_cpu_s < divided.usage.cpu_s
    whole = site.job(source, "never", name="whole.{format}", force=True).run()
    (notice,) = only(divided).notices
    assert (notice.code, notice.parameters["chunks"], notice.parameters["count"]) == ("EncodedInChunks", CHUNKS, 2)
    begun = [line for line in site.said if "encoding chunk" in line]
    assert {line.startswith("helper: ") for line in begun} == {True, False}
    assert len(begun) == CHUNKS
    for name in ("divided", "whole"):
        (tmp_path / f"{name}.mp4").write_bytes(site.body(f"out/{name}.mp4"))
    assert frames(tmp_path / "divided.mp4") == frames(tmp_path / "whole.mp4")
    assert only(whole).notices == ()
    with transaction() as session:
        (progress,) = progress_of_run(session, "wf_1", "r1").values()
    assert (progress.phase, progress.percent) == ("done", 100)
    site.require_clean()
    # A rendition made in chunks is reused as any other.
    assert only(site.job(source, "never", name="divided.{format}").run()).reused == "r1"


def test_a_helper_encodes_chunks_of_a_ladder(site: Site, clip: Path) -> None:
    """All of them: the step's own task encodes the sound and packages what the helper has put into the storage."""
    source = site.upload(clip, "in/a.mp4")

    def start(split_id: int, _count: int) -> None:
        assert help_split(split_id, site.elsewhere("helper")) == CHUNKS

    how: dict[str, Any] = {"kind": "adaptive_dynamic_streaming", "parameters": LADDER}
    divided = site.job(source, "always", start, name="divided/a.{format}", **how).run()
    (notice,) = only(divided).notices
    assert (notice.code, notice.parameters["workers"]) == ("EncodedInChunks", f"helper {CHUNKS}")
    only(site.job(source, "never", name="whole/a.{format}", force=True, **how).run())
    divided_keys = [key.removeprefix("out/divided/") for key in site.keys("out/divided/")]
    assert divided_keys == [key.removeprefix("out/whole/") for key in site.keys("out/whole/")]
    for name in ("a_0.m3u8", "a_1.m3u8"):
        assert site.body(f"out/divided/{name}") == site.body(f"out/whole/{name}")
    site.require_clean()


def test_a_chunk_that_cannot_be_encoded_is_not_silent(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Path:
        raise failure(1, ["Conversion failed!", "and more of its output"])

    monkeypatch.setattr(TranscodeChunks, "chunk", fails)
    (notice,) = only(site.job(site.upload(clip, "in/a.mp4"), "always").run()).notices
    assert (notice.code, notice.parameters["reason"]) == ("NotSplit", "failed")
    assert notice.message.endswith("a part of it could not be encoded (Conversion failed!)")
    site.require_clean()


def test_a_chunk_at_a_limit_ends_the_split_at_once(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Helpers would go on with its chunks, as long as the task makes other items."""

    def fails(*_: Any) -> Path:
        raise LimitExceededError("ffmpeg ran for too long")

    monkeypatch.setattr(TranscodeChunks, "chunk", fails)
    monkeypatch.setattr(owner.SplitRenditions, "__exit__", lambda *_: None)
    (item,) = site.job(site.upload(clip, "in/a.mp4"), "always").run().items
    assert item.code == "LimitExceeded"
    site.require_clean()


def test_a_chunk_of_a_killed_worker_is_made_again(site: Site, clip: Path) -> None:
    source, threads = site.upload(clip, "in/a.mp4"), []

    def dies(split_id: int, _count: int) -> None:
        with transaction() as session:
            assert splits.take_chunk(session, split_id, "dead", helps=True)
        threads.append(threading.Thread(target=expire, args=(split_id,)))
        threads[0].start()

    def expire(split_id: int) -> None:
        """As time does it, once the others are done."""
        wait_until(lambda: sum(chunk.done for chunk in chunks(split_id)) == CHUNKS - 1)
        with transaction() as session:
            session.execute(update(SplitChunkRow).values(leased_until=utcnow() - timedelta(seconds=1)))

    (notice,) = only(site.job(source, "always", dies).run()).notices
    threads[0].join()
    assert "dead" not in notice.message
    begun = [line for line in site.said if line.startswith("encoding chunk")]
    assert begun == [f"encoding chunk {number} of {CHUNKS}" for number in (2, 3, 1)]
    site.require_clean()


def test_done_chunks_survive_a_retry(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, original = site.upload(clip, "in/a.mp4"), TranscodeChunks.assemble

    def fails(*_: Any) -> None:
        raise StorageError("the storage is away")

    monkeypatch.setattr(TranscodeChunks, "assemble", fails)
    with pytest.raises(StorageError):
        site.job(source, "always", run_id="r1").run()
    assert len(site.keys("_unpublished/wf_1/r1/chunks/transcode/")) == CHUNKS
    assert site.clients.s3.head_object(Bucket=site.bucket, Key=site.keys("_unpublished/")[0])["Metadata"]["mw-run"] == (
        "r1"  # so that no workflow takes it for an upload
    )
    monkeypatch.setattr(TranscodeChunks, "assemble", original)
    site.said.clear()
    only(site.job(source, "always", run_id="r1", try_number=2).run())
    assert not [line for line in site.said if line.startswith("encoding chunk")]
    assert f"encoding in {CHUNKS} chunks, of which {CHUNKS} are done" in site.said
    site.require_clean()


def test_a_removed_chunk_is_made_again(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that a helper has made, by someone who empties the bucket."""
    source, split_ids = site.upload(clip, "in/a.mp4"), []

    def start(split_id: int, _count: int) -> None:
        split_ids.append(split_id)
        assert help_split(split_id, site.elsewhere("helper")) == CHUNKS
        key = chunks(split_id)[1].key
        assert key
        site.clients.s3.delete_object(Bucket=site.bucket, Key=key)

    only(site.job(source, "always", start).run())
    assert any("chunk 2 was removed from the storage" in line for line in site.said)
    assert help_split(split_ids[0], site.elsewhere("late")) == 0
    site.require_clean()


def test_a_cancelled_step_leaves_nothing(site: Site, clip: Path) -> None:
    source = site.upload(clip, "in/a.mp4")
    jobs: list[Job] = []

    def cancels(split_id: int, _count: int) -> None:
        assert help_split(split_id, site.elsewhere("helper")) == CHUNKS
        jobs[0].cancel()

    jobs.append(site.job(source, "always", cancels))
    with pytest.raises(JobCancelledError):
        jobs[0].run()
    assert site.keys("out/") == []
    site.require_clean()


def test_a_helper_ends_with_its_step(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it encodes at that moment is given up."""
    monkeypatch.setattr("media_workflows.execution.split.chunk_worker.RENEW_INTERVAL_S", 0.1)
    source = site.upload(clip, "in/a.mp4")

    def start(split_id: int, _count: int) -> None:
        def ends(self: TranscodeChunks, *_: Any) -> Path:
            with transaction() as session:
                splits.end_split(session, split_id)
            while True:
                self.runner.cancellation.check()
                time.sleep(0.05)

        with monkeypatch.context() as patch:
            patch.setattr(TranscodeChunks, "chunk", ends)
            assert help_split(split_id, site.elsewhere("helper")) == 0
        raise StorageError("the step ends, too")

    monkeypatch.setattr(owner.SplitRenditions, "_start_helpers", lambda self, split, _: start(split.id, 1))
    with pytest.raises(StorageError):
        site.job(source, "always").run()
    assert "helper: the chunk in hand is no longer needed" in site.said


def test_what_a_lost_run_left_is_removed(site: Site, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the daily housekeeping, which calls `discard`."""

    def fails(*_: Any) -> None:
        raise StorageError("the storage is away")

    monkeypatch.setattr(TranscodeChunks, "assemble", fails)
    with pytest.raises(StorageError):
        site.job(site.upload(clip, "in/a.mp4"), "always", run_id="r1").run()
    with transaction() as session:
        assert runs_with_unpublished(session) == [("wf_1", "r1")]
    error = NotPublishedError("lost")
    discard(StepKey("wf_1", "r1", "publish"), None, ObjectStorage(site.clients.s3), error, site.said.append)
    site.require_clean()


def test_what_cannot_be_divided_is_made_by_one_encode_and_says_why(site: Site, clip: Path) -> None:
    made = site.job(site.upload(clip, "in/a.mp4"), "always", parameters={**MP4, "container": "mkv"}).run()
    (notice,) = only(made).notices
    assert (notice.code, notice.parameters) == ("NotSplit", {"type": "split", "reason": "container", "cause": ""})
    site.require_clean()


def test_a_short_encode_is_not_divided(site: Site, clip: Path) -> None:
    """Its time is estimated, since the source would give two chunks."""
    source = site.upload(clip, "in/a.mp4")
    assert only(site.job(source, "auto").run()).notices == ()
    quick = replace(
        site.job(source, "auto", force=True),
        resources=Resources(
            site.clients, site.said.append, site.settings.model_copy(update={"split_threshold_s": 0}), CancelToken()
        ),
    )
    assert [notice.code for notice in only(quick.run()).notices] == ["EncodedInChunks"]
