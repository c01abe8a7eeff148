"""Steps that make no media: their settings, their problems, their tasks, and what conditions read of them."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition
from media_workflows.airflow_adapter.planned_tasks import planned_tasks
from media_workflows.domain.places import places_of
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.domain.steps import action_steps, job_steps, steps_of
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError
from media_workflows.settings import Settings

CHECK: dict[str, Any] = {"id": "check", "quality_control": {"template": 10}}
ASK: dict[str, Any] = {"id": "ask", "approval": {"message": "Publish?"}, "after": ["check"]}
HD: dict[str, Any] = {"id": "hd", "transcode": {"template": 100020}, "after": ["ask"]}


def graph(*steps: dict[str, Any]) -> Workflow:
    data = definition(steps=list(steps))
    del data["jobs"]
    return parse_workflow(data)


def problems(*steps: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(DefinitionError) as caught:
        graph(*steps)
    return {problem.field: problem.expected for problem in caught.value.problems}


def test_a_step_without_media_is_a_step_and_no_job() -> None:
    workflow = graph(CHECK, ASK, HD)
    assert [step.id for step in job_steps(workflow)] == ["check", "hd"]
    (ask,) = action_steps(workflow)
    assert (ask.id, ask.action.kind, ask.definition.items) == ("ask", "approval", ())
    assert [(step.id, step.kind) for step in steps_of(workflow)][2:4] == [("ask", "approval"), ("hd", "transcode")]
    assert parse_workflow(workflow.model_dump(mode="json")) == workflow


def test_definitions_without_actions_are_stored_as_before() -> None:
    assert "approval" not in StepDefinition.model_validate(CHECK).model_dump(mode="json")


def test_its_task_belongs_to_the_control_queue_or_its_own() -> None:
    own = {**ASK, "id": "ask2", "queue": "people"}
    settings = Settings(control_queue="control", light_pool="light", light_queue="light")
    tasks = {task.task_id: task for task in planned_tasks(graph(CHECK, ASK, own, HD), settings)}
    assert tasks["ask"].operator == "ApprovalStepOperator"
    assert (tasks["ask"].pool, tasks["ask"].queue, tasks["ask2"].queue) == ("default_pool", "control", "people")
    assert (tasks["ask"].trigger_rule, tasks["ask"].downstream) == ("none_failed_min_one_success", ("hd", "notify"))


def test_conditions_read_its_answer() -> None:
    graph(CHECK, ASK, {**HD, "when": "steps.ask.answer == 'approved' && steps.ask.status == 'success'"})
    assert "steps.ask.answer" in problems(CHECK, ASK, {**HD, "when": "steps.ask.answr == 'approved'"})["steps[2].when"]


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"approval": {}}, "steps[1].approval.message", "is required"),
        ({"approval": {"message": ""}}, "steps[1].approval.message", "must have at least 1 character"),
        ({"approval": {"message": "a\nb"}}, "steps[1].approval.message", "line"),
        ({"approval": {"message": "a", "timeout_s": 0}}, "steps[1].approval.timeout_s", "1"),
        ({"approval": {"message": "a", "on_timeout": "wait"}}, "steps[1].approval.on_timeout", "approve"),
        ({"transcode": {"template": 100020}}, "steps[1]", "not transcode and approval"),
        ({"input": "hd", "after": []}, "steps[1].input", "a step of approval has no input"),
        ({"output": {"directory": "out/"}}, "steps[1].output", "a step of approval has no outputs"),
        ({"after": ["chek"]}, "steps[1].after[0]", "did you mean 'check'"),
    ],
)
def test_what_is_refused(change: dict[str, Any], field: str, expected: str) -> None:
    assert expected in problems(CHECK, {**ASK, **change}, {**HD, "after": []})[field]


def test_a_step_needs_a_job_or_an_action() -> None:
    assert "or one of: approval, copy, notify, call, move_source, delete_source" in problems({"id": "a"})["steps[0]"]


@pytest.mark.parametrize(
    ("target", "field", "expected"),
    [
        ({"type": "http", "url": "ftp://a"}, "steps[0].notify.url", "http:// or https://"),
        ({"type": "mail"}, "steps[0].notify", "http"),
        ({"type": "sqs"}, "steps[0].notify", "requires exactly one of queue_name"),
        ({"type": "http", "url": "https://a", "mode": "change"}, "steps[0].notify", "a step sends one event"),
        ({"type": "http", "url": "https://a", "event": "schedule_task"}, "steps[0].notify", "a shape of its own"),
    ],
)
def test_a_target_is_checked_as_that_of_a_workflow(target: dict[str, Any], field: str, expected: str) -> None:
    assert expected in problems({"id": "send", "notify": target})[field]


def test_a_notify_step_is_not_the_final_task() -> None:
    workflow = graph(CHECK, {"id": "big", "notify": {"type": "sqs", "queue_name": "q"}, "after": ["check"]})
    operators = {task.task_id: task.operator for task in planned_tasks(workflow, Settings())}
    assert (operators["big"], operators["notify"]) == ("NotifyStepOperator", "NotifyOperator")
    assert parse_workflow(workflow.model_dump(mode="json")) == workflow


@pytest.mark.parametrize(
    ("settings", "field", "expected"),
    [
        ({}, "steps[1].copy", "give a bucket, a directory or a key"),
        ({"key": "a", "directory": "b/"}, "steps[1].copy", "give one of them"),
        ({"key": "{inputNme}"}, "steps[1].copy.key", "unknown variable {inputNme}"),
        ({"key": "/a"}, "steps[1].copy.key", "neither empty nor with a slash"),
        ({"directory": "out/{inputDirectory}/"}, "steps[1].copy.directory", "must be plain text"),
        ({"directory": "out"}, "steps[1].copy.directory", "must end with '/'"),
        ({"of": [], "directory": "a/"}, "steps[1].copy.of", "at least one step"),
        ({"of": ["chek"], "directory": "a/"}, "steps[1].copy.of[0]", "did you mean 'check'"),
        ({"of": ["check"], "key": "a"}, "steps[1].copy", "outputs keep their names"),
        ({"bucket": "b", "directory": "a/"}, "steps[1].copy.bucket", "bucket name"),
        ({"bucket": "archive", "storage_class": "cold"}, "steps[1].copy.storage_class", "pattern"),
        ({"bucket": "archive", "tags": {str(n): "" for n in range(11)}}, "steps[1].copy.tags", "10"),
    ],
)
def test_a_copy_is_checked(settings: dict[str, Any], field: str, expected: str) -> None:
    assert expected in problems(CHECK, {"id": "archive", "copy": settings})[field]


def test_a_copy_is_after_what_it_reads_and_its_place_needs_permission() -> None:
    archive = {"id": "archive", "copy": {"of": ["check"], "bucket": "archive", "directory": "reports/"}}
    keep = {"id": "keep", "copy": {"key": "masters/{inputDirectory}/{inputName}.{inputFormat}"}}
    workflow = graph(CHECK, archive, keep)
    assert workflow.steps[1].before == ("check",)
    assert {str(place) for place in places_of(workflow)} >= {"archive/reports/", "media-input/masters/"}
    tasks = {task.task_id: task for task in planned_tasks(workflow, Settings(light_pool="light"))}
    assert (tasks["archive"].operator, tasks["archive"].pool) == ("CopyStepOperator", "light")


@pytest.mark.parametrize(
    ("settings", "place", "expected"),
    [
        ({"url": "example.com"}, "url", "http:// or https://"),
        ({"url": "https://ann:secret@example.com"}, "url", "must not contain a user and password"),
        ({"timeout_s": 0}, "timeout_s", "0"),
        ({"headers": {"Host": "a"}}, "headers", "is set by the call itself"),
        ({"headers": {"X-Api-Key": "a"}}, "headers", "looks like a secret"),
        ({"headers": {"X A": "a"}}, "headers", "name of an HTTP header"),
        ({"headers": {"X-A": "a\r\nb: c"}}, "headers.X-A", "control characters"),
        ({"headers": {"X-A": "片"}}, "headers.X-A", "ASCII"),
    ],
)
def test_a_call_is_checked(settings: dict[str, Any], place: str, expected: str) -> None:
    found = problems({"id": "ask", "call": {"url": "https://example.com/f", **settings}})
    assert [field for field in found if field.startswith(f"steps[0].call.{place}")] == list(found)
    assert expected in next(iter(found.values()))


def test_conditions_read_what_a_call_answers() -> None:
    call = {"id": "ask", "call": {"url": "https://example.com/f"}}
    good = {**HD, "when": "has(steps.ask.answer.verdict) && steps.ask.answer['verdict'] == 'ok'"}
    graph(call, good)
    assert "map" in problems(call, {**HD, "when": "steps.ask.answer == 'ok'"})["steps[1].when"]


KEEP: dict[str, Any] = {"id": "keep", "copy": {"directory": "m/"}}


@pytest.mark.parametrize("last", [{"delete_source": {}}, {"move_source": {"bucket": "archive"}}])
def test_the_source_goes_last(last: dict[str, Any]) -> None:
    (kind,) = last
    early = {"id": "clean", **last, "after": ["hd"]}
    expected = problems(CHECK, {**HD, "after": []}, KEEP, early)["steps[3].after"]
    assert expected == f"a step of {kind} must be after every step that makes something: add check, keep"
    event = {"id": "big", "notify": {"type": "sqs", "queue_name": "q"}, "after": ["hd", "check"]}
    workflow = graph(CHECK, {**HD, "after": []}, KEEP, event, {**early, "after": ["big", "keep"]})
    assert parse_workflow(workflow.model_dump(mode="json")) == workflow
    tasks = {task.task_id: task.operator for task in planned_tasks(workflow, Settings())}
    assert tasks["clean"] == {"delete_source": "DeleteSourceStepOperator"}.get(kind, "MoveSourceStepOperator")


def test_branches_may_each_end_with_the_source() -> None:
    clean = {"id": "clean", "delete_source": {}, "after": ["hd"], "when": "source.size_bytes > 9"}
    graph({**HD, "after": []}, clean, {**clean, "id": "clean2", "when": "source.size_bytes <= 9"})


def test_two_steps_that_remove_the_source_have_conditions() -> None:
    delete = {"id": "clean", "delete_source": {}, "after": ["hd"]}
    move = {"id": "keep", "move_source": {"bucket": "archive"}, "after": ["hd"]}
    expected = "step '{}' removes the source, too, and this step has no condition: give each of them a condition, "
    found = problems({**HD, "after": []}, delete, move)
    assert found["steps[1].delete_source"].startswith(expected.format("keep"))
    assert found["steps[2].move_source"].startswith(expected.format("clean"))
    assert list(problems({**HD, "after": []}, {**delete, "when": "source.has_audio"}, move)) == ["steps[2].move_source"]
    ask = {"id": "ask", "approval": {"message": "Keep?"}, "after": ["hd"]}
    graph(
        {**HD, "after": []},
        ask,
        {**move, "after": ["ask"]},
        {**delete, "when": "steps.ask.answer == 'rejected'", "after": ["ask"]},
    )


def test_what_a_source_step_does_not_have() -> None:
    assert problems({"id": "a", "delete_source": {"bucket": "b"}})["steps[0].delete_source.bucket"]
    assert problems({"id": "a", "move_source": {"of": ["b"], "bucket": "abc"}})["steps[0].move_source.of"]


def test_its_output_can_be_no_input() -> None:
    assert "makes no media file" in problems(CHECK, ASK, {**HD, "input": "ask"})["steps[2].input"]


def test_a_condition_names_steps_that_exist() -> None:
    found = problems(CHECK, {**HD, "when": "steps.chekc.status == 'success'"})["steps[1].when"]
    assert found == "there is no step 'chekc'; did you mean 'check'?"
