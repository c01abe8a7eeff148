"""QR codes and bar codes in sampled pictures, by zxing-cpp; without this package they are not searched."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av

from media_workflows.media.source.formats import PICTURE_DEMUXERS, open_options
from media_workflows.media.source.isolated import isolated

_SQUARE = ("QRCode", "MicroQRCode")
# Bar codes with a check digit. The others (ITF, Codabar) are found in fences and staircases, too.
_BARS = ("EAN13", "EAN8", "UPCA", "UPCE", "Code128", "Code93")
_LONGEST = 500  # characters of a code that are kept
# Of 255, the largest difference of a pixel: noise of encoders, and no contrast that a code can be read by.
_SAME_LEVELS = 16


@dataclass(frozen=True)
class Code:
    """A code in a picture: the picture's number, the text, and the box (left, top, right, bottom) in pixels."""

    picture: int
    is_qr: bool
    text: str
    box: tuple[int, int, int, int]


def can_read_codes() -> bool:
    """Whether zxing-cpp, and numpy for the pixels, are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("zxingcpp", "numpy"))


@isolated
def codes_in(directory: Path, names: Sequence[str]) -> list[Code]:
    """The codes in the JPEG files of a directory. They show a user's picture: they are read in a child process."""
    import zxingcpp  # an extra, and heavy

    formats = zxingcpp.barcode_formats_from_str(",".join((*_SQUARE, *_BARS)))
    found: list[Code] = []
    searched, codes = None, list[Code]()
    for number, name in enumerate(names):
        picture = _gray(directory / name)
        if searched is None or not _is_same(searched, picture):
            searched, codes = picture, [_code(one) for one in zxingcpp.read_barcodes(picture, formats=formats)]
        found += [replace(code, picture=number) for code in codes]
    return found


def _is_same(searched: Any, picture: Any) -> bool:
    """Whether a picture shows what the searched one does: a still is searched once, however long it lasts."""
    import numpy

    if searched.shape != picture.shape:
        return False
    return bool(numpy.abs(searched.astype(numpy.int16) - picture).max() <= _SAME_LEVELS)


def _code(one: Any) -> Code:
    """A code of zxing-cpp, of picture 0."""
    place = one.position
    corners = place.top_left, place.top_right, place.bottom_right, place.bottom_left
    xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
    return Code(0, one.format.name in _SQUARE, one.text[:_LONGEST], (min(xs), min(ys), max(xs), max(ys)))


def _gray(path: Path) -> Any:
    """The luminance of a picture, as an array of rows."""
    with av.open(str(path), mode="r", options=open_options(PICTURE_DEMUXERS)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")
