"""Items with their places, also of definitions that are invalid elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition, graph
from media_workflows.domain.placed_items import placed_items, valid_items
from media_workflows.domain.workflow import parse_workflow

HD = {"id": "hd", "transcode": {"template": 100040}}
COVERS = {"id": "covers", "sample_snapshot": [{"template": 10}], "output": {"directory": "covers/"}}


def test_jobs_and_steps_name_their_places() -> None:
    flat = placed_items(parse_workflow(definition(jobs={"transcode": [{"template": 100010}, {"template": 100020}]})))
    assert [one.place for one in flat] == ["jobs.transcode[0]", "jobs.transcode[1]"]
    steps = placed_items(parse_workflow(graph(HD, COVERS, output={"bucket": "out", "directory": "x/"})))
    assert [one.place for one in steps] == ["steps[0].transcode[0]", "steps[1].sample_snapshot[0]"]
    assert [(one.output.bucket, one.output.directory) for one in steps] == [("out", "x/"), ("out", "covers/")]


def test_valid_items_of_a_valid_definition_are_its_items() -> None:
    data = graph(HD, COVERS, output={"bucket": "out"})
    assert valid_items(data) == placed_items(parse_workflow(data))


def test_invalid_items_and_steps_are_left_out() -> None:
    data = graph(HD | {"transcode": [{"template": "x"}, {"template": 100040}]}, COVERS | {"after": 3})
    data["steps"].insert(0, None)
    assert [one.place for one in valid_items(data)] == ["steps[1].transcode[1]", "steps[2].sample_snapshot[0]"]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({"directory": "a/", "bucket": "B A D"}, (None, "a/")),
        ({"directory": 3}, (None, None)),
        ("x", (None, None)),
        ({"x": 1, "directory": "a/"}, (None, "a/")),
    ],
)
def test_an_invalid_output(output: Any, expected: tuple[str | None, str | None]) -> None:
    (one,) = valid_items(graph(HD, output=output))
    assert (one.output.bucket, one.output.directory) == expected


@pytest.mark.parametrize("data", [None, 3, [], {"jobs": 3, "steps": 3}, {"steps": [{"transcode": "x"}]}])
def test_data_of_other_types(data: Any) -> None:
    assert valid_items(data) == []
