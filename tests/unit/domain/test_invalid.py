"""Problems keep the template and the parameters of their messages, for translations."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field, field_validator

from media_workflows.domain.base import Model, parsed
from media_workflows.domain.invalid import InvalidValuesError, invalid
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError, FieldProblem


class Sample(Model):
    size: int = Field(0, ge=0)
    name: str = "a"
    path: str = "/"

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if len(name) > 3:
            raise invalid("must have at most {limit} characters, such as {{x}}; got {name}", limit=3, name=name)
        return name

    @field_validator("path")
    @classmethod
    def _path(cls, path: str) -> str:
        if path != "/":
            raise InvalidValuesError([invalid("first {which}", which="{x}"), invalid("second, without {parameters}")])
        return path


def problems(data: dict[str, Any]) -> list[FieldProblem]:
    with pytest.raises(DefinitionError) as raised:
        parsed(Sample, data)
    return raised.value.problems


def test_a_message_of_a_validator_has_its_template() -> None:
    (problem,) = problems({"name": "{limit}"})
    assert problem.expected == "must have at most 3 characters, such as {x}; got {limit}"
    assert problem.template == "must have at most {limit} characters, such as {{x}}; got {name}"
    assert problem.parameters == {"limit": "3", "name": "{limit}"}


def test_several_problems_of_one_value_are_reported_separately() -> None:
    found = [(problem.field, problem.expected, problem.template) for problem in problems({"path": "x"})]
    assert found == [("path", "first {x}", "first {which}"), ("path", *["second, without {parameters}"] * 2)]


def test_an_error_of_pydantic_has_a_plain_message() -> None:
    (problem,) = problems({"size": -1})
    assert (problem.expected, problem.template, problem.parameters) == (
        "must be at least 0",
        "must be at least {ge}",
        {"ge": "0"},
    )


def test_an_unknown_field_has_a_template() -> None:
    (problem,) = problems({"vcrf": 1})
    assert (problem.template, problem.parameters) == ("unknown field, here it is called `{name}`", {"name": "crf"})


def test_a_problem_between_fields_has_a_template() -> None:
    item = {"template": 100010, "output_path": "{nothing}.{format}"}
    with pytest.raises(DefinitionError) as raised:
        parse_workflow({"name": "a", "trigger": {"bucket": "abc"}, "jobs": {"transcode": [item]}})
    (problem,) = raised.value.problems
    assert problem.template == "unknown variable {variable}; known here: {choices}"
    assert problem.parameters["variable"] == "{nothing}"
