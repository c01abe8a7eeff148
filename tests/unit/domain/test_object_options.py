"""Options of output objects: what is valid, and how those of an item, a step and the workflow join."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.object_options import ObjectOptions
from media_workflows.domain.placed_items import placed_items
from media_workflows.domain.workflow import parse_workflow
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
        ({"download_name": "a.mp4"}, "set disposition"),
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
