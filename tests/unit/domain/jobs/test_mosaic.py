"""Mosaics: places, sizes and times."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from definitions import definition
from media_workflows.domain.jobs.mosaic import MAX_MOSAICS, Mosaic
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError


def test_defaults() -> None:
    assert Mosaic().model_dump() == {
        "start_offset_s": 0,
        "end_offset_s": 0,
        "x_pos": "0px",
        "y_pos": "0px",
        "width": "10%",
        "height": "10%",
    }


@pytest.mark.parametrize("side", ["0px", "0%", "7px", "4097px", "101%", "10", "10W%", "-1px"])
def test_bad_sides(side: str) -> None:
    with pytest.raises(ValidationError):
        Mosaic(width=side)


def test_number_of_mosaics() -> None:
    item: dict[str, Any] = {"template": 100010, "mosaics": [{}] * MAX_MOSAICS}
    assert MAX_MOSAICS == 10
    assert len(parse_workflow(definition(jobs={"transcode": [item]})).jobs.transcode[0].mosaics) == 10
    with pytest.raises(DefinitionError, match=r"transcode\[0\]\.mosaics"):
        parse_workflow(definition(jobs={"transcode": [item | {"mosaics": [{}] * 11}]}))


def test_a_copied_picture_takes_no_mosaic() -> None:
    item = {"parameters": {"container": "mp4", "video": {"codec": "copy"}}, "mosaics": [{}]}
    with pytest.raises(DefinitionError, match=r"transcode\[0\].*copy.*mosaics"):
        parse_workflow(definition(jobs={"transcode": [item]}))
