"""One step by itself: its id, its one job, its fields."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.base import problems_of
from media_workflows.domain.conditions.checking import check_condition
from media_workflows.domain.conditions.outcomes import variables_after
from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.step_actions import ACTION_KINDS
from media_workflows.domain.step_definition import RESERVED_IDS, StepDefinition

STEP: dict[str, Any] = {"id": "hd", "transcode": [{"template": 100040}]}


def parsed(**parts: Any) -> StepDefinition:
    return StepDefinition.model_validate(STEP | parts)


def problem(data: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        StepDefinition.model_validate(data)
    (found,) = problems_of(caught.value)
    return found.field, found.expected


def test_the_smallest_step() -> None:
    step = parsed()
    assert (step.after, step.when, step.input, step.before) == ([], "", "source", ())
    assert (step.on_failure, step.retries, step.queue, step.output.bucket) == ("fail", None, "", None)
    assert (step.kind, len(step.items), step.makes_media) == ("transcode", 1, True)


def test_a_dump_has_the_step_s_own_job_only() -> None:
    data = parsed(after=["check"]).model_dump(mode="json")
    assert list(data) == ["id", "after", "when", "input", "transcode", "output", "on_failure", "retries", "queue"]
    assert StepDefinition.model_validate(data) == parsed(after=["check"])
    assert list(parsed().model_dump(exclude_defaults=True)) == ["id", "transcode"]


def test_a_single_item_needs_no_list() -> None:
    assert parsed(transcode={"template": 100040}) == parsed()


def test_the_input_is_one_of_the_steps_before() -> None:
    assert parsed(after=["check"], input="big").before == ("check", "big")
    assert parsed(after=["big", "check"], input="big").before == ("big", "check")


@pytest.mark.parametrize("id_", ["a", "hd_1080", "x" * 60, "jobs", "steps", "import_hd", "ascii"])
def test_ids(id_: str) -> None:
    assert parsed(id=id_).id == id_


@pytest.mark.parametrize("id_", ["", "HD", "1080p", "_a", "a-b", "a.b", "x" * 61, "片头", "a\n"])
def test_ids_are_identifiers(id_: str) -> None:
    message = "must have 1 to 60 lower-case letters, digits and '_', and begin with a letter"
    assert problem(STEP | {"id": id_}) == ("id", message)


@pytest.mark.parametrize("id_", [*sorted(RESERVED_IDS), "in", "true", "null", "namespace"])
def test_reserved_ids(id_: str) -> None:
    assert problem(STEP | {"id": id_}) == ("id", f"'{id_}' is reserved: choose another id")


@pytest.mark.parametrize("id_", ["has", "size", "int", "map", "matches", "steps", "run", "quality", "answer", "status"])
def test_names_of_functions_and_groups_are_ids_that_conditions_can_read(id_: str) -> None:
    step = parsed(id=id_)
    text = f"steps.{id_}.status == 'failed' || has(steps.{id_}.output.vmaf) && steps.{id_}.output.vmaf > 90.0"
    assert check_condition(text, variables_after([step])).names == (f"steps.{id_}.status", f"steps.{id_}.output.vmaf")


def test_exactly_one_job() -> None:
    kinds, actions = ", ".join(JOB_KINDS), ", ".join(ACTION_KINDS)
    expected = f"must have the items of one job of: {kinds}; or one of: {actions}"
    assert problem({"id": "a"}) == ("(whole definition)", expected)
    assert problem(STEP | {"sample_snapshot": [{"template": 10}]}) == (
        "(whole definition)",
        "must have one job, not transcode and sample_snapshot: make a step of each",
    )


@pytest.mark.parametrize("queue", ["gpu", "Encode-4.k_2", "q" * 100])
def test_queues(queue: str) -> None:
    assert parsed(queue=queue).queue == queue


@pytest.mark.parametrize("queue", ["a b", "-a", "q" * 101, "a,b"])
def test_refused_queues(queue: str) -> None:
    assert problem(STEP | {"queue": queue}) == ("queue", "must have 1 to 100 letters, digits, '.', '-' and '_'")


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"retries": -1}, "retries"),
        ({"retries": 21}, "retries"),
        ({"on_failure": "ignore"}, "on_failure"),
        ({"after": ["a"] * 51}, "after"),
        ({"pool": "x"}, "pool"),
    ],
)
def test_other_fields(part: dict[str, Any], field: str) -> None:
    assert problem(STEP | part)[0] == field


@pytest.mark.parametrize(
    ("job", "makes_media"),
    [
        ({"transcode": {"template": 100040}}, True),
        ({"sample_snapshot": {"template": 10}}, False),
        ({"adaptive_dynamic_streaming": {"template": 10}}, False),
        ({"analysis": {"template": 10}}, False),
        ({"quality_control": {"template": 10}}, False),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_only_media_can_be_read_by_other_steps(job: dict[str, Any], makes_media: bool) -> None:
    assert StepDefinition.model_validate({"id": "a", **job}).makes_media is makes_media
