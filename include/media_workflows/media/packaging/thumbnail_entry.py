"""`ThumbnailSheets` of a ladder, and the `ThumbnailEntry` by which a manifest lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media_workflows.media.filters.geometry import Size
from media_workflows.media.plan.planned import PlannedFile


@dataclass(frozen=True)
class _Grid:
    """Thumbnails of `tile` pixels, one each `interval_s` seconds, row by row on sheets of one size."""

    tile: Size
    column_count: int
    row_count: int
    interval_s: int

    @property
    def grid(self) -> str:
        """Columns and rows, as both HLS and DASH write them."""
        return f"{self.column_count}x{self.row_count}"

    @property
    def sheet(self) -> Size:
        return Size(self.tile.width * self.column_count, self.tile.height * self.row_count)

    @property
    def sheet_s(self) -> int:
        """Seconds that a full sheet covers."""
        return self.interval_s * self.column_count * self.row_count


@dataclass(frozen=True)
class ThumbnailSheets(_Grid):
    """The sheets in order, of a source of `duration_s`."""

    files: Sequence[PlannedFile]
    duration_s: float


@dataclass(frozen=True)
class ThumbnailEntry(_Grid):
    """`uri` is that of the image playlist (HLS), or the template of the sheets' URIs (DASH)."""

    uri: str
    peak_bps: int
