"""Events of runs that tests make with real jobs: the schema and the vendor's SDK take each of them, in every form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from event_schema import BODIES
from media_workflows.domain.notification import EventShape, WorkflowTarget
from media_workflows.domain.result import JobResult
from media_workflows.domain.run import Run
from media_workflows.notifications.outbox import finish_in
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.vendor_mps.event_storage import in_cos_form
from vendor_walker_events import problems_of_event

Json = dict[str, Any]


def checked_events(run: Run, unfinished: Sequence[JobResult] = ()) -> list[Json]:
    """The bodies of a run's events, in order; the run ends here, in both shapes. `unfinished` as in the outbox."""
    with transaction() as session:
        *others, ended = [json.loads(finish_in(session, shaped, unfinished).body) for shaped in _in_each_shape(run)]
        stored = [json.loads(event.body) for event in events_of_run(session, run.workflow_id, run.run_id)]
    changes = [body for body in stored if body["MediaWorkflows"]["EventId"] != ended["MediaWorkflows"]["EventId"]]
    for body in (*changes, *others, ended):
        BODIES.validate(body)
        assert problems_of_event(body) == []
        assert problems_of_event(in_cos_form(body)) == []
    return [*changes, ended]


def _in_each_shape(run: Run) -> list[Run]:
    """The run with its own shape of the event last."""
    target = run.workflow.notification
    assert isinstance(target, WorkflowTarget)
    shapes = sorted(get_args(EventShape), key=lambda shape: shape == run.workflow.event)
    targets = [target.model_copy(update={"event": shape}) for shape in shapes]
    return [replace(run, workflow=run.workflow.model_copy(update={"notification": one})) for one in targets]
