"""`EventRun`: a run as its events and its task detail show it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from media_workflows.domain.result import JobResult, RequestedSource, SourceObject
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.workflow import Workflow
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob


@dataclass(frozen=True)
class EventRun:
    """A run of a workflow; in progress while `finished_at` is None. Times have a zone.

    `results` are also the failed stand-ins of steps that left none, `region` is that of both buckets, `requested`
    stands for the source of a run that has none. A test event has no workflow.
    """

    workflow_id: str
    workflow_name: str
    run_id: str
    revision: int
    workflow: Workflow | None = None
    source: SourceObject | None = None
    results: Sequence[JobResult] = ()
    unfinished: Sequence[UnfinishedJob] = ()
    decisions: Mapping[str, StepDecision] = field(default_factory=dict)
    error: RunError | None = None
    finished_at: datetime | None = None
    region: str = ""
    requested: RequestedSource | None = None

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None
