"""What the manifest of a ladder lists: enough to write it anew, with another track, without the ladder's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from pydantic import TypeAdapter

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
    subtitles: tuple[SubtitleEntry, ...]
    duration_s: float
    text_start_s: float
    add_on_number: int
    format: Literal["hls"] = "hls"

    def text(self) -> str:
        """The manifest."""
        return master_playlist(self.version, self.variants, self.audio, as_group(self.subtitles))


@dataclass(frozen=True)
class DashContents:
    """An MPD. `segment_s` is the longest segment, `add_on_number` as for HLS."""

    representations: tuple[Representation, ...]
    subtitles: tuple[SubtitleEntry, ...]
    duration_s: float
    segment_s: float
    add_on_number: int
    format: Literal["dash"] = "dash"

    def text(self) -> str:
        """The manifest."""
        return mpd(self.representations, as_group(self.subtitles), self.duration_s, self.segment_s)


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
    """The contents with a track, in place of one of the same number."""
    others = [one for one in contents.subtitles if one.number != entry.number]
    return replace(contents, subtitles=tuple(sorted((*others, entry), key=lambda one: one.number)))
