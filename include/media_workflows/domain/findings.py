"""Findings of a run that a person may decide on: of review, recognition and quality control. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from media_workflows.domain.base import Model
from media_workflows.domain.features import Span
from media_workflows.domain.result import JobResult
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.analysis import QualityOutput
from media_workflows.domain.sub_tasks.content_review import ReviewOutput, Suggestion
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.domain.sub_tasks.recognition import FaceOutput, WordsOutput
from media_workflows.domain.sub_tasks.verdict import verdict

REVIEW = "content_review"
ID_LENGTH = 16


class Finding(Model):
    """A place in the source that a check found. `id` stays the same as long as the check finds the same.

    `type` is the check ('porn.ocr', 'face'), or the problem of picture or sound ('black', 'Blur'). `text` is what was
    found: words or a name. `asks`: it is of a review, which is open until a person has decided on it. `picture` is
    (bucket, key).
    """

    id: str
    step_id: str
    type: str
    start_s: float
    end_s: float
    text: str = ""
    label: str = ""
    confidence: float | None = None
    suggestion: Suggestion | None = None
    picture: tuple[str, str] | None = None
    asks: bool = False


class _Found(NamedTuple):
    type: str
    span: Span
    fields: dict[str, Any]


def findings_of(results: Iterable[JobResult]) -> list[Finding]:
    """The findings of these steps in the order of time. Full texts, tags and highlights are no findings."""
    findings = []
    for job in results:
        seen: Counter[str] = Counter()
        for found in (found for item in job.items for one in item.sub_tasks for found in _found(one)):
            id_ = _id(job, found, seen)
            span = {"start_s": found.span.start_s, "end_s": found.span.end_s}
            findings.append(Finding(id=id_, step_id=job.step.step_id, type=found.type, **span, **found.fields))
    return sorted(findings, key=lambda finding: (finding.start_s, finding.end_s, finding.id))


def machine_verdict(results: Iterable[JobResult]) -> Suggestion | None:
    """The verdict of all reviews of a run; None = it has none."""
    reviews = [one for job in results if job.kind == REVIEW for item in job.items for one in item.sub_tasks]
    return verdict(reviews) if reviews else None


def _id(job: JobResult, found: _Found, seen: Counter[str]) -> str:
    """Of the same finding twice, as of two faces without a position, each has its own."""
    fields = {name: value for name, value in found.fields.items() if name != "picture"}
    what = [*job.step, found.type, found.span.start_s, found.span.end_s, fields]
    text = json.dumps(what, sort_keys=True)
    seen[text] += 1
    return hashlib.sha256(f"{text}{seen[text]}".encode()).hexdigest()[:ID_LENGTH]


def _found(sub_task: SubTaskResult) -> Iterator[_Found]:
    output = sub_task.output
    if isinstance(output, ReviewOutput):
        yield from _of_review(sub_task.type, output)
    elif isinstance(output, FaceOutput | WordsOutput):
        yield from _of_recognition(sub_task.type, output)
    elif isinstance(output, QualityOutput):
        problems = {"black": output.black, "frozen": output.frozen, "silent": output.silent}
        yield from (_Found(name, span, {}) for name, spans in problems.items() for span in spans)
    elif isinstance(output, QualityControlOutput):
        for item in output.hits:
            yield from (_Found(item.type, one, {"confidence": one.confidence}) for one in item.segments)


def _of_review(type_: str, output: ReviewOutput) -> Iterator[_Found]:
    for one in output.segments:
        picture = (one.picture.bucket, one.picture.key) if one.picture else None
        fields = {"text": one.name or ", ".join(one.keywords), "label": one.label, "confidence": one.confidence}
        yield _Found(type_, one, {**fields, "suggestion": one.suggestion, "picture": picture, "asks": True})


def _of_recognition(type_: str, output: FaceOutput | WordsOutput) -> Iterator[_Found]:
    for result in output.results:
        text = result.keyword if hasattr(result, "keyword") else result.name
        label = next(iter(result.labels), "")
        for one in result.segments:
            yield _Found(type_, one, {"text": text, "label": label, "confidence": one.confidence})
