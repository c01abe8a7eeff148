"""`CmafPackage`: HLS playlists and the MPD of one set of indexed MP4 files, after the encode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media_workflows.media.packaging.cmaf.indexed_renditions import VERSION, IndexedRenditions, playlist_file
from media_workflows.media.packaging.contents import CmafContents, DashContents, HlsContents, write_manifests
from media_workflows.media.packaging.dash.package import encrypt_renditions
from media_workflows.media.packaging.hls.master_check import require_complete
from media_workflows.media.packaging.hls.master_playlist import VariantEntry
from media_workflows.media.packaging.renditions import Contents, Layout, i_frame_files, thumbnail_playlists
from media_workflows.media.packaging.sample_encryption import SampleEncryption
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry
from media_workflows.media.packaging.thumbnails import dash_thumbnails, hls_thumbnails
from media_workflows.media.packaging.webvtt import cmaf_track
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.naming import PLAIN_NUMBERS


@dataclass(frozen=True)
class CmafPackage:
    """`Finish` of an item whose renditions are files of both HLS and DASH."""

    layout: Layout
    contents: Contents
    duration_s: float
    encryption: SampleEncryption | None = None

    def foreseen(self) -> Sequence[PlannedFile]:
        """Subtitles, playlists and both manifests."""
        layout = self.layout
        texts = [layout.segment(one.number, PLAIN_NUMBERS.render(0), one.path) for one in self.contents.subtitles]
        of_texts = [
            layout.sub_stream(one.number, one.path.with_suffix(".m3u8"), "playlist") for one in self.contents.subtitles
        ]
        playlists = [playlist_file(layout, one) for one in self.contents.renditions]
        further = [*i_frame_files(layout, self.contents), *thumbnail_playlists(layout, self.contents)]
        return [*texts, *of_texts, *playlists, *further, layout.manifest, layout.manifest_as("mpd")]

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """All files but the renditions, which are files of the plan."""
        texts = [cmaf_track(self.layout, one, self.duration_s, source_key) for one in self.contents.subtitles]
        of_texts = [file for _, _, planned in texts for file in planned]
        indexed = IndexedRenditions(self.layout, self.contents.renditions, source_key)
        files = [*of_texts, *self._written(indexed, texts)]
        self._require_complete(indexed, files)
        if self.encryption is None:
            return files
        encrypt_renditions(self.encryption, self.layout, self.contents.renditions)
        clear = indexed.stats
        indexed = IndexedRenditions(self.layout, self.contents.renditions, source_key, self.encryption, clear)
        return [*of_texts, *self._written(indexed, texts, self.encryption)]

    def _written(
        self,
        indexed: IndexedRenditions,
        texts: Sequence[tuple[SubtitleEntry, SubtitleEntry, Sequence[PlannedFile]]],
        encryption: SampleEncryption | None = None,
    ) -> list[PlannedFile]:
        """The playlists and manifests of renditions, which `encryption` has encrypted."""
        files = indexed.write_playlists()
        asked = self.layout.item.resolved_parameters.i_frame_playlists
        i_frames = indexed.i_frames(self.contents.pictures if asked else ())
        files += [file for _, file in i_frames]
        hls = self._hls(indexed, [in_hls for in_hls, _, _ in texts])
        entry, images = hls_thumbnails(self.layout, self.contents.thumbnails, indexed.source_key)
        files += images
        hls = replace(hls, i_frames=tuple(entry for entry, _ in i_frames), thumbnails=entry)
        dash = self._dash(indexed, [in_dash for _, in_dash, _ in texts])
        if encryption:
            hls = replace(hls, session_key_tags=encryption.session_key_tags)
            dash = replace(dash, protection=encryption.protection)
        return [*files, *write_manifests(self.layout, CmafContents(hls, dash))]

    def _hls(self, indexed: IndexedRenditions, subtitles: Sequence[SubtitleEntry]) -> HlsContents:
        variants = [
            VariantEntry(
                indexed.uri(playlist_file(self.layout, one.rendition), self.layout.manifest),
                indexed.stats[one.rendition.number],
                one.audio_group,
            )
            for one in self.contents.variants
        ]
        return HlsContents(
            version=VERSION,
            variants=tuple(variants),
            audio=indexed.audio_entries(),
            audio_groups=tuple(self.contents.audio_groups),
            subtitles=tuple(subtitles),
            duration_s=self.duration_s,
            text_start_s=0,
            add_on_number=self.contents.add_on_number,
        )

    def _dash(self, indexed: IndexedRenditions, subtitles: Sequence[SubtitleEntry]) -> DashContents:
        return DashContents(
            representations=indexed.representations,
            audio_groups=tuple(self.contents.audio_groups),
            subtitles=tuple(subtitles),
            duration_s=self.duration_s,
            segment_s=indexed.segment_s,
            add_on_number=self.contents.add_on_number,
            thumbnails=dash_thumbnails(self.layout, self.contents.thumbnails, indexed.source_key),
        )

    def _require_complete(self, indexed: IndexedRenditions, files: Sequence[PlannedFile]) -> None:
        """The HLS half must open; the renditions themselves are verified as files of the plan."""
        manifest, renditions = self.layout.manifest, self.contents.renditions
        named = {indexed.uri(file, manifest): file.path for file in (*files, *(one.file for one in renditions))}
        require_complete(
            indexed.uri(manifest, manifest),
            named,
            self.contents.streams(indexed.stats),
            self.layout.local("check", "room"),
        )
