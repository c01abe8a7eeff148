"""The files of a ladder for the packages (HLS, DASH), and their published names."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import count
from pathlib import Path
from urllib.parse import quote

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.domain.result import Role
from media_workflows.media.packaging.audio_group import AudioGroup
from media_workflows.media.packaging.hls.media_playlist import MediaPlaylist
from media_workflows.media.packaging.labels import Label
from media_workflows.media.packaging.stream_stats import StreamStats
from media_workflows.media.packaging.thumbnail_entry import ThumbnailSheets
from media_workflows.media.plan.planned import Expectation, PlannedFile
from media_workflows.naming import I_FRAMES, INIT, PLAIN_NUMBERS, THUMBNAILS, NumberFormat, output_key

# Segments and the like are verified through their playlist or manifest.
ANYTHING = Expectation(video=False, audio=False)


@dataclass(frozen=True)
class Rendition:
    """Video, audio or both, as ffmpeg writes it: a media playlist for HLS, one file for DASH and CMAF.

    `group` is the group of a separate audio track, `label` its own; '' = the rendition is a variant itself.
    """

    number: int
    file: PlannedFile
    group: str = ""
    label: Label | None = None


@dataclass(frozen=True)
class Variant:
    """A variant that players choose by bandwidth: a rendition and its audio group."""

    rendition: Rendition
    audio_group: str = ""


@dataclass(frozen=True)
class Subtitle:
    """A subtitle track as one WebVTT file."""

    number: int
    path: Path
    label: Label


@dataclass(frozen=True)
class Contents:
    """Everything that a manifest lists. The first add-on subtitle has `add_on_number`, also while it is missing."""

    variants: Sequence[Variant]
    audio: Sequence[Rendition]
    audio_groups: Sequence[AudioGroup]
    subtitles: Sequence[Subtitle]
    add_on_number: int
    thumbnails: ThumbnailSheets | None = None

    @property
    def renditions(self) -> list[Rendition]:
        """Each rendition once: an audio-only variant is one of `audio`."""
        found = [variant.rendition for variant in self.variants]
        return [*found, *(rendition for rendition in self.audio if rendition not in found)]

    @property
    def pictures(self) -> list[Rendition]:
        """The renditions that hold video."""
        return [variant.rendition for variant in self.variants if variant.rendition.file.expects.video]

    def streams(self, stats: Mapping[int, StreamStats]) -> Counter[str]:
        """The streams by type that a player finds through an HLS master playlist; `stats` by number.

        An audio-only variant is found once as such and once in its group.
        """
        found = Counter(video=0, audio=0, subtitle=len(self.subtitles))
        for rendition in (*(variant.rendition for variant in self.variants), *self.audio):
            own = stats[rendition.number]
            found.update(video=own.picture is not None, audio=own.channels > 0)
        return +found


@dataclass(frozen=True)
class Layout:
    """The local paths and published names of an item's files."""

    item: AdaptiveDynamicStreamingItem
    work_dir: Path
    index: int

    @cached_property
    def manifest(self) -> PlannedFile:
        """The file that lists all others."""
        return self.manifest_as(self.item.resolved_parameters.file_format)

    def manifest_as(self, file_format: str) -> PlannedFile:
        """A manifest of this format: m3u8 or mpd."""
        return PlannedFile(
            path=self.local("manifest", file_format),
            pattern=self.item.path_pattern,
            variables=self._variables(file_format),
            expects=ANYTHING,
            role="manifest",
        )

    def local(self, name: str, file_format: str) -> Path:
        """A path in the work directory."""
        return self.work_dir / f"item{self.index}_{name}.{file_format}"

    def sub_stream(self, number: int, path: Path, role: Role, expects: Expectation = ANYTHING) -> PlannedFile:
        """The playlist or file of a sub-stream."""
        variables = {"subStreamNumber": PLAIN_NUMBERS.render(number)}
        return self._file(self.item.sub_stream_pattern, path, variables, role, expects)

    def i_frames(self, number: int) -> PlannedFile:
        """The I-frame playlist of sub-stream `number`."""
        name = f"{PLAIN_NUMBERS.render(number)}_{I_FRAMES}"
        path = self.local(name, "m3u8")
        return self._file(self.item.sub_stream_pattern, path, {"subStreamNumber": name}, "playlist", ANYTHING)

    def thumbnail_sheet(self, number: str) -> PlannedFile:
        """The sheet of thumbnails `number`: digits, or what stands for them in a template of names."""
        name = f"{THUMBNAILS}_{number}"
        path = self.local(name, "jpg")
        return self._file(self.item.sub_stream_pattern, path, {"subStreamNumber": name}, "segment", ANYTHING)

    @property
    def thumbnail_playlist(self) -> PlannedFile:
        """The image playlist of the sheets (HLS)."""
        path = self.local(THUMBNAILS, "m3u8")
        return self._file(self.item.sub_stream_pattern, path, {"subStreamNumber": THUMBNAILS}, "playlist", ANYTHING)

    def segment(self, number: int, segment: str, path: Path) -> PlannedFile:
        """A segment of sub-stream `number`, or its initialization section ('init')."""
        variables = {"subStreamNumber": PLAIN_NUMBERS.render(number), "segmentNumber": segment}
        return self._file(self.item.segment_pattern, path, variables, "segment", ANYTHING)

    def series(self, number: int, file_format: str, duration_s: float) -> PlannedFile:
        """One file that stands for all segments of a sub-stream."""
        made = self.item.resolved_parameters
        variables, path = {"subStreamNumber": PLAIN_NUMBERS.render(number)}, self.local(str(number), file_format)
        one = self._file(self.item.segment_pattern, path, variables, "segment", ANYTHING)
        last = longest_number(PLAIN_NUMBERS, duration_s, made.segment_s, made.container, single_file=made.single_file)
        return replace(one, longest={"segmentNumber": last})

    def key_file(self, encryption: Encryption) -> PlannedFile:
        """The key of the encrypted segments."""
        path = self.local("segments", "key")
        return self._file(self.item.key_pattern(encryption), path, {}, "segment", ANYTHING)

    def _file(
        self, pattern: str, path: Path, variables: dict[str, str], role: Role, expects: Expectation
    ) -> PlannedFile:
        all_variables = {**self._variables(path.suffix.removeprefix(".")), **variables}
        return PlannedFile(path, pattern, all_variables, expects, role=role)

    def _variables(self, file_format: str) -> dict[str, str]:
        return {"definition": str(self.item.definition), "format": file_format}


