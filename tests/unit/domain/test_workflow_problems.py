"""Problems between the fields of a workflow that are reported together with those of single fields."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition, graph
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow_problems import problems_despite

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
        (graph(HD | {"id": "in", "after": ["sd"]}), []),  # the ids that others may name are not known
        ([], []),
    ],
)
def test_what_is_reported_of_an_invalid_definition(data: Any, expected: list[str]) -> None:
    assert fields(data) == expected
