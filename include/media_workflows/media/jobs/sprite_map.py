"""`SpriteMap`: the WebVTT file with the positions of a sprite's pictures."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from media_workflows.domain.jobs.image_sprite import ImageSpriteItem, ImageSpriteParameters
from media_workflows.domain.jobs.sampling import sample_count
from media_workflows.media.filters.geometry import Size
from media_workflows.media.plan.planned import Expectation, PlannedFile
from media_workflows.naming import output_key

_TEXT = Expectation(video=False, audio=False)


@dataclass(frozen=True)
class Layout:
    """The layout of pictures of a source of `duration_s`, each of `tile` pixels, row by row on sheets of one size.

    The last sheet is black after the last picture, so that all sheets have one size.
    """

    parameters: ImageSpriteParameters
    tile: Size
    duration_s: float

    @property
    def interval_s(self) -> float:
        return self.parameters.interval_s(self.duration_s)

    @property
    def count(self) -> int:
        """The number of pictures on all sheets."""
        return sample_count(self.duration_s, self.interval_s)

    @property
    def sheet_count(self) -> int:
        return -(-self.count // self.parameters.tile_count)

    @property
    def sheet_size(self) -> Size:
        return Size(self.tile.width * self.parameters.column_count, self.tile.height * self.parameters.row_count)

    def pictures_of(self, sheet: int) -> range:
        """Numbers of the pictures on a sheet."""
        first = sheet * self.parameters.tile_count
        return range(first, min(first + self.parameters.tile_count, self.count))

    def place(self, number: int) -> tuple[int, int]:
        """Left and top edge of a picture on its sheet, in pixels."""
        row, column = divmod(number % self.parameters.tile_count, self.parameters.column_count)
        return column * self.tile.width, row * self.tile.height

    def span_ms(self, number: int) -> tuple[int, int]:
        """The time range of a picture: until the next one, the last until the source's end; at least 1 ms."""
        end_s = self.duration_s if number == self.count - 1 else (number + 1) * self.interval_s
        start_ms = round(number * self.interval_s * 1000)
        return start_ms, max(round(end_s * 1000), start_ms + 1)


@dataclass(frozen=True)
class SpriteMap:
    """`Finish` of a sprite: its WebVTT file. A cue's text is a sheet with a media fragment, `#xywh=x,y,w,h`."""

    path: Path
    item: ImageSpriteItem
    layout: Layout
    sheets: Sequence[PlannedFile]

    def foreseen(self) -> Sequence[PlannedFile]:
        """The WebVTT file."""
        pattern, format_ = self.item.companion_patterns["web_vtt_path"]
        variables = {"definition": str(self.item.definition), "format": format_}
        return [PlannedFile(self.path, pattern, variables, _TEXT, role="manifest")]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """Write the WebVTT file, with the published names of the sheets."""
        (file,) = self.foreseen()
        names = _relative_names(self.sheets, file, source_key)
        self.path.write_text("\n".join(["WEBVTT\n", *self._cues(names)]), encoding="utf-8")
        return [file]

    def _cues(self, names: Sequence[str]) -> Iterator[str]:
        tile = self.layout.tile
        for sheet, name in enumerate(names):
            for number in self.layout.pictures_of(sheet):
                start, end = map(_clock, self.layout.span_ms(number))
                x, y = self.layout.place(number)
                yield f"{start} --> {end}\n{name}#xywh={x},{y},{tile.width},{tile.height}\n"


def _clock(moment_ms: int) -> str:
    seconds, milliseconds = divmod(moment_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{milliseconds:03d}"


def _relative_names(sheets: Sequence[PlannedFile], map_file: PlannedFile, source_key: str) -> list[str]:
    """The sheets' names as URLs relative to the WebVTT file."""
    directory = posixpath.dirname("/" + _key(map_file, source_key))
    return [quote(posixpath.relpath("/" + _key(sheet, source_key), directory)) for sheet in sheets]


def _key(file: PlannedFile, source_key: str) -> str:
    return output_key(file.pattern, "", source_key, dict(file.variables))
