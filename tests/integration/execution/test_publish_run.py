"""`publish: together`, with real S3 and PostgreSQL: nothing is visible before all is, and a failure leaves nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from bucket_site import BucketSite
from clips import Clips
from media_workflows.airflow_adapter import connections
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, Role, SourceObject, now
from media_workflows.domain.step_key import StepKey
from media_workflows.domain.steps import PUBLISH
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import CoverOutput
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import JobCancelledError, NotPublishedError, OutputExistsError, RejectedError
from media_workflows.execution import publish_run as module
from media_workflows.execution.action_step import end_approval, run_action
from media_workflows.execution.publish_run import discard, publish_run, require_done
from media_workflows.execution.request import StepRequest
from media_workflows.execution.run_step import run_step
from media_workflows.execution.running_step import Resources, RunningStep
from media_workflows.orchestration.housekeeping import RemoveUnpublishedOperator
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.publish import StagedFile
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_objects import existing_source
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.made_items import ItemIdentity, MadeItem, MadeOutput, made_items, record_made_item
from media_workflows.store.runs import record_cancellation, record_job, results_of_run
from media_workflows.store.unpublished import buckets_of
from step_requests import action_request, graph

UNPUBLISHED = "_unpublished/wf_1/r1/"
KEY = StepKey("wf_1", "r1", PUBLISH)
HLS: dict[str, Any] = {"id": "hls", "transcode": {"template": 100210}}
COVERS: dict[str, Any] = {"id": "covers", "sample_snapshot": {"template": 10}, "input": "hls"}
COPY: dict[str, Any] = {"id": "archive", "copy": {"directory": "archive/", "of": ["hls"], "tags": {"of": "hls"}}}
FILES: tuple[tuple[str, Role], ...] = (("a.m3u8", "manifest"), ("0.ts", "segment"), ("sub.m3u8", "playlist"))
IDENTITY = ItemIdentity(content_sha256="c" * 64, reuse_sha256="r" * 64)


class Site(BucketSite):
    """A bucket with a source, and a run of a workflow that publishes together."""

    def flow(self, *steps: dict[str, Any]) -> Workflow:
        parts = {"trigger": {"bucket": self.bucket, "directory": "in/"}, "output": {"directory": "out/"}}
        return resolved(graph(*(steps or (HLS, COVERS)), publish="together", **parts), PRESET_LIBRARY)

    @property
    def source(self) -> SourceObject:
        return existing_source(ObjectStorage(self.clients.s3), self.bucket, "in/a.mp4")

    def request(self, flow: Workflow, step_id: str, **states: str) -> StepRequest:
        request = action_request(flow, step_id, self.source, **states)
        step = next(step for step in flow.steps if step.id == step_id)
        return replace(request, items=step.items)

    def resources(self) -> Resources:
        return Resources(self.clients, self.said.append, self.settings)

    def made(self, flow: Workflow, step_id: str, files: Sequence[tuple[str, Role]] = FILES, **result: Any) -> None:
        """A step that has put these files where its outputs go."""
        request = self.request(flow, step_id)
        step, place = RunningStep(request, self.resources()), request.output
        staged = []
        for name, role in files:
            path = self.settings.data_dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(name.encode())
            key = place.key_of(name, self.source.key, {})
            stored = place.arguments_of(request.items[0], role, self.source.key, {})
            staged.append(StagedFile(path, place.bucket, key, "video/mp2t", role, stored))
        with step.claims.kept():
            outputs = tuple(
                OutputRecord(
                    bucket=one.bucket, key=one.key, size_bytes=one.size_bytes, md5=one.md5, etag=one.etag, role=one.role
                )
                for one in step.publisher.publish(staged)
            )
            item = ItemResult(item={}, definition=1, status="SUCCESS", outputs=outputs, **result)
            made = JobResult(
                kind=request.kind, step_id=step_id, begun_at=now(), finished_at=now(), source=None, items=(item,)
            )
            with transaction() as session:
                record_job(session, "wf_1", "r1", made)
                variables = tuple(MadeOutput(record=output, variables=None) for output in outputs)
                record_made_item(session, IDENTITY, MadeItem(workflow_id="wf_1", run_id="r1", outputs=variables))

    def publish(self, flow: Workflow, **states: str) -> list[JobResult]:
        request = replace(self.request(flow, flow.steps[0].id), step=KEY, kind=PUBLISH, items=(), turn=None)
        return publish_run(flow, request, self.resources(), states)

    def discard(self, error: NotPublishedError) -> None:
        discard(KEY, None, ObjectStorage(self.clients.s3), error, self.said.append)

    def visible(self) -> list[str]:
        """What is there beside the source, and what waits."""
        return [key for key in self.keys("") if not key.startswith((UNPUBLISHED, "in/"))]


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> Site:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    clients.s3.put_object(Bucket=bucket, Key="in/a.mp4", Body=b"source")
    return Site(clients, Settings(data_dir=tmp_path / "data"), bucket)


def results() -> dict[str, JobResult]:
    with transaction() as session:
        return {job.step.step_id: job for job in results_of_run(session, "wf_1", "r1")}


def output_keys() -> list[str]:
    return sorted(output.key for job in results().values() for item in job.items for output in item.outputs)


def reusable() -> list[str]:
    with transaction() as session:
        return [output.record.key for made in made_items(session, IDENTITY) for output in made.outputs]


def committed(site: Site) -> list[str]:
    """The keys of copies outside the waiting place, as they are made from now on."""
    keys: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        keys.append(params["Key"])

    site.clients.s3.meta.events.register("provide-client-params.s3.CopyObject", note)
    return keys


def test_all_becomes_visible_at_the_end_manifests_last(site: Site, tmp_path: Path) -> None:
    """Real steps: a ladder, pictures of its output, and a copy of it."""
    flow = site.flow(HLS | {"transcode": [{"template": 100210}, {"template": 100010}]}, COVERS, COPY)
    site.upload(Clips(tmp_path).plain, "in/a.mp4")
    run_step(site.request(flow, "hls"), site.resources())
    assert site.visible() == []
    run_step(site.request(flow, "covers", hls="success"), site.resources())  # reads what waits
    assert site.visible() == []
    run_action(site.request(flow, "archive", hls="success"), site.resources())
    assert site.visible() == []
    assert buckets_of_run() == [site.bucket]
    waiting = {key.removeprefix(UNPUBLISHED): site.body(key) for key in site.keys(UNPUBLISHED)}
    copied = committed(site)
    published = site.publish(flow, hls="success", covers="success", archive="success")
    assert {key: site.body(key) for key in site.visible()} == waiting
    assert (site.keys("_unpublished"), buckets_of_run()) == ([], [])
    playlists = [key for key in copied if key.endswith(".m3u8")]
    assert len(playlists) == 2
    assert copied[-2:] == playlists  # the ladder's and the copy's
    assert {job.step.step_id: job for job in published} == results()
    with transaction() as session:
        archived = [output.key for output in actions_of_run(session, "wf_1", "r1")["archive"].outputs]
    assert sorted(output_keys() + archived) == site.visible()
    for job in published:
        for output in (output for item in job.items for output in item.outputs):
            assert site.clients.s3.head_object(Bucket=site.bucket, Key=output.key)["ETag"] == f'"{output.etag}"'
            assert hashlib.md5(site.body(output.key)).hexdigest() == output.md5
    tags = site.clients.s3.get_object_tagging(Bucket=site.bucket, Key=archived[0])["TagSet"]
    assert tags == [{"Key": "of", "Value": "hls"}]
    again = run_step(site.request(flow, "hls"), site.resources())  # what is visible is reused where it lies
    assert isinstance(again, JobResult)
    assert [item.reused for item in again.items] == ["r1", "r1"]
    assert site.keys("_unpublished") == []


def buckets_of_run() -> list[str]:
    with transaction() as session:
        return buckets_of(session, "wf_1", "r1")


@pytest.mark.parametrize("killed_in", ["_recorded", "_remove"])
def test_a_killed_publication_is_completed(site: Site, monkeypatch: pytest.MonkeyPatch, killed_in: str) -> None:
    flow = site.flow()
    site.made(flow, "hls")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, killed_in, killed)
        with pytest.raises(KeyboardInterrupt):
            site.publish(flow, hls="success", covers="skipped")
    assert len(site.visible()) == len(site.keys(UNPUBLISHED)) == 3
    site.publish(flow, hls="success", covers="skipped")
    assert site.visible() == output_keys() == sorted(reusable()) == ["out/0.ts", "out/a.m3u8", "out/sub.m3u8"]
    assert (site.keys("_unpublished"), buckets_of_run()) == ([], [])


def test_pictures_of_findings_have_their_last_place(site: Site) -> None:
    flow = site.flow()
    picture = (site.bucket, f"{UNPUBLISHED}out/cover.jpg")
    found = CoverOutput(moment_s=1, confidence=1, reason="", picture=picture)
    site.made(
        flow,
        "covers",
        [("cover.jpg", "main")],
        sub_tasks=(SubTaskResult(type="cover", status="SUCCESS", output=found),),
    )
    (job,) = site.publish(flow, covers="success")
    output = job.items[0].sub_tasks[0].output
    assert isinstance(output, CoverOutput)
    assert output.picture == (site.bucket, "out/cover.jpg")


def test_a_failed_step_leaves_nothing(site: Site) -> None:
    flow = site.flow(HLS, COVERS, COPY)
    site.made(flow, "hls")
    run_action(site.request(flow, "archive", hls="success"), site.resources())
    states = {"hls": "success", "archive": "success", "covers": "failed"}
    with pytest.raises(NotPublishedError, match="as its step 'covers' failed") as caught:
        require_done(KEY, flow, states)
    site.discard(caught.value)
    assert (site.visible(), site.keys("_unpublished"), reusable(), buckets_of_run()) == ([], [], [], [])
    (item,) = results()["hls"].items
    assert (item.status, item.code, item.outputs) == ("FAIL", "FailedOperation.NotPublished", ())
    with transaction() as session:
        archive = actions_of_run(session, "wf_1", "r1")["archive"]
    assert (archive.status, archive.outputs) == ("FAIL", ())
    site.made(flow, "covers", [("cover.jpg", "main")])  # run again without those before it
    with pytest.raises(NotPublishedError, match="the outputs of its step 'hls' were removed"):
        site.publish(flow, hls="success", covers="success")
    assert site.visible() == []


def test_a_step_that_lets_the_run_go_on_holds_nothing_up(site: Site) -> None:
    flow = site.flow(HLS, COVERS | {"on_failure": "continue"})
    site.made(flow, "hls")
    states = {"hls": "success", "covers": "success"}
    failed = ItemResult(item={}, definition=1, status="FAIL", code="SourceFileError", message="no picture")
    with transaction() as session:
        record_job(
            session,
            "wf_1",
            "r1",
            JobResult(
                kind="sample_snapshot",
                step_id="covers",
                begun_at=now(),
                finished_at=now(),
                source=None,
                items=(failed,),
            ),
        )
    require_done(KEY, flow, states)
    site.publish(flow, **states)
    assert len(site.visible()) == 3


def test_nothing_is_published_over_a_foreign_object(site: Site) -> None:
    flow = site.flow()
    site.made(flow, "hls")
    site.clients.s3.put_object(Bucket=site.bucket, Key="out/a.m3u8", Body=b"of another")
    with pytest.raises(OutputExistsError):
        site.publish(flow, hls="success")
    assert site.visible() == ["out/a.m3u8"]
    assert len(site.keys(UNPUBLISHED)) == 3  # until it is discarded


def test_nothing_is_published_that_was_changed_meanwhile(site: Site) -> None:
    flow = site.flow()
    site.made(flow, "hls")
    site.clients.s3.put_object(Bucket=site.bucket, Key=f"{UNPUBLISHED}out/0.ts", Body=b"another")
    with pytest.raises(NotPublishedError, match=r"out/0\.ts is missing or was changed"):
        site.publish(flow, hls="success")
    assert site.visible() == []


def test_nothing_of_a_cancelled_run_is_published(site: Site) -> None:
    flow = site.flow()
    site.made(flow, "hls")
    with transaction() as session:
        record_cancellation(session, "wf_1", "r1", "ann")
    with pytest.raises(JobCancelledError, match="by ann"):
        require_done(KEY, flow, {"hls": "success", "covers": "failed"})
    with pytest.raises(JobCancelledError, match="by ann"):
        site.publish(flow, hls="success")
    assert site.visible() == []


def test_an_approval_at_the_end_decides(site: Site) -> None:
    ask = {"id": "ask", "approval": {"message": "Publish?"}, "after": ["hls"]}
    flow = site.flow(HLS, ask)
    site.made(flow, "hls")
    end_approval(site.request(flow, "ask"), "rejected", "ann")
    with pytest.raises(RejectedError, match="'ask' was rejected by ann"):
        site.publish(flow, hls="success", ask="success")
    assert site.visible() == []
    end_approval(site.request(flow, "ask"), "approved", "ann")
    site.publish(flow, hls="success", ask="success")
    assert len(site.visible()) == 3


def test_a_step_that_runs_again_is_published_again(site: Site) -> None:
    """The others stay as they are."""
    flow = site.flow()
    site.made(flow, "hls")
    site.made(flow, "covers", [("cover.jpg", "main")])
    site.publish(flow, hls="success", covers="success")
    site.made(flow, "covers", [("cover.jpg", "main")])
    copied = committed(site)
    site.publish(flow, hls="success", covers="success")
    assert copied == ["out/cover.jpg"]
    assert len(site.visible()) == 4


class Airflow:
    """Answers how many of some runs are unfinished."""

    def __init__(self, unfinished: int) -> None:
        self.unfinished = unfinished

    def get_dr_count(self, _dag_id: str, *, run_ids: list[str], states: list[str]) -> int:
        assert (run_ids, states) == (["r1"], ["queued", "running"])
        return self.unfinished


def test_housekeeping_removes_what_ended_runs_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "airflow_clients", lambda: site.clients)
    housekeeping: Any = RemoveUnpublishedOperator(task_id="remove")
    site.made(site.flow(), "hls")
    assert housekeeping.execute({"ti": Airflow(1)}) == 0
    assert len(site.keys(UNPUBLISHED)) == 3
    assert housekeeping.execute({"ti": Airflow(0)}) == 1
    assert (site.keys("_unpublished"), buckets_of_run()) == ([], [])
    assert (
        results()["hls"].items[0].message == "nothing of this run is published, as it ended before that: retry the run"
    )
    assert housekeeping.execute({"ti": Airflow(0)}) == 0


def test_what_cannot_be_removed_now_is_left_to_housekeeping(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = site.flow()
    site.made(flow, "hls")
    with monkeypatch.context() as patch:
        patch.setattr(site.clients.s3, "delete_object", _refused)
        site.publish(flow, hls="success")
    assert len(site.visible()) == 3
    assert "the daily housekeeping will do it" in site.said[-1]
    assert buckets_of_run() == [site.bucket]


def _refused(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="http://s3")


def test_outputs_keep_their_options_and_get_their_access_when_they_are_published(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    original = ObjectWriter.copy

    def copying(self: ObjectWriter, *arguments: Any) -> str:
        sent.append(arguments[-1])
        return original(self, *arguments)

    monkeypatch.setattr(ObjectWriter, "copy", copying)
    objects = {
        "cache_control": "max-age=60",
        "manifest_cache_control": "no-cache",
        "tags": {"a": "b"},
        "acl": "private",
    }
    flow = site.flow({"id": "hls", "transcode": {**HLS["transcode"], "objects": objects}})
    site.made(flow, "hls")
    waiting = site.clients.s3.head_object(Bucket=site.bucket, Key=f"{UNPUBLISHED}out/a.m3u8")
    site.publish(flow, hls="success")
    found = {key: site.clients.s3.head_object(Bucket=site.bucket, Key=f"out/{key}") for key in ("a.m3u8", "0.ts")}
    assert waiting["CacheControl"] == found["a.m3u8"]["CacheControl"] == "no-cache"
    assert found["0.ts"]["CacheControl"] == "max-age=60"
    tags = site.clients.s3.get_object_tagging(Bucket=site.bucket, Key="out/0.ts")["TagSet"]
    assert tags == [{"Key": "a", "Value": "b"}]
    assert [options["ACL"] for options in sent] == ["private"] * 3
    assert "mw-options" in found["0.ts"]["Metadata"]
