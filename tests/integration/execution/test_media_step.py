"""Jobs of runs with real ffmpeg, S3 and PostgreSQL: reuse, cancellation, progress."""

from __future__ import annotations

import hashlib
import os
import shlex
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bucket_site import BucketSite
from clips import Clips
from definitions import workflow
from media_workflows.domain.result import ItemResult, JobResult, SourceObject
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import JobCancelledError
from media_workflows.execution import media_step
from media_workflows.execution.running_step import Resources
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings
from media_workflows.storage import object_writer, publish
from media_workflows.storage.clients import make_clients
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import claims
from media_workflows.store import runs as store
from media_workflows.store.engine import transaction
from media_workflows.store.progress import progress_of_run
from step_requests import Job, step_request

SNAPSHOT = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
MP4 = {"transcode": [{"template": 100010}]}
HLS = {"transcode": [{"template": 100210}]}
SLOW = {"transcode": [{"parameters": {"container": "mp4", "video": {"codec": "h265", "width": 3840, "height": 2160}}}]}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


class Site(BucketSite):
    """One bucket with sources and outputs, and runs on it."""

    def workflow(self, jobs: dict[str, Any], directory: str = "out/") -> Workflow:
        return workflow(bucket=self.bucket, directory="in/", jobs=jobs, output={"directory": directory})

    def job(
        self, source: SourceObject, jobs: dict[str, Any], directory: str = "out/", workflow_id: str = "wf_1", **how: Any
    ) -> Job:
        (kind,) = jobs
        run_id = how.pop("run_id", f"r{uuid.uuid4().hex[:6]}")
        request = step_request(self.workflow(jobs, directory), kind, source, run_id, workflow_id, **how)
        return Job(request, Resources(self.clients, self.said.append, self.settings))


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> Site:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=bucket)
    return Site(clients, Settings(data_dir=tmp_path), bucket)


