"""Spans of OpenTelemetry, where Airflow's switch `[traces] otel_on` is on; elsewhere nothing, at no cost.

Airflow imports OpenTelemetry and sets up its exporter in each of its processes. This module imports nothing: a process
that has no OpenTelemetry, as the command line, does not load it for spans that are not exported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

SCOPE = "media_workflows"  # of the tracer; the names of spans and attributes begin with it
_HEADER = "traceparent"  # W3C Trace Context
_NS = 1_000_000_000

Attributes = Mapping[str, str | int | float | None]


def attributes_of(
    *, workflow: str = "", run: str = "", step: str = "", bucket: str = "", key: str = "", **more: str | int | None
) -> dict[str, str | int]:
    """What a span is about, by the names that attributes have; what is not known is left out."""
    about = {"workflow": workflow, "run": run, "step": step, "object": f"{bucket}/{key}" if key else "", **more}
    return {f"{SCOPE}.{name}": value for name, value in about.items() if value not in ("", None)}


@contextmanager
def span(name: str, parent: str | None = None, **about: Any) -> Iterator[None]:
    """A span around what the context does, with `attributes_of(**about)`; an exception marks it as failed.

    `parent` is a traceparent; None = the present span.
    """
    tracer = _tracer()
    if tracer is None:
        yield
        return
    context = _context(parent) if parent else None
    with tracer.start_as_current_span(f"{SCOPE}.{name}", context=context, attributes=attributes_of(**about)):
        yield


def failed(message: str) -> None:
    """The present span is that of something that failed, without an exception."""
    if _tracer() is None:
        return
    from opentelemetry.trace import Status, StatusCode, get_current_span

    get_current_span().set_status(Status(StatusCode.ERROR, message))


def past_span(name: str, begun_at: datetime, ended_at: datetime, **about: Any) -> None:
    """A span of what happened before, with `attributes_of(**about)`, as a child of the present span."""
    tracer = _tracer()
    if tracer is not None:
        begun = tracer.start_span(
            f"{SCOPE}.{name}", attributes=attributes_of(**about), start_time=_nanoseconds(begun_at)
        )
        begun.end(end_time=max(_nanoseconds(begun_at), _nanoseconds(ended_at)))


def traceparent() -> str | None:
    """The present span, for another process to go on with; None = there is none that is exported."""
    if _tracer() is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get(_HEADER)


def _tracer() -> Any:
    """None = this process exports no spans: it has not imported OpenTelemetry, or nothing has set it up."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return None
    provider = trace.get_tracer_provider()
    return None if isinstance(provider, trace.ProxyTracerProvider) else provider.get_tracer(SCOPE)


def _context(parent: str) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({_HEADER: parent})


def _nanoseconds(at: datetime) -> int:
    """Since the epoch."""
    return int(at.timestamp() * _NS)
