"""`IndexedRenditions`: indexed MP4 files with their entries in both manifests of CMAF, and their HLS playlists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from media_workflows.media.packaging.dash.package import longest_s, representation
from media_workflows.media.packaging.dash.sidx import SegmentIndex, read_index
from media_workflows.media.packaging.hls.i_frames import IFrameEntry, ListedRendition, write_i_frames
from media_workflows.media.packaging.hls.master_playlist import AudioEntry
from media_workflows.media.packaging.hls.media_playlist import MediaPlaylist, Segment, with_one_target
from media_workflows.media.packaging.renditions import Layout, Rendition, relative_uri
from media_workflows.media.packaging.sample_encryption import SampleEncryption
from media_workflows.media.packaging.stream_stats import StreamStats
from media_workflows.media.plan.planned import PlannedFile

VERSION = 7  # of playlists whose segments are fragmented MP4, as ffmpeg states it


class IndexedRenditions:
    """Renditions whose files are encoded. `stats` by their numbers have the bitrates that HLS defines.

    `encryption` has encrypted the files, of which `clear` are the stats before that. Raises OutputRejectedError for a
    file without an index.
    """

    def __init__(
        self,
        layout: Layout,
        renditions: Sequence[Rendition],
        source_key: str,
        encryption: SampleEncryption | None = None,
        clear: Mapping[int, StreamStats] = MappingProxyType({}),
    ) -> None:
        self._key_tags = encryption.key_tags if encryption else ()
        self.layout, self.renditions, self.source_key = layout, renditions, source_key
        indexes = {one.number: read_index(one.file.path) for one in renditions}
        self._playlists = with_one_target(
            {one.number: indexed_playlist(one.file.path.name, indexes[one.number]) for one in renditions}
        )
        self.representations = tuple(
            representation(layout, one, indexes[one.number], source_key, clear) for one in renditions
        )
        self.segment_s = longest_s(indexes.values())
        self.stats = {
            one.number: replace(one.stats, peak_bps=self._playlists[one.number].peak_bps)
            for one in self.representations
        }

    def playlist_file(self, rendition: Rendition) -> PlannedFile:
        """The HLS playlist of a rendition."""
        return playlist_file(self.layout, rendition)

    def write_playlists(self) -> list[PlannedFile]:
        """The HLS playlists, written with the published names."""
        files = []
        for one in self.renditions:
            file = self.playlist_file(one)
            files.append(file)
            named = {one.file.path.name: self.uri(one.file, file)}
            file.path.write_text(self._playlists[one.number].text(named.__getitem__, self._key_tags), encoding="utf-8")
        return files

    def i_frames(self, renditions: Sequence[Rendition]) -> list[tuple[IFrameEntry, PlannedFile]]:
        """The I-frame playlists of renditions, written with the published names."""
        listed = (
            ListedRendition(
                one,
                self._playlists[one.number],
                self.stats[one.number],
                {one.file.path.name: one.file},
                self._key_tags,
            )
            for one in renditions
        )
        return [write_i_frames(self.layout, one, self.source_key) for one in listed]

    def audio_entries(self) -> tuple[AudioEntry, ...]:
        """Those that are tracks of a group, for the master playlist."""
        manifest = self.layout.manifest
        return tuple(
            AudioEntry(
                self.uri(self.playlist_file(one), manifest), self.stats[one.number], one.group, one.label, one.number
            )
            for one in self.renditions
            if one.label
        )

    def uri(self, file: PlannedFile, base: PlannedFile) -> str:
        """The URI of `file` in `base`."""
        return relative_uri(file, base, self.source_key)


def playlist_file(layout: Layout, rendition: Rendition) -> PlannedFile:
    """The HLS playlist of an indexed file."""
    return layout.sub_stream(rendition.number, layout.local(str(rendition.number), "m3u8"), "playlist")


def indexed_playlist(name: str, index: SegmentIndex) -> MediaPlaylist:
    """The playlist of an indexed file: its segments are byte ranges."""
    init_bytes = int(index.initialization.partition("-")[2]) + 1
    longest = max(segment.duration_s for segment in index.segments)
    init = Segment(name, init_bytes, 0)
    return MediaPlaylist(VERSION, max(1, int(longest + 0.5)), index.segments, init)
