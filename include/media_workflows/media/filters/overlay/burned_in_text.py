"""Burned-in texts. Fixed ones are pictures, as text watermarks are; of those that change with each frame, ffmpeg draws
digits and separators only. No text of a user or a file name becomes part of filter syntax."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import ffmpeg
from PIL import Image

from media_workflows.domain.jobs.burned_in_text import BurnedInText
from media_workflows.domain.jobs.watermark import MAX_TEXT_CHARS, TextWatermark, Watermark
from media_workflows.domain.media_info import VideoStream
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, missing_glyphs
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.overlays import FrameFormat, pixels, place
from media_workflows.media.filters.overlay.text_image import png_bytes, text_image
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.source.colour import graphics_level
from media_workflows.media.source.timecode import TimeCode, time_code

_BORDER = 0.25  # of the font size: from the text to the edge of its box
_LEAST_PX, _MOST_PX = 8, 500  # as of text watermarks
_DRAWN_BY_FFMPEG = "0123456789:;."


@dataclass(frozen=True)
class Shot:
    """The frames to draw on: of which video, from which moment of the source (seconds) on, at which transfer function
    where that may be HDR."""

    video: VideoStream
    start_s: float
    transfer: str = ""


def draw_texts(
    stream: Stream,
    texts: Iterable[BurnedInText],
    frame: FrameFormat,
    shot: Shot,
    context: BuildContext,
    assets: Assets,
) -> Stream:
    """The stream with the texts drawn in order. Raises MissingGlyphError for a text that the fonts cannot draw."""
    for one in texts:
        match one.shows:
            case "time_code":
                rate = shot.video.nominal_rate or shot.video.frame_rate
                label = time_code_text(time_code(context.time_code(), rate), shot.start_s - shot.video.start_s)
                stream = _running(stream, one, label, frame, shot, context)
            case "clock":
                stream = _running(stream, one, "%{pts:hms}", frame, shot, context)
            case _:
                stream = _fixed(stream, one, frame, shot, context, assets)
    return stream


def _fixed(
    stream: Stream, one: BurnedInText, frame: FrameFormat, shot: Shot, context: BuildContext, assets: Assets
) -> Stream:
    text = one.text if one.shows == "text" else _shortened(PurePosixPath(context.source_name).name)
    size_px, color = _font_px(one, frame), _level(one.font_color, shot.transfer)
    mark = TextWatermark(type="text", text=text, font_size_px=size_px, font_color=color, font_alpha=one.font_alpha)
    image = _boxed(text_image(mark, context.fonts, frame.size), one, _border_px(one, size_px), shot.transfer)
    name = assets.add(png_bytes(image), ".png")
    source = ffmpeg.input(f"file:{name}", format="png_pipe", protocol_whitelist="file")["v"].filter("format", "rgba")
    placed = Watermark(origin=one.origin, x_pos=one.x_pos, y_pos=one.y_pos, mark=mark)
    at = place(placed, Size(*image.size), frame)
    return ffmpeg.filter([stream, source], "overlay", format=frame.overlay_format, **at)


def _shortened(name: str) -> str:
    return name if len(name) <= MAX_TEXT_CHARS else f"{name[: MAX_TEXT_CHARS - 1]}…"


def _boxed(text: Image.Image, one: BurnedInText, border_px: int, transfer: str) -> Image.Image:
    """The text on its box, which is `border_px` larger on each side."""
    if not border_px:
        return text
    color = f"#{_level(one.box_color, transfer).removeprefix('0x')}{round(one.box_alpha * 255):02x}"
    box = Image.new("RGBA", (text.width + 2 * border_px, text.height + 2 * border_px), color)
    box.alpha_composite(text, (border_px, border_px))
    return box


def _running(
    stream: Stream, one: BurnedInText, text: str, frame: FrameFormat, shot: Shot, context: BuildContext
) -> Stream:
    size_px = _font_px(one, frame)
    border_px = _border_px(one, size_px)
    font = next((font for font in context.fonts if not missing_glyphs([font], _DRAWN_BY_FFMPEG)), BUNDLED_FONT)
    across, down = (
        pixels(length, along, frame.size) + border_px
        for length, along in ((one.x_pos, frame.size.width), (one.y_pos, frame.size.height))
    )
    options = {
        "fontfile": str(font),
        "text": text,
        "fontsize": size_px,
        "fontcolor": f"{_level(one.font_color, shot.transfer)}@{one.font_alpha:g}",
        "x": f"w-tw-{across}" if one.origin.endswith("right") else across,
        "y": f"h-th-{down}" if one.origin.startswith("bottom") else down,
    }
    if border_px:
        color = f"{_level(one.box_color, shot.transfer)}@{one.box_alpha:g}"
        options |= {"box": 1, "boxcolor": color, "boxborderw": border_px}
    return stream.filter("drawtext", **options)


def _font_px(one: BurnedInText, frame: FrameFormat) -> int:
    return min(max(round(frame.size.height * one.font_size_percent / 100), _LEAST_PX), _MOST_PX)


def _border_px(one: BurnedInText, size_px: int) -> int:
    return round(size_px * _BORDER) if one.box_alpha else 0


def _level(color: str, transfer: str) -> str:
    """The colour, as bright in HDR as SDR white is there."""
    levels = (graphics_level(int(color[at : at + 2], 16) / 255, transfer) for at in (2, 4, 6))
    return "0x" + "".join(f"{round(level * 255):02X}" for level in levels)


def time_code_text(code: TimeCode, offset_s: float) -> str:
    """The time code of each frame as a text of drawtext; `offset_s` is added to its time.

    By the frame's time, not its number: frames may be missing, and the output may have another rate.
    """
    numerator, denominator, nominal = code.rate.numerator, code.rate.denominator, code.nominal
    number = f"({code.first}+max(0,floor((t+{offset_s:.6f})*{numerator}/{denominator}+0.5)))"
    if code.dropped:
        per_minute, per_ten = nominal * 60 - code.dropped, nominal * 600 - 9 * code.dropped
        tens = f"{9 * code.dropped}*floor({number}/{per_ten})"
        minutes = f"max(0,floor((mod({number},{per_ten})-{code.dropped})/{per_minute}))"
        number = f"({number}+{tens}+{code.dropped}*{minutes})"
    hours, minutes, seconds = (
        f"mod(floor({number}/{labels}),{wrap})"
        for labels, wrap in ((nominal * 3600, 24), (nominal * 60, 60), (nominal, 60))
    )
    separator = ";" if code.dropped else ":"
    digits = max(2, len(str(nominal - 1)))
    parts = [f"%{{eif:{part}:d:2}}" for part in (hours, minutes, seconds)]
    return f"{':'.join(parts)}{separator}%{{eif:mod({number},{nominal}):d:{digits}}}"