@pytest.fixture
def encodes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many items each call of `run_job` was given."""
    counts: list[int] = []
    original = run_job

    def counting(request: JobRequest, *rest: Any) -> Any:
        counts.append(len(request.items))
        return original(request, *rest)

    monkeypatch.setattr(media_step, "run_job", counting)
    return counts


def only(result: JobResult) -> ItemResult:
    (item,) = result.items
    assert item.status == "SUCCESS", item.message
    return item


def test_the_same_again_writes_nothing(site: Site, clips: Clips, encodes: list[int]) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    first = site.job(source, MP4, run_id="r1").run()
    head = site.clients.s3.head_object(Bucket=site.bucket, Key="out/a_transcode_100010.mp4")
    again = site.job(source, MP4, run_id="r2").run()
    assert encodes == [1]
    assert only(again).reused == "r1"
    assert only(again).outputs == only(first).outputs
    assert again.source == first.source
    assert again.source_sha256 == first.source_sha256 == hashlib.sha256(clips.plain.read_bytes()).hexdigest()
    assert (
        site.clients.s3.head_object(Bucket=site.bucket, Key="out/a_transcode_100010.mp4")["Metadata"]
        == (head["Metadata"])
    )
    assert any("reused from run r1" in line for line in site.said)


def test_reused_outputs_get_the_options_of_the_present_definition(site: Site, clips: Clips, encodes: list[int]) -> None:
    source = site.upload(clips.plain, "in/片.mp4")
    (item,) = SNAPSHOT["snapshot_by_time_offset"]
    first = {"cache_control": "max-age=60", "tags": {"team": "a"}}
    names = {"disposition": "attachment", "download_name": "{inputName}.{format}", "metadata": {"title": "{inputName}"}}
    heads = []
    for objects in (first, names, names, None):
        options = {"objects": objects} if objects else {}
        result = site.job(source, {"snapshot_by_time_offset": [{**item, **options}]}).run()
        (output,) = only(result).outputs
        heads.append(site.clients.s3.head_object(Bucket=site.bucket, Key=output.key))
        tags = site.clients.s3.get_object_tagging(Bucket=site.bucket, Key=output.key)["TagSet"]
        assert tags == ([{"Key": "team", "Value": "a"}] if objects is first else [])
    assert encodes == [1]
    assert [head.get("CacheControl") for head in heads] == ["max-age=60", None, None, None]
    assert heads[1]["ContentDisposition"] == "attachment; filename=\"_.jpg\"; filename*=UTF-8''%E7%89%87.jpg"
    assert heads[1]["Metadata"]["title"] == "%E7%89%87"
    assert heads[2]["LastModified"] == heads[1]["LastModified"]  # it had them already
    assert "ContentDisposition" not in heads[3]
    assert "title" not in heads[3]["Metadata"]


def test_what_a_step_used_is_kept_with_the_result(site: Site, clips: Clips) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    before_s = sum(os.times()[:4])
    used = site.job(source, MP4, run_id="r1").run().usage
    assert used is not None
    assert 0 < used.cpu_s <= sum(os.times()[:4]) - before_s + 0.01
    assert used.wall_s > 0
    made = site.clients.s3.head_object(Bucket=site.bucket, Key="out/a_transcode_100010.mp4")["ContentLength"]
    assert (used.bytes_in, used.bytes_out) == (clips.plain.stat().st_size, made)
    again = site.job(source, MP4, run_id="r2").run().usage
    assert again is not None
    assert (again.bytes_in, again.bytes_out) == (used.bytes_in, 0)  # reused: nothing was written


def test_commands_that_ran_are_kept_with_the_result(site: Site, clips: Clips) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    job = site.job(source, SNAPSHOT)
    (command,) = job.run().commands
    assert "ffmpeg" in shlex.split(command.command)[0]
    assert (command.exit_code, "-progress pipe:1" in command.command) == (0, True)
    key = job.request.step
    with transaction() as session:
        (stored,) = store.results_of_run(session, key.workflow_id, key.run_id)
    assert stored.commands == (command,)
    assert site.job(source, SNAPSHOT).run().commands == ()  # reused


def test_another_name_or_directory_or_workflow_is_a_copy(site: Site, clips: Clips, encodes: list[int]) -> None:
    site.job(site.upload(clips.plain, "in/a.mp4"), MP4, run_id="r1").run()
    other = site.upload(clips.plain, "in/b.mp4")
    renamed = only(site.job(other, MP4).run())
    moved = only(site.job(other, MP4, "elsewhere/", "wf_2", run_id="r3").run())
    assert encodes == [1]
    assert (renamed.reused, moved.reused) == ("r1", "r1")
    assert renamed.outputs[0].key == "out/b_transcode_100010.mp4"
    assert moved.outputs[0].key == "elsewhere/b_transcode_100010.mp4"
    assert site.body(moved.outputs[0].key) == site.body("out/a_transcode_100010.mp4")
    head = ObjectStorage(site.clients.s3).head(site.bucket, moved.outputs[0].key)
    assert head is not None
    assert (head.metadata["mw-workflow"], head.metadata["mw-run"]) == ("wf_2", "r3")
    assert (head.content_type, head.etag) == ("video/mp4", moved.outputs[0].etag)


def test_a_playlist_moves_with_its_segments_and_is_never_renamed(site: Site, clips: Clips, encodes: list[int]) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    site.job(source, HLS).run()
    moved = only(site.job(source, HLS, "elsewhere/").run())
    assert (encodes, moved.reused is not None) == ([1], True)
    assert site.keys("elsewhere/") == ["elsewhere/a_transcode_100210.m3u8", "elsewhere/a_transcode_100210_0.ts"]
    assert only(site.job(site.upload(clips.plain, "in/b.mp4"), HLS).run()).reused is None
    assert b"b_transcode_100210_0.ts" in site.body("out/b_transcode_100210.m3u8")


def _other_bytes(site: Site, clips: Clips) -> tuple[SourceObject, dict[str, Any]]:
    return site.upload(clips.no_audio, "in/a.mp4"), {}


def _other_output(site: Site, clips: Clips) -> tuple[SourceObject, dict[str, Any]]:
    key = "out/a_snapshotByTimeOffset_10_0.jpg"
    metadata = ObjectStorage(site.clients.s3).head(site.bucket, key).metadata
    site.clients.s3.put_object(Bucket=site.bucket, Key=key, Body=b"changed", Metadata=dict(metadata))
    return site.upload(clips.plain, "in/a.mp4"), {}


def _no_output(site: Site, clips: Clips) -> tuple[SourceObject, dict[str, Any]]:
    site.clients.s3.delete_object(Bucket=site.bucket, Key="out/a_snapshotByTimeOffset_10_0.jpg")
    return site.upload(clips.plain, "in/a.mp4"), {}


def _force(site: Site, clips: Clips) -> tuple[SourceObject, dict[str, Any]]:
    return site.upload(clips.plain, "in/a.mp4"), {"force": True}


@pytest.mark.parametrize("change", [_other_bytes, _other_output, _no_output, _force])
def test_anything_else_is_encoded(
    site: Site, clips: Clips, encodes: list[int], change: Callable[[Site, Clips], tuple[SourceObject, dict[str, Any]]]
) -> None:
    site.job(site.upload(clips.plain, "in/a.mp4"), SNAPSHOT).run()
    source, how = change(site, clips)
    assert only(site.job(source, SNAPSHOT, **how).run()).reused is None
    assert encodes == [1, 1]


def test_a_clip_to_join_is_fetched_and_counts(site: Site, clips: Clips, encodes: list[int]) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    jobs = {"transcode": [{"template": 100010, "head": ["clips/{inputName}.mp4"]}]}
    (missing,) = site.job(source, jobs).run().items
    assert missing.status == "FAIL"
    assert "clips/{inputName}.mp4" in missing.message
    site.upload(clips.plain, "clips/a.mp4")
    joined = only(site.job(source, jobs).run())
    assert joined.outputs[0].info is not None
    assert joined.outputs[0].info.duration_s == pytest.approx(4, abs=0.2)
    assert only(site.job(source, jobs).run()).reused is not None
    site.upload(clips.no_audio, "clips/a.mp4")
    assert only(site.job(source, jobs).run()).reused is None
    assert encodes == [1, 1, 1]


def test_an_output_too_large_to_copy_is_encoded(
    site: Site, clips: Clips, encodes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from media_workflows.execution import reuse

    site.job(site.upload(clips.plain, "in/a.mp4"), SNAPSHOT).run()
    monkeypatch.setattr(reuse, "MAX_COPY_BYTES", 10)
    assert only(site.job(site.upload(clips.plain, "in/b.mp4"), SNAPSHOT).run()).reused is None
    assert encodes == [1, 1]


def test_a_copy_never_replaces_somebody_else_s_object(site: Site, clips: Clips) -> None:
    site.job(site.upload(clips.plain, "in/a.mp4"), SNAPSHOT).run()
    key = "out/b_snapshotByTimeOffset_10_0.jpg"
    site.clients.s3.put_object(Bucket=site.bucket, Key=key, Body=b"precious")
    (item,) = site.job(site.upload(clips.plain, "in/b.mp4"), SNAPSHOT).run().items
    assert (item.status, item.code) == ("FAIL", "FailedOperation")
    assert site.body(key) == b"precious"


def test_a_second_try_keeps_what_the_first_made(site: Site, clips: Clips, encodes: list[int]) -> None:
    jobs = {"transcode": [{"template": 100010}, {"template": 875}]}
    source = site.upload(clips.plain, "in/a.mp4")
    site.clients.s3.put_object(Bucket=site.bucket, Key="out/a_transcode_875.mp4", Body=b"precious")
    first = site.job(source, jobs, run_id="r1").run()
    assert [item.status for item in first.items] == ["SUCCESS", "FAIL"]
    site.clients.s3.delete_object(Bucket=site.bucket, Key="out/a_transcode_875.mp4")
    second = site.job(source, jobs, run_id="r1", try_number=2).run()
    assert [(item.status, item.reused) for item in second.items] == [("SUCCESS", "r1"), ("SUCCESS", None)]
    assert encodes == [2, 1]
    with transaction() as session:
        progress = progress_of_run(session, "wf_1", "r1")[StepInstance("transcode")]
    assert (progress.phase, progress.percent, progress.try_number) == ("done", 100, 2)


def require_stopped(site: Site, job: Job) -> None:
    """Nothing published, nothing left, and the store says why."""
    assert site.keys("out/") == []
    assert "Uploads" not in site.clients.s3.list_multipart_uploads(Bucket=site.bucket)
    assert not list((site.settings.data_dir / "work").glob("*"))
    with transaction() as session:
        record = store.get_runs(session, "wf_1", [job.request.step.run_id])
        assert claims.pending_uploads(session, StepKey("wf_1", job.request.step.run_id, job.request.kind)) == []
        assert (
            progress_of_run(session, "wf_1", job.request.step.run_id)[StepInstance(job.request.kind)].phase == "failed"
        )
    assert record == {}  # this run never had a sensor


def test_cancelled_while_it_encodes(site: Site, clips: Clips) -> None:
    job = site.job(site.upload(clips.plain, "in/a.mp4"), SLOW)
    threading.Timer(1.5, job.cancel).start()
    with pytest.raises(JobCancelledError):
        job.run()
    require_stopped(site, job)


def test_cancelled_while_it_fetches(site: Site, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    original = CancelToken.check
    monkeypatch.setattr(CancelToken, "check", lambda self: (self.cancel(), original(self)))
    job = site.job(site.upload(clips.plain, "in/a.mp4"), SNAPSHOT)
    with pytest.raises(JobCancelledError):
        job.run()
    require_stopped(site, job)
    assert not list((site.settings.data_dir / "source-cache" / "sources").iterdir())


def test_cancelled_while_it_publishes(site: Site, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    job = site.job(site.upload(clips.plain, "in/a.mp4"), MP4)
    for room in (publish, object_writer):
        monkeypatch.setattr(room, "MIN_PART_BYTES", 1000)
    send_part = ObjectWriter.send_part

    def cancels(*arguments: Any) -> Any:
        job.cancel()
        return send_part(*arguments)

    monkeypatch.setattr(ObjectWriter, "send_part", cancels)
    with pytest.raises(JobCancelledError):
        job.run()
    require_stopped(site, job)


def test_a_run_cancelled_in_the_store_publishes_nothing(
    site: Site, clips: Clips, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = site.job(site.upload(clips.plain, "in/a.mp4"), SNAPSHOT)
    original = run_job

    def cancelled_meanwhile(*arguments: Any) -> Any:
        with transaction() as session:
            store.record_cancellation(session, "wf_1", job.request.step.run_id, "anna")
        return original(*arguments)

    monkeypatch.setattr(media_step, "run_job", cancelled_meanwhile)
    with pytest.raises(JobCancelledError, match="cancelled by anna"):
        job.run()
    require_stopped(site, job)
    monkeypatch.setattr(media_step, "run_job", original)
    assert only(
        site.job(job.request.source, SNAPSHOT, run_id=job.request.step.run_id, try_number=2).run()
    ).outputs  # asked for again


def test_a_quarantine_holds_what_was_made_before_too(site: Site, clips: Clips, encodes: list[int]) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    site.job(source, SNAPSHOT).run()
    held = site.job(source, SNAPSHOT, quarantine="held/").run()
    assert encodes == [1]
    assert [output.key for output in only(held).outputs] == ["held/out/a_snapshotByTimeOffset_10_0.jpg"]
    assert [output.key for output in only(site.job(source, SNAPSHOT).run()).outputs] == [
        "out/a_snapshotByTimeOffset_10_0.jpg"
    ]


PER_ITEM = "{inputDirectory}/{inputName}_{number}.{format}"


@pytest.mark.parametrize(
    ("directory", "item"),
    [("out/{inputDirectory}/", {}), ("out/", {"output_path": PER_ITEM})],
    ids=["of the workflow", "of the item"],
)
def test_sources_of_two_sub_directories_do_not_collide(
    site: Site, clips: Clips, directory: str, item: dict[str, str]
) -> None:
    jobs = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"], **item}]}
    for source in (site.upload(clips.plain, "in/cam1/0001.mp4"), site.upload(clips.no_audio, "in/cam2/0001.mp4")):
        only(site.job(source, jobs, directory).run())
    assert [key.split("/")[1] for key in site.keys("out/")] == ["cam1", "cam2"]


def test_a_collision_names_the_variable_that_keeps_sub_directories(site: Site, clips: Clips) -> None:
    only(site.job(site.upload(clips.plain, "in/cam1/0001.mp4"), SNAPSHOT).run())
    (item,) = site.job(site.upload(clips.no_audio, "in/cam2/0001.mp4"), SNAPSHOT).run().items
    assert item.status == "FAIL"
    assert "put {inputDirectory}/ into the output directory" in item.message


@pytest.mark.parametrize(
    ("key", "directory", "why"),
    [
        ("in/a//b/0001.mp4", "out/{inputDirectory}/", "upload it under a plain key"),
        (f"in/{'k/' * 500}0001.mp4", "out/{inputDirectory}/", "S3 accepts 1024"),
    ],
)
def test_an_output_that_cannot_be_named_is_refused_before_it_is_encoded(
    site: Site, clips: Clips, encodes: list[int], key: str, directory: str, why: str
) -> None:
    (item,) = site.job(site.upload(clips.plain, key), SNAPSHOT, directory).run().items
    assert (item.status, item.code) == ("FAIL", "InvalidInput")
    assert why in item.message
    assert encodes == []


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The ffmpeg commands that were started to encode."""
    started: list[Any] = []
    monkeypatch.setattr(Runner, "run", lambda _, *rest: started.append(rest))
    return started


