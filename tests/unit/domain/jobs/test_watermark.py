"""Watermarks: images, texts, places and times."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from definitions import PNG, definition
from media_workflows.domain.jobs.watermark import (
    MAX_IMAGE_BYTES,
    MAX_WATERMARKS,
    ImageWatermark,
    SvgWatermark,
    TextWatermark,
    Watermark,
    WatermarkParameters,
    images_only,
    without_image_bytes,
)
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError
from pictures import encoded, plain

IMAGE = {"type": "image", "content": PNG}
TEXT = {"type": "text", "text": "媒体工作流"}
WATERMARKS = "jobs.transcode[0].watermarks"


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>'


def _padded(image: bytes, size: int) -> str:
    """A picture that is `size` bytes long."""
    return encoded(image + b"\0" * (size - len(image)))


def problem(watermarks: list[dict[str, Any]], kind: str = "transcode", **item: Any) -> tuple[str, str] | None:
    item = {"template": 100010 if kind == "transcode" else 10, "watermarks": watermarks, **item}
    try:
        parse_workflow(definition(jobs={kind: [item]}))
    except DefinitionError as error:
        [problem] = error.problems
        return problem.field, problem.expected
    return None


@pytest.mark.parametrize(
    "mark",
    [
        IMAGE,
        TEXT,
        {"type": "image", "content": encoded(plain(format_="JPEG"))},
        {"type": "image", "content": _padded(plain(), MAX_IMAGE_BYTES)},
        IMAGE | {"width": "12.5%", "height": "40px"},
        IMAGE | {"width": "0px", "height": "8px"},
        IMAGE | {"width": "4096px", "repeat_type": "once"},
        {"type": "svg", "svg": SVG},
        {"type": "svg", "svg": SVG, "width": "12.5S%", "height": "100H%"},
        TEXT | {"font": "default"},
        TEXT | {"text": "%{pts} : ' \\ \" [in] 😀", "font_color": "0xff00AA", "font_alpha": 0.1, "font_size_px": 500},
        TEXT | {"text": "字" * 100},
    ],
)
def test_marks(mark: dict[str, Any]) -> None:
    assert problem([{"mark": mark}]) is None


@pytest.mark.parametrize(
    ("mark", "field"),
    [
        ({"type": "image", "content": "no base64!"}, "mark.content"),
        ({"type": "image", "content": base64.b64encode(b"GIF89a").decode()}, "mark.content"),
        ({"type": "image", "content": ""}, "mark.content"),
        ({"type": "image", "content": _padded(plain(), MAX_IMAGE_BYTES + 1)}, "mark.content"),
        ({"type": "image", "content": encoded(plain()[:20])}, "mark.content"),
        ({"type": "image", "content": encoded(plain(width=4097, height=1))}, "mark.content"),
        ({"type": "image"}, "mark.content"),
        (IMAGE | {"width": "10"}, "mark.width"),
        (IMAGE | {"height": "-1px"}, "mark.height"),
        (IMAGE | {"height": "7px"}, "mark.height"),
        (IMAGE | {"width": "4097px"}, "mark.width"),
        (IMAGE | {"width": "100.1%"}, "mark.width"),
        (IMAGE | {"width": "10W%"}, "mark.width"),
        (IMAGE | {"repeat_type": "twice"}, "mark.repeat_type"),
        ({"type": "svg"}, "mark.svg"),
        ({"type": "svg", "svg": ""}, "mark.svg"),
        ({"type": "svg", "svg": "<svg/>"}, "mark.svg"),
        ({"type": "svg", "svg": SVG.replace("/>", ">" + " " * 2_000_000 + "</svg>")}, "mark.svg"),
        ({"type": "svg", "svg": SVG, "width": "10X%"}, "mark.width"),
        (TEXT | {"text": " \n"}, "mark.text"),
        (TEXT | {"text": "a\x7f"}, "mark.text"),
        (TEXT | {"font": "arial.ttf"}, "mark.font"),
        (TEXT | {"text": ""}, "mark.text"),
        (TEXT | {"text": "字" * 101}, "mark.text"),
        (TEXT | {"font_color": "red"}, "mark.font_color"),
        (TEXT | {"font_color": "#ffffff"}, "mark.font_color"),
        (TEXT | {"font_alpha": 0}, "mark.font_alpha"),
        (TEXT | {"font_alpha": 1.1}, "mark.font_alpha"),
        (TEXT | {"font_size_px": 7}, "mark.font_size_px"),
        ({"type": "gif", "text": "x"}, "mark"),
        ({"text": "x"}, "mark"),
    ],
)
def test_bad_marks(mark: dict[str, Any], field: str) -> None:
    found = problem([{"mark": mark}])
    assert found is not None
    # The tag is the next test's matter.
    assert found[0].replace(f"mark.{mark.get('type')}.", "mark.", 1) == f"{WATERMARKS}[0].{field}"


def test_the_path_to_a_bad_mark_holds_only_fields() -> None:
    """A field is a path into the definition as the user wrote it: the form looks its control up by it."""
    found = problem([{"mark": TEXT | {"font_alpha": 0}}])
    assert found is not None
    assert found[0] == f"{WATERMARKS}[0].mark.font_alpha"


@pytest.mark.parametrize("place", ["0px", "10%", "12.5%", "99999px", "0.5px"])
def test_places(place: str) -> None:
    assert problem([{"mark": TEXT, "x_pos": place, "y_pos": place, "origin": "bottom_right"}]) is None


@pytest.mark.parametrize("place", ["10", "px", "-1px", "1 px", "10em", "1.px", "100000px", "1px\n"])
def test_bad_places(place: str) -> None:
    found = problem([{"mark": TEXT, "x_pos": place}])
    assert found is not None
    assert found[0] == f"{WATERMARKS}[0].x_pos"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 0), (0, 1), (1, 1.5), (-2, 0), (-2, -1), (3, -1)])
def test_times(start: float, end: float) -> None:
    assert problem([{"mark": TEXT, "start_offset_s": start, "end_offset_s": end}]) is None


@pytest.mark.parametrize(("start", "end"), [(1, 1), (2, 1), (-1, -1), (-1, -2)])
def test_times_run_forward(start: float, end: float) -> None:
    found = problem([{"mark": TEXT, "start_offset_s": start, "end_offset_s": end}])
    assert found is not None
    assert found[0] == f"{WATERMARKS}[0]"


def test_number_of_watermarks() -> None:
    assert problem([{"mark": TEXT}] * MAX_WATERMARKS) is None
    assert MAX_WATERMARKS == 10
    found = problem([{"mark": TEXT}] * 11)
    assert found is not None
    assert found[0] == WATERMARKS


@pytest.mark.parametrize("kind", ["snapshot_by_time_offset", "sample_snapshot"])
def test_snapshots_take_images_only(kind: str) -> None:
    more: dict[str, Any] = {"time_offsets": ["0s"]} if kind == "snapshot_by_time_offset" else {}
    assert problem([{"mark": IMAGE}], kind, **more) is None
    for other in (TEXT, {"type": "svg", "svg": SVG}):
        found = problem([{"mark": IMAGE}, {"mark": other}], kind, **more)
        assert found is not None
        assert found[0] == f"jobs.{kind}[0].watermarks"
        assert "image watermarks only" in found[1]


def test_image_bytes() -> None:
    made = parse_workflow(definition(jobs={"transcode": [{"template": 100010, "watermarks": [{"mark": IMAGE}]}]}))
    mark: Any = made.jobs.transcode[0].watermarks[0].mark
    assert mark.image_bytes == base64.b64decode(PNG)


@pytest.mark.parametrize("item", [{"template": 875}, {"parameters": {"container": "mp4", "video": {"codec": "copy"}}}])
def test_a_copied_picture_takes_no_watermark(item: dict[str, Any]) -> None:
    """Also when a template says so: otherwise each upload would fail."""
    with pytest.raises(DefinitionError, match=r"transcode\[0\].*copy"):
        parse_workflow(definition(jobs={"transcode": [{**item, "watermarks": [{"mark": TEXT}]}]}))


class TestTemplates:
    """A use of a template has the template's place and look, and its own content and times."""

    def parameters(self, mark: dict[str, Any], **place: str) -> WatermarkParameters:
        return WatermarkParameters.model_validate({"mark": mark, **place})

    def use(self, **fields: Any) -> Watermark:
        return Watermark.model_validate({"template": 7, **fields})

    def test_text_of_the_use(self) -> None:
        style = {"type": "text", "text": "default", "font_size_px": 30}
        template = self.parameters(style, origin="bottom_right", x_pos="5%")
        made = self.use(text="mine", start_offset_s=-3).resolved(template)
        assert isinstance(made.mark, TextWatermark)
        assert (made.template, made.mark.text, made.mark.font_size_px) == (7, "mine", 30)
        assert (made.origin, made.x_pos, made.start_offset_s) == ("bottom_right", "5%", -3)
        default = self.use().resolved(template).mark
        assert isinstance(default, TextWatermark)
        assert default.text == "default"

    def test_svg_of_the_use(self) -> None:
        made = self.use(svg=SVG).resolved(self.parameters({"type": "svg", "width": "20S%"})).mark
        assert isinstance(made, SvgWatermark)
        assert (made.svg, made.width) == (SVG, "20S%")

    def test_image(self) -> None:
        assert self.use().resolved(self.parameters(IMAGE)).mark == ImageWatermark.model_validate(IMAGE)

    @pytest.mark.parametrize(
        ("mark", "content", "says"),
        [
            ({"type": "text"}, {}, "requires `text`"),
            ({"type": "svg"}, {}, "requires `svg`"),
            ({"type": "text"}, {"svg": SVG}, "of type text: leave out `svg`"),
            ({"type": "svg"}, {"text": "a"}, "of type svg: leave out `text`"),
            (IMAGE, {"text": "a"}, "of type image: leave out `text`"),
            ({"type": "svg"}, {"svg": "<svg/>"}, "must be an <svg"),
            ({"type": "text"}, {"text": "a\0"}, "control characters"),
        ],
    )
    def test_content_that_is_missing_or_unfit(self, mark: dict[str, Any], content: dict[str, str], says: str) -> None:
        with pytest.raises(ValueError, match=says):
            self.use(**content).resolved(self.parameters(mark))

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({}, "exactly one"),
            ({"template": 7, "mark": TEXT}, "exactly one"),
            ({"mark": TEXT, "text": "a"}, "put them into `mark`"),
            ({"template": 7, "x_pos": "1px"}, "come from the template"),
        ],
    )
    def test_a_use_is_a_mark_or_a_template(self, fields: dict[str, Any], says: str) -> None:
        with pytest.raises(ValueError, match=says):
            Watermark.model_validate(fields)

    def test_a_dumped_use_is_the_same_use(self) -> None:
        use = self.use(text="mine", end_offset_s=-1)
        assert Watermark.model_validate(use.model_dump()) == use

    def test_snapshots_take_no_text_of_a_template(self) -> None:
        assert images_only([self.use()])
        resolved = self.use().resolved(self.parameters({"type": "text", "text": "a"}))
        for watermark in (self.use(text="a"), self.use(svg=SVG), resolved):
            with pytest.raises(ValueError, match="image watermarks only"):
                images_only([watermark])


def test_results_leave_out_images_and_drawings() -> None:
    marks = [Watermark(mark=mark).model_dump() for mark in (IMAGE, {"type": "svg", "svg": SVG}, TEXT)]
    shown = without_image_bytes({"watermarks": [*marks, Watermark(template=7, svg=SVG).model_dump()]})["watermarks"]
    assert [set(mark["mark"] or ()) & {"content", "svg", "text"} for mark in shown] == [set(), set(), {"text"}, set()]
    assert "svg" not in shown[3]
