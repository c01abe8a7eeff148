"""The caller's context in events."""

from __future__ import annotations

import json

import pytest

from event_examples import EXAMPLES
from event_schema import BODIES
from media_workflows.domain.request_context import NO_CONTEXT, RequestContext
from media_workflows.vendor_mps.event import with_context

# An envelope; the form without our fields; an add-on that joins later, or fails to, has no request.
NO_RUNS = ("cloud-event", "cos", "track", "track-failed")


@pytest.mark.parametrize("name", sorted(file.name for file in EXAMPLES.glob("*.json") if file.stem not in NO_RUNS))
def test_events_with_a_context_fit_the_schema(name: str) -> None:
    event = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    found = with_context(event, RequestContext(id="order-7", text="两", tags={"team": "news"}))
    BODIES.validate(found)
    assert (found["SessionId"], found["SessionContext"]) == ("order-7", "两")
    assert found["MediaWorkflows"]["Tags"] == {"team": "news"}


def test_without_a_context_nothing_changes() -> None:
    event = {"SessionId": "", "SessionContext": "", "MediaWorkflows": {"RunId": "r"}}
    assert with_context(event, NO_CONTEXT) == event
