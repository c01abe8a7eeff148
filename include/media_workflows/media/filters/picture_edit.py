"""Changes of the picture by `PictureEdit`: the part that is kept, its turn, and the filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from media_workflows.domain.jobs.picture_edit import Crop, PictureEdit
from media_workflows.domain.jobs.picture_size import split_length
from media_workflows.domain.media_info import VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.errors import PictureSizeError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.geometry import UPRIGHT, WHOLE, Box, Fit, Size, Turn, display_size

SMALLEST_PX = 16  # a side of what a crop leaves
# Strengths of `hqdn3d` (luma and chroma in space, then in time; its defaults are medium) and of `unsharp`.
_DENOISE = {"light": (2, 1.5, 3, 2.25), "medium": (4, 3, 6, 4.5), "strong": (8, 6, 12, 9)}
_SHARPEN = {"light": 0.4, "medium": 0.8, "strong": 1.4}
_TURNS: dict[int, tuple[tuple[str, dict[str, str]], ...]] = {
    0: (),
    90: (("transpose", {"dir": "clock"}),),
    180: (("hflip", {}), ("vflip", {})),
    270: (("transpose", {"dir": "cclock"}),),
}
_FLIPS = {"horizontal": "hflip", "vertical": "vflip"}

BlackBars = Callable[[], Box]
"""The part of the upright source inside its black bars."""


def kept_part(edit: PictureEdit | None, video: VideoStream, black_bars: BlackBars) -> tuple[Box, Turn]:
    """The part of the upright source that is shown, on even pixels, and its turn. Raises PictureSizeError."""
    if edit is None:
        return WHOLE, UPRIGHT
    inside = black_bars() if edit.black_bars == "crop" else WHOLE
    box = _cropped(edit.crop, video, inside)
    return _even(box, video), Turn(edit.rotate_degrees, edit.flip)


def kept_size(video: VideoStream, kept: Box, turn: Turn) -> Size:
    """The size of this part on the screen, turned."""
    shown, (across, down) = display_size(video), kept.size
    width, height = max(1, round(shown.width * across)), max(1, round(shown.height * down))
    return Size(height, width) if turn.is_sideways else Size(width, height)


def _cropped(crop: Crop | None, video: VideoStream, inside: Box) -> Box:
    """What the crop leaves of the part `inside`."""
    if crop is None:
        return inside
    size = kept_size(video, inside, UPRIGHT)
    left, right = (_share(length, size.width) for length in (crop.left, crop.right))
    top, bottom = (_share(length, size.height) for length in (crop.top, crop.bottom))
    if (1 - left - right) * size.width < SMALLEST_PX or (1 - top - bottom) * size.height < SMALLEST_PX:
        raise PictureSizeError(
            "the crop leaves less than {least} pixels of a picture of {size}: cut less off",
            least=SMALLEST_PX,
            size=f"{size.width}x{size.height}",
        )
    return Box(left, top, 1 - right, 1 - bottom).inside(inside)


def _share(length: str, side_px: int) -> float:
    number, unit = split_length(length)
    return number / 100 if unit == "%" else number / side_px


def _stored_size(video: VideoStream) -> Size:
    """The size in stored pixels, upright."""
    return Size(video.height, video.width) if video.rotation % 180 else Size(video.width, video.height)


def _even(box: Box, video: VideoStream) -> Box:
    """The box on even pixels, which 4:2:0 requires; the whole picture is not touched."""
    if box == WHOLE:
        return WHOLE
    size = _stored_size(video)
    left, right = _even_span(box.left, box.right, size.width)
    top, bottom = _even_span(box.top, box.bottom, size.height)
    return Box(left / size.width, top / size.height, right / size.width, bottom / size.height)


def _even_span(start: float, end: float, side_px: int) -> tuple[int, int]:
    first = round(start * side_px / 2) * 2
    length = max(2, round((end * side_px - first) / 2) * 2)
    return first, min(first + length, side_px)


def edited(stream: Stream, video: VideoStream, edit: PictureEdit | None, shape: Fit) -> Stream:
    """The full frames of the source after all changes but the sharpening."""
    if edit is None:
        return stream
    if shape.kept != WHOLE:
        size, kept = _stored_size(video), shape.kept
        across, down = kept.size
        place = {"x": round(kept.left * size.width), "y": round(kept.top * size.height)}
        stream = stream.filter("crop", round(across * size.width), round(down * size.height), **place)
    for name, options in _TURNS[shape.turn.degrees]:
        stream = stream.filter(name, **options)
    if shape.turn.flip in _FLIPS:
        stream = stream.filter(_FLIPS[shape.turn.flip])
    if edit.denoise != "off":
        stream = stream.filter("hqdn3d", *_DENOISE[edit.denoise])
    return stream.filter("deband") if edit.deband else stream


def sharpened(stream: Stream, edit: PictureEdit | None) -> Stream:
    """The scaled frames, their luma sharpened."""
    if edit is None or edit.sharpen == "off":
        return stream
    return stream.filter("unsharp", 5, 5, _SHARPEN[edit.sharpen], 5, 5, 0)


def bar_notices(edit: PictureEdit | None, video: VideoStream, black_bars: BlackBars) -> Iterator[Notice]:
    """A notice of the black bars that are cut off."""
    if edit is None or edit.black_bars != "crop" or (inside := black_bars()) == WHOLE:
        return
    shown, left = display_size(video), kept_size(video, inside, UPRIGHT)
    source, kept = f"{shown.width}x{shown.height}", f"{left.width}x{left.height}"
    yield Notice(
        code="BlackBarsCropped",
        message=f"black bars are cropped: {kept} of {source} pixels are kept",
        parameters={"source": source, "kept": kept},
    )
