"""The ScheduleTask event: results in the order of nodes, the branches that rules chose, and the public SDK reads it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tencentcloud.mps.v20190612 import models

from event_findings_examples import findings, found
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject, item_failure
from media_workflows.domain.step_decision import SkipReason, StepDecision
from media_workflows.domain.steps import job_steps
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.errors import ConditionError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.run_shapes import TaskProgress, task_detail
from media_workflows.vendor_mps.schedule_event import schedule_task_event
from schedules import ELEVEN, RULES, imported, node, rule, schedule, trans
from vendor_walker_events import problems_of_answer, problems_of_event

BEGUN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOURCE = SourceObject(bucket="media-input", key="in/a.mp4", etag="e", size_bytes=5)
REVIEW = {"id": "check", "content_review": [{"template": 10}]}
WORDS = {"id": "words", "recognition": [{"template": 10}], "after": ["check"]}
TAGS = {"id": "tags", "analysis": [{"template": 10}], "after": ["check"]}


def prepared(data: dict[str, Any]) -> Workflow:
    return resolved(imported(data), PRESET_LIBRARY)


def own(*steps: dict[str, Any]) -> Workflow:
    data = {"name": "own", "trigger": {"bucket": "media-input"}, "steps": list(steps)}
    return resolved(parse_workflow(data), PRESET_LIBRARY)


def made(workflow: Workflow, *ids: str) -> list[JobResult]:
    """Results of these steps, each with one file; of review, recognition and analysis with what was found."""
    answers = findings({})
    results = []
    for step in job_steps(workflow):
        if step.id not in ids:
            continue
        (item,) = step.items
        output = OutputRecord(bucket="out", key=f"out/{step.id}.mp4", size_bytes=7, md5="m", etag="e")
        one = ItemResult(
            item=item.model_dump(mode="json"), definition=item.definition, status="SUCCESS", outputs=(output,)
        )
        if step.kind in answers:
            one = found(answers[step.kind])
        results.append(_job(step.id, step.kind, one))
    return results


def _job(id_: str, kind: str, item: ItemResult) -> JobResult:
    return JobResult(step_id=id_, kind=kind, begun_at=BEGUN, finished_at=BEGUN, source=None, items=(item,))


def decided(**steps: SkipReason | None) -> dict[str, StepDecision]:
    return {id_: StepDecision(step_id=id_, skipped=skipped, decided_at=BEGUN) for id_, skipped in steps.items()}


def event(workflow: Workflow, results: list[JobResult], **more: Any) -> dict[str, Any]:
    return schedule_task_event(run_of(workflow, results, **more))


def run_of(workflow: Workflow, results: list[JobResult], **more: Any) -> EventRun:
    run: dict[str, Any] = {"workflow_id": "wf_1", "workflow_name": workflow.name, "run_id": "r1", "revision": 1}
    run |= {"source": SOURCE, "finished_at": BEGUN, "workflow": workflow, "results": results}
    return EventRun(**(run | more))


def entries(body: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(ActivityType, task key, task) of each result."""
    return [
        (one["ActivityType"], key, task)
        for one in body["ScheduleTaskEvent"]["ActivityResultSet"]
        for key, task in one["ActivityResItem"].items()
        if task is not None
    ]


def chosen(body: dict[str, Any]) -> Iterator[Any]:
    for type_, key, task in entries(body):
        if type_ == "ExecRule":
            assert key == "ExecRuleTask"
            yield task["Output"] and task["Output"]["RearDriveIndex"]


def test_head() -> None:
    body = event(prepared(ELEVEN), [])
    task = body["ScheduleTaskEvent"]
    assert body["EventType"] == "ScheduleTask"
    assert task["TaskId"].startswith("wf_1-ScheduleTask-")
    assert (task["Status"], task["ErrCode"], task["Message"], task["ActivityResultSet"]) == ("FINISH", 0, "", [])
    assert task["InputInfo"]["S3InputInfo"]["S3Object"] == "in/a.mp4"
    assert set(body) == {"EventType", "ScheduleTaskEvent", "SessionId", "SessionContext", "MediaWorkflows"}


