"""Steps and their order, of jobs and of graphs."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition, graph
from media_workflows.airflow_adapter.planned_tasks import planned_tasks
from media_workflows.domain.steps import (
    Step,
    all_items,
    job_steps,
    reads_outcomes,
    step_of_task,
    steps_before,
    steps_of,
)
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import Workflow, parse_workflow, resolved
from media_workflows.settings import Settings


def step(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
    """A step that makes snapshots, under its own id."""
    item = {"template": 10, "output_path": f"{id_}_{{number}}.{{format}}"}
    return {"id": id_, "after": list(after), "sample_snapshot": item} | parts


def made(*steps: dict[str, Any]) -> Workflow:
    return resolved(parse_workflow(graph(*steps)), PRESET_LIBRARY)


def edges(workflow: Workflow) -> dict[str, tuple[str, ...]]:
    return {one.id: one.after for one in steps_of(workflow)}


DIAMOND = (
    step("hd", "check", when="source.short_edge >= 1080"),
    {"id": "check", "quality_control": {"template": 10}},
    step("sd", "check", when="!(source.short_edge >= 1080)"),
    step("last", "hd", "sd"),
)


def test_a_diamond_in_topological_order() -> None:
    workflow = made(*DIAMOND)
    assert edges(workflow) == {
        "upload": (),
        "check": ("upload",),
        "hd": ("check",),
        "sd": ("check",),
        "last": ("hd", "sd"),
        "notify": ("hd", "check", "sd", "last"),
    }
    assert list(edges(workflow)) == ["upload", "check", "hd", "sd", "last", "notify"]
    assert steps_of(workflow)[1] == Step("check", "quality_control", ("upload",), may_skip=True)


def test_a_chained_input_is_before_its_step() -> None:
    hd = {"id": "hd", "transcode": {"template": 100040}}
    workflow = made(step("covers", input="hd"), hd)
    assert edges(workflow)["covers"] == ("hd",)
    covers, source = job_steps(workflow)
    assert (covers.id, covers.reads, covers.place) == ("covers", "hd", "steps[0]")
    assert (source.id, source.reads, source.place) == ("hd", "source", "steps[1]")


def test_trigger_rules() -> None:
    late = step("late", "hd", when='steps.hd.status == "failed"')
    rules = {task.task_id: task.trigger_rule for task in planned_tasks(made(*DIAMOND, late), Settings())}
    assert rules == {
        "upload": "all_success",
        "check": "none_failed_min_one_success",
        "hd": "none_failed_min_one_success",
        "sd": "none_failed_min_one_success",
        "last": "none_failed_min_one_success",
        "late": "all_done",
        "notify": "all_success",
    }


def test_publishing_together_comes_after_all_steps_however_they_ended() -> None:
    asked = graph(step("a"), step("b", "a"), publish="together")
    flow = resolved(parse_workflow(asked), PRESET_LIBRARY)
    assert edges(flow) | {"upload": ()} == {
        "upload": (),
        "a": ("upload",),
        "b": ("a",),
        "publish_together": ("a", "b"),
        "notify": ("publish_together",),
    }
    task = next(task for task in planned_tasks(flow, Settings()) if task.task_id == "publish_together")
    assert (task.operator, task.trigger_rule) == ("PublishTogetherOperator", "all_done")
    assert (task.pool, task.queue) == (Settings().light_pool, Settings().light_queue)


def test_an_analysis_that_cuts_clips_is_an_encode() -> None:
    settings = Settings(encode_pool="encodes", light_pool="light")

    def pool(**parameters: Any) -> str:
        flow = resolved(parse_workflow(definition(jobs={"analysis": [{"parameters": parameters}]})), PRESET_LIBRARY)
        return next(task.pool for task in planned_tasks(flow, settings) if task.task_id == "analysis")

    assert (pool(cover=True), pool(cover=True, highlight={})) == ("light", "encodes")


def test_publishing_by_step_is_no_task_and_is_not_stored() -> None:
    flow = parse_workflow(graph(step("a"), publish="per_step"))
    assert "publish_together" not in edges(flow)
    assert "publish" not in flow.model_dump(mode="json")


def test_a_queue_of_its_own() -> None:
    tasks = {task.task_id: task for task in planned_tasks(made(step("a", queue="gpu"), step("b")), Settings())}
    assert (tasks["a"].queue, tasks["b"].queue) == ("gpu", Settings().encode_queue)


def intelligence(id_: str, kind: str, **parts: Any) -> dict[str, Any]:
    return {"id": id_, kind: {"template": 10}} | parts


def test_intelligence_steps_of_equal_input_order_and_condition_share_features() -> None:
    alike = {"after": ["one", "two"], "when": "source.has_audio"}
    workflow = made(
        step("one"),
        step("two"),
        intelligence("review", "content_review", **alike),
        intelligence("text", "recognition", **alike | {"after": ["two", "one"]}),
        intelligence("tags", "analysis", **alike | {"when": ""}),
    )
    found = edges(workflow)
    assert found["review"] == found["text"] == ("review_features",)
    assert found["review_features"] == ("one", "two")
    assert found["tags"] == ("tags_features",)
    ids = [one.id for one in workflow.steps if (task := step_of_task(workflow, f"{one.id}_features")) and task is one]
    assert ids == ["review", "tags"]
    assert step_of_task(workflow, "text_features") is None


def test_features_are_extracted_after_a_failure_where_their_step_reads_it() -> None:
    when = 'steps.one.status == "failed"'
    workflow = made(step("one"), intelligence("a", "analysis", after=["one"], when=when))
    rules = {one.id: one.after_failures for one in steps_of(workflow)}
    assert (rules["a_features"], rules["a"]) == (True, False)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("", False),
        ("source.width > 1", False),
        ('steps.hd.status == "failed"', True),
        ("source.width > 1 && steps . hd\n. status != 'success'", True),
        ("steps.hd.output.size_ratio > 1", False),
        ("source.name == 'steps.hd.status'", False),
        ('source.name == "\\"steps.hd.status"', False),
        ("source.name == \"it's\" && steps.hd.status == 'failed'", True),
        ("steps.hd.status_code > 1", False),
    ],
)
def test_conditions_that_read_how_steps_ended(when: str, expected: bool) -> None:
    assert reads_outcomes(when) is expected


def test_all_steps_before_one() -> None:
    steps = made(*DIAMOND).steps
    by_id = {one.id: one for one in steps}
    assert [one.id for one in steps_before(by_id["last"], steps)] == ["hd", "check", "sd"]
    assert steps_before(by_id["check"], steps) == []


def test_outputs_of_a_step() -> None:
    data = graph(
        step("a", output={"directory": "covers/"}), step("b"), output={"bucket": "media-output", "directory": "out/"}
    )
    workflow = parse_workflow(data)
    places = {one.id: one.output_of(workflow) for one in job_steps(workflow)}
    assert (places["a"].bucket, places["a"].directory) == ("media-output", "covers/")
    assert places["b"] == workflow.output


def test_jobs_are_steps_of_the_kinds_names() -> None:
    workflow = parse_workflow(
        definition(jobs={"sample_snapshot": [{"template": 10}], "transcode": [{"template": 100010}]})
    )
    assert [(one.id, one.kind, one.place, one.reads) for one in job_steps(workflow)] == [
        ("transcode", "transcode", "jobs", "source"),
        ("sample_snapshot", "sample_snapshot", "jobs", "source"),
    ]
    assert [one.definition for one in job_steps(workflow)] == [None, None]
    assert all(not one.may_skip and not one.after_failures for one in steps_of(workflow))
    assert len(all_items(workflow)) == 2
    assert step_of_task(workflow, "transcode") is None
