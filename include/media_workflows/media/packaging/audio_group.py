"""`AudioGroup`: the audio tracks that are encoded with one setting of a ladder; each group has the same tracks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from media_workflows.media.packaging.labels import Label, group_labels


@dataclass(frozen=True)
class AudioGroup:
    """A group. `stream` is the number of a stream of the parameters that has the setting.

    `add_on_number` is the number of the sub-stream of the item's first add-on audio, also while that is missing.
    """

    name: str
    stream: int
    add_on_number: int


def labels_in_groups(tracks: Iterable[tuple[str, int, Label]]) -> dict[int, Label]:
    """The labels that tracks (group, number of the sub-stream, own label) have beside the others of their group."""
    groups: dict[str, dict[int, Label]] = {}
    for group, number, label in sorted(tracks, key=lambda track: track[1]):
        groups.setdefault(group, {})[number] = label
    found: dict[int, Label] = {}
    for members in groups.values():
        labels = group_labels(list(members.values()), needs_default=True)
        found |= zip(members, labels, strict=True)
    return found
