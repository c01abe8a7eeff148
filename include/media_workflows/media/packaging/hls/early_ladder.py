"""`EarlyLadder`: an HLS ladder as far as ffmpeg has written it, as playlists that grow, with the names it will have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from media_workflows.media.packaging.contents import HlsContents
from media_workflows.media.packaging.hls.master_playlist import AudioEntry, VariantEntry
from media_workflows.media.packaging.hls.media_playlist import MediaPlaylist, read_playlist
from media_workflows.media.packaging.renditions import Contents, Layout, Rendition, planned_segments, relative_uri
from media_workflows.media.packaging.stream_stats import StreamStats, stream_stats
from media_workflows.media.plan.planned import Growth, PlannedFile
from media_workflows.media.source.formats import HLS_DEMUXERS

MAX_SEGMENTS = 4  # of a rendition at a time: what is begun when the encode ends is soon done
_EARLY = "early"  # in the names of local files: those without it are ffmpeg's, and are packaged at the end


@dataclass(frozen=True)
class EarlyLadder:
    """`Growing` of an item of separate, unencrypted segments: audio and video, without subtitles and pictures."""

    layout: Layout
    contents: Contents

    def growth(self, listed: Mapping[int, int], source_key: str) -> Growth:
        """See `Growing`. Nothing before each rendition has a segment; then also the master playlist, once."""
        written = {one.number: self._written(one, listed.get(one.number, 0)) for one in self.contents.renditions}
        playlists = {number: playlist for number, playlist in written.items() if playlist and playlist.segments}
        if len(playlists) < len(written):
            return Growth((), listed)
        files = [
            file
            for one in self.contents.renditions
            for file in self._grown(one, playlists[one.number], listed.get(one.number, 0), source_key)
        ]
        if not listed:
            files.append(self._master(playlists, source_key))
        return Growth(files, {number: len(playlist.segments) for number, playlist in playlists.items()})

    def _written(self, rendition: Rendition, listed: int) -> MediaPlaylist | None:
        """The finished segments, a few more than are listed; None = there are none yet."""
        try:
            playlist = read_playlist(rendition.file.path)
        except FileNotFoundError:
            return None
        # The target of a playlist must not change while it grows: no segment is longer than this, rounded.
        target_s = max(playlist.target_s, math.ceil(self.layout.item.resolved_parameters.segment_s))
        return replace(playlist, segments=playlist.segments[: listed + MAX_SEGMENTS], target_s=target_s, grows=True)

    def _grown(
        self, rendition: Rendition, playlist: MediaPlaylist, listed: int, source_key: str
    ) -> Iterator[PlannedFile]:
        """The segments that are not listed yet, and the playlist with them."""
        if len(playlist.segments) == listed:
            return
        plan = partial(self.layout.segment, rendition.number)
        planned = planned_segments(playlist, rendition.file.path.parent, plan)
        before = listed + 1 if listed and playlist.init else listed
        yield from list(planned.values())[before:]
        text = playlist.text(lambda uri: relative_uri(planned[uri], rendition.file, source_key))
        yield self._file(rendition.file, str(rendition.number), text)

    def _master(self, playlists: Mapping[int, MediaPlaylist], source_key: str) -> PlannedFile:
        manifest, contents = self.layout.manifest, self.contents
        stats = {one.number: self._stats(one, playlists[one.number]) for one in contents.renditions}

        def uri(rendition: Rendition) -> str:
            return relative_uri(rendition.file, manifest, source_key)

        variants = [VariantEntry(uri(v.rendition), stats[v.rendition.number], v.audio_group) for v in contents.variants]
        audio = [
            AudioEntry(uri(one), stats[one.number], one.group, one.label, one.number)
            for one in contents.renditions
            if one.label
        ]
        listed = HlsContents(
            version=max(playlist.version for playlist in playlists.values()),
            variants=tuple(variants),
            audio=tuple(audio),
            audio_groups=tuple(contents.audio_groups),
            subtitles=(),
            duration_s=0.0,
            text_start_s=0.0,
            add_on_number=contents.add_on_number,
        )
        return self._file(manifest, "manifest", listed.text())

    def _stats(self, rendition: Rendition, playlist: MediaPlaylist) -> StreamStats:
        """As measured in the first segments: a bitrate that is asked for, if it is more, since these may be black."""
        complete, asked_bps = replace(playlist, grows=False), self._asked_bps(rendition.number)
        path = self.layout.local(f"{rendition.number}_{_EARLY}_measured", "m3u8")
        path.write_text(complete.text(str), encoding="utf-8")
        peak_bps, average_bps = max(playlist.peak_bps, asked_bps), max(playlist.average_bps, asked_bps)
        return stream_stats(path, HLS_DEMUXERS, peak_bps, average_bps)

    def _asked_bps(self, number: int) -> int:
        streams = self.layout.item.resolved_parameters.streams
        video = streams[number].video if number < len(streams) else None
        return 1000 * max(video.bitrate_kbps, video.max_bitrate_kbps) if video else 0

    def _file(self, published: PlannedFile, name: str, text: str) -> PlannedFile:
        """A list that will be published again, at the same place."""
        path = self.layout.local(f"{name}_{_EARLY}", "m3u8")
        path.write_text(text, encoding="utf-8")
        return replace(published, path=path)
