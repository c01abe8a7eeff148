"""Watermarks and mosaics, judged by the pixels of what real ffmpeg makes."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image, ImageChops

from clips import Clips
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.jobs.watermark import TextWatermark, Watermark
from media_workflows.errors import DrawingError, MissingGlyphError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, font_chain
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.overlays import FrameFormat
from media_workflows.media.filters.overlay.text_image import text_image
from media_workflows.media.filters.overlay.watermark import Assets, draw_watermarks
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest, MadeFile
from media_workflows.media.source.probe import probe
from media_workflows.settings import Settings
from pictures import BLUE, GREEN, RED, WHITE, Rgb, animated, encoded, plain

AWKWARD = [
    "it's 100%: \\n",
    "%{pts}",
    "%{localtime}",
    "%%",
    "a;[0:v]null[x]",
    "$(touch pwned)",
    "`id`",
    "../../etc/passwd",
    "textfile=/etc/passwd",
    ":fontcolor=red:x=0",
    "',drawtext=text=x",
    "\\' \\\\ \\:",
    '{x} [a],b;c="d" #',
    "line\nbreak\ttab",
    "媒体工作流 ©",
    "😀 emoji ❤\ufe0f",
    "👨\u200d👩\u200d👧",
    "e\u0301 n\u0303",
    "a\u202eb\u200f",
    "\ufeffbom\u00ad",
]


def outcome(source: Path, work_dir: Path, settings: Settings | None = None, **fields: Any) -> ItemOutcome:
    """One H.264 rendition, all but lossless."""
    video = {"codec": "h264", "crf": 4} | fields.pop("video", {})
    item = TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video}, **fields})
    request = JobRequest("transcode", [item], source, "in/a.mp4", work_dir)
    return run_job(request, lambda _: None, settings or Settings()).items[0]


def made(source: Path, work_dir: Path, **fields: Any) -> list[Image.Image]:
    """The frames of the rendition."""
    return frames(only(outcome(source, work_dir, **fields)).path)


def only(item: ItemOutcome) -> MadeFile:
    if item.error:
        raise item.error
    return item.files[0]


def frames(path: Path) -> list[Image.Image]:
    with av.open(str(path)) as container:
        return [frame.to_image() for frame in container.decode(video=0)]


def is_color(image: Image.Image, place: tuple[int, int], color: Rgb) -> bool:
    found: Any = image.getpixel(place)
    return all(abs(a - b) < 60 for a, b in zip(found, color, strict=True))


def image(content: bytes | None = None, **fields: Any) -> dict[str, Any]:
    """A green square of 16 pixels by default."""
    mark = {"type": "image", "content": encoded(content or plain()), "width": "16px"}
    return {"mark": mark | fields.pop("mark", {}), **fields}


def svg(body: str, view_box: str = "0 0 20 10", **fields: Any) -> dict[str, Any]:
    content = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}">{body}</svg>'
    return {"mark": {"type": "svg", "svg": content} | fields.pop("mark", {}), **fields}


def text(content: str, **fields: Any) -> dict[str, Any]:
    style = {"type": "text", "text": content, "font_size_px": 20, "font_color": "0x00FF00"}
    return {"mark": style | fields.pop("mark", {}), **fields}


def changes(image: list[Image.Image], place: tuple[int, int]) -> list[tuple[int, str]]:
    """(frame, colour) wherever the colour at `place` becomes another."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    seen = [next((name for name, color in names.items() if is_color(frame, place, color)), "?") for frame in image]
    return [(n, name) for n, name in enumerate(seen) if n == 0 or seen[n - 1] != name]


