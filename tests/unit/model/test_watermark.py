"""Watermarks: images, texts, places and times."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from definitions import PNG, definition
from media_workflows.errors import DefinitionError
from media_workflows.model.jobs.watermark import MAX_IMAGE_BYTES, MAX_WATERMARKS
from media_workflows.model.workflow import parse_workflow

IMAGE = {"type": "image", "content": PNG}
TEXT = {"type": "text", "text": "媒体工作流"}
WATERMARKS = "jobs.transcode[0].watermarks"


def _encoded(head: bytes, size: int) -> str:
    return base64.b64encode(head + b"\0" * (size - len(head))).decode()


def fault(watermarks: list[dict[str, Any]], kind: str = "transcode", **item: Any) -> tuple[str, str] | None:
    item = {"template": 100010 if kind == "transcode" else 10, "watermarks": watermarks, **item}
    try:
        parse_workflow(definition(jobs={kind: [item]}))
    except DefinitionError as error:
        [problem] = error.problems
        return problem.field, problem.wants
    return None


@pytest.mark.parametrize(
    "mark",
    [
        IMAGE,
        TEXT,
        {"type": "image", "content": base64.b64encode(b"\xff\xd8\xff\xe0").decode()},
        {"type": "image", "content": _encoded(b"\x89PNG\r\n\x1a\n", MAX_IMAGE_BYTES)},
        IMAGE | {"width": "12.5%", "height": "40px"},
        TEXT | {"text": "%{pts} : ' \\ \" [in] 😀", "font_color": "0xff00AA", "font_alpha": 0.1, "font_size_px": 500},
        TEXT | {"text": "字" * 100},
    ],
)
def test_marks(mark: dict[str, Any]) -> None:
    assert fault([{"mark": mark}]) is None


@pytest.mark.parametrize(
    ("mark", "field"),
    [
        ({"type": "image", "content": "no base64!"}, "mark.content"),
        ({"type": "image", "content": base64.b64encode(b"GIF89a").decode()}, "mark.content"),
        ({"type": "image", "content": ""}, "mark.content"),
        ({"type": "image", "content": _encoded(b"\xff\xd8\xff", MAX_IMAGE_BYTES + 1)}, "mark.content"),
        ({"type": "image"}, "mark.content"),
        (IMAGE | {"width": "10"}, "mark.width"),
        (IMAGE | {"height": "-1px"}, "mark.height"),
        (TEXT | {"text": ""}, "mark.text"),
        (TEXT | {"text": "字" * 101}, "mark.text"),
        (TEXT | {"font_color": "red"}, "mark.font_color"),
        (TEXT | {"font_color": "#ffffff"}, "mark.font_color"),
        (TEXT | {"font_alpha": 0}, "mark.font_alpha"),
        (TEXT | {"font_alpha": 1.1}, "mark.font_alpha"),
        (TEXT | {"font_size_px": 7}, "mark.font_size_px"),
        ({"type": "svg", "text": "x"}, "mark"),
        ({"text": "x"}, "mark"),
    ],
)
def test_bad_marks(mark: dict[str, Any], field: str) -> None:
    told = fault([{"mark": mark}])
    assert told is not None
    # The tag is the next test's matter.
    assert told[0].replace(f"mark.{mark.get('type')}.", "mark.", 1) == f"{WATERMARKS}[0].{field}"


def test_the_path_to_a_bad_mark_holds_only_fields() -> None:
    """A field is a path into the definition as the user wrote it: the form looks its control up by it."""
    told = fault([{"mark": TEXT | {"font_alpha": 0}}])
    assert told is not None
    assert told[0] == f"{WATERMARKS}[0].mark.font_alpha"


@pytest.mark.parametrize("place", ["0px", "10%", "12.5%", "99999px", "0.5px"])
def test_places(place: str) -> None:
    assert fault([{"mark": TEXT, "x_pos": place, "y_pos": place, "origin": "bottom_right"}]) is None


@pytest.mark.parametrize("place", ["10", "px", "-1px", "1 px", "10em", "1.px", "100000px", "1px\n"])
def test_bad_places(place: str) -> None:
    told = fault([{"mark": TEXT, "x_pos": place}])
    assert told is not None
    assert told[0] == f"{WATERMARKS}[0].x_pos"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 0), (0, 1), (1, 1.5)])
def test_times(start: float, end: float) -> None:
    assert fault([{"mark": TEXT, "start_offset_s": start, "end_offset_s": end}]) is None


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1)])
def test_times_run_forward(start: float, end: float) -> None:
    told = fault([{"mark": TEXT, "start_offset_s": start, "end_offset_s": end}])
    assert told is not None
    assert told[0] == f"{WATERMARKS}[0]"


def test_number_of_watermarks() -> None:
    assert fault([{"mark": TEXT}] * MAX_WATERMARKS) is None
    assert MAX_WATERMARKS == 10
    told = fault([{"mark": TEXT}] * 11)
    assert told is not None
    assert told[0] == WATERMARKS


@pytest.mark.parametrize("kind", ["snapshot_by_time_offset", "sample_snapshot"])
def test_snapshots_take_images_only(kind: str) -> None:
    more: dict[str, Any] = {"time_offsets": ["0s"]} if kind == "snapshot_by_time_offset" else {}
    assert fault([{"mark": IMAGE}], kind, **more) is None
    told = fault([{"mark": IMAGE}, {"mark": TEXT}], kind, **more)
    assert told is not None
    assert told[0] == f"jobs.{kind}[0].watermarks"
    assert "image watermarks only" in told[1]


def test_image_bytes() -> None:
    made = parse_workflow(definition(jobs={"transcode": [{"template": 100010, "watermarks": [{"mark": IMAGE}]}]}))
    mark: Any = made.jobs.transcode[0].watermarks[0].mark
    assert mark.image_bytes == base64.b64decode(PNG)


@pytest.mark.parametrize("item", [{"template": 875}, {"parameters": {"container": "mp4", "video": {"codec": "copy"}}}])
def test_a_copied_picture_takes_no_watermark(item: dict[str, Any]) -> None:
    """Also when a template says so: otherwise each upload would fail."""
    with pytest.raises(DefinitionError, match=r"transcode\[0\].*copy"):
        parse_workflow(definition(jobs={"transcode": [{**item, "watermarks": [{"mark": TEXT}]}]}))
