"""Colour tables: a .cube file is read and checked here, and ffmpeg gets a new one of its numbers alone.

The format is Adobe's "Cube LUT Specification 1.0": keywords, then red, green and blue of each node, red fastest.
"""

from __future__ import annotations

import math
from pathlib import Path

from media_workflows.domain.jobs.picture_edit import PictureEdit
from media_workflows.domain.media_info import VideoStream
from media_workflows.errors import ExtraObjectError, MediaError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.filters.source_picture import is_hdr, missing_tags

MAX_LUT_BYTES = 16 * 1024 * 1024  # 65 nodes a side with nine digits a number are 8 MB
_LEAST_SIZE, _MOST_SIZE = 2, 65
_UNIT = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0), "LUT_3D_INPUT_RANGE": (0.0, 1.0)}
_EIGHT_BITS = 8
# Names of matrices that the scale filter knows; pictures of another one become BT.709.
_MATRICES = frozenset({"bt709", "fcc", "bt470bg", "smpte170m", "smpte240m", "bt2020nc"})


def lut_file(edit: PictureEdit | None, video: VideoStream, context: BuildContext, assets: Assets) -> str:
    """The local name of the edit's colour table, added to the assets; '' without one.

    Raises ExtraObjectError for a table that is missing or not valid, MediaError for an HDR source.
    """
    if edit is None or not edit.lut:
        return ""
    if is_hdr(video):
        raise MediaError(
            "edit.lut '{key}' is for SDR, and the source is HDR, whose levels mean other colours: leave `lut` out for "
            "HDR sources",
            key=edit.lut,
        )
    if edit.lut not in context.extra_files:
        raise ExtraObjectError(
            "edit.lut '{key}' does not exist in the trigger bucket: upload the .cube file or correct the name",
            key=edit.lut,
        )
    return assets.add(read_cube(context.extra_files[edit.lut], edit.lut), ".cube")


def with_lut(stream: Stream, video: VideoStream, file: str) -> Stream:
    """The frames, with known colours, through the table; in 4:4:4 afterwards, in the same matrix."""
    matrix = missing_tags(video).get("colorspace", video.color_matrix)
    matrix = matrix if matrix in _MATRICES else "bt709"
    deep = "" if video.bit_depth <= _EIGHT_BITS else "10le"
    stream = stream.filter("format", f"gbrp{deep}").filter("lut3d", file=file, interp="tetrahedral")
    stream = stream.filter("scale", out_color_matrix=matrix, out_range="limited").filter("format", f"yuv444p{deep}")
    return stream.filter("setparams", colorspace=matrix)


def read_cube(path: Path, key: str) -> bytes:
    """The table of a .cube file, rewritten. Raises ExtraObjectError that names the file by `key`, and the line."""
    if path.stat().st_size > MAX_LUT_BYTES:
        raise _refused(key, f"it has more than {MAX_LUT_BYTES} bytes")
    size, rows = 0, []
    for number, line in enumerate(path.read_text("utf-8-sig", "replace").splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words or words[0] == "TITLE":
            continue
        if words[0] == "LUT_3D_SIZE":
            size = _size(words, key, number)
        elif words[0] in _UNIT:
            if _numbers(words[1:], key, number) != _UNIT[words[0]]:
                raise _refused(key, f"line {number}: only tables from 0 to 1 are supported")
        else:
            rows.append(_row(words, key, number))
            if size and len(rows) > size**3:
                raise _refused(key, f"line {number}: it has more rows than the {size**3} of its size {size}")
    if not size:
        raise _refused(key, "it has no LUT_3D_SIZE, as a 1D table or a file of another kind")
    if len(rows) != size**3:
        raise _refused(key, f"it has {len(rows)} rows, and size {size} requires {size**3}")
    return "\n".join([f"LUT_3D_SIZE {size}", *rows, ""]).encode()


def _size(words: list[str], key: str, number: int) -> int:
    if len(words) == 2 and words[1].isascii() and words[1].isdigit() and _LEAST_SIZE <= int(words[1][:9]) <= _MOST_SIZE:
        return int(words[1])
    raise _refused(key, f"line {number}: LUT_3D_SIZE must be {_LEAST_SIZE} to {_MOST_SIZE}")


def _row(words: list[str], key: str, number: int) -> str:
    values = _numbers(words, key, number)
    if len(values) != 3:
        raise _refused(key, f"line {number}: a row has three numbers")
    return " ".join(f"{value:.9g}" for value in values)


def _numbers(words: list[str], key: str, number: int) -> tuple[float, ...]:
    try:
        values = tuple(map(float, words))
    except ValueError:
        raise _refused(key, f"line {number} is neither a keyword of 3D tables nor a row of numbers") from None
    if not all(math.isfinite(value) for value in values):
        raise _refused(key, f"line {number} has a value that is no finite number")
    return values


def _refused(key: str, reason: str) -> ExtraObjectError:
    return ExtraObjectError(
        "edit.lut '{key}' is no .cube file that can be applied: {reason}; export it as a 3D table of at most 65 nodes "
        "a side",
        key=key,
        reason=reason,
    )