class TestPlace:
    @pytest.mark.parametrize(
        ("origin", "left", "top"),
        [("top_left", 10, 12), ("top_right", 134, 12), ("bottom_left", 10, 92), ("bottom_right", 134, 92)],
    )
    def test_each_corner(self, clips: Clips, tmp_path: Path, origin: str, left: int, top: int) -> None:
        mark = image(origin=origin, x_pos="10px", y_pos="10%")
        frame = made(clips.plain, tmp_path, watermarks=[mark])[10]
        inside = [(left + 2, top + 2), (left + 13, top + 13)]
        outside = [(left - 3, top + 8), (left + 18, top + 8), (left + 8, top - 3), (left + 8, top + 18)]
        assert all(is_color(frame, place, GREEN) for place in inside)
        assert not any(is_color(frame, place, GREEN) for place in outside)

    def test_what_lies_outside_is_cut(self, clips: Clips, tmp_path: Path) -> None:
        marks = [image(x_pos="152px", mark={"width": "50%"}), image(x_pos="500px"), text("国" * 50, origin="top_right")]
        frame = made(clips.plain, tmp_path, watermarks=marks)[10]
        assert is_color(frame, (157, 60), GREEN)
        assert is_color(frame, (100, 110), BLUE)

    def test_the_last_is_on_top(self, clips: Clips, tmp_path: Path) -> None:
        frame = made(clips.plain, tmp_path, watermarks=[image(), image(plain(WHITE))])[5]
        assert is_color(frame, (8, 8), WHITE)

    def test_a_jpeg(self, clips: Clips, tmp_path: Path) -> None:
        marks = [image(plain(WHITE, 64, 32, "JPEG"), mark={"width": "20%"})]
        frame = made(clips.plain, tmp_path, watermarks=marks)[5]
        assert is_color(frame, (29, 13), WHITE)
        assert is_color(frame, (29, 20), RED)


class TestTime:
    @pytest.mark.parametrize(
        ("start_s", "end_s", "seen"),
        [
            (0, 0, [(0, "green")]),
            (0.4, 0, [(0, "red"), (10, "green")]),
            (0, 0.4, [(0, "green"), (10, "red")]),
            (0.4, 1.4, [(0, "red"), (10, "green"), (35, "red")]),
            (-0.4, 0, [(0, "red"), (40, "green")]),
            (0, -0.4, [(0, "green"), (40, "red")]),
            (-1, -0.4, [(0, "red"), (25, "green"), (40, "red")]),
            (-9, 0.4, [(0, "green"), (10, "red")]),
            (5, 9, [(0, "red")]),
        ],
    )
    def test_ranges(
        self, clips: Clips, tmp_path: Path, start_s: float, end_s: float, seen: list[tuple[int, str]]
    ) -> None:
        mark = image(start_offset_s=start_s, end_offset_s=end_s)
        assert changes(made(clips.no_audio, tmp_path, watermarks=[mark]), (8, 8)) == seen

    def test_times_are_those_of_the_part(self, clips: Clips, tmp_path: Path) -> None:
        mark = image(start_offset_s=-0.2)
        shown = made(clips.no_audio, tmp_path, watermarks=[mark], start_offset_s=0.4, end_offset_s=1.4)
        assert changes(shown, (8, 8)) == [(0, "red"), (20, "green")]

    @pytest.mark.parametrize(
        ("repeat_type", "seen"),
        [
            ("once", [(0, "red"), (5, "white"), (10, "blue"), (20, "red")]),
            ("repeat_last_frame", [(0, "red"), (5, "white"), (10, "blue")]),
            (
                "repeat",
                [(0, "red"), (5, "white"), (10, "blue"), (20, "white"), (25, "blue"), (35, "white"), (40, "blue")],
            ),
        ],
    )
    def test_animated_png(self, clips: Clips, tmp_path: Path, repeat_type: str, seen: list[tuple[int, str]]) -> None:
        moving = animated((WHITE, BLUE), (200, 400), plays=2)
        mark = image(moving, mark={"repeat_type": repeat_type}, start_offset_s=0.2)
        shown = made(clips.no_audio, tmp_path, watermarks=[mark])
        assert len(shown) == 50
        assert changes(shown, (8, 8)) == seen

    @pytest.mark.parametrize("repeat_type", ["once", "repeat_last_frame", "repeat"])
    def test_a_longer_animation_does_not_lengthen_the_video(
        self, clips: Clips, tmp_path: Path, repeat_type: str
    ) -> None:
        mark = image(animated((WHITE, BLUE, GREEN), (1500, 5000, 5000)), mark={"repeat_type": repeat_type})
        assert len(made(clips.vfr, tmp_path, watermarks=[mark])) == len(frames(clips.vfr))

    def test_an_animation_on_two_renditions_of_one_decode(self, clips: Clips, tmp_path: Path) -> None:
        mark = image(animated((WHITE, BLUE), (200, 400)))
        items = [
            TranscodeItem.model_validate({"parameters": {"container": c, "video": {}}, "watermarks": [mark]})
            for c in ("mp4", "mkv")
        ]
        request = JobRequest("transcode", items, clips.no_audio, "a.mp4", tmp_path)
        made_files = run_job(request, lambda _: None, Settings()).items
        first, second = (changes(frames(only(item).path), (8, 8)) for item in made_files)
        assert first == second
        assert first[:3] == [(0, "white"), (5, "blue"), (15, "white")]

    def test_a_picture_shows_the_first_frame(self, clips: Clips, tmp_path: Path) -> None:
        mark = image(animated((GREEN, BLUE), (200, 400)), start_offset_s=1)
        parameters = {"sample_type": "percent", "sample_interval": 50, "format": "png"}
        item = SampleSnapshotItem.model_validate({"parameters": parameters, "watermarks": [mark]})
        request = JobRequest("sample_snapshot", [item], clips.plain, "a.mp4", tmp_path)
        result = run_job(request, lambda _: None, Settings()).items[0]
        assert [is_color(frames(file.path)[0], (8, 8), GREEN) for file in result.files] == [True, True]


