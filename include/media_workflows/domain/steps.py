"""The steps of a workflow and their order. Each step is an Airflow task of the same id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from media_workflows.domain.jobs import INTELLIGENCE_KINDS, JOB_KINDS, Jobs
from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.features import FEATURES, features_item
from media_workflows.domain.step_key import StepInstance

UPLOAD, GATE, NOTIFY = "upload", "gate", "notify"


@dataclass(frozen=True)
class Step:
    """A step of a workflow. `kind` is a job kind, or equal to the id for upload, features, gate and notify."""

    id: str
    kind: str
    after: tuple[str, ...]


@dataclass(frozen=True)
class JobStep:
    """A step that makes what the workflow's author asked for: the items of one job."""

    id: str
    kind: str
    items: tuple[JobItem[Any], ...]

    @property
    def instance(self) -> StepInstance:
        return StepInstance(self.id)


def job_steps(jobs: Jobs) -> tuple[JobStep, ...]:
    """The steps that run these jobs, in the order of declaration. Each kind has one, whose id is the kind."""
    return tuple(JobStep(kind, kind, tuple(items)) for kind, items in jobs.by_kind())


def steps_of(jobs: Jobs) -> tuple[Step, ...]:
    """All steps of a workflow with these resolved jobs, in topological order."""
    return tuple(_steps(jobs))


def _steps(jobs: Jobs) -> Iterator[Step]:
    kinds = [kind for kind, _ in jobs.by_kind()]
    has_features, has_gate = features_item(jobs) is not None, jobs.gate is not None
    yield Step(UPLOAD, UPLOAD, ())
    if has_features:
        yield Step(FEATURES, FEATURES, (UPLOAD,))
    if has_gate:  # everything but the review waits for it
        yield Step("content_review", "content_review", (FEATURES,))
        yield Step(GATE, GATE, ("content_review",))
        kinds.remove("content_review")
    for kind in sorted(kinds, key=lambda kind: (kind not in INTELLIGENCE_KINDS, JOB_KINDS.index(kind))):
        first = GATE if has_gate else FEATURES if kind in INTELLIGENCE_KINDS else UPLOAD
        yield Step(kind, kind, (first, *_recognition_before(kind, jobs)))
    gate = (GATE,) if has_gate else ()
    yield Step(NOTIFY, NOTIFY, (*(kind for kind, _ in jobs.by_kind()), *gate))


def _recognition_before(kind: str, jobs: Jobs) -> tuple[str, ...]:
    """The recognition step, if a ladder takes its subtitles from it."""
    reads = kind == "adaptive_dynamic_streaming" and bool(jobs.recognition)
    return ("recognition",) if reads and any(item.uses_recognition for item in jobs.adaptive_dynamic_streaming) else ()
