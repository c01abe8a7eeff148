"""Options of output objects: what is valid, and how those of an item, a step and the workflow join."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from definitions import workflow_refusal
from media_workflows.domain.object_options import ObjectOptions
from media_workflows.domain.placed_items import placed_items
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError

_TRIGGER = {"bucket": "media-input"}


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"cache_control": "max-age=1\r\nX: y"}, "printable ASCII"),
        ({"tags": {"a": "{nothing}"}}, "unknown variable {nothing}"),
        ({"tags": {str(number): "" for number in range(11)}}, "at most 10"),
        ({"metadata": {"Upper": "a"}}, "lower-case letters"),
        ({"metadata": {"mw-run": "a"}}, "this product's own"),
        ({"storage_class": "cold"}, "pattern"),
        ({"acl": "public-read-write"}, "public-read"),
    ],
)
def test_invalid_options_are_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as error:
        ObjectOptions.model_validate(options)
    assert problem in str(error.value)


def test_items_and_steps_say_what_differs() -> None:
    general = ObjectOptions(cache_control="max-age=60", tags={"team": "a", "kind": "b"}, acl="private")
    own = ObjectOptions(cache_control="no-store", tags={"kind": "c"})
    assert own.over(general) == ObjectOptions(cache_control="no-store", tags={"team": "a", "kind": "c"}, acl="private")
    assert own.over(None) == own


def test_a_step_has_the_options_of_its_workflow() -> None:
    workflow = parse_workflow(
        {
            "name": "a",
            "trigger": _TRIGGER,
            "output": {"directory": "out/", "objects": {"storage_class": "STANDARD_IA"}},
            "steps": [
                {"id": "a", "transcode": {"template": 10}, "output": {"objects": {"acl": "public-read"}}},
                {"id": "b", "transcode": {"template": 20}},
            ],
        }
    )
    first, second = (place.output for place in placed_items(workflow))
    assert first.objects == ObjectOptions(storage_class="STANDARD_IA", acl="public-read")
    assert second.objects == ObjectOptions(storage_class="STANDARD_IA")
    assert first.directory == "out/"


def test_without_options_a_definition_is_stored_as_before() -> None:
    workflow = parse_workflow({"name": "a", "trigger": _TRIGGER, "jobs": {"transcode": [{"template": 10}]}})
    assert "objects" not in workflow.model_dump_json()


def test_a_step_must_be_able_to_read_what_was_made() -> None:
    definition: dict[str, Any] = {
        "name": "a",
        "trigger": _TRIGGER,
        "steps": [
            {"id": "a", "transcode": {"template": 10, "objects": {"storage_class": "GLACIER"}}},
            {"id": "b", "input": "a", "sample_snapshot": {"template": 10}},
        ],
    }
    with pytest.raises(DefinitionError) as error:
        parse_workflow(definition)
    assert [problem.field for problem in error.value.problems] == ["steps[0].transcode[0].objects.storage_class"]
    assert parse_workflow({**definition, "publish": "together"}).steps[0].items[0].objects is not None


def joined(workflow: Any, step: Any, *items: Any) -> dict[str, Any]:
    """A definition of one step whose options are those of the workflow, the step and its items."""

    def output(objects: Any) -> dict[str, Any]:
        return {"objects": objects} if objects else {}

    transcodes = [{"template": 10, "output_path": f"{n}.{{format}}", **output(one)} for n, one in enumerate(items)]
    steps = [{"id": "a", "transcode": transcodes, "output": output(step)}]
    return {"name": "a", "trigger": _TRIGGER, "output": output(workflow), "steps": steps}


def tags(first: int, count: int) -> dict[str, Any]:
    return {"tags": {f"t{number}": "" for number in range(first, first + count)}}


def metadata(first: int, count: int) -> dict[str, Any]:
    return {"metadata": {f"name-{number}": "{inputName}" + "x" * 200 for number in range(first, first + count)}}


ITEM, STEP = "steps[0].transcode[0].objects", "steps[0].output.objects"


@pytest.mark.parametrize(
    ("definition", "problems"),
    [
        (joined(tags(0, 5), tags(5, 5), {}), []),
        (joined(tags(0, 8), tags(0, 8), tags(0, 8)), []),  # the same names
        (joined(tags(0, 5), tags(5, 5), tags(10, 1)), [(f"{ITEM}.tags", "joined to 11, and S3 accepts 10")]),
        (joined(tags(0, 6), tags(6, 6), {}, {}), [(f"{STEP}.tags", "joined to 12, and S3 accepts 10")]),
        (joined(tags(0, 6), {}, tags(6, 2), tags(6, 5)), [("steps[0].transcode[1].objects.tags", "joined to 11")]),
        (joined(metadata(0, 5), metadata(5, 2), metadata(7, 2)), []),
        (joined(metadata(0, 5), metadata(5, 2), metadata(7, 3)), [(f"{ITEM}.metadata", "to 2060 bytes")]),
        (joined(metadata(0, 10), {}, {}), [("output.objects.metadata", "to 2060 bytes")]),
        (joined({"disposition": "inline"}, {}, {"download_name": "a"}), []),
        (joined({"download_name": "a"}, {"disposition": "inline"}, {}), []),
        (joined({"download_name": "a"}, {}, {"disposition": "attachment"}), []),
        (joined({}, {}, {"download_name": "a"}), [(f"{ITEM}.download_name", "set disposition")]),
        (joined({}, {"download_name": "a"}, {}, {}), [(f"{STEP}.download_name", "set disposition")]),
        (joined({"download_name": "a"}, {}, {}), [("output.objects.download_name", "set disposition")]),
    ],
)
def test_joined_options_are_checked_when_saved(definition: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    """And load as before: an earlier version may have stored them."""
    assert Workflow.model_validate(definition)
    refused = workflow_refusal(definition)
    found = refused.problems if refused else []
    assert [problem.field for problem in found] == [field for field, _ in problems]
    for problem, (_, text) in zip(found, problems, strict=True):
        assert text in problem.expected


def test_jobs_without_steps_are_joined_with_the_workflow() -> None:
    item = {"template": 10, "objects": tags(10, 1)}
    data = {"name": "a", "trigger": _TRIGGER, "output": {"objects": tags(0, 10)}, "jobs": {"transcode": [item]}}
    with pytest.raises(DefinitionError, match="joined to 11") as error:
        parse_workflow(data)
    assert [problem.field for problem in error.value.problems] == ["jobs.transcode[0].objects.tags"]
