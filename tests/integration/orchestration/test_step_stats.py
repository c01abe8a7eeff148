"""What steps used, as Airflow passes it to the client of its metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics import stats_utils

from media_workflows.domain.result import ItemResult, JobResult, now
from media_workflows.domain.usage import Usage
from media_workflows.orchestration.step_stats import PREFIX, STATS, count_step

ROOT = Path(__file__).parents[3]


class Received:
    """In place of the client of StatsD or OpenTelemetry: what it would send."""

    def __init__(self) -> None:
        self.counts: list[tuple[Any, ...]] = []
        self.times: list[tuple[Any, ...]] = []

    def incr(self, stat: str, count: int = 1, *, tags: dict[str, str]) -> None:
        self.counts.append((stat, count, tags))

    def timing(self, stat: str, dt: timedelta, *, tags: dict[str, str]) -> None:
        self.times.append((stat, dt.total_seconds(), tags))


@pytest.fixture
def received() -> Iterator[Received]:
    client = Received()
    stats.initialize(factory=lambda: client, export_legacy_names=True)  # type: ignore[arg-type, return-value]
    yield client
    stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=False)


def result(*items: ItemResult, usage: Usage | None) -> JobResult:
    common: Any = {"begun_at": now(), "finished_at": now(), "source": None}
    return JobResult(kind="transcode", step_id="hd", items=items, usage=usage, **common)


def test_a_step_is_counted_once_with_what_it_used(received: Received) -> None:
    made = ItemResult(item={}, definition=1, status="SUCCESS")
    failed = ItemResult(item={}, definition=1, status="FAIL")
    usage = Usage(cpu_s=2.5, wall_s=1.5, bytes_in=10, bytes_out=20)
    count_step(result(made, made, made.model_copy(update={"reused": "r"}), failed, usage=usage))
    kind = {"kind": "transcode"}
    assert received.counts == [
        ("media_workflows.step.ended", 1, {"kind": "transcode", "status": "FAIL"}),
        ("media_workflows.step.items_made", 2, kind),
        ("media_workflows.step.items_reused", 1, kind),
        ("media_workflows.step.bytes_in", 10, kind),
        ("media_workflows.step.bytes_out", 20, kind),
    ]
    assert received.times == [("media_workflows.step.wall", 1.5, kind), ("media_workflows.step.cpu", 2.5, kind)]
    sent = {name for name, *_ in (*received.counts, *received.times)}
    assert sent == {PREFIX + stat.name for stat in STATS}


def test_nothing_is_sent_of_what_is_not_known(received: Received) -> None:
    """The result of a version that did not record what a step used."""
    count_step(result(ItemResult(item={}, definition=1, status="SUCCESS"), usage=None))
    assert (len(received.counts), received.times) == (2, [])


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_table_is_that_of_the_code(language: str) -> None:
    text = (ROOT / "docs" / language / "monitoring.md").read_text(encoding="utf-8")
    written = re.findall(r"^\| `media_workflows\.([^`]+)` \| (counter|timer) \| (.*) \|$", text, re.M)
    assert [row[:2] for row in written] == [(stat.name, stat.type) for stat in STATS]
    if not language:
        assert [help_ for _, _, help_ in written] == [stat.help for stat in STATS]
