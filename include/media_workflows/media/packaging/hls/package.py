"""`HlsPackage`: published names, encryption, subtitles and the master playlist of an item, after the encode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.media.packaging.contents import HlsContents, write_manifests
from media_workflows.media.packaging.hls.encryption import write_key
from media_workflows.media.packaging.hls.i_frames import IFrameEntry
from media_workflows.media.packaging.hls.master_check import require_complete
from media_workflows.media.packaging.hls.master_playlist import VariantEntry
from media_workflows.media.packaging.hls.rendition_playlists import RenditionPlaylists
from media_workflows.media.packaging.muxing import TS_START_S
from media_workflows.media.packaging.renditions import (
    Contents,
    Layout,
    Subtitle,
    i_frame_files,
    relative_uri,
    thumbnail_playlists,
)
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry
from media_workflows.media.packaging.thumbnails import hls_thumbnails
from media_workflows.media.packaging.webvtt import hls_track
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.naming import PLAIN_NUMBERS


@dataclass(frozen=True)
class HlsPackage:
    """`Finish` of an item whose renditions are HLS playlists. `key` encrypts them; None = a random one, if they are."""

    layout: Layout
    parameters: AdaptiveDynamicStreamingParameters
    contents: Contents
    duration_s: float
    key: bytes | None = field(default=None, repr=False)

    def foreseen(self) -> Sequence[PlannedFile]:
        """The files known before the encode; one stands for all segments of a sub-stream."""
        layout, container = self.layout, self.parameters.container
        texts = [layout.segment(one.number, PLAIN_NUMBERS.render(0), one.path) for one in self.contents.subtitles]
        playlists = [
            layout.sub_stream(one.number, one.path.with_suffix(".m3u8"), "playlist") for one in self.contents.subtitles
        ]
        settings = self.parameters.encryption
        keys = [layout.key_file(settings)] if settings and settings.publishes_key else []
        segments = [layout.series(one.number, container, self.duration_s) for one in self.contents.renditions]
        further = [*i_frame_files(layout, self.contents), *thumbnail_playlists(layout, self.contents)]
        return [*segments, *texts, *keys, *playlists, *further, layout.manifest]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """All files except the renditions' playlists, which are rewritten in place."""
        return _Packing(self, source_key).files()


class _Packing:
    """One call of the package."""

    def __init__(self, package: HlsPackage, source_key: str) -> None:
        self.package, self.source_key = package, source_key
        self.layout, self.contents = package.layout, package.contents
        self.encryption = package.parameters.encryption
        self.manifest = package.layout.manifest
        self.playlists = RenditionPlaylists(self.layout, self.contents.renditions, self.encryption, source_key)
        self.text_start_s = TS_START_S if package.parameters.container == "ts" else 0
        self.made: list[PlannedFile] = []

    def files(self) -> list[PlannedFile]:
        self.made += self.playlists.rename()
        listed = self._listed([self._subtitle(one) for one in self.contents.subtitles])
        manifests = write_manifests(self.layout, listed)
        self._require_complete()
        if self.encryption:
            self.playlists.encrypt(self.package.key or self._random_key(self.encryption))
        return [*self.made, *manifests]

    def _random_key(self, settings: Encryption) -> bytes:
        key_file = self.layout.key_file(settings)
        self.made.append(key_file)
        return write_key(key_file.path)

    def _subtitle(self, subtitle: Subtitle) -> SubtitleEntry:
        duration_s = self.package.duration_s
        entry, files = hls_track(self.layout, subtitle, duration_s, self.text_start_s, self.source_key)
        self.made += files
        return entry

    def _uri(self, file: PlannedFile) -> str:
        return relative_uri(file, self.manifest, self.source_key)

    def _listed(self, subtitles: Sequence[SubtitleEntry]) -> HlsContents:
        variants = [
            VariantEntry(self._uri(v.rendition.file), self.playlists.stats[v.rendition.number], v.audio_group)
            for v in self.contents.variants
        ]
        thumbnails, images = hls_thumbnails(self.layout, self.contents.thumbnails, self.source_key)
        self.made += images
        return HlsContents(
            version=self.playlists.version,
            variants=tuple(variants),
            audio=self.playlists.audio_entries(),
            audio_groups=tuple(self.contents.audio_groups),
            subtitles=tuple(subtitles),
            duration_s=self.package.duration_s,
            text_start_s=self.text_start_s,
            add_on_number=self.contents.add_on_number,
            i_frames=self._i_frames(),
            thumbnails=thumbnails,
        )

    def _i_frames(self) -> tuple[IFrameEntry, ...]:
        if not self.package.parameters.i_frame_playlists:
            return ()
        made = self.playlists.i_frames(self.contents.pictures)
        self.made += [file for _, file in made]
        return tuple(entry for entry, _ in made)

    def _require_complete(self) -> None:
        playlists = [rendition.file for rendition in self.contents.renditions]
        files = {self._uri(file): file.path for file in (*self.made, *playlists, self.manifest)}
        check_dir = self.layout.local("check", "room")
        require_complete(self._uri(self.manifest), files, self.contents.streams(self.playlists.stats), check_dir)
