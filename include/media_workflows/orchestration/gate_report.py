"""What a person sees who has to decide: the source and the places found, as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from media_workflows.domain.result import ItemResult
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, ReviewSegment

MAX_SHOWN = 20  # places of each check


def review_report(review: ItemResult, source: str) -> str:
    """`source` is 'bucket/key' of the reviewed object."""
    lines = [f"Source: `{source}`", ""]
    for check in review.sub_tasks:
        lines += _lines(check)
    return "\n".join(lines)


def _lines(check: SubTaskResult) -> Iterator[str]:
    if not isinstance(check.output, ReviewOutput):
        yield f"- **{check.type}** was not checked: {check.message}"
        return
    if check.output.suggestion == "pass":
        return
    yield f"- **{check.type}**: {check.output.suggestion}"
    segments = check.output.segments
    yield from (f"    - {_place(segment)}" for segment in segments[:MAX_SHOWN])
    if len(segments) > MAX_SHOWN:
        yield f"    - and {len(segments) - MAX_SHOWN} more"


def _place(segment: ReviewSegment) -> str:
    what = ", ".join(filter(None, [segment.name, segment.label, *(f"“{word}”" for word in segment.keywords)]))
    picture = f" ([picture]({segment.picture.url}))" if segment.picture and segment.picture.url else ""
    return f"{segment.start_s:.1f} s to {segment.end_s:.1f} s: {what}, {segment.confidence:.0f} %{picture}"
