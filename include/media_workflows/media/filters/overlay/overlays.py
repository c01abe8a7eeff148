"""Position, size and time range of overlays, in pixels and seconds."""

from __future__ import annotations

from dataclasses import dataclass

from media_workflows.domain.jobs.base import TimeRange, time_range
from media_workflows.domain.jobs.picture_size import SIDE_MAX_PX, split_length
from media_workflows.domain.jobs.watermark import ImageWatermark, SvgWatermark, Watermark
from media_workflows.errors import MediaError
from media_workflows.media.filters.geometry import Size

FRAME_TIME_EPSILON_S = 0.0005  # half a millisecond: 1.4 s as a fraction of the time base may be 1.3999999


@dataclass(frozen=True)
class FrameFormat:
    """The frames to draw on: a video of `duration_s` in `pixel_format`, or (None) a picture of any format."""

    size: Size
    duration_s: float | None = None
    pixel_format: str | None = None

    @property
    def overlay_format(self) -> str:
        """The pixel format by the overlay filter's name; without it the filter may use RGB, at twice the cost."""
        return self.pixel_format.removesuffix("le").removesuffix("p") if self.pixel_format else "auto"

    @property
    def grid(self) -> tuple[int, int]:
        """The columns and rows of a colour sample: the overlay filter draws at their multiples only."""
        if not self.pixel_format or self.pixel_format.startswith("yuv444"):
            return 1, 1
        return 2, 1 if self.pixel_format.startswith("yuv422") else 2


def pixels(length: str, along: int, frame: Size) -> int:
    """A length in pixels: '12px', '10%' of the side `along`, '10W%' of the width, H% height, S% short, L% long side."""
    number, unit = split_length(length)
    sides = {
        "%": along,
        "W%": frame.width,
        "H%": frame.height,
        "S%": min(frame.width, frame.height),
        "L%": max(frame.width, frame.height),
    }
    return round(number if unit == "px" else number * sides[unit] / 100)


def overlay_size(overlay: ImageWatermark | SvgWatermark, own: tuple[float, float], frame: Size) -> Size:
    """The size to draw an overlay of its `own` size (width, height) at. Raises MediaError when that is too large."""
    width, height = _side(overlay.width, frame.width, frame), _side(overlay.height, frame.height, frame)
    if not (width or height):
        width, height = max(1, round(own[0])), max(1, round(own[1]))
    size = Size(
        width or max(1, round(height * own[0] / own[1])),
        height or max(1, round(width * own[1] / own[0])),
    )
    if max(size.width, size.height) > SIDE_MAX_PX:
        raise MediaError(
            "a watermark would have {size} pixels, at most {limit} a side are supported: give it a smaller width or "
            "height",
            size=f"{size.width}x{size.height}",
            limit=SIDE_MAX_PX,
        )
    return size


def _side(length: str, along: int, frame: Size) -> int:
    return max(1, pixels(length, along, frame)) if split_length(length)[0] else 0


def place(watermark: Watermark, overlay: Size, frame: FrameFormat) -> dict[str, int]:
    """x and y of the upper left corner of `overlay`, as it is drawn; parts outside the frame are not drawn."""
    size, (columns, rows) = frame.size, frame.grid
    x, y = pixels(watermark.x_pos, size.width, size), pixels(watermark.y_pos, size.height, size)
    x = size.width - overlay.width - x if watermark.origin.endswith("right") else x
    y = size.height - overlay.height - y if watermark.origin.startswith("bottom") else y
    return {"x": x // columns * columns, "y": y // rows * rows}


def shown_range(times: TimeRange, duration_s: float) -> tuple[float, float] | None:
    """(start_s, end_s); None when a video of `duration_s` is too short, which is no error of the definition."""
    try:
        return time_range(times.start_offset_s, times.end_offset_s, duration_s)
    except ValueError:
        return None


def enable(start_s: float, end_s: float, duration_s: float) -> dict[str, str]:
    """The `enable` option of a filter that is on from `start_s` to `end_s`. Empty for all of the video."""
    conditions = [f"gte(t,{start_s - FRAME_TIME_EPSILON_S:.6f})"] if start_s > 0 else []
    conditions += [f"lt(t,{end_s - FRAME_TIME_EPSILON_S:.6f})"] if end_s < duration_s else []
    return {"enable": "*".join(conditions)} if conditions else {}