HLS_OF_SECONDS = {"container": "hls", "video": {}, "audio": {}, "segment_s": 0.2}
LADDER = {"format": "hls", "segment_s": 0.2, "streams": [{"video": {}, "audio": {}}]}
LONGEST: dict[str, tuple[str, dict[str, Any], str]] = {
    "segments": ("transcode", {"parameters": HLS_OF_SECONDS}, "_10.ts"),
    "segments of a ladder": ("adaptive_dynamic_streaming", {"parameters": LADDER}, "_0_10.ts"),
    "keys": ("adaptive_dynamic_streaming", {"parameters": LADDER | {"encryption": {"key_path": "{KEY}"}}}, ""),
    "pictures": (
        "sample_snapshot",
        {"parameters": {"sample_type": "percent", "sample_interval": 5}, "output_path": "{NAME}{number}.{format}"},
        "10.jpg",
    ),
}


@pytest.mark.parametrize("what", LONGEST)
def test_a_name_that_is_too_long_is_refused_before_the_encode(
    site: Site, clips: Clips, commands: list[Any], what: str
) -> None:
    """Also one of a file that is only made at the end of a long encode."""
    kind, item, suffix = LONGEST[what]
    room = 1025 - len("out/") - len(suffix)
    named = {"output_path": f"{'p' * room}.{{format}}"} | item
    named["output_path"] = named["output_path"].replace("{NAME}", "p" * room)
    if what == "keys":
        key_path = f"{'k' * (1025 - len('out/a.key'))}a.{{format}}"
        parameters = item["parameters"] | {"encryption": {"key_path": key_path}}
        named |= {"parameters": parameters, "output_path": "a.{format}"}
    source = site.upload(clips.plain, "in/a.mp4")
    (found,) = site.job(source, {kind: [named]}, "out/").run().items
    assert (found.status, found.code) == ("FAIL", "InvalidInput")
    assert "S3 accepts 1024" in found.message
    assert commands == []


