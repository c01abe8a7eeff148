"""The spans of the product in a test, as an exporter gets them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from media_workflows import tracing


class Spans:
    """What was exported, and a tracer as Airflow's."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracer: Tracer = provider.get_tracer("airflow")
        self.product_tracer: Tracer = provider.get_tracer(tracing.SCOPE)

    def all(self, name: str) -> list[ReadableSpan]:
        """Those of a name, without the product's prefix, in the order in which they ended."""
        return [span for span in self._exporter.get_finished_spans() if span.name == f"{tracing.SCOPE}.{name}"]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.all(name)
        return span


@contextmanager
def exported() -> Iterator[Spans]:
    """Traces are on in this process, which can have one provider only: so not by OpenTelemetry's global one."""
    spans = Spans()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracing, "_tracer", lambda: spans.product_tracer)
        yield spans


def about(span: ReadableSpan) -> dict[str, object]:
    """The product's attributes of a span, without their prefix."""
    prefix = f"{tracing.SCOPE}."
    return {name.removeprefix(prefix): value for name, value in (span.attributes or {}).items()}
