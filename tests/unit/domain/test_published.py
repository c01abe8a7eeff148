"""Results whose outputs get another place."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.action_result import ActionOutput, ActionResult
from media_workflows.domain.published import Publication, copies_not_published, not_published
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, now
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import Picture, ReviewOutput, ReviewSegment
from media_workflows.domain.sub_tasks.recognition import AsrFullTextOutput
from media_workflows.errors import NotPublishedError

WAITING, LAST = ("b", "_unpublished/x/a.vtt"), ("b", "a.vtt")
ERROR = NotPublishedError("why")
PUBLICATION = Publication({WAITING: (LAST, "new")}, lambda place: Picture(bucket=place[0], key=place[1], url="signed"))


def output(key: str) -> OutputRecord:
    return OutputRecord(bucket="b", key=key, size_bytes=1, md5="m", etag="old")


def job(key: str = WAITING[1]) -> JobResult:
    segment = ReviewSegment(
        start_s=0, end_s=1, confidence=1, suggestion="block", moment_s=0, picture=Picture(bucket="b", key=key)
    )
    found: tuple[Any, ...] = (
        ReviewOutput(suggestion="block", confidence=1, duration_s=1, segments=(segment,)),
        AsrFullTextOutput(subtitle=("b", key)),
    )
    checks = tuple(SubTaskResult(type="t", status="SUCCESS", output=one) for one in found)
    item = ItemResult(item={}, definition=1, status="SUCCESS", outputs=(output(key), output("other")), sub_tasks=checks)
    return JobResult(kind="k", begun_at=now(), finished_at=now(), source=None, items=(item,))


def places(result: JobResult) -> tuple[Any, Any]:
    review, text = (one.output for one in result.items[0].sub_tasks)
    assert isinstance(review, ReviewOutput)
    assert isinstance(text, AsrFullTextOutput)
    return review.segments[0].picture, text.subtitle


def test_outputs_and_findings_get_their_new_places() -> None:
    moved = PUBLICATION.of_job(job())
    assert [(one.key, one.etag) for one in moved.items[0].outputs] == [("a.vtt", "new"), ("other", "old")]
    assert places(moved) == (Picture(bucket="b", key="a.vtt", url="signed"), LAST)
    assert PUBLICATION.of_job(job("elsewhere")) == job("elsewhere")
    assert PUBLICATION.moved(output("other")) is None


def test_what_was_removed_is_a_failure_that_keeps_its_findings() -> None:
    removed = not_published(job(), "_unpublished/x/", ERROR)
    (item,) = removed.items
    assert (item.status, item.code, item.message, item.outputs) == ("FAIL", ERROR.code, "why", ())
    assert places(removed) == (None, None)
    assert not_published(job("elsewhere"), "_unpublished/x/", ERROR) == job("elsewhere")


def test_copies() -> None:
    copied = ActionOutput(bucket="b", key=WAITING[1], size_bytes=1, etag="old")
    result = ActionResult(step_id="s", kind="copy", begun_at=now(), finished_at=now(), outputs=(copied,))
    assert PUBLICATION.of_action(result).outputs[0].key == "a.vtt"
    removed = copies_not_published(result, "_unpublished/x/", ERROR)
    assert (removed.status, removed.message, removed.outputs) == ("FAIL", "why", ())
    assert copies_not_published(result, "elsewhere/", ERROR) == result
