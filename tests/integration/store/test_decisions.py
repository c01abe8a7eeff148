"""Decisions on steps and properties of sources in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from media_workflows.domain.conditions.source import SourceProperties
from media_workflows.domain.media_info import MediaInfo, VideoStream
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.step_key import StepKey
from media_workflows.store import decisions as store
from media_workflows.store.engine import transaction

pytestmark = pytest.mark.usefixtures("database")
HD, SD = StepKey("wf_1", "r1", "hd"), StepKey("wf_1", "r1", "sd")


def do(function: Callable[..., Any], *arguments: Any) -> Any:
    with transaction() as session:
        return function(session, *arguments)


def decision(step_id: str, **parts: Any) -> StepDecision:
    return StepDecision(step_id=step_id, decided_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), **parts)


def test_decisions_read_back() -> None:
    values: dict[str, Any] = {"source.width": 640, "source.languages": ["zho"], "source.fps": None, "run.forced": True}
    false = decision("hd", skipped="condition", condition="source.width > 1000", values=values)
    no_input = decision("sd", skipped="no_input", input="hd")
    do(store.record_decision, HD, false)
    do(store.record_decision, SD, no_input)
    do(store.record_decision, StepKey("wf_1", "r2", "hd"), decision("hd", condition="true"))
    assert do(store.decisions_of_run, "wf_1", "r1") == {"hd": false, "sd": no_input}
    assert do(store.decisions_of_run, "wf_2", "r1") == {}


def test_a_new_try_forgets_its_steps_decision_only() -> None:
    for key in (HD, SD):
        do(store.record_decision, key, decision(key.step_id, condition="true"))
    with pytest.raises(IntegrityError):
        do(store.record_decision, HD, decision("hd"))
    do(store.forget_decision, HD)
    assert list(do(store.decisions_of_run, "wf_1", "r1")) == ["sd"]
    do(store.record_decision, HD, decision("hd"))


def test_a_retry_forgets_earlier_decisions() -> None:
    for key in (HD, SD):
        do(store.record_decision, key, decision(key.step_id))
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    do(store.forget_decisions, "wf_1", "r1", ["hd"], at)
    assert set(do(store.decisions_of_run, "wf_1", "r1")) == {"hd", "sd"}
    do(store.forget_decisions, "wf_1", "r1", ["hd"], at + timedelta(seconds=1))
    assert set(do(store.decisions_of_run, "wf_1", "r1")) == {"sd"}


def test_properties_of_a_source_are_those_of_its_content() -> None:
    video = VideoStream(
        index=0, codec="h264", width=640, height=360, display_width=640, display_height=360, rotation=0, fps=25.0,
        is_vfr=False, pixel_format="yuv420p", bit_depth=8, hdr="",
    )  # fmt: skip
    info = MediaInfo(container="mp4", duration_s=2.0, size_bytes=9, bitrate_bps=36, video=video)
    head = SourceProperties("in/片.mp4", 9, {"title": "x"})
    full = SourceProperties("in/片.mp4", 9, {"title": "x"}, tags={"a": "b"}, info=info)
    assert do(store.source_properties, "wf_1", "r1", "e1") is None
    for properties in (head, full):
        do(store.keep_source_properties, "wf_1", "r1", "e1", properties)
        assert do(store.source_properties, "wf_1", "r1", "e1") == properties
    assert do(store.source_properties, "wf_1", "r1", "e2") is None
    do(store.keep_source_properties, "wf_1", "r1", "e2", head)
    assert do(store.source_properties, "wf_1", "r1", "e1") is None