def test_results_are_in_the_order_of_nodes() -> None:
    workflow = prepared(ELEVEN)
    ids = [step.id for step in workflow.steps]
    results = made(workflow, *ids)
    body = event(workflow, results[::-1])
    assert [task["Output"]["Path"] for _, _, task in entries(body)] == [f"out/{id_}.mp4" for id_ in ids]
    assert {(type_, key) for type_, key, _ in entries(body)} == {("Transcode", "TranscodeTask")}
    assert body["MediaWorkflows"]["ReusedRunIds"] == [None] * 9


def test_a_run_in_progress() -> None:
    workflow = prepared(RULES)
    waiting = [UnfinishedJob(step.kind, step.items, step_id=step.id) for step in job_steps(workflow)[1:]]
    body = event(workflow, made(workflow, "trans_1"), unfinished=waiting, finished_at=None)
    assert body["ScheduleTaskEvent"]["Status"] == "PROCESSING"
    assert [(type_, task["Status"]) for type_, _, task in entries(body)] == [
        ("Transcode", "SUCCESS"),
        ("AiQualityControl", "PROCESSING"),
        ("SampleSnapshot", "PROCESSING"),
        ("ExecRule", "PROCESSING"),
        ("AdaptiveDynamicStreaming", "PROCESSING"),
        ("Transcode", "PROCESSING"),
        ("Transcode", "PROCESSING"),
    ]
    assert body["MediaWorkflows"]["Notices"] == [[]] * 7


NO: SkipReason = "condition"


@pytest.mark.parametrize(
    ("decisions", "branch"),
    [
        ({"adaptive_5": None, "trans_6": NO, "trans_8": NO}, [5]),
        ({"adaptive_5": NO, "trans_6": None, "trans_8": NO}, [6]),
        ({"adaptive_5": NO, "trans_6": "no_input", "trans_8": NO}, [6]),
        ({"adaptive_5": NO, "trans_6": NO, "trans_8": None}, [8, 7]),
    ],
)
def test_the_branch_that_the_rules_chose(decisions: dict[str, Any], branch: list[int]) -> None:
    workflow = prepared(RULES)
    taken = [id_ for id_, skipped in decisions.items() if skipped is None]
    body = event(workflow, made(workflow, "trans_1", *taken), decisions=decided(**decisions))
    assert list(chosen(body)) == [branch]
    assert len(entries(body)) == 2 + len(taken)  # skipped steps are not reported
    (task,) = (task for type_, _, task in entries(body) if type_ == "ExecRule")
    assert (task["Status"], task["Input"]) == ("SUCCESS", RULES["Activities"][4]["ActivityPara"]["ExecRulesTask"])


def test_rules_that_lead_to_the_output_only() -> None:
    rules = [rule("r", "&&", {"source.fps": ">30"}, 2)]
    data = schedule(
        node("input", [1]), node("action-exec-rules", [2, 3], "ExecRulesTask", Rules=rules), trans(100010, 3),
        node("output", []),
    )  # fmt: skip
    assert list(chosen(event(prepared(data), [], decisions=decided(trans_2=NO)))) == [[3]]


def test_rules_that_were_not_reached_are_not_reported() -> None:
    workflow = prepared(RULES)
    assert list(chosen(event(workflow, made(workflow, "trans_1")))) == []


def test_a_condition_without_a_value_fails_its_rules() -> None:
    workflow = prepared(RULES)
    step = next(step for step in job_steps(workflow) if step.id == "adaptive_5")
    failed = item_failure(step.items[0], ConditionError.code, "source.fps is unknown")
    body = event(workflow, [_job(step.id, step.kind, failed)], decisions=decided(trans_6=NO))
    (task,) = (task for type_, _, task in entries(body) if type_ == "ExecRule")
    assert (task["Status"], task["ErrCodeExt"], task["Message"]) == ("FAIL", "InvalidInput", "source.fps is unknown")


