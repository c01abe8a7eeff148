"""`DashPackage`: reads the indexes of an item's files after the encode and writes the MPD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from media_workflows.media.packaging.contents import DashContents, write_manifests
from media_workflows.media.packaging.dash.mpd import Representation
from media_workflows.media.packaging.dash.sidx import SegmentIndex, read_index
from media_workflows.media.packaging.hls.media_playlist import bits_per_second, peak_bps
from media_workflows.media.packaging.renditions import Contents, Layout, Rendition, relative_uri
from media_workflows.media.packaging.sample_encryption import SampleEncryption
from media_workflows.media.packaging.stream_stats import StreamStats, stream_stats
from media_workflows.media.packaging.thumbnails import dash_thumbnails
from media_workflows.media.packaging.webvtt import dash_track
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.formats import DEMUXERS


@dataclass(frozen=True)
class DashPackage:
    """`Finish` of an item whose renditions are indexed MP4 files."""

    layout: Layout
    contents: Contents
    duration_s: float
    encryption: SampleEncryption | None = None

    def foreseen(self) -> Sequence[PlannedFile]:
        """Subtitles and the manifest."""
        texts = [self.layout.sub_stream(one.number, one.path, "segment") for one in self.contents.subtitles]
        return [*texts, self.layout.manifest]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """Subtitles and the manifest; the renditions are files of the plan."""
        clear = clear_stats(self.contents.renditions) if self.encryption else {}
        if self.encryption:
            encrypt_renditions(self.encryption, self.layout, self.contents.renditions)
        indexes = [read_index(one.file.path) for one in self.contents.renditions]
        indexed = zip(self.contents.renditions, indexes, strict=True)
        texts = [dash_track(self.layout, one, self.duration_s, source_key) for one in self.contents.subtitles]
        contents = DashContents(
            representations=tuple(representation(self.layout, *each, source_key, clear) for each in indexed),
            audio_groups=tuple(self.contents.audio_groups),
            subtitles=tuple(entry for entry, _ in texts),
            duration_s=self.duration_s,
            segment_s=longest_s(indexes),
            add_on_number=self.contents.add_on_number,
            protection=self.encryption.protection if self.encryption else None,
            thumbnails=dash_thumbnails(self.layout, self.contents.thumbnails, source_key),
        )
        return [*(file for _, files in texts for file in files), *write_manifests(self.layout, contents)]


def clear_stats(renditions: Sequence[Rendition]) -> dict[int, StreamStats]:
    """What encrypted files no longer show, by number, without bitrates."""
    return {one.number: stream_stats(one.file.path, DEMUXERS, 0, 0) for one in renditions}


def encrypt_renditions(encryption: SampleEncryption, layout: Layout, renditions: Sequence[Rendition]) -> None:
    """Encrypt the files of renditions in place. Raises OutputRejectedError."""
    paths: dict[bool, list[Path]] = {True: [], False: []}
    for one in renditions:
        paths[one.file.expects.video].append(one.file.path)
    encryption.encrypt(paths[True], paths[False], layout.item.resolved_parameters.segment_s)


def representation(
    layout: Layout, rendition: Rendition, index: SegmentIndex, source_key: str, clear: Mapping[int, StreamStats]
) -> Representation:
    """A rendition as the manifest lists it; an encrypted one has its stats before that in `clear`, by number."""
    peak, average = peak_bps(index.segments, layout.item.resolved_parameters.segment_s), bits_per_second(index.segments)
    if rendition.number in clear:
        stats = replace(clear[rendition.number], peak_bps=peak, average_bps=average)
    else:
        stats = stream_stats(rendition.file.path, DEMUXERS, peak, average)
    uri, number = relative_uri(rendition.file, layout.manifest, source_key), rendition.number
    return Representation(uri, stats, index.initialization, index.index, number, rendition.label, rendition.group)


def longest_s(indexes: Iterable[SegmentIndex]) -> float:
    """Seconds of the longest segment."""
    return max(segment.duration_s for index in indexes for segment in index.segments)