class TestText:
    @pytest.mark.parametrize("content", AWKWARD)
    def test_text_changes_nothing_but_its_pixels(self, clips: Clips, tmp_path: Path, content: str) -> None:
        """ffmpeg's picture is the one Pillow alone makes of the frame and the text."""
        mark = Watermark.model_validate(text(content, x_pos="7px", y_pos="11px", mark={"font_alpha": 0.8}))
        bare, marked = (one_frame(clips.plain, tmp_path, marks) for marks in ([], [mark]))
        assert isinstance(mark.mark, TextWatermark)
        drawn = text_image(mark.mark, font_chain(BUNDLED_FONT), Size(160, 120))
        expected = bare.convert("RGBA")
        expected.alpha_composite(drawn, (7, 11))
        difference = ImageChops.difference(marked, expected.convert("RGB"))
        extrema: Any = difference.getextrema()  # a pair for each band
        assert max(high for _, high in extrema) <= 2
        assert ImageChops.difference(marked, bare).getbbox() is not None
        assert sorted(path.suffix for path in tmp_path.iterdir()) == [".png", ".png", ".png"]

    def test_text_stands_in_its_corner(self, clips: Clips, tmp_path: Path) -> None:
        mark = text("国", origin="bottom_right", mark={"font_size_px": 40})
        frame = made(clips.plain, tmp_path, watermarks=[mark])[5]
        places = [(x, y) for x in range(160) for y in range(120) if is_color(frame, (x, y), GREEN)]
        assert min(x for x, _ in places) > 115
        assert max(x for x, _ in places) >= 157
        assert max(y for _, y in places) >= 117

    def test_a_missing_glyph_fails_its_item(self, clips: Clips, tmp_path: Path) -> None:
        error = outcome(clips.plain, tmp_path, watermarks=[text("中 \U00013000")]).error
        assert isinstance(error, MissingGlyphError)
        assert "U+13000" in str(error)


