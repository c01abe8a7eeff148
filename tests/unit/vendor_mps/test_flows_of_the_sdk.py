"""Inputs of CreateWorkflow, CreateSchedule and ProcessMedia that the vendor's SDK can express come back, or are refused
by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tencentcloud.mps.v20190612 import models

from media_workflows.domain.base import parsed
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError, FieldProblem, InvalidRequestError
from media_workflows.vendor_mps.process_media import read_process_media
from media_workflows.vendor_mps.read_definition import ReadDefinition
from media_workflows.vendor_mps.reading import Findings
from media_workflows.vendor_mps.schedule.nodes import NODE_TYPES
from media_workflows.vendor_mps.schedule.read import read_schedule
from media_workflows.vendor_mps.schedule.write import write_schedule
from media_workflows.vendor_mps.tasks.media_process import TASK_SETS
from media_workflows.vendor_mps.workflow import read_workflow, write_workflow
from media_workflows.vendor_mps.workflow_tasks import AI_TASKS, write_tasks
from vendor_objects import BUCKET, COS_FILE, OTHER_FILES, S3_FILE, Json, exists, normal, objects
from vendor_walker import fields_of, unknown_fields

COS, S3 = {"Bucket": BUCKET.bucket, "Region": BUCKET.region}, {"S3Bucket": BUCKET.bucket, "S3Region": BUCKET.region}
TRIGGERS: list[Json] = [
    {"Type": "CosFileUpload", "CosFileUploadTrigger": {**COS, "Dir": "/in/", "Formats": ["mp4", "mov"]}},
    {"Type": "AwsS3FileUpload", "AwsS3FileUploadTrigger": {**S3, "Dir": "/", "Formats": []}},
]
STORAGES: list[Json] = [
    {"Type": "COS", "CosOutputStorage": {"Bucket": "out-bucket", "Region": "ap-guangzhou"}},
    {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "out-bucket", "S3Region": BUCKET.region}},
]
# What was not imported is written with places on S3; a region of COS has no effect.
IN_S3_FORM = {
    repr(TRIGGERS[0]): {
        "Type": "AwsS3FileUpload",
        "AwsS3FileUploadTrigger": {"S3Bucket": BUCKET.bucket, "Dir": "/in/", "Formats": ["mp4", "mov"]},
    },
    repr(STORAGES[0]): {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "out-bucket"}},
}
TARGETS: list[Json] = [
    {"NotifyType": "URL", "NotifyMode": "Finish", "NotifyUrl": "https://example.com/events"},
    {"NotifyType": "AWS-SQS", "NotifyMode": "Change", "AwsSQS": {"SQSRegion": "eu-west-3", "SQSQueueName": "q"}},
    {"NotifyType": "TDMQ-CMQ", "NotifyMode": "Finish", "CmqModel": "Topic", "TopicName": "t"},
]
OTHER_TARGETS: list[Json] = [
    {"NotifyType": "TDMQ-CMQ", "CmqModel": "Queue", "CmqRegion": "sh", "QueueName": "q"},
    {"NotifyType": "URL", "NotifyUrl": "ftp://example.com", "NotifyKey": "hidden"},
]
# Values of the fields around the tasks: supported ones, and others.
NAMES = ["flow", "流程"], ["a b"]
PRIORITIES = [0, 10, -10], [11]
HEADS: dict[str, tuple[list[Any], list[Any]]] = {
    "WorkflowName": NAMES,
    "ScheduleName": NAMES,
    "Trigger": (TRIGGERS, [{"Type": "Timer"}]),
    "InputInfo": ([S3_FILE, COS_FILE], OTHER_FILES),
    "OutputStorage": ([*STORAGES, None], [{"Type": "VOD", "VODOutputStorage": {"Bucket": "x", "SubAppId": 1}}]),
    "OutputDir": (["", "/out/", "/out/{inputName}/"], ["/"]),
    "TaskNotifyConfig": ([*TARGETS, None], OTHER_TARGETS),
    "TaskPriority": PRIORITIES,
    "TasksPriority": PRIORITIES,
    "ResourceId": ([""], ["r"]),
    "SessionId": (["", "once"], []),
    "SessionContext": (["", "上下文"], []),
    "TaskType": (["", "Online"], ["Offline"]),
    "SkipMateData": ([0], [1]),
}
PRESETS = {"TranscodeTaskInput": 100040, "AnimatedGraphicTaskInput": 20000}


@st.composite
def inputs(draw: st.DrawFn, action: str, required: tuple[str, ...], tasks: st.SearchStrategy[Json]) -> Json:
    """Parameters of an action, with any of its fields around the tasks."""
    chosen = [name for name in fields_of(getattr(models, f"{action}Request")) if name in HEADS]
    optional = draw(st.lists(st.sampled_from([name for name in chosen if name not in required]), unique=True))
    values = {name: HEADS[name][0] * 5 + HEADS[name][1] for name in (*required, *optional)}
    return {name: draw(st.sampled_from(some)) for name, some in values.items()} | draw(tasks)


@st.composite
def tasks(draw: st.DrawFn, type_: str) -> Json:
    """Any task of a class of the SDK, most with a preset and what else it must have."""
    task: Json = draw(objects(type_))
    if draw(st.integers(0, 3)):
        task = {name: value for name, value in task.items() if name != "RawParameter"}
        task["Definition"] = PRESETS.get(type_, 10)
    if type_ == "AnimatedGraphicTaskInput":
        task |= {"StartTimeOffset": 0.5, "EndTimeOffset": 3.0}
    return task


@st.composite
def flat_tasks(draw: st.DrawFn, more: tuple[str, ...] = ()) -> Json:
    """MediaProcessTask with tasks of one or two kinds, and some of the tasks of review, analysis and recognition."""
    sets = draw(st.lists(st.sampled_from(sorted(TASK_SETS)), min_size=1, max_size=2, unique=True))
    others = draw(st.lists(st.sampled_from([*AI_TASKS.values(), *more]), max_size=2, unique=True))
    types = fields_of(models.MediaProcessTaskInput)
    return {
        "MediaProcessTask": {name: [draw(tasks(types[name].removeprefix("list of ")))] for name in sets},
        **{name: draw(tasks(f"{name}Input")) for name in others},
    }


@st.composite
def activities(draw: st.DrawFn) -> Json:
    """A graph whose nodes all follow the input, or follow each other."""
    fields = fields_of(models.ActivityPara)
    types = draw(st.lists(st.sampled_from(sorted(NODE_TYPES)), min_size=1, max_size=3))
    chained = draw(st.booleans())
    last = len(types) + 1
    first = [1] if chained else list(range(1, last))
    nodes: list[Json] = [{"ActivityType": "input", "ReardriveIndex": first}]
    for index, type_ in enumerate(types, start=1):
        name = NODE_TYPES[type_].task
        after = [index + 1] if chained else [last]
        nodes.append(
            {"ActivityType": type_, "ReardriveIndex": after, "ActivityPara": {name: draw(tasks(fields[name]))}}
        )
    return {"Activities": [*nodes, {"ActivityType": "output", "ReardriveIndex": []}]}


def definition_or_refusal(
    data: Json, read: Callable[[Json], ReadDefinition], parse: Callable[[Json], Any]
) -> tuple[ReadDefinition, Any] | None:
    """What is read and its definition; None = refused, then every problem is at a field of the data."""
    try:
        found = read(data)
    except DefinitionError as error:
        require_named(data, error.problems)
        return None
    try:
        return found, parse(found.definition)
    except (DefinitionError, InvalidRequestError) as error:
        require_named(data, [found.placed(problem) for problem in error.problems])
        return None


def require_named(data: Json, problems: list[FieldProblem]) -> None:
    for problem in problems:
        assert exists(data, problem.field), problem
        assert "hidden" not in problem.got


def require_same(data: Json, back: Json, notes: list[FieldProblem], request: type) -> None:
    """Data of the vendor come back, in one of the forms that mean the same. What the notes name is left out."""
    assert unknown_fields(request, back) == []
    noted = frozenset(f".{note.field}" for note in notes)
    in_s3_form = {name: IN_S3_FORM.get(repr(value), value) for name, value in data.items()}
    assert normal(back, noted, "") == normal(in_s3_form, noted, "")


def a_workflow(data: Json) -> bool:
    if found := definition_or_refusal(data, read_workflow, parse_workflow):
        read, workflow = found
        assert write_workflow(workflow).workflow == {"TaskPriority": 0, **data}
        own = write_workflow(workflow.model_copy(update={"vendor": None}))
        assert own.findings.problems == []
        require_same(data, own.workflow, read.notes, models.CreateWorkflowRequest)
    return found is not None


def a_schedule(data: Json) -> bool:
    if found := definition_or_refusal(data, read_schedule, parse_workflow):
        read, workflow = found
        assert write_schedule(workflow).schedule == data
        own = write_schedule(workflow.model_copy(update={"vendor": None})).schedule
        require_same(without_edges(data), without_edges(own), read.notes, models.CreateScheduleRequest)
    return found is not None


def without_edges(data: Json) -> Json:
    """A schedule without the edges of its nodes, which may be other ones of the same graph."""
    nodes = [{name: one[name] for name in one if name != "ReardriveIndex"} for one in data["Activities"]]
    return {**data, "Activities": nodes}


def a_task(data: Json) -> bool:
    def parse(definition: Json) -> Workflow:
        return parsed(ProcessRequest, definition).definition()

    if found := definition_or_refusal(data, lambda data: read_process_media(data, None), parse):
        read, workflow = found
        findings = Findings(objects=BUCKET)
        back = write_tasks(workflow.jobs.model_copy(update={"quality_control": ()}), findings)
        assert findings.problems == []
        given = {name: data[name] for name in ("MediaProcessTask", *AI_TASKS.values()) if name in data}
        require_same(given, back, read.notes, models.ProcessMediaRequest)
    return found is not None


CASES: dict[str, tuple[Callable[[Json], bool], st.SearchStrategy[Json]]] = {
    "CreateWorkflow": (a_workflow, inputs("CreateWorkflow", ("WorkflowName", "Trigger"), flat_tasks())),
    "CreateSchedule": (a_schedule, inputs("CreateSchedule", ("ScheduleName", "Trigger"), activities())),
    "ProcessMedia": (a_task, inputs("ProcessMedia", ("InputInfo",), flat_tasks(("AiQualityControlTask",)))),
}


def accepted(action: str, examples: int) -> int:
    """How many of so many inputs were accepted, and came back."""
    check, strategy = CASES[action]
    found: list[bool] = []

    @settings(max_examples=examples, database=None, phases=[Phase.generate, Phase.shrink])
    @given(strategy)
    def property_(data: Json) -> None:
        found.append(check(data))

    property_()
    return sum(found)


@pytest.mark.parametrize("action", CASES)
def test_what_the_sdk_can_express_comes_back_or_is_refused_by_name(action: str) -> None:
    accepted(action, 20)


@pytest.mark.full
@pytest.mark.parametrize("action", CASES)
def test_whatever_the_sdk_can_express_comes_back_or_is_refused_by_name(action: str) -> None:
    assert accepted(action, 600) > 20
