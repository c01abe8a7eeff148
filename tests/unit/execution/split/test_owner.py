"""What helpers spent on chunks counts, however the split ended."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from media_workflows.domain.split import ChunkState
from media_workflows.execution.split.owner import _Making
from media_workflows.execution.usage_meter import UsageMeter
from media_workflows.media.jobs.split.not_split import NotSplitError


def making(states: Any) -> tuple[Any, SimpleNamespace]:
    said: list[str] = []
    step = SimpleNamespace(meter=UsageMeter(), log=said.append, said=said)
    made: Any = _Making(step, SimpleNamespace(split=SimpleNamespace(id=1)))  # type: ignore[arg-type]
    made.states, made.own = states, {0: Path("own.mp4")}
    return made, step


def chunks() -> list[ChunkState]:
    return [ChunkState(number=number, length_s=2, cpu_s=10.0**number) for number in range(3)]


def test_of_one_that_ended_as_one_encode() -> None:
    made, step = making(chunks)
    with pytest.raises(NotSplitError), made.helpers_counted():
        raise NotSplitError("failed")
    assert step.meter.helpers_cpu_s == 110  # not the chunk of its own process, whose time is that of the process


def test_of_one_that_was_put_together() -> None:
    made, step = making(chunks)
    with made.helpers_counted():
        assert step.meter.helpers_cpu_s == 0
    assert step.meter.helpers_cpu_s == 110


def test_an_outage_does_not_hide_what_ended_the_split() -> None:
    def away() -> list[ChunkState]:
        raise OperationalError("", {}, Exception("the database is starting up"))

    made, step = making(away)
    with pytest.raises(NotSplitError), made.helpers_counted():
        raise NotSplitError("failed")
    (line,) = step.said
    assert "is not counted" in line
    assert "the database is starting up" in line
