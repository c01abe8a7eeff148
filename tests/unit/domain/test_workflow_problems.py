"""Problems between the fields of a workflow that are reported together with those of single fields."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition, graph
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow
from media_workflows.domain.workflow_problems import problems_despite
from media_workflows.errors import DefinitionError

HD = {"id": "hd", "transcode": {"template": 100040}}


def fields(data: Any) -> list[str]:
    return [problem.field for problem in problems_despite(data, PRESET_LIBRARY)]


def test_jobs_and_steps_are_not_compared_with_each_other() -> None:
    assert fields(definition(jobs={"transcode": [{"template": 100040}]}) | graph(HD)) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (graph(HD | {"transcode": {"template": 1}}), ["steps[0].transcode[0].template"]),
        (graph(HD, HD | {"id": "again"}), ["steps[1].transcode[0].output_path"]),
        (graph(HD | {"after": ["sd"]}, output={"directory": "{x}/"}), ["output.directory", "steps[0].after[0]"]),
        (definition(jobs={"transcode": [{"template": 1}]}), ["jobs.transcode[0].template"]),
        (graph(HD | {"id": "in", "after": ["sd"]}), ["steps[0].after[0]"]),
        (graph({"transcode": {"template": 100040}, "after": ["sd"]}), []),  # others may name the id that is missing
        (
            graph({"id": "a", "copy": {"of": ["zz"]}}, HD | {"after": ["a", "yy"], "when": "foo"}),
            ["steps[0].copy.of[0]", "steps[1].after[1]", "steps[1].when"],
        ),
        (
            graph({"id": "a", "transcode": {}, "gate": 1}, HD | {"input": "a", "when": "steps.a.output.vmaf > 1.0"}),
            [],
        ),  # a stand-in
        (
            graph(HD | {"output": {"region": "b", "directory": "{x}/"}}, {}, trigger={"region": "a"}),
            ["steps[0].output.directory", "steps[0].output.region"],
        ),
        ([], []),
    ],
)
def test_what_is_reported_of_an_invalid_definition(data: Any, expected: list[str]) -> None:
    assert fields(data) == expected


@pytest.mark.parametrize("jobs", [{"transcode": [{"template": 100040}]}, {"transcode": {"template": 100040}}])
def test_what_else_is_wrong_with_jobs_and_steps_is_reported_with_it(jobs: Any) -> None:
    with pytest.raises(DefinitionError) as raised:
        parse_workflow(graph(HD | {"after": ["zz"], "when": "foo"}) | {"jobs": jobs})
    found = [problem.field for problem in raised.value.problems if problem.field != "jobs.transcode"]
    assert found == ["steps", "steps[0].after[0]", "steps[0].when"]


OUT = {"output": {"directory": "out/"}, "trigger": {"bucket": "media-input", "directory": "in/"}}


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ({"move_source": {"bucket": "media-input"}}, "steps[1].move_source"),
        ({"move_source": {"directory": "in/"}}, "steps[1].move_source"),
        ({"move_source": {"directory": "in/"}, "output_bucket": "other"}, None),
        ({"copy": {"key": "in/{inputDirectory}/{inputName}.{inputFormat}"}}, "steps[1].copy"),
        ({"copy": {"key": "in/{inputName}.{inputFormat}"}}, None),  # only of some sources: the run refuses those
        ({"copy": {"of": ["hd"], "bucket": "media-input"}}, "steps[1].copy"),
        ({"copy": {"of": ["hd"], "directory": "out/"}}, "steps[1].copy"),
        ({"copy": {"of": ["hd"], "directory": "cdn/"}}, None),
        ({"copy": {"of": ["hd"], "bucket": "media-cdn"}}, None),
    ],
)
def test_a_copy_over_its_original_is_refused(action: dict[str, Any], field: str | None) -> None:
    own = {"bucket": bucket} if (bucket := action.pop("output_bucket", None)) else {}
    data = graph(HD, {"id": "last", "after": ["hd"], **action}, **(OUT | {"output": {**OUT["output"], **own}}))
    if field is None:
        assert parse_workflow(data)
        return
    with pytest.raises(DefinitionError, match="own place") as raised:
        parse_workflow(data)
    assert [problem.field for problem in raised.value.problems] == [field]
