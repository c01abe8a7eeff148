"""What a budget's estimate reads of the source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from definitions import graph
from media_workflows.domain.conditions.source import SourceProperties
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import MediaError
from media_workflows.execution import budget
from media_workflows.execution.running_step import Resources

PROPERTIES = SourceProperties("a.mp4", 1)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that are read."""
    found: list[str] = []

    def properties_of(_running: Any, names: Sequence[str]) -> SourceProperties:
        found.extend(names)
        return PROPERTIES

    monkeypatch.setattr(budget, "RunningStep", lambda *_: None)
    monkeypatch.setattr(budget, "source_properties_of", properties_of)
    return found


def source_of(when: str) -> SourceProperties | None:
    step = {"id": "a", "transcode": {"template": 100010}, "when": when}
    request: Any = None
    return budget._source(parse_workflow(graph(step)), request, Resources(clients=request, log=print))


def test_tags_are_read_where_a_condition_asks_for_them(read: list[str]) -> None:
    assert source_of("source.tags['kind'] == 'film'") == PROPERTIES
    assert read == ["source.duration_s", "source.tags"]


def test_else_they_are_not(read: list[str]) -> None:
    source_of("source.width > 100")
    assert read == ["source.duration_s"]


def test_what_is_no_media_file_has_no_estimate(read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise MediaError("no media file")

    monkeypatch.setattr(budget, "source_properties_of", fails)
    assert source_of("") is None
