"""The sheets of thumbnails in HLS (an image media playlist) and in DASH (a template of names)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from media_workflows.media.packaging.hls.media_playlist import Segment, bits_per_second
from media_workflows.media.packaging.renditions import Layout, relative_uri
from media_workflows.media.packaging.thumbnail_entry import ThumbnailEntry, ThumbnailSheets
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.naming import THUMBNAILS

_VERSION = 7  # of the playlist, as in the examples of the specification of image media playlists
_NUMBER = "$Number$"  # what a DASH player replaces by the number of a sheet (ISO/IEC 23009-1, 5.3.9.4.4)


def hls_thumbnails(
    layout: Layout, sheets: ThumbnailSheets | None, source_key: str
) -> tuple[ThumbnailEntry | None, Sequence[PlannedFile]]:
    """The image playlist, written with the published names, and its entry; none of a ladder without thumbnails."""
    if sheets is None:
        return None, ()
    file = layout.thumbnail_playlist
    uris = [relative_uri(one, file, source_key) for one in sheets.files]
    file.path.write_text("\n".join([*_playlist(sheets, uris), ""]), encoding="utf-8")
    return _entry(sheets, relative_uri(file, layout.manifest, source_key)), [file]


def dash_thumbnails(layout: Layout, sheets: ThumbnailSheets | None, source_key: str) -> ThumbnailEntry | None:
    """The entry of the sheets; none of a ladder without thumbnails."""
    if sheets is None:
        return None
    uri, name = relative_uri(layout.thumbnail_sheet(_NUMBER), layout.manifest, source_key), f"{THUMBNAILS}_{_NUMBER}"
    return _entry(sheets, uri.replace(quote(name), name))  # another '$' in the URI stays percent-encoded


def _playlist(sheets: ThumbnailSheets, uris: Sequence[str]) -> Iterator[str]:
    yield from ("#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", f"#EXT-X-TARGETDURATION:{sheets.sheet_s}")
    yield from ("#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-IMAGES-ONLY")
    size = f"{sheets.tile.width}x{sheets.tile.height}"
    for segment, uri in zip(_segments(sheets), uris, strict=True):
        yield f"#EXTINF:{segment.duration_s:.6f},"
        yield f"#EXT-X-TILES:RESOLUTION={size},LAYOUT={sheets.grid},DURATION={sheets.interval_s}"
        yield uri
    yield "#EXT-X-ENDLIST"


def _segments(sheets: ThumbnailSheets) -> list[Segment]:
    """The sheets with the time that each covers: all of its grid, the last one until the end of the source."""
    last = len(sheets.files) - 1
    return [
        Segment(
            file.path.name,
            file.path.stat().st_size,
            duration_s=sheets.sheet_s if number < last else sheets.duration_s - last * sheets.sheet_s,
        )
        for number, file in enumerate(sheets.files)
    ]


def _entry(sheets: ThumbnailSheets, uri: str) -> ThumbnailEntry:
    peak_bps = max(bits_per_second([segment]) for segment in _segments(sheets))
    return ThumbnailEntry(
        tile=sheets.tile,
        column_count=sheets.column_count,
        row_count=sheets.row_count,
        interval_s=sheets.interval_s,
        uri=uri,
        peak_bps=peak_bps,
    )
