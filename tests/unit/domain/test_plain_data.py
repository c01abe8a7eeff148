"""No definition holds text or numbers that no database, storage or receiver takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from definitions import definition
from media_workflows.domain.plain_data import MAX_DEPTH, MAX_INTEGER, MAX_PROBLEMS, MAX_VALUES, data_problems
from media_workflows.domain.templates import parse_template
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError
from media_workflows.notifications.targets import parse_function_callback, parse_notification


def deep(levels: int) -> Any:
    data: list[Any] = []
    for _ in range(levels - 1):
        data = [data]
    return data


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a\0", "must not contain a NUL character"),
        ("\ud800", "must not contain a lone surrogate: it is no Unicode character"),
        ({"a\0": 1}, "must not contain a NUL character"),
        ({1: 1}, "names of fields must be text: put them in quotes"),
        ([1] * MAX_VALUES, f"must have at most {MAX_VALUES} values: split it"),
        ([{"a": {}}] * MAX_VALUES, f"must have at most {MAX_VALUES} values: split it"),
        (MAX_INTEGER + 1, f"must be an integer between -{MAX_INTEGER} and {MAX_INTEGER}"),
        (16**10_000, f"must be an integer between -{MAX_INTEGER} and {MAX_INTEGER}"),
        (float("nan"), "must be a finite number"),
        (float("-inf"), "must be a finite number"),
        (deep(MAX_DEPTH), f"must have at most {MAX_DEPTH} levels"),
        (deep(100_000), f"must have at most {MAX_DEPTH} levels"),
    ],
    ids=[
        "nul",
        "surrogate",
        "name",
        "number-as-name",
        "list",
        "objects",
        "integer",
        "long-integer",
        "nan",
        "infinity",
        "deep",
        "deeper",
    ],
)
@pytest.mark.parametrize("parse", [parse_workflow, parse_template, parse_notification, parse_function_callback])
def test_unusable_data_is_refused_by_every_reader(parse: Callable[[Any], Any], value: Any, expected: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        parse({"x": value})
    (problem,) = raised.value.problems
    assert problem.expected == expected
    assert problem.field.startswith("x")


def test_usable_data() -> None:
    assert data_problems(["😀", "\x7f", -MAX_INTEGER, 1e308, True, None, {"é": deep(MAX_DEPTH - 2)}]) == []


def test_the_list_of_problems_ends() -> None:
    assert len(data_problems(["\0"] * 10_000)) == MAX_PROBLEMS


def test_names_that_airflow_and_logs_show_are_one_line() -> None:
    for airflow in ({"owner": "a\x1b[31m"}, {"owner": "a\x85b"}, {"tags": ["a\u2028b"]}):
        with pytest.raises(DefinitionError, match="control characters or line breaks"):
            parse_workflow(definition(airflow=airflow))
    with pytest.raises(DefinitionError, match="control characters or line breaks"):
        parse_template({"kind": "transcode", "name": "a\x1b[31mb", "parameters": {"container": "mp4", "video": {}}})
    with pytest.raises(DefinitionError, match="control characters or line breaks"):
        parse_notification({"type": "http", "url": "http://h.example/\r\nx"})