def i_frame_files(layout: Layout, contents: Contents) -> list[PlannedFile]:
    """The I-frame playlists that the item asks for."""
    asked = layout.item.resolved_parameters.i_frame_playlists
    return [layout.i_frames(one.number) for one in contents.pictures] if asked else []


def thumbnail_playlists(layout: Layout, contents: Contents) -> list[PlannedFile]:
    """The image playlist, of a ladder that has thumbnails."""
    return [layout.thumbnail_playlist] if contents.thumbnails else []


def longest_number(
    number_format: NumberFormat, duration_s: float, segment_s: float, container: str, *, single_file: bool
) -> str:
    """The longest number in the names of segments: the last one, or what the initialization section has in its place.

    Segment n begins at n times the length of a segment at the earliest, and ends before the end of the whole.
    """
    if single_file:
        return number_format.render(0)
    last = number_format.render(int(duration_s / segment_s))
    return max(last, INIT, key=len) if container == "mp4" else last


def planned_segments(
    playlist: MediaPlaylist,
    directory: Path,
    plan: Callable[[str, Path], PlannedFile],
    number_format: NumberFormat = PLAIN_NUMBERS,
) -> dict[str, PlannedFile]:
    """The files of a playlist by their local names; `plan` gets the segment's number, or 'init', and the path."""
    numbers = count()
    found = {}
    for uri in playlist.uris:
        is_init = playlist.init is not None and uri == playlist.init.uri and len(playlist.uris) > 1
        found[uri] = plan(INIT if is_init else number_format.render(next(numbers)), directory / uri)
    return found


def write_playlist(
    layout: Layout, file: PlannedFile, number: int, playlist: MediaPlaylist, source_key: str
) -> dict[str, PlannedFile]:
    """Write a sub-stream's playlist with the published names of its files, which are returned by their local names."""
    planned = planned_segments(playlist, file.path.parent, partial(layout.segment, number))
    file.path.write_text(playlist.text(lambda uri: relative_uri(planned[uri], file, source_key)), encoding="utf-8")
    return planned


def relative_uri(file: PlannedFile, base: PlannedFile, source_key: str) -> str:
    """The URI of `file` in `base` after publishing: relative and percent-encoded."""
    target, origin = (output_key(one.pattern, "", source_key, dict(one.variables)) for one in (file, base))
    return quote(posixpath.relpath(target, posixpath.dirname(origin) or "."))
