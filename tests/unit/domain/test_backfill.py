"""Filters and states of backfills."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.backfill import BackfillFilters, BackfillState, state_after
from media_workflows.domain.base import parsed_request
from media_workflows.errors import ConflictError, InvalidRequestError

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filters", "accepted"),
    [
        ({}, True),
        ({"formats": ["MP4"]}, True),
        ({"formats": ["mov"]}, False),
        ({"formats": ["*"]}, True),
        ({"min_bytes": 100, "max_bytes": 100}, True),
        ({"min_bytes": 101}, False),
        ({"max_bytes": 99}, False),
        ({"modified_after": NOON}, True),
        ({"modified_after": NOON + timedelta(seconds=1)}, False),
        ({"modified_before": NOON}, False),
        ({"modified_before": NOON + timedelta(seconds=1)}, True),
    ],
)
def test_every_filter_must_match(filters: dict[str, Any], accepted: bool) -> None:
    assert BackfillFilters(**filters).accept("in/a.mp4", 100, NOON) is accepted


@pytest.mark.parametrize(
    "filters",
    [
        {"min_bytes": 2, "max_bytes": 1},
        {"modified_after": NOON, "modified_before": NOON},
        {"modified_after": NOON.replace(tzinfo=None)},
        {"formats": ["m/4"]},
        {"select": "some"},
    ],
)
def test_filters_that_can_match_nothing_are_refused(filters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BackfillFilters(**filters)


@pytest.mark.parametrize(
    ("filters", "problem"),
    [
        ({"min_bytes": 2, "max_bytes": 1}, "min_bytes: got 2; must not be greater than max_bytes"),
        ({"modified_after": NOON, "modified_before": NOON}, "modified_after: got datetime.datetime(2026, 11, 1"),
        ({"modified_before": "2026-11-01T12:00"}, "modified_before: got '2026-11-01T12:00'; must be a time with its z"),
        ({"modified_before": "soon"}, "modified_before: got 'soon'; must be a time with its zone, as in 2026-01-31T1"),
        ([], "(whole request): got []; must be an object"),
    ],
)
def test_what_is_wrong_with_filters_is_named_by_their_fields(filters: Any, problem: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        parsed_request(BackfillFilters, filters)
    assert problem in str(raised.value)


CHANGES = {
    ("start", "ready"): "running",
    ("pause", "running"): "paused",
    ("resume", "paused"): "running",
    **{("cancel", state): "cancelled" for state in ("counting", "ready", "running", "paused")},
}


@pytest.mark.parametrize("state", [state.value for state in BackfillState])
@pytest.mark.parametrize("action", ["start", "pause", "resume", "cancel"])
def test_states(action: Any, state: str) -> None:
    if after := CHANGES.get((action, state)):
        assert state_after(action, BackfillState(state)) == after
    else:
        with pytest.raises(ConflictError, match=f"the backfill is {state}: {action} is possible only while"):
            state_after(action, BackfillState(state))
