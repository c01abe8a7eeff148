"""What the manifest of a ladder lists: enough to rewrite it, with another track, without the ladder's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from pydantic import TypeAdapter

from media_workflows.media.packaging.audio_group import AudioGroup, labels_in_groups
from media_workflows.media.packaging.dash.mpd import Representation, mpd
from media_workflows.media.packaging.hls.i_frames import IFrameEntry
from media_workflows.media.packaging.hls.master_playlist import AudioEntry, MasterPlaylist, VariantEntry
from media_workflows.media.packaging.protection import Protection
from media_workflows.media.packaging.renditions import Layout
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry, as_group
from media_workflows.media.packaging.thumbnail_entry import ThumbnailEntry
from media_workflows.media.plan.planned import PlannedFile


@dataclass(frozen=True)
class HlsContents:
    """A master playlist. `add_on_number` is that of the sub-stream of the item's first add-on subtitle.

    `text_start_s` is where the text begins on the timeline of the segments.
    """

    version: int
    variants: tuple[VariantEntry, ...]
    audio: tuple[AudioEntry, ...]
    audio_groups: tuple[AudioGroup, ...]
    subtitles: tuple[SubtitleEntry, ...]
    duration_s: float
    text_start_s: float
    add_on_number: int
    i_frames: tuple[IFrameEntry, ...] = ()
    session_key_tags: tuple[str, ...] = ()
    thumbnails: ThumbnailEntry | None = None
    format: Literal["hls"] = "hls"

    def text(self) -> str:
        """The manifest."""
        labels = labels_in_groups((one.group, one.number, one.label) for one in self.audio)
        ordered = sorted(self.audio, key=lambda one: one.number)
        audio = [replace(one, label=labels[one.number]) for one in ordered]
        subtitles = as_group(self.subtitles)
        return MasterPlaylist(
            self.version, self.variants, audio, subtitles, self.i_frames, self.session_key_tags, self.thumbnails
        ).text()

    @property
    def numbers(self) -> frozenset[int]:
        """The sub-streams of the audio tracks and subtitles."""
        return frozenset(one.number for one in self.audio) | {one.number for one in self.subtitles}


@dataclass(frozen=True)
class DashContents:
    """An MPD. `segment_s` is the longest segment, `add_on_number` as for HLS."""

    representations: tuple[Representation, ...]
    audio_groups: tuple[AudioGroup, ...]
    subtitles: tuple[SubtitleEntry, ...]
    duration_s: float
    segment_s: float
    add_on_number: int
    protection: Protection | None = None
    thumbnails: ThumbnailEntry | None = None
    format: Literal["dash"] = "dash"

    def text(self) -> str:
        """The manifest."""
        tracks = ((one.group, one.number, one.label) for one in self.representations if one.label)
        labels = labels_in_groups(tracks)
        ordered = sorted(self.representations, key=lambda one: one.number)
        listed = [replace(one, label=labels.get(one.number)) for one in ordered]
        texts = as_group(self.subtitles)
        return mpd(listed, texts, self.duration_s, self.segment_s, self.protection, self.thumbnails)

    @property
    def numbers(self) -> frozenset[int]:
        """The sub-streams, including those of subtitles."""
        return frozenset(one.number for one in self.representations) | {one.number for one in self.subtitles}


@dataclass(frozen=True)
class CmafContents:
    """Both manifests of one set of segments."""

    hls: HlsContents
    dash: DashContents
    format: Literal["cmaf"] = "cmaf"

    @property
    def audio_groups(self) -> tuple[AudioGroup, ...]:
        """The audio groups, the same in both."""
        return self.dash.audio_groups

    @property
    def add_on_number(self) -> int:
        """As for HLS."""
        return self.hls.add_on_number

    @property
    def duration_s(self) -> float:
        """Seconds of the whole."""
        return self.dash.duration_s

    @property
    def numbers(self) -> frozenset[int]:
        """The sub-streams, including those of subtitles."""
        return self.dash.numbers


ManifestContents: TypeAlias = HlsContents | DashContents | CmafContents
_ANY: TypeAdapter[ManifestContents] = TypeAdapter(ManifestContents)


def to_record(contents: ManifestContents) -> dict[str, Any]:
    """The contents as results keep them."""
    record: dict[str, Any] = _ANY.dump_python(contents, mode="json")
    return record


def from_record(record: Mapping[str, Any]) -> ManifestContents:
    """Of what `to_record` returned."""
    return _ANY.validate_python(record)


def write_manifests(layout: Layout, contents: ManifestContents) -> list[PlannedFile]:
    """The manifest, written, with its contents; of CMAF also the MPD, after it."""
    listed = contents.hls if isinstance(contents, CmafContents) else contents
    layout.manifest.path.write_text(listed.text(), encoding="utf-8")
    manifest = replace(layout.manifest, contents=to_record(contents))
    if not isinstance(contents, CmafContents):
        return [manifest]
    mpd_file = layout.manifest_as("mpd")
    mpd_file.path.write_text(contents.dash.text(), encoding="utf-8")
    return [manifest, mpd_file]


@dataclass(frozen=True)
class AddedTrack:
    """A track as manifests list it, in place of those of the same numbers: in HLS, in DASH, or in both of CMAF.

    `version` is the one that its HLS playlists require, `segment_s` its longest segment.
    """

    audio: Sequence[AudioEntry] = ()
    representations: Sequence[Representation] = ()
    hls_subtitles: Sequence[SubtitleEntry] = ()
    dash_subtitles: Sequence[SubtitleEntry] = ()
    version: int = 0
    segment_s: float = 0

    def listed(self, contents: ManifestContents) -> ManifestContents:
        """The contents with the track."""
        if isinstance(contents, CmafContents):
            return replace(contents, hls=self._in_hls(contents.hls), dash=self._in_dash(contents.dash))
        return self._in_hls(contents) if isinstance(contents, HlsContents) else self._in_dash(contents)

    def _in_hls(self, contents: HlsContents) -> HlsContents:
        return replace(
            contents,
            version=max(contents.version, self.version),
            audio=_renewed(contents.audio, self.audio),
            subtitles=_renewed(contents.subtitles, self.hls_subtitles),
        )

    def _in_dash(self, contents: DashContents) -> DashContents:
        return replace(
            contents,
            segment_s=max(contents.segment_s, self.segment_s),
            representations=_renewed(contents.representations, self.representations),
            subtitles=_renewed(contents.subtitles, self.dash_subtitles),
        )


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


_Entry = TypeVar("_Entry", bound=_Numbered)


def _renewed(listed: Sequence[_Entry], entries: Sequence[_Entry]) -> tuple[_Entry, ...]:
    numbers = {entry.number for entry in entries}
    return (*(one for one in listed if one.number not in numbers), *entries)
