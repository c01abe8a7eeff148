"""Sprites: the grid's limits and the name of the WebVTT file."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition
from media_workflows.domain.jobs.image_sprite import ImageSpriteItem, ImageSpriteParameters
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError

GRID = {"sample_type": "time", "sample_interval": 10, "row_count": 10, "column_count": 10}


def only_problem(*items: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(definition(jobs={"image_sprite": list(items)}))
    (problem,) = caught.value.problems
    return problem.field.removeprefix("jobs.image_sprite"), problem.expected


@pytest.mark.parametrize(
    "parameters",
    [
        {"width": 142, "height": 80},
        {"row_count": 1, "column_count": 1, "width": 128, "height": 4096},
        {"width": 13, "height": 409},
        {"row_count": 100, "column_count": 1},
        {},
        {"format": "webp", "fill_type": "stretch"},
    ],
)
def test_good_grids(parameters: dict[str, Any]) -> None:
    assert ImageSpriteParameters.model_validate({**GRID, **parameters}).format in ("jpg", "webp")


@pytest.mark.parametrize(
    ("parameters", "field", "expected"),
    [
        ({"row_count": 11}, "", "row_count times column_count must be at most 100; got 110"),
        ({"row_count": 0}, ".row_count", "at least 1"),
        ({"column_count": 101}, ".column_count", "at most 100"),
        ({"width": 410}, "", "width 410 times column_count 10 is 4100 pixels, and a sheet must have 128 to 4096"),
        ({"height": 12}, "", "height 12 times row_count 10 is 120 pixels"),
        ({"width": 4097}, ".width", "at most 4096"),
        ({"sample_type": "percent", "sample_interval": 101}, "", "1 to 100 per cent"),
        ({"format": "gif"}, ".format", "'jpg', 'png', 'webp'"),
    ],
)
def test_bad_grids(parameters: dict[str, Any], field: str, expected: str) -> None:
    found = only_problem({"parameters": {**GRID, **parameters}})
    assert found[0] == f"[0].parameters{field}"
    assert expected in found[1]


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        ({}, "{inputName}_imageSprite_{definition}.{format}"),
        ({"output_path": "/s/{number}.{format}"}, "/s/{inputName}_imageSprite_{definition}.{format}"),
        ({"output_path": "s/{number}.{format}", "web_vtt_path": "maps/all.{format}"}, "s/maps/all.{format}"),
    ],
)
def test_the_map_lies_below_the_sheets_directory(names: dict[str, str], pattern: str) -> None:
    item = ImageSpriteItem.model_validate({"template": 10, **names})
    assert item.companion_patterns == {"web_vtt_path": (pattern, "vtt")}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"web_vtt_path": "/abs.{format}"}, "relative to the sheets' directory"),
        ({"web_vtt_path": "a.vtt"}, "must end with '.{format}'"),
        ({"web_vtt_path": "../a.{format}"}, "must not contain '..'"),
        ({"web_vtt_path": "{number}.{format}"}, "unknown variable {number}"),
        ({"output_path": "{number}/a.{format}"}, "unknown variable {number}"),
    ],
)
def test_bad_names_of_the_map(names: dict[str, str], expected: str) -> None:
    field, found = only_problem({"template": 10, **names})
    assert field == "[0].web_vtt_path"
    assert expected in found


def test_two_sprites_write_two_maps() -> None:
    field, found = only_problem({"template": 10}, {"template": 10, "output_path": "b_{number}.{format}"})
    assert field == "[1].web_vtt_path"
    assert found.startswith("writes the same object as jobs.image_sprite[0].web_vtt_path: give one of them its own web")
