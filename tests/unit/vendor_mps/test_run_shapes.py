"""A run in both shapes of the vendor: its event and its task detail have the same task."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from media_workflows.domain.notification import EventShape
from media_workflows.domain.request_context import RequestContext
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.run_shapes import TaskProgress, run_event, task_detail

BEGUN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUN = EventRun("wf_1", "w", "r1", revision=7)


@pytest.mark.parametrize(("shape", "name"), [("workflow_task", "WorkflowTask"), ("schedule_task", "ScheduleTask")])
def test_the_detail_has_the_task_of_the_event(shape: EventShape, name: str) -> None:
    event = run_event(RUN, shape)
    detail = task_detail(RUN, shape, TaskProgress("WAITING", BEGUN, None, None))
    assert event["EventType"] == detail["TaskType"] == name
    assert detail[name] == event[f"{name}Event"]
    assert event["MediaWorkflows"]["RunId"] == "r1"
    assert event["MediaWorkflows"]["Revision"] == 7


@pytest.mark.parametrize(("shape", "name"), [("workflow_task", "WorkflowTask"), ("schedule_task", "ScheduleTask")])
def test_a_run_is_in_progress_until_it_has_finished(shape: EventShape, name: str) -> None:
    ended = replace(RUN, finished_at=BEGUN)
    progress = TaskProgress("FINISH", BEGUN, BEGUN, BEGUN)
    shown = task_detail(ended, shape, progress, priority=3, context=RequestContext(id="s", text="t"))
    assert (shown["Status"], shown[name]["Status"]) == ("FINISH", "FINISH")
    assert (shown["CreateTime"], shown["BeginProcessTime"]) == ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")
    assert (shown["TasksPriority"], shown["SessionId"], shown["SessionContext"]) == (3, "s", "t")
    assert run_event(RUN, shape)[f"{name}Event"]["Status"] == "PROCESSING"