def test_without_the_imported_graph_there_are_no_rules() -> None:
    workflow = prepared(RULES)
    changed = workflow.model_copy(update={"steps": workflow.steps[:-1]})
    decisions = decided(adaptive_5=None, trans_6=NO)
    assert list(chosen(event(changed, [], decisions=decisions))) == []
    assert list(chosen(event(workflow.model_copy(update={"vendor": None}), [], decisions=decisions))) == []


def test_review_recognition_and_analysis_are_wrapped() -> None:
    workflow = own(REVIEW, WORDS, TAGS)
    shown = entries(event(workflow, made(workflow, "check", "words", "tags")))
    assert [(type_, key) for type_, key, _ in shown if type_ != "AiQualityControl"] == [
        ("AiContentReview", "ReviewTask"),
        ("AIRecognition", "RecognitionTask"),
        ("AIAnalysis", "AnalysisTask"),
    ]
    review = shown[0][2]
    assert review["Status"] == "SUCCESS"
    assert {one["Type"] for one in review["Output"]} >= {"Porn"}


def test_which_event_a_workflow_sends() -> None:
    target = {"type": "http", "url": "https://example.com"}
    steps = own(REVIEW).model_dump(exclude_defaults=True) | {"steps": [REVIEW]}
    assert own(REVIEW).event == "schedule_task"
    assert parse_workflow(steps | {"notification": target | {"event": "workflow_task"}}).event == "workflow_task"
    flat = {"name": "w", "trigger": {"bucket": "media-input"}, "jobs": {"transcode": [{"template": 100010}]}}
    assert parse_workflow(flat | {"notification": target}).event == "workflow_task"
    assert parse_workflow(flat | {"notification": target | {"event": "schedule_task"}}).event == "schedule_task"


def test_the_public_sdk_reads_it() -> None:
    workflow = own(REVIEW, WORDS, TAGS, {"id": "hd", "transcode": [{"template": 100010}], "after": ["check"]})
    bodies = [event(workflow, made(workflow, "check", "words", "tags", "hd"))]
    graph = prepared(RULES)
    taken = decided(adaptive_5=None, trans_6=NO, trans_8=NO)
    bodies.append(event(graph, made(graph, "trans_1", "samples_3", "adaptive_5"), decisions=taken))
    for body in bodies:
        assert problems_of_event(body) == []
        parsed = models.ParseNotificationResponse()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # fields of ours
            parsed._deserialize(json.loads(json.dumps(body)))
        assert parsed.EventType == "ScheduleTask"
        results = parsed.ScheduleTaskEvent.ActivityResultSet
        assert [one.ActivityType for one in results] == [type_ for type_, *_ in entries(body)]
        for result, (_, key, task) in zip(results, entries(body), strict=True):
            assert getattr(result.ActivityResItem, key).Status == task["Status"]
    rules = next(one for one in results if one.ActivityType == "ExecRule").ActivityResItem.ExecRuleTask
    assert rules.Output.RearDriveIndex == [5]
    assert rules.Input.Rules[0].Conditions[1].Key == "source.short_edge"


def test_the_public_sdk_reads_the_task_detail() -> None:
    """It has the task of the event."""
    graph = prepared(ELEVEN)
    waiting = [UnfinishedJob(step.kind, step.items, 40.0, BEGUN, step.id) for step in job_steps(graph)[1:2]]
    run = run_of(graph, made(graph, "trans_1"), unfinished=waiting, finished_at=None)
    detail = task_detail(run, "schedule_task", TaskProgress("PROCESSING", BEGUN, BEGUN, None), priority=3)
    assert detail["ScheduleTask"] == schedule_task_event(run)["ScheduleTaskEvent"]
    assert problems_of_answer("DescribeTaskDetailResponse", detail) == []
    parsed = models.DescribeTaskDetailResponse()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # fields of ours
        parsed._deserialize(json.loads(json.dumps(detail)))
    assert (parsed.TaskType, parsed.TasksPriority, parsed.WorkflowTask) == ("ScheduleTask", 3, None)
    results = [one.ActivityResItem.TranscodeTask for one in parsed.ScheduleTask.ActivityResultSet]
    assert [(one.Status, one.Progress) for one in results] == [("SUCCESS", 100), ("PROCESSING", 40)]
