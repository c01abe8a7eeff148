"""One trace from an upload to the delivery of its event, with real S3, ffmpeg, store and receiver."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.trace import StatusCode

from clips import Clips
from http_servers import serving
from media_workflows.domain.candidates import Candidate, Rule
from media_workflows.domain.result import SourceObject
from media_workflows.errors import MediaWorkflowsError
from media_workflows.execution.running_step import Resources
from media_workflows.ingest.firing import decision_on
from media_workflows.ingest.recording import record_decisions
from media_workflows.notifications.outbox import store_finish
from media_workflows.notifications.sender import Sender
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.orchestration.sensor import UploadSensor
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import Clients as StorageClients
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.tables import utcnow
from receiver import Receiver
from spans import Spans, about, exported
from step_requests import Job, step_request

pytestmark = pytest.mark.usefixtures("database")

RUN = "upload__1"


@pytest.fixture
def bucket(s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    make_clients(get_settings()).s3.create_bucket(Bucket=name)
    yield name
    get_settings.cache_clear()


def confirmed(bucket: str, key: str) -> SourceObject:
    """By the upload sensor, in its task."""
    sensor = UploadSensor(task_id="upload", bucket=bucket, prefix="in/", revision=1)
    run = SimpleNamespace(dag_id="wf_1", run_id=RUN, conf={"key": key}, run_after=datetime.now(UTC))
    return SourceObject.model_validate(sensor.execute({"dag_run": run, "params": {}}))


def sent(clients: StorageClients) -> int:
    sender = Sender(clients, lambda _: Credentials(), Settings(callback_allowed_hosts=["127.0.0.1"]), get_engine())
    try:
        return asyncio.run(sender.send_all_due())
    finally:
        sender.close()


def snapshots(bucket: str, receiver: Receiver) -> Any:
    from definitions import workflow

    jobs = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
    notification = {"type": "http", "url": receiver.url}
    return workflow(bucket=bucket, jobs=jobs, output={"bucket": bucket, "directory": "out/"}, notification=notification)


def test_one_trace_from_the_upload_to_its_event(bucket: str, tmp_path: Path) -> None:
    clients, key = make_clients(get_settings()), "in/片.mp4"
    clients.s3.upload_file(str(Clips(tmp_path).plain), bucket, key)
    with serving(Receiver()) as receiver, exported() as spans:
        workflow = snapshots(bucket, receiver)
        with spans.tracer.start_as_current_span("worker.upload") as task:
            source = confirmed(bucket, key)
            request = step_request(workflow, "snapshot_by_time_offset", source, RUN)
            Job(request, Resources(clients, print)).run()
            assert request.events_of is not None
            event = store_finish(request.events_of, [])
        assert sent(clients) == 1
    trace = {
        span.context.trace_id
        for name in ("upload", "step", "ffmpeg", "publish", "event", "delivery")
        for span in spans.all(name)
    }
    assert trace == {task.get_span_context().trace_id}
    step, publish, written, delivery = (spans.one(name) for name in ("step", "publish", "event", "delivery"))
    of_run = {"workflow": "wf_1", "run": RUN}
    of_step = {
        **of_run,
        "step": "snapshot_by_time_offset",
        "kind": "snapshot_by_time_offset",
        "object": f"{bucket}/{key}",
    }
    assert about(step) == of_step
    assert about(publish) == {**of_step, "objects": 1}
    assert about(written) == {**of_run, "event_id": event.id, "kind": "finish"}
    assert about(delivery) == {**of_run, "event_id": event.id}
    assert about(spans.one("upload")) == {**of_run, "object": f"{bucket}/{key}"}
    assert _parents(spans) == {
        "publish": step.context.span_id,
        "ffmpeg": step.context.span_id,
        "delivery": written.context.span_id,
    }
    assert delivery.status.status_code is StatusCode.UNSET


def _parents(spans: Spans) -> dict[str, int]:
    return {
        name: span.parent.span_id
        for name in ("publish", "ffmpeg", "delivery")
        for span in spans.all(name)
        if span.parent is not None
    }


def test_failures_mark_their_spans(bucket: str) -> None:
    clients = make_clients(get_settings())
    clients.s3.put_object(Bucket=bucket, Key="in/a.mp4", Body=b"no video")
    with serving(Receiver()) as receiver, exported() as spans:
        receiver.answers = [(500, b"busy", {})]
        source = confirmed(bucket, "in/a.mp4")
        request = step_request(snapshots(bucket, receiver), "snapshot_by_time_offset", source, RUN)
        with pytest.raises(MediaWorkflowsError):
            Job(request, Resources(clients, print)).run()
        assert request.events_of is not None
        store_finish(request.events_of, [])
        sent(clients)
    for name in ("step", "delivery"):
        assert spans.all(name)[0].status.status_code is StatusCode.ERROR


def test_each_decision_has_a_span(bucket: str) -> None:
    began_at = utcnow()
    candidates = [Candidate(bucket=bucket, key=key, source="queue", uploaded_at=began_at) for key in ("a.mp4", "b.txt")]
    decisions = [
        decision_on(candidates[0], "i", "wf_1", Rule.MATCHED, RUN),
        decision_on(candidates[1], "i", "wf_1", Rule.FORMAT),
    ]
    with exported() as spans, transaction() as session:
        record_decisions(session, decisions, began_at)
    fired, refused = spans.all("decision")
    assert about(fired) == {
        **{"workflow": "wf_1", "run": RUN, "object": f"{bucket}/a.mp4", "outcome": "fired", "rule": "matched"}
    }
    assert about(refused) == {
        **{"workflow": "wf_1", "object": f"{bucket}/b.txt", "outcome": "refused", "rule": "format"}
    }
    assert fired.start_time <= fired.end_time


def test_without_traces_an_event_has_no_trace(bucket: str) -> None:
    from media_workflows.store.deliveries import claim_deliveries
    from outbox import finish, run_of

    finish(run_of({"type": "http", "url": "http://127.0.0.1:9/hook"}))
    from datetime import timedelta

    with transaction() as session:
        (claimed,) = claim_deliveries(session, 1, 1, timedelta(seconds=1))
    assert claimed.traceparent is None


# A process of Airflow, which reads the switch when it starts.
_AIRFLOW = """
from airflow import settings
settings.initialize()
from opentelemetry import trace
from media_workflows import tracing
with tracing.span("step", workflow="wf_1"):
    print("TRACEPARENT", tracing.traceparent())
getattr(trace.get_tracer_provider(), "force_flush", lambda: None)()
"""


@pytest.mark.parametrize("switch", ["True", "False"])
def test_airflow_s_switch_exports_to_a_receiver_of_otlp(switch: str, tmp_path: Path) -> None:
    with serving(Receiver()) as collector:
        environment = {
            **os.environ,
            "AIRFLOW_HOME": str(tmp_path),
            "AIRFLOW__TRACES__OTEL_ON": switch,
            "OTEL_TRACES_EXPORTER": "otlp_proto_http",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": collector.url,
        }
        done = subprocess.run(
            [sys.executable, "-c", _AIRFLOW], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        bodies = [body for _, _, body in collector.requests]
    spans = [span for body in bodies for span in ExportTraceServiceRequest.FromString(body).resource_spans]
    names = [one.name for resource in spans for scope in resource.scope_spans for one in scope.spans]
    assert names == (["media_workflows.step"] if switch == "True" else [])
    assert ("TRACEPARENT None" in done.stdout) == (switch == "False")
