"""`SubtitleEntry`: a subtitle track as manifests list it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media_workflows.media.packaging.labels import Label, group_labels


@dataclass(frozen=True)
class SubtitleEntry:
    """A subtitle track; there is one group. `uri` is that of its playlist (HLS) or WebVTT file (DASH).

    `label` is its own, whatever the others are. `number` is that of the sub-stream: it orders the tracks, and a track
    that joins later has the number that it would have had from the start.
    """

    uri: str
    label: Label
    peak_bps: int
    number: int


def as_group(entries: Sequence[SubtitleEntry]) -> list[SubtitleEntry]:
    """The tracks in their order, with the labels that they have beside each other."""
    ordered = sorted(entries, key=lambda entry: entry.number)
    labels = group_labels([entry.label for entry in ordered], needs_default=False)
    return [replace(entry, label=label) for entry, label in zip(ordered, labels, strict=True)]
