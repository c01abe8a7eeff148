"""`RenditionPlaylists`: measures, renames and encrypts the HLS renditions that ffmpeg has written."""

from __future__ import annotations

from collections.abc import Sequence

from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.media.packaging.hls import encryption
from media_workflows.media.packaging.hls.i_frames import IFrameEntry, ListedRendition, write_i_frames
from media_workflows.media.packaging.hls.master_playlist import AudioEntry
from media_workflows.media.packaging.hls.media_playlist import read_playlist, with_one_target
from media_workflows.media.packaging.protection import KEY_TAG
from media_workflows.media.packaging.renditions import Layout, Rendition, relative_uri, write_playlist
from media_workflows.media.packaging.stream_stats import StreamStats, stream_stats
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.formats import HLS_DEMUXERS


class RenditionPlaylists:
    """Renditions with their playlists. Encryption comes last: until then all files can be opened and measured."""

    def __init__(
        self, layout: Layout, renditions: Sequence[Rendition], settings: Encryption | None, source_key: str
    ) -> None:
        self.layout, self.renditions, self.settings, self.source_key = layout, renditions, settings, source_key
        self.playlists = with_one_target({one.number: read_playlist(one.file.path) for one in renditions})
        self.stats = {one.number: self._stats(one) for one in renditions}
        self._files: dict[int, dict[str, PlannedFile]] = {}  # by number and local name

    @property
    def version(self) -> int:
        """The protocol version that the playlists require."""
        return max(playlist.version for playlist in self.playlists.values())

    def _stats(self, rendition: Rendition) -> StreamStats:
        playlist = self.playlists[rendition.number]
        sent = encryption.with_padded_sizes(playlist) if self.settings else playlist
        return stream_stats(rendition.file.path, HLS_DEMUXERS, sent.peak_bps, sent.average_bps)

    def rename(self) -> list[PlannedFile]:
        """Write the published names into the playlists; returns the segments."""
        segments: list[PlannedFile] = []
        for one in self.renditions:
            planned = write_playlist(self.layout, one.file, one.number, self.playlists[one.number], self.source_key)
            self._files[one.number] = planned
            segments += planned.values()
        return segments

    def i_frames(self, renditions: Sequence[Rendition]) -> list[tuple[IFrameEntry, PlannedFile]]:
        """The I-frame playlists of renditions, written with the published names. After `rename`."""
        listed = (
            ListedRendition(one, self.playlists[one.number], self.stats[one.number], self._files[one.number])
            for one in renditions
        )
        return [write_i_frames(self.layout, one, self.source_key) for one in listed]

    def encrypt(self, key: bytes) -> None:
        """Encrypt the segments with one key; initialization is not encrypted."""
        assert self.settings is not None, "the parameters ask for no encryption"
        for one in self.renditions:
            playlist = encryption.encrypted(self.playlists[one.number], one.file.path.parent, key)
            key_uri = self.settings.key_uri or self.uri(self.layout.key_file(self.settings), one.file)
            names = {uri: self.uri(file, one.file) for uri, file in self._files[one.number].items()}
            tag = f'{KEY_TAG}METHOD=AES-128,URI="{key_uri}"'
            one.file.path.write_text(playlist.text(names.__getitem__, [tag]), encoding="utf-8")

    def audio_entries(self) -> tuple[AudioEntry, ...]:
        """Those that are tracks of a group, for the master playlist."""
        manifest = self.layout.manifest
        return tuple(
            AudioEntry(self.uri(one.file, manifest), self.stats[one.number], one.group, one.label, one.number)
            for one in self.renditions
            if one.label
        )

    def uri(self, file: PlannedFile, base: PlannedFile) -> str:
        """The URI of `file` in `base`."""
        return relative_uri(file, base, self.source_key)
