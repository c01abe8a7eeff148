"""Spans: their names, attributes and parents; and nothing at all where OpenTelemetry is not imported."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, StatusCode, TraceFlags, use_span

from media_workflows import tracing
from spans import about, exported

PACKAGE = Path(tracing.__file__).parent
AT = datetime(2026, 11, 30, 6, tzinfo=UTC)


def test_a_span_names_workflow_run_step_and_object() -> None:
    with (
        exported() as spans,
        tracing.span("step", workflow="wf_1", run="r1", step="hd", bucket="in", key="片.mp4", kind=""),
    ):
        pass
    step = spans.one("step")
    assert about(step) == {"workflow": "wf_1", "run": "r1", "step": "hd", "object": "in/片.mp4"}
    assert step.status.status_code is StatusCode.UNSET


def test_a_failure_marks_its_span() -> None:
    with exported() as spans, pytest.raises(ValueError, match="no"), tracing.span("step"):
        raise ValueError("no")
    assert spans.one("step").status.status_code is StatusCode.ERROR
    assert spans.one("step").events[0].name == "exception"


def test_another_process_goes_on_with_the_trace() -> None:
    with exported() as spans:
        with tracing.span("event"):
            handed_on = tracing.traceparent()
        with tracing.span("delivery", handed_on):
            tracing.past_span("upload", AT, AT + timedelta(seconds=5))
    event, delivery, upload = spans.one("event"), spans.one("delivery"), spans.one("upload")
    assert delivery.parent is not None
    assert (delivery.parent.trace_id, delivery.parent.span_id) == (event.context.trace_id, event.context.span_id)
    assert upload.context.trace_id == event.context.trace_id
    assert (upload.start_time, upload.end_time) == (1_796_018_400 * 10**9, 1_796_018_405 * 10**9)


def test_with_traces_off_nothing_is_handed_on() -> None:
    """Airflow gives each task a trace also then, which nothing exports."""
    airflow_s = SpanContext(trace_id=1, span_id=2, is_remote=True, trace_flags=TraceFlags(0))
    with use_span(NonRecordingSpan(airflow_s)), tracing.span("event"):
        assert tracing.traceparent() is None


def test_a_span_of_the_past_ends_after_its_begin() -> None:
    """The clocks of the storage and of this machine differ."""
    with exported() as spans:
        tracing.past_span("upload", AT, AT - timedelta(seconds=2))
    assert spans.one("upload").start_time == spans.one("upload").end_time


# What a process has that exports nothing: it does not import OpenTelemetry for spans.
_WITHOUT = """
import sys
from media_workflows import tracing
from datetime import datetime
with tracing.span("step", workflow="wf_1"):
    tracing.past_span("upload", datetime.now(), datetime.now())
    tracing.failed("no")
    assert tracing.traceparent() is None
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
"""


def test_without_opentelemetry_nothing_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", _WITHOUT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_module_imports_opentelemetry_when_it_is_imported() -> None:
    """So that parsing a DAG takes none of its time, beside what Airflow itself takes."""
    importing = {}
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        text = [ast.unparse(node) for node in imports if "opentelemetry" in ast.unparse(node)]
        if text:
            importing[str(file.relative_to(PACKAGE))] = [
                node for node in imports if node in tree.body and "opentelemetry" in ast.unparse(node)
            ]
    assert importing == {"tracing.py": []}
