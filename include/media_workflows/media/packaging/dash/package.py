"""`DashPackage`: reads the indexes of an item's files after the encode and writes the MPD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media_workflows.media.packaging import webvtt
from media_workflows.media.packaging.dash.mpd import Representation, TextRepresentation, mpd
from media_workflows.media.packaging.dash.sidx import read_index
from media_workflows.media.packaging.hls.media_playlist import bits_per_second, peak_bps
from media_workflows.media.packaging.renditions import Contents, Layout, Rendition, Subtitle, relative_uri
from media_workflows.media.packaging.stream_stats import stream_stats
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.formats import DEMUXERS


@dataclass(frozen=True)
class DashPackage:
    """`Finish` of an item whose renditions are indexed MP4 files."""

    layout: Layout
    segment_s: float
    contents: Contents
    duration_s: float

    def foreseen(self) -> Sequence[PlannedFile]:
        """Subtitles and the manifest."""
        texts = [self.layout.sub_stream(one.number, one.path, "segment") for one in self.contents.subtitles]
        return [*texts, self.layout.manifest]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """Subtitles and the manifest; the renditions are files of the plan."""
        representations = [self._representation(one, source_key) for one in self.contents.renditions]
        texts = [self._text_file(subtitle) for subtitle in self.contents.subtitles]
        entries = [self._text(s, file, source_key) for s, file in zip(self.contents.subtitles, texts, strict=True)]
        longest_s = max(segment.duration_s for one in representations for segment in one.index.segments)
        manifest = self.layout.manifest
        manifest.path.write_text(mpd(representations, entries, self.duration_s, longest_s), encoding="utf-8")
        return [*texts, manifest]

    def _representation(self, rendition: Rendition, source_key: str) -> Representation:
        path = rendition.file.path
        index = read_index(path)
        average = bits_per_second(index.segments)
        stats = stream_stats(path, DEMUXERS, peak_bps(index.segments, self.segment_s), average)
        return Representation(self._uri(rendition.file, source_key), stats, index, rendition.label)

    def _text_file(self, subtitle: Subtitle) -> PlannedFile:
        return self.layout.sub_stream(subtitle.number, subtitle.path, "segment")

    def _text(self, subtitle: Subtitle, file: PlannedFile, source_key: str) -> TextRepresentation:
        bandwidth = webvtt.playlist_of(subtitle.path, self.duration_s).peak_bps
        return TextRepresentation(self._uri(file, source_key), subtitle.label, bandwidth)

    def _uri(self, file: PlannedFile, source_key: str) -> str:
        return relative_uri(file, self.layout.manifest, source_key)