@pytest.mark.parametrize("what", ["segments", "segments of a ladder"])
def test_a_name_of_1024_bytes_is_taken(site: Site, clips: Clips, what: str) -> None:
    """The longest one of a short source has one digit."""
    kind, item, suffix = LONGEST[what]
    parameters = item["parameters"] | {"segment_s": 5}
    room = 1024 - len("out/") - len(suffix) + 1
    source = site.upload(clips.plain, "in/a.mp4")
    jobs = {kind: [{"parameters": parameters, "output_path": f"{'p' * room}.{{format}}"}]}
    made = only(site.job(source, jobs, "out/").run())
    assert max(len(output.key) for output in made.outputs) == 1024


@pytest.mark.parametrize("form", ["hls", "dash"])
def test_a_long_chinese_name_is_taken(site: Site, clips: Clips, form: str) -> None:
    """Percent-encoded, as manifests name their files, it is longer than a name in a file system may be."""
    source = site.upload(clips.plain, f"in/{'长' * 60}.mp4")
    jobs = {"adaptive_dynamic_streaming": [{"parameters": LADDER | {"segment_s": 5, "format": form}}]}
    assert len(only(site.job(source, jobs, "out/").run()).outputs) > 1


def test_an_extra_object_of_the_source_s_sub_directory(site: Site, clips: Clips) -> None:
    jobs = {"transcode": [{"template": 100010, "head": ["clips/{inputDirectory}/{inputName}.mp4"]}]}
    site.upload(clips.plain, "clips/cam1/a.mp4")
    joined = only(site.job(site.upload(clips.plain, "in/cam1/a.mp4"), jobs).run())
    assert joined.outputs[0].info is not None
    assert joined.outputs[0].info.duration_s == pytest.approx(4, abs=0.2)


