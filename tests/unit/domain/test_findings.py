"""Findings of a run, their ids, and what may be decided on them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from definitions import graph
from media_workflows.domain.findings import findings_of, machine_verdict
from media_workflows.domain.result import ItemResult, JobResult
from media_workflows.domain.run_review import FindingDecision, asks_about_review, require_decidable, reviewed
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import Picture, ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput, QualityItem, QualitySegment
from media_workflows.domain.sub_tasks.recognition import FoundSegment, WordResult, WordsOutput
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import ConflictError

AT = datetime(2026, 1, 1, tzinfo=UTC)
SEGMENT = ReviewSegment(start_s=4, end_s=5, moment_s=4.5, confidence=80, suggestion="review", keywords=("a", "b"))
WORDS = WordsOutput(results=(WordResult(keyword="w", segments=(FoundSegment(start_s=1, end_s=2, confidence=90),)),))
BLUR = QualityItem(type="blur", hit=True, segments=(QualitySegment(start_s=0, end_s=9),))


def job(kind: str, *sub_tasks: SubTaskResult) -> JobResult:
    item = ItemResult(item={}, definition=0, status="SUCCESS", sub_tasks=sub_tasks)
    return JobResult(kind=kind, begun_at=AT, finished_at=AT, source=None, items=(item,))


def review(*segments: ReviewSegment) -> JobResult:
    output = ReviewOutput(suggestion="review", confidence=80, duration_s=9, segments=segments)
    return job("content_review", SubTaskResult(type="prohibited.ocr", status="SUCCESS", output=output))


def test_findings_of_all_jobs_in_the_order_of_time() -> None:
    words = job("recognition", SubTaskResult(type="ocr_words", status="SUCCESS", output=WORDS))
    control = QualityControlOutput(duration_s=9, no_video=False, no_audio=False, items=(BLUR,))
    quality = job("quality_control", SubTaskResult(type="quality", status="SUCCESS", output=control))
    found = findings_of([review(SEGMENT), words, quality])
    assert [(one.type, one.text, one.asks) for one in found] == [
        ("blur", "", False),
        ("ocr_words", "w", False),
        ("prohibited.ocr", "a, b", True),
    ]
    assert [one.step_id for one in found] == ["quality_control", "recognition", "content_review"]


def test_an_id_is_that_of_what_was_found() -> None:
    """A new link to the picture is the same finding; another confidence is another one; twice the same are two."""
    pictured = SEGMENT.model_copy(update={"picture": Picture(bucket="out", key="a.jpg", url="https://s3/1")})
    (one,), (same,) = findings_of([review(SEGMENT)]), findings_of([review(pictured)])
    assert one.id == same.id
    assert same.picture == ("out", "a.jpg")
    (other,) = findings_of([review(SEGMENT.model_copy(update={"confidence": 81}))])
    assert other.id != one.id
    assert len({finding.id for finding in findings_of([review(SEGMENT, SEGMENT)])}) == 2


def test_the_verdict_of_the_checks() -> None:
    assert machine_verdict([job("recognition")]) is None
    assert machine_verdict([review(SEGMENT)]) == "review"
    failed = SubTaskResult(type="porn.image", status="FAIL", code="c", message="no model")
    assert machine_verdict([job("content_review", failed)]) == "review"


def test_a_run_passes_when_its_findings_have() -> None:
    findings = findings_of([review(SEGMENT, SEGMENT)])
    passed, blocked = (FindingDecision(verdict=verdict, note="", by="me", at=AT) for verdict in ("pass", "block"))
    first, second = (one.id for one in findings)
    require_decidable("r", "block", reviewed(findings, {}))
    require_decidable("r", "pass", reviewed(findings, {first: passed, second: passed}))
    with pytest.raises(ConflictError, match="findings without a decision: 1"):
        require_decidable("r", "pass", reviewed(findings, {first: passed}))
    with pytest.raises(ConflictError, match="blocked findings: 1"):
        require_decidable("r", "pass", reviewed(findings, {first: passed, second: blocked}))


def test_questions_about_a_review() -> None:
    review_step = {"id": "check", "content_review": {"parameters": {"prohibited": {"ocr": {}}}}}
    ask = {"id": "ask", "approval": {"message": "Publish?"}, "after": ["check"]}
    other = {"id": "other", "approval": {"message": "Go on?"}}
    workflow = parse_workflow(graph(review_step, ask, other))
    assert [asks_about_review(workflow, id_) for id_ in ("ask", "other", "check", "gate")] == [
        True,
        False,
        False,
        False,
    ]
