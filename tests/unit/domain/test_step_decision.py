"""Decisions on steps as they are read in logs and in Airflow."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from media_workflows.domain.conditions.variables import Value
from media_workflows.domain.step_decision import StepDecision, shown_value


def decision(**parts: Any) -> StepDecision:
    return StepDecision(step_id="hd", decided_at=datetime(2026, 1, 1, tzinfo=UTC), **parts)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"condition": "source.width > 1000", "values": {"source.width": 640}, "skipped": "condition"},
            "skipped, as its condition is false: source.width > 1000 (source.width = 640)",
        ),
        (
            {"condition": "a || b", "values": {"a": True, "b": None}},
            "runs, as its condition is true: a || b (a = true, b = unknown)",
        ),
        ({"condition": "true"}, "runs, as its condition is true: true"),
        ({"skipped": "no_input", "input": "big"}, "skipped: the step 'big' made nothing that this one could read"),
    ],
)
def test_messages(parts: dict[str, Any], message: str) -> None:
    made = decision(**parts)
    assert made.message == message
    assert StepDecision.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "unknown"), (True, "true"), (1 / 3, "0.333333"), (7, "7"), ("h264", "'h264'"), (["a", "b"], "['a', 'b']")],
)
def test_values(value: Value | None, text: str) -> None:
    assert shown_value(value) == text
