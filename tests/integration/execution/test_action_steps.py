"""Steps that make no media, with real S3 and PostgreSQL: their turns, results and failures."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bucket_site import BucketSite
from event_schema import BODIES, CLOUD_EVENTS
from media_workflows.domain.action_result import ActionResult
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject, now
from media_workflows.domain.step_decision import StepDecision
from media_workflows.errors import ConditionError, OutputExistsError, OutputNameError, SourceGoneError, StorageError
from media_workflows.execution.action_step import begin_approval, end_approval, run_action
from media_workflows.execution.request import StepRequest
from media_workflows.execution.running_step import Resources
from media_workflows.notifications.sender import event_to_send
from media_workflows.notifications.transports.message import MAX_QUEUED_BYTES, compose, shortened
from media_workflows.settings import Settings
from media_workflows.storage import server_copy
from media_workflows.storage.clients import make_clients
from media_workflows.storage.object_writer import ObjectWriter
from media_workflows.storage.provenance import is_own_output
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_objects import existing_head, existing_source
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.deliveries import claim_deliveries
from media_workflows.store.engine import transaction
from media_workflows.store.events import get_event
from media_workflows.store.runs import record_job
from step_requests import action_request, graph

ASK: dict[str, Any] = {"id": "ask", "approval": {"message": "Publish?"}}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> BucketSite:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    settings = Settings(data_dir=tmp_path / "data", callback_allowed_hosts=["127.0.0.1"])
    return BucketSite(clients, settings, bucket)


def run(site: BucketSite, asked: StepRequest) -> ActionResult:
    result = run_action(asked, Resources(site.clients, site.said.append, site.settings))
    assert isinstance(result, ActionResult)
    return result


def begin(site: BucketSite, asked: StepRequest) -> StepDecision | None:
    return begin_approval(asked, Resources(site.clients, site.said.append, site.settings))


@pytest.mark.parametrize(("by", "words"), [("ann", "as ann rejected “ask”"), ("", "“ask” was not answered in time")])
def test_what_is_directly_after_a_rejection_is_skipped(site: BucketSite, by: str, words: str) -> None:
    flow = graph(ASK, {**ASK, "id": "next", "after": ["ask"]}, {**ASK, "id": "late", "after": ["next", "ask"]})
    assert begin(site, action_request(flow, "ask")) is None
    end_approval(action_request(flow, "ask"), "rejected", by)
    decision = begin(site, action_request(flow, "next", ask="success"))
    assert decision is not None
    assert (decision.skipped, decision.rejected, decision.rejected_by) == ("rejected", "ask", by)
    assert words in decision.message
    assert site.said[-1] == decision.message
    with transaction() as session:
        assert decisions_of_run(session, "wf_1", "r1")["next"] == decision
        assert actions_of_run(session, "wf_1", "r1")["ask"].answer == "rejected"


def test_what_is_further_after_it_follows_the_rules_of_joins(site: BucketSite) -> None:
    flow = graph(
        ASK, {"id": "hd", "transcode": {"template": 100020}}, {**ASK, "id": "last", "after": ["hd"], "when": ""}
    )
    end_approval(action_request(flow, "ask"), "rejected", "ann")
    assert begin(site, action_request(flow, "last", ask="success", hd="success")) is None


def test_a_condition_that_reads_the_answer_decides_by_itself(site: BucketSite) -> None:
    rejected = {"when": "steps.ask.answer == 'rejected'"}
    flow = graph(
        ASK,
        {**ASK, "id": "quarantine", "after": ["ask"], **rejected},
        {**ASK, "id": "publish", "after": ["ask"], "when": "steps.ask.status == 'success'"},
    )
    end_approval(action_request(flow, "ask"), "rejected", "ann")
    assert begin(site, action_request(flow, "quarantine", ask="success")) is None
    decision = begin(site, action_request(flow, "publish", ask="success"))
    assert decision is not None
    assert decision.skipped == "rejected"
    end_approval(action_request(flow, "ask"), "approved", "ann")
    decision = begin(site, action_request(flow, "quarantine", ask="success"))
    assert decision is not None
    assert (decision.skipped, decision.values) == ("condition", {"steps.ask.answer": "approved"})
    assert begin(site, action_request(flow, "publish", ask="success")) is None


def test_an_answer_of_an_earlier_try_is_forgotten(site: BucketSite) -> None:
    flow = graph(ASK, {**ASK, "id": "next", "after": ["ask"]})
    end_approval(action_request(flow, "ask"), "rejected", "ann")
    assert begin(site, action_request(flow, "next", ask="running")) is None
    begin(site, action_request(flow, "ask"))
    with transaction() as session:
        assert actions_of_run(session, "wf_1", "r1") == {}


def test_a_condition_without_a_value_fails_the_step(site: BucketSite) -> None:
    flow = graph(ASK, {**ASK, "id": "next", "after": ["ask"], "when": "steps.ask.answer == 'approved'"})
    with pytest.raises(ConditionError, match=r"steps\.ask\.answer is unknown"):
        begin(site, action_request(flow, "next", ask="failed"))
    with transaction() as session:
        result = actions_of_run(session, "wf_1", "r1")["next"]
    assert (result.status, "steps.ask.answer is unknown" in result.message) == ("FAIL", True)


def job(step_id: str, *keys: str, bucket: str = "out") -> JobResult:
    """A transcode that made these objects."""
    outputs = tuple(OutputRecord(bucket=bucket, key=key, size_bytes=7, md5="m", etag="e") for key in keys)
    item = ItemResult(item={}, definition=100020, status="SUCCESS", outputs=outputs)
    return JobResult(kind="transcode", step_id=step_id, begun_at=now(), finished_at=now(), source=None, items=(item,))


def record(result: JobResult) -> None:
    with transaction() as session:
        record_job(session, "wf_1", "r1", result)


HD: dict[str, Any] = {"id": "hd", "transcode": {"template": 100020}}


def test_an_event_of_its_own_goes_to_its_own_target_once(site: BucketSite) -> None:
    target = {"type": "http", "url": "https://example.com/big", "format": "cloud_event"}
    flow = graph(
        HD,
        {**ASK, "after": ["hd"]},
        {"id": "big", "notify": target, "after": ["ask"]},
        notification={"type": "http", "url": "https://example.com/all", "mode": "change"},
    )
    record(job("hd", "a_hd.mp4"))
    end_approval(action_request(flow, "ask"), "approved", "ann")
    first, again = (run(site, action_request(flow, "big", hd="success", ask="success")).event_id for _ in range(2))
    assert first == again
    with transaction() as session:
        (delivery,) = claim_deliveries(session, 10, 10, timedelta(seconds=9))
    assert (delivery.target.address, delivery.event.kind) == ("https://example.com/big", "step")
    body = json.loads(delivery.event.body)
    BODIES.validate(body)
    assert body["WorkflowStepEvent"]["StepId"] == "big"
    assert body["WorkflowStepEvent"]["Source"]["Key"] == "a.mp4"
    hd, ask = body["WorkflowStepEvent"]["Steps"]
    assert (hd["Status"], hd["Outputs"][0]["Key"], ask["Answer"]) == ("success", "a_hd.mp4", "approved")
    sent = json.loads(compose(event_to_send(delivery.event), "cloud_event", "", now()).body)
    CLOUD_EVENTS.validate(sent)


def test_an_event_too_large_for_a_queue_leaves_its_outputs_out(site: BucketSite) -> None:
    flow = graph(HD, {"id": "big", "notify": {"type": "sqs", "queue_name": "q"}, "after": ["hd"]})
    record(job("hd", *(f"{number}{'x' * 500}.mp4" for number in range(MAX_QUEUED_BYTES // 500))))
    event_id = run(site, action_request(flow, "big", hd="success")).event_id
    with transaction() as session:
        event = get_event(session, event_id)
    body = json.loads(shortened(event_to_send(event)).body)
    BODIES.validate(body)
    assert (body["MediaWorkflows"]["Shortened"], body["WorkflowStepEvent"]["Steps"][0]["Outputs"]) == (True, [])


def put(site: BucketSite, key: str, body: bytes = b"content", **how: Any) -> SourceObject:
    site.clients.s3.put_object(Bucket=site.bucket, Key=key, Body=body, **how)
    return existing_source(ObjectStorage(site.clients.s3), site.bucket, key)


def trigger(site: BucketSite) -> dict[str, Any]:
    return {"trigger": {"bucket": site.bucket, "directory": "in/"}, "output": {"directory": "out/"}}


def test_a_copy_of_the_source_keeps_its_metadata_and_tags(site: BucketSite) -> None:
    source = put(site, "in/cam1/a.mp4", ContentType="video/mp4", Metadata={"title": "t"}, Tagging="kind=raw")
    flow = graph({"id": "keep", "copy": {"directory": "masters/"}}, **trigger(site))
    result = run(site, action_request(flow, "keep", source))
    assert [output.key for output in result.outputs] == ["masters/cam1/a.mp4"]
    assert run(site, action_request(flow, "keep", source)).outputs == result.outputs  # a retry
    head = existing_head(ObjectStorage(site.clients.s3), site.bucket, "masters/cam1/a.mp4")
    assert (head.etag, head.size_bytes, head.content_type) == (source.etag, source.size_bytes, "video/mp4")
    assert (head.metadata["title"], head.metadata["mw-kind"]) == ("t", "copy")
    assert is_own_output(site.bucket, "masters/cam1/a.mp4", head.metadata)  # it starts no run
    assert ObjectStorage(site.clients.s3).tags(site.bucket, "masters/cam1/a.mp4") == {"kind": "raw"}


def test_a_copy_has_the_key_tags_and_class_that_are_asked_for(site: BucketSite) -> None:
    source = put(site, "in/cam1/a.mp4", Tagging="kind=raw")
    how = {
        "key": "m/{inputDirectory}/{inputName}_1.{inputFormat}",
        "tags": {"部门": "a b"},
        "storage_class": "GLACIER_IR",
    }
    result = run(site, action_request(graph({"id": "keep", "copy": how}, **trigger(site)), "keep", source))
    assert [output.key for output in result.outputs] == ["m/cam1/a_1.mp4"]
    assert ObjectStorage(site.clients.s3).tags(site.bucket, "m/cam1/a_1.mp4") == {"部门": "a b"}
    head = site.clients.s3.head_object(Bucket=site.bucket, Key="m/cam1/a_1.mp4")
    assert head["StorageClass"] == "GLACIER_IR"


def test_copies_of_outputs_keep_their_names_below_the_directory(site: BucketSite) -> None:
    made = [put(site, key) for key in ("out/a/v0/1.ts", "out/a/master.m3u8")]
    files = zip(made, ("segment", "manifest"), strict=True)
    outputs = tuple(
        OutputRecord(bucket=one.bucket, key=one.key, size_bytes=7, md5="m", etag=one.etag, role=role)
        for one, role in files
    )
    result = job("hd")
    record(result.model_copy(update={"items": (result.items[0].model_copy(update={"outputs": outputs}),)}))
    archive = {"id": "archive", "copy": {"of": ["hd"], "directory": "archive/"}}
    flow = graph(HD, archive, **trigger(site))
    source = put(site, "in/a.mp4")
    copied = run(site, action_request(flow, "archive", source, hd="success"))
    assert [output.key for output in copied.outputs] == ["archive/a/v0/1.ts", "archive/a/master.m3u8"]
    decision = run_action(
        action_request(flow, "archive", source, hd="skipped"), Resources(site.clients, site.said.append)
    )
    assert isinstance(decision, StepDecision)
    assert (decision.skipped, decision.input) == ("no_input", "hd")


def test_a_large_object_is_copied_in_parts(site: BucketSite, monkeypatch: pytest.MonkeyPatch) -> None:
    mib = 1024**2
    monkeypatch.setattr(server_copy, "MAX_COPY_BYTES", 8 * mib)
    monkeypatch.setattr(server_copy, "COPY_PART_BYTES", 5 * mib)
    body = bytes(range(256)) * (4096 * 11)
    source = put(site, "in/a.mp4", body, Tagging="kind=raw")
    begun: list[Any] = []  # the server of these tests ignores the tags of multipart uploads
    event = "provide-client-params.s3.CreateMultipartUpload"
    site.clients.s3.meta.events.register(event, lambda params, **_: begun.append(params))
    keep = {"directory": "m/", "storage_class": "GLACIER_IR"}
    result = run(site, action_request(graph({"id": "keep", "copy": keep}, **trigger(site)), "keep", source))
    assert result.outputs[0].etag.endswith("-3")
    assert site.body("m/a.mp4") == body
    assert [(params["Tagging"], params["StorageClass"]) for params in begun] == [("kind=raw", "GLACIER_IR")]


def test_a_foreign_object_or_the_original_is_never_replaced(site: BucketSite) -> None:
    source = put(site, "in/a.mp4")
    put(site, "m/a.mp4", b"foreign")
    flow = graph(
        {"id": "keep", "copy": {"directory": "m/"}},
        {"id": "same", "copy": {"key": "in/{inputName}.{inputFormat}"}},
        **trigger(site),
    )
    with pytest.raises(OutputExistsError, match="was not made by a workflow"):
        run(site, action_request(flow, "keep", source))
    with pytest.raises(OutputNameError, match="would be copied to its own place"):
        run(site, action_request(flow, "same", source))
    assert site.body("m/a.mp4") == b"foreign"
    with transaction() as session:
        assert actions_of_run(session, "wf_1", "r1")["keep"].code == OutputExistsError.code


def test_an_original_that_changed_since_is_not_copied(site: BucketSite) -> None:
    source = put(site, "in/a.mp4")
    put(site, "in/a.mp4", b"another")
    with pytest.raises(SourceGoneError):
        run(site, action_request(graph({"id": "keep", "copy": {"directory": "m/"}}, **trigger(site)), "keep", source))
    assert site.keys("m/") == []


def test_a_copy_that_differs_is_removed(site: BucketSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a server that copies an object wrongly."""

    def damaged(writer: ObjectWriter, origin: Any, bucket: str, key: str, type_: str, metadata: Any, *_: Any) -> str:
        return writer.put(bucket, key, b"damaged", type_, metadata)

    monkeypatch.setattr(ObjectWriter, "copy", damaged)
    source = put(site, "in/a.mp4")
    with pytest.raises(StorageError, match="is not its original"):
        run(site, action_request(graph({"id": "keep", "copy": {"directory": "m/"}}, **trigger(site)), "keep", source))
    assert site.keys("m/") == []


def test_two_steps_write_no_common_key(site: BucketSite) -> None:
    source = put(site, "in/a.mp4")
    keep = {"id": "keep", "copy": {"directory": "m/"}}
    flow = graph(keep, {**keep, "id": "again", "after": ["keep"]}, **trigger(site))
    run(site, action_request(flow, "keep", source))
    with pytest.raises(OutputExistsError, match="step 'keep' of this run has written"):
        run(site, action_request(flow, "again", source, keep="success"))