def test_two_steps_of_one_kind_and_two_indices_keep_their_results(site: Site, clips: Clips) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    hd = site.job(source, SNAPSHOT, "hd/", run_id="r1", step_id="hd").run()
    sd = [site.job(source, SNAPSHOT, f"sd{i}/", run_id="r1", step_id="sd", map_index=i).run() for i in (0, 1)]
    with transaction() as session:
        assert store.results_of_run(session, "wf_1", "r1") == [hd, *sd]
        progress = progress_of_run(session, "wf_1", "r1")
    assert [only(result).outputs[0].key.split("/")[0] for result in (hd, *sd)] == ["hd", "sd0", "sd1"]
    assert {str(step): one.phase for step, one in progress.items()} == {"hd": "done", "sd[0]": "done", "sd[1]": "done"}


def test_a_step_leaves_the_uploads_of_other_steps_alone(site: Site, clips: Clips) -> None:
    source = site.upload(clips.plain, "in/a.mp4")
    upload_id = site.clients.s3.create_multipart_upload(Bucket=site.bucket, Key="out/begun.mp4")["UploadId"]
    killed = StepKey("wf_1", "r1", "sd")
    pending = claims.PendingUpload(bucket=site.bucket, key="out/begun.mp4", upload_id=upload_id)
    with transaction() as session:
        claims.note_upload(session, pending, killed)

    def uploads() -> int:
        return len(site.clients.s3.list_multipart_uploads(Bucket=site.bucket).get("Uploads", []))

    site.job(source, SNAPSHOT, run_id="r1", step_id="hd").run()
    site.job(source, SNAPSHOT, "other/", "wf_2", run_id="r1", step_id="sd").run()
    assert uploads() == 1
    site.job(source, SNAPSHOT, run_id="r1", step_id="sd", try_number=2).run()
    assert uploads() == 0


def test_a_step_needs_no_stored_workflow(site: Site, clips: Clips) -> None:
    """As in a hand-written DAG: there is no workflow, no record of the run, and no receiver of events."""
    source, dag_id = site.upload(clips.plain, "in/a.mp4"), "d" * 250
    request = step_request(site.workflow(SNAPSHOT), "snapshot_by_time_offset", source, workflow_id=dag_id)
    result = Job(replace(request, events_of=None), Resources(site.clients, site.said.append, site.settings)).run()
    assert only(result).outputs
    with transaction() as session:
        assert store.results_of_run(session, dag_id, "r1") == [result]
