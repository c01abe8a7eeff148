"""A whole product with Airflow's traces on: what docs/monitoring.md says, by what a collector of OTLP receives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from airflow_product import Product, eventually, running_product
from clips import Clips
from http_servers import serving
from media_workflows import tracing
from receiver import Receiver
from resource_report import PLUGIN, ResourceReport

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]
OF_A_RUN = ("upload", "step", "ffmpeg", "publish", "event", "delivery")


@pytest.fixture(scope="module")
def collector() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


@pytest.fixture(scope="module")
def traced(collector: Receiver, request: pytest.FixtureRequest) -> Iterator[Product]:
    """The demo with the settings of the documentation; spans are sent twice a second."""
    report = request.config.pluginmanager.get_plugin(PLUGIN)
    assert isinstance(report, ResourceReport)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__TRACES__OTEL_ON", "True")
        patch.setenv("OTEL_TRACES_EXPORTER", "otlp_proto_http")
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
        patch.setenv("OTEL_SERVICE_NAME", "media-workflows")
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "500")
        with running_product(report, "demo") as product:
            yield product


def spans(collector: Receiver, workflow_id: str) -> dict[str, list[Span]]:
    """Those of the product that a collector has of a workflow, by name without the product's prefix."""
    found: dict[str, list[Span]] = {}
    for _, _, body in list(collector.requests):
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for span in (one for scope in resource.scope_spans for one in scope.spans):
                about = {each.key: each.value.string_value for each in span.attributes}
                if about.get(f"{tracing.SCOPE}.workflow") == workflow_id or "ffmpeg" in span.name:
                    found.setdefault(span.name.removeprefix(f"{tracing.SCOPE}."), []).append(span)
    return found


def test_a_run_is_one_trace_from_its_upload_to_its_delivery(
    traced: Product, collector: Receiver, tmp_path: Path
) -> None:
    workflow_id = traced.create("traced")
    traced.enable(workflow_id)
    traced.upload(Clips(tmp_path).plain, "traced/a.mp4")
    (run,) = traced.finished(workflow_id)
    assert run["state"] == "success"
    eventually(lambda: set(OF_A_RUN) | {"decision"} <= spans(collector, workflow_id).keys(), 60)
    found = spans(collector, workflow_id)
    assert len({span.trace_id for name in OF_A_RUN for span in found[name]}) == 1
    (step,), (event,) = found["step"], found["event"]
    assert {span.parent_span_id for name in ("ffmpeg", "publish") for span in found[name]} == {step.span_id}
    assert {span.parent_span_id for span in found["delivery"]} == {event.span_id}