def one_frame(source: Path, work_dir: Path, marks: list[Watermark]) -> Image.Image:
    """The first frame in RGB with the watermarks over it."""
    context = BuildContext(source, probe(source), work_dir, BUNDLED_FONT)
    assets = Assets(work_dir)
    stream = context.source_input()["v"].filter("format", "gbrp")
    stream = draw_watermarks(stream, marks, FrameFormat(Size(160, 120), 2), context, assets)
    for path, content in assets.files.items():
        path.write_bytes(content)
    name = f"{len(marks)}.png"
    node = stream.output(name, format="image2", update=1, pix_fmt="rgb24", **{"frames:v": 1})
    Runner(ffmpeg_binary(""), ffmpeg_limits(Settings(), 1), CancelToken()).run(node, work_dir)
    with Image.open(work_dir / name) as picture:
        return picture.convert("RGB")


def children_cpu_s() -> float:
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


class TestSvg:
    def test_drawn_sharp_at_its_final_size(self, clips: Clips, tmp_path: Path) -> None:
        """2x1 units become 96x48 pixels with edges of one pixel."""
        body = '<rect width="1" height="1" fill="#0f0"/><rect x="1" width="1" height="1" fill="#fff"/>'
        mark = Watermark.model_validate(svg(body, "0 0 2 1", mark={"width": "60W%"}, x_pos="10px", y_pos="10px"))
        frame = one_frame(clips.plain, tmp_path, [mark])
        row: list[Any] = [frame.getpixel((x, 20)) for x in (9, 10, 57, 58, 105, 106)]
        assert [
            all(abs(a - b) < 8 for a, b in zip(found, wanted, strict=True))
            for found, wanted in zip(row[1:5], (GREEN, GREEN, WHITE, WHITE), strict=True)
        ] == [True] * 4
        assert is_color(frame, (9, 20), RED)
        assert is_color(frame, (106, 20), RED)
        assert is_color(frame, (60, 56), WHITE)
        assert is_color(frame, (60, 58), RED)

    def test_transparent_where_nothing_is_drawn(self, clips: Clips, tmp_path: Path) -> None:
        mark = svg('<circle cx="10" cy="5" r="5" fill="#0f0"/>', mark={"width": "40px", "height": "20px"})
        frame = made(clips.plain, tmp_path, watermarks=[mark])[5]
        assert is_color(frame, (20, 10), GREEN)
        assert is_color(frame, (3, 10), RED)

    def test_text_takes_the_bundled_fonts(self, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever the machine has installed, and whatever its configuration of fonts says."""
        mark = Watermark.model_validate(
            svg('<text y="9" font-size="9" fill="#fff" font-family="Arial">中😀</text>', mark={"width": "100W%"})
        )
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        first = one_frame(clips.plain, tmp_path / "a", [mark])
        monkeypatch.setenv("FONTCONFIG_FILE", "/nowhere/fonts.conf")
        assert one_frame(clips.plain, tmp_path / "b", [mark]).tobytes() == first.tobytes()
        white = [(x, y) for x in range(160) for y in range(80) if is_color(first, (x, y), WHITE)]
        assert len(white) > 300

    def test_a_missing_glyph_is_named(self, clips: Clips, tmp_path: Path) -> None:
        error = outcome(clips.plain, tmp_path, watermarks=[svg("<text>\U00013000</text>")]).error
        assert isinstance(error, MissingGlyphError)
        assert "into paths" in str(error)

    @pytest.mark.parametrize("reference", ["green.png", "{dir}/green.png", "file://{dir}/green.png"])
    def test_the_rasteriser_itself_loads_no_file(
        self, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: str
    ) -> None:
        """The second wall: with the check gone, the drawing is still empty."""
        (tmp_path / "green.png").write_bytes(plain())
        monkeypatch.setattr("media_workflows.domain.jobs.svg._check", lambda _: None)
        body = f'<image href="{reference.format(dir=tmp_path)}" width="20" height="10"/>'
        frame = one_frame(clips.plain, tmp_path, [Watermark.model_validate(svg(body, mark={"width": "100px"}))])
        assert not any(is_color(frame, (x, y), GREEN) for x in range(100) for y in range(50))

    @pytest.mark.full
    def test_a_drawing_that_the_rasteriser_refuses_is_named_as_the_cause(
        self, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second wall: with the check gone, the rasteriser refuses, and ffmpeg's own error blames its inputs."""
        monkeypatch.setattr("media_workflows.domain.jobs.svg.require_cheap", lambda _: None)
        nested = "".join(f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, 12))
        bomb = svg(f'<defs><rect id="g0" width="1" height="1"/>{nested}</defs><use href="#g11"/>')
        begun_s = children_cpu_s()
        good = svg('<rect width="1" height="1"/>')
        error = outcome(clips.plain, tmp_path, watermarks=[good, bomb]).error
        assert isinstance(error, DrawingError)
        assert str(error).startswith("the SVG of a watermark cannot be drawn: simplify it; the source is not the cause")
        assert children_cpu_s() - begun_s < 60


