"""What the manifest of a ladder lists: enough to write it anew, with another track, without the ladder's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from pydantic import TypeAdapter

from media_workflows.media.packaging.audio_group import AudioGroup, labels_in_groups
from media_workflows.media.packaging.dash.mpd import Representation, mpd
from media_workflows.media.packaging.hls.master_playlist import AudioEntry, VariantEntry, master_playlist
from media_workflows.media.packaging.renditions import Layout
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry, as_group
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
    format: Literal["hls"] = "hls"

    def text(self) -> str:
        """The manifest."""
        labels = labels_in_groups((one.group, one.number, one.label) for one in self.audio)
        ordered = sorted(self.audio, key=lambda one: one.number)
        audio = [replace(one, label=labels[one.number]) for one in ordered]
        return master_playlist(self.version, self.variants, audio, as_group(self.subtitles))

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
    format: Literal["dash"] = "dash"

    def text(self) -> str:
        """The manifest."""
        tracks = ((one.group, one.number, one.label) for one in self.representations if one.label)
        labels = labels_in_groups(tracks)
        ordered = sorted(self.representations, key=lambda one: one.number)
        listed = [replace(one, label=labels.get(one.number)) for one in ordered]
        return mpd(listed, as_group(self.subtitles), self.duration_s, self.segment_s)

    @property
    def numbers(self) -> frozenset[int]:
        """The sub-streams, including those of subtitles."""
        return frozenset(one.number for one in self.representations) | {one.number for one in self.subtitles}


ManifestContents: TypeAlias = HlsContents | DashContents
_ANY: TypeAdapter[ManifestContents] = TypeAdapter(ManifestContents)


def to_record(contents: ManifestContents) -> dict[str, Any]:
    """The contents as results keep them."""
    record: dict[str, Any] = _ANY.dump_python(contents, mode="json")
    return record


def from_record(record: Mapping[str, Any]) -> ManifestContents:
    """Of what `to_record` returned."""
    return _ANY.validate_python(record)


def write_manifest(layout: Layout, contents: ManifestContents) -> PlannedFile:
    """The manifest, written, with its contents."""
    layout.manifest.path.write_text(contents.text(), encoding="utf-8")
    return replace(layout.manifest, contents=to_record(contents))


def with_subtitle(contents: ManifestContents, entry: SubtitleEntry) -> ManifestContents:
    """The contents with a subtitle, in place of one of the same number."""
    return replace(contents, subtitles=_renewed(contents.subtitles, (entry,)))


def with_audio(contents: ManifestContents, entries: Sequence[AudioEntry], version: int) -> ManifestContents:
    """HLS with audio tracks whose playlists require this version, in place of those of the same numbers."""
    assert isinstance(contents, HlsContents)
    return replace(contents, version=max(contents.version, version), audio=_renewed(contents.audio, entries))


def with_representations(
    contents: ManifestContents, entries: Sequence[Representation], segment_s: float
) -> ManifestContents:
    """DASH with audio tracks whose longest segment is this long, in place of those of the same numbers."""
    assert isinstance(contents, DashContents)
    listed = _renewed(contents.representations, entries)
    return replace(contents, segment_s=max(contents.segment_s, segment_s), representations=listed)


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


_Entry = TypeVar("_Entry", bound=_Numbered)


def _renewed(listed: Sequence[_Entry], entries: Sequence[_Entry]) -> tuple[_Entry, ...]:
    numbers = {entry.number for entry in entries}
    return (*(one for one in listed if one.number not in numbers), *entries)
