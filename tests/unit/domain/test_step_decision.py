"""Decisions on steps as they are read in logs and in Airflow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from media_workflows.domain.conditions.variables import Value
from media_workflows.domain.step_decision import SENTENCES, StepDecision, shown_value

PAGES = Path(__file__).parents[3] / "plugins/media_workflows_plugin/www/src"


def decision(**parts: Any) -> StepDecision:
    return StepDecision(step_id="hd", decided_at=datetime(2026, 1, 1, tzinfo=UTC), **parts)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"condition": "source.width > 1000", "values": {"source.width": 640}, "skipped": "condition"},
            "Skipped, as its condition is false: source.width > 1000 (source.width = 640)",
        ),
        (
            {"condition": "a || b", "values": {"a": True, "b": None}},
            "Runs, as its condition is true: a || b (a = true, b = unknown)",
        ),
        ({"condition": "true"}, "Runs, as its condition is true: true"),
        (
            {"skipped": "no_input", "input": "big"},
            "Skipped, as step “big” made nothing that it could read.",
        ),
        ({"skipped": "rejected", "rejected": "ask", "rejected_by": "mia"}, "Skipped, as mia rejected “ask”."),
    ],
)
def test_messages(parts: dict[str, Any], message: str) -> None:
    made = decision(**parts)
    assert made.message == message
    assert StepDecision.model_validate_json(made.model_dump_json()) == made


def test_the_sentences_are_those_of_the_pages() -> None:
    texts = json.loads((PAGES / "i18n/en.json").read_text(encoding="utf-8"))
    assert {key: texts[f"run.{key}"] for key in SENTENCES} == SENTENCES


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "unknown"), (True, "true"), (1 / 3, "0.333333"), (7, "7"), ("h264", "'h264'"), (["a", "b"], "['a', 'b']")],
)
def test_values(value: Value | None, text: str) -> None:
    assert shown_value(value) == text