@pytest.mark.parametrize(
    "video", [{"codec": "h265", "bit_depth": 10}, {"codec": "dnxhd", "width": 256}, {"codec": "h264", "width": 256}]
)
def test_every_pixel_format_takes_them(clips: Clips, tmp_path: Path, video: dict[str, Any]) -> None:
    parameters = {"container": "mxf" if video["codec"] == "dnxhd" else "mov", "video": video}
    fields = {"parameters": parameters, "watermarks": [image(mark={"width": "20%"})], "mosaics": [{"x_pos": "50%"}]}
    item = TranscodeItem.model_validate(fields)
    request = JobRequest("transcode", [item], clips.plain, "a.mp4", tmp_path)
    result = run_job(request, lambda _: None, Settings()).items[0]
    assert is_color(frames(only(result).path)[5], (8, 8), GREEN)


class TestMosaics:
    def test_the_region_is_pixelated_and_the_rest_untouched(self, clips: Clips, tmp_path: Path) -> None:
        mosaic = {"x_pos": "80px", "y_pos": "25%", "width": "25%", "height": "40px"}
        bare = made(clips.detailed, tmp_path / "a")[5].convert("L")
        frame = made(clips.detailed, tmp_path / "b", mosaics=[mosaic])[5].convert("L")
        region = (80, 60, 160, 100)
        assert contrast(bare.crop(region)) > 150
        assert contrast(frame.crop((84, 64, 156, 96))) < 20
        difference = ImageChops.difference(bare, frame).point(lambda value: 255 if value > 40 else 0)
        box = difference.getbbox()
        assert box is not None
        left, top, right, bottom = box
        assert (left >= 80, top >= 60, right <= 160, bottom <= 100) == (True,) * 4

    def test_time_and_edge_of_the_picture(self, clips: Clips, tmp_path: Path) -> None:
        mosaics = [
            {"x_pos": "300px", "y_pos": "200px", "width": "100%", "height": "100%", "start_offset_s": -1},
            {"x_pos": "400px"},
        ]
        shown = [
            frame.convert("L").crop((304, 204, 320, 240)) for frame in made(clips.detailed, tmp_path, mosaics=mosaics)
        ]
        assert len(shown) == 50
        assert contrast(shown[24]) > 150
        assert contrast(shown[26]) < 20

    def test_watermarks_stand_above(self, clips: Clips, tmp_path: Path) -> None:
        frame = made(clips.plain, tmp_path, mosaics=[{"width": "100%", "height": "100%"}], watermarks=[image()])[5]
        assert is_color(frame, (1, 1), GREEN)
        assert is_color(frame, (14, 14), GREEN)


def contrast(image: Image.Image) -> int:
    extrema: Any = image.getextrema()  # of its one band
    low, high = extrema
    return int(high) - int(low)
