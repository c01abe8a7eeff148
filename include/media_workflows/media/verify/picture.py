"""Comparison of an output's frames with the source's frames at the same moments.

It finds errors that no header shows: black, green or grey pictures, frozen or upside-down ones, the wrong moment.
Limits are generous, so that no encode at a low bitrate counts as a different picture: at least 2.7 times the largest
differences of good outputs of real clips in many codecs, at 240p to 1080p: 7.2 between cells, 10.2 between mean
colours (0 to 255). Small pictures differ by more: test cards as JPEG of 16 to 80 pixels by 12 at most, with colours
compared in larger cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PIL import Image

from media_workflows.errors import OutputRejectedError
from media_workflows.media.plan.depiction import NEAR_S, Depiction, Tile
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.webp import is_still
from media_workflows.media.verify.playable import ShownFrame
from media_workflows.media.verify.source_frames import SourceFrames
from media_workflows.media.verify.thumbnails import (
    Thumbnail,
    colour_distance,
    distance,
    likeness,
    of_frame,
    of_image,
    quiet_distance,
)

_MAX_TILES = 3  # of a sheet: its first, a middle and its last one
_DIFFERENT = 20.0  # cells of two frames, 0 to 255, their mean colours set equal
_OTHER_COLOUR = 32.0  # mean colours
_TURNED = 8.0  # above this, a turned picture that fits three times better is the right one
_FLAT, _STRUCTURED = 2.5, 12.0  # standard deviations of luma: of a single colour, and certainly not
_UNLIKE = 0.5  # correlation, where colours are not comparable
_PICTURES = frozenset({".jpg", ".png", ".webp", ".gif", ".avif"})


def require_same_picture(file: PlannedFile, frames: Sequence[ShownFrame], source: SourceFrames) -> None:
    """Compare an output with the source; `frames` are those of a video. Raises OutputRejectedError."""
    depicts = file.depicts
    if depicts is None:
        return
    compared = list(_shown(file, depicts, frames))
    source.foresee((moment_s for moment_s, _ in compared), depicts.source_box)
    for moment_s, shown in compared:
        if problem := _problem(shown, moment_s, depicts, source):
            raise OutputRejectedError(
                "the output {file} does not show the source at {moment_s} s: {problem}, found {found}; run the job "
                "again, and report it with the source if it persists",
                file=file.path.name,
                moment_s=f"{moment_s:.2f}",
                problem=problem,
                found=_rgb(shown),
            )


def foresee(files: Iterable[PlannedFile], source: SourceFrames) -> None:
    """Announce the moments of pictures, each of which is a file, so that one decode of the source may serve several."""
    for depicts in (file.depicts for file in files if file.depicts):
        source.foresee((tile.moment_s for tile in _some(depicts.tiles)), depicts.source_box)


def _problem(shown: Thumbnail, moment_s: float, depicts: Depiction, source: SourceFrames) -> str:
    """The difference of an output from the source, whichever way the source is read; '' = none."""
    if depicts.near_s > NEAR_S:  # a key frame may stand for the moment
        key_frames = source.key_frames_near(moment_s, depicts.near_s, depicts.source_box)
        if key_frames and not difference(shown, key_frames, depicts):
            return ""
    found = ""
    for from_start in (False, True):
        expected = source.near(moment_s, depicts.near_s, depicts.source_box, from_start)
        problem = difference(shown, expected, depicts) if expected else found
        if not problem:
            return ""
        found = (
            f"{problem}; expected a mean colour (RGB) of {_rgb(expected[len(expected) // 2])}" if expected else found
        )
    return found


def difference(shown: Thumbnail, expected: Sequence[Thumbnail], depicts: Depiction) -> str:
    """The problem of a picture that should be one of `expected`; '' = none."""
    if shown.deviation < _FLAT and min(one.deviation for one in expected) > _STRUCTURED:
        return "it has a single colour"
    if depicts.recoloured:
        return "" if max(likeness(shown, one) for one in expected) > _UNLIKE else "it is a different picture"
    if depicts.covered:
        return "" if min(quiet_distance(shown, one) for one in expected) < _DIFFERENT else "it is a different picture"
    if min(colour_distance(shown, one) for one in expected) > _OTHER_COLOUR:
        return "its colours are different"
    closest = min(distance(shown, one) for one in expected)
    if closest > _TURNED and min(distance(way, one) for way in shown.turned() for one in expected) < closest / 3:
        return "it is turned or mirrored"
    return "it is a different picture" if closest > _DIFFERENT else ""


def _shown(file: PlannedFile, depicts: Depiction, frames: Sequence[ShownFrame]) -> Iterator[tuple[float, Thumbnail]]:
    """(moment of the source, thumbnail of the output's frame for it)."""
    if file.path.suffix in _PICTURES:
        yield from _of_tiles(file, depicts) if depicts.tiles else _of_animation(file, depicts)
        return
    for shown in frames:
        for start_s, length_s, output_s in depicts.ranges:
            moment_s = shown.time_s - output_s
            if moment_s + 0.001 >= 0 and moment_s < length_s:
                turned = of_frame(shown.frame, depicts.box, shown.rotation)
                yield start_s + max(0.0, moment_s), turned.turned_back(depicts.turn)
                break


def _of_tiles(file: PlannedFile, depicts: Depiction) -> Iterator[tuple[float, Thumbnail]]:
    with Image.open(file.path) as picture:
        for tile in _some(depicts.tiles):
            yield tile.moment_s, of_image(_cropped(picture, tile), depicts.box).turned_back(depicts.turn)


def _cropped(picture: Image.Image, tile: Tile) -> Image.Image:
    width, height = picture.size
    box = tile.box
    return picture.crop(
        (round(box.left * width), round(box.top * height), round(box.right * width), round(box.bottom * height))
    )


def _some(tiles: Sequence[Tile]) -> list[Tile]:
    if len(tiles) <= _MAX_TILES:
        return list(tiles)
    return [tiles[0], tiles[len(tiles) // 2], tiles[-1]]


def _of_animation(file: PlannedFile, depicts: Depiction) -> Iterator[tuple[float, Thumbnail]]:
    """(moment of the source, thumbnail) of the first, a middle and the last frame."""
    with Image.open(file.path) as picture:
        count = 1 if file.path.suffix == ".webp" and is_still(file.path) else getattr(picture, "n_frames", 1)
        for number in sorted({0, count // 2, count - 1}):
            picture.seek(number)
            yield depicts.start_s + depicts.length_s * number / count, of_image(picture, depicts.box)


def _rgb(thumbnail: Thumbnail) -> str:
    return ",".join(f"{channel:.0f}" for channel in thumbnail.mean)
