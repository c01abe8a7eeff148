"""Where and when something stands over a video, in pixels and seconds."""

from __future__ import annotations

from dataclasses import dataclass

from media_workflows.domain.jobs.base import TimeRange, time_range
from media_workflows.domain.jobs.picture_size import SIDE_MAX_PX, split_length
from media_workflows.domain.jobs.watermark import ImageWatermark, SvgWatermark, Watermark
from media_workflows.errors import MediaError
from media_workflows.media.filters.geometry import Size

HALF_MS_S = 0.0005  # frame times are fractions: 1.4 s may arrive as 1.3999999


@dataclass(frozen=True)
class Canvas:
    """What is drawn on: a video of `duration_s` that will be `pixel_format`, or (None) a picture of any format."""

    size: Size
    duration_s: float | None = None
    pixel_format: str | None = None

    @property
    def overlay_format(self) -> str:
        """Overlay's name of the pixel format; left to itself it may go through RGB, at twice the cost."""
        return self.pixel_format.removesuffix("le").removesuffix("p") if self.pixel_format else "auto"


def pixels(length: str, along: int, canvas: Size) -> int:
    """'12px', '10%' of the side it lies `along`, '10W%' of the width, H% height, S% short, L% long side."""
    number, unit = split_length(length)
    sides = {
        "%": along,
        "W%": canvas.width,
        "H%": canvas.height,
        "S%": min(canvas.width, canvas.height),
        "L%": max(canvas.width, canvas.height),
    }
    return round(number if unit == "px" else number * sides[unit] / 100)


def mark_size(mark: ImageWatermark | SvgWatermark, own: tuple[float, float], canvas: Size) -> Size:
    """The size to draw a mark of its `own` size (width, height) at. Raises MediaError when that is too large."""
    width, height = _side(mark.width, canvas.width, canvas), _side(mark.height, canvas.height, canvas)
    if not (width or height):
        width, height = max(1, round(own[0])), max(1, round(own[1]))
    size = Size(
        width or max(1, round(height * own[0] / own[1])),
        height or max(1, round(width * own[1] / own[0])),
    )
    if max(size.width, size.height) > SIDE_MAX_PX:
        raise MediaError(
            f"a watermark would be {size.width}x{size.height} pixels, at most {SIDE_MAX_PX} a side are drawn: "
            "give it a smaller width or height"
        )
    return size


def _side(length: str, along: int, canvas: Size) -> int:
    return max(1, pixels(length, along, canvas)) if split_length(length)[0] else 0


def place(watermark: Watermark, mark: Size, canvas: Size) -> dict[str, int]:
    """x and y of the upper left corner of `mark`; what lies outside the canvas is not drawn."""
    x, y = pixels(watermark.x_pos, canvas.width, canvas), pixels(watermark.y_pos, canvas.height, canvas)
    return {
        "x": canvas.width - mark.width - x if watermark.origin.endswith("right") else x,
        "y": canvas.height - mark.height - y if watermark.origin.startswith("bottom") else y,
    }


def shown_range(times: TimeRange, duration_s: float) -> tuple[float, float] | None:
    """(start_s, end_s); None when a video of `duration_s` is too short: that is no fault of the definition."""
    try:
        return time_range(times.start_offset_s, times.end_offset_s, duration_s)
    except ValueError:
        return None


def enable(start_s: float, end_s: float, duration_s: float) -> dict[str, str]:
    """A filter's `enable` option: on from `start_s` on, off from `end_s` on. Empty for all of the video."""
    conditions = [f"gte(t,{start_s - HALF_MS_S:.6f})"] if start_s > 0 else []
    conditions += [f"lt(t,{end_s - HALF_MS_S:.6f})"] if end_s < duration_s else []
    return {"enable": "*".join(conditions)} if conditions else {}
