"""`LateTrack`: the track of an add-on that joins a published ladder, and the manifest that lists it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.add_ons import AddOn
from media_workflows.domain.notice import Notice
from media_workflows.media.jobs.encryption import ContentKeyOf
from media_workflows.media.jobs.request import KeyOf, MadeFile, made_file
from media_workflows.media.packaging.contents import AddedTrack, ManifestContents, write_manifests
from media_workflows.media.packaging.labels import Label
from media_workflows.media.packaging.renditions import Layout


@dataclass(frozen=True)
class LateFile:
    """The local file of an add-on, and the ladder that it joins: a resolved item, and what its manifest lists.

    `key_of` and `content_key` are as in a `JobRequest`.
    """

    item: AdaptiveDynamicStreamingItem
    contents: ManifestContents
    path: Path
    work_dir: Path
    source_key: str
    key_of: KeyOf | None = None
    content_key: ContentKeyOf | None = None

    @property
    def layout(self) -> Layout:
        return Layout(self.item, self.work_dir, 0)


@dataclass(frozen=True)
class LateTrack:
    """The files of a track, without the manifest. `numbers` are those of its sub-streams.

    `added` adds it to the contents of a manifest, in place of an earlier version of it.
    """

    type: Literal["audio", "subtitle"]
    add_on: AddOn
    label: Label
    numbers: frozenset[int]
    files: tuple[MadeFile, ...]
    notices: tuple[Notice, ...]
    added: AddedTrack

    def replaces(self, contents: ManifestContents) -> bool:
        """Whether a ladder has an earlier version of the track."""
        return not self.numbers.isdisjoint(contents.numbers)


def joined_manifests(late: LateFile, track: LateTrack, contents: ManifestContents) -> list[MadeFile]:
    """The manifests of a ladder, which list `contents` at present, with the track."""
    return [made_file(one) for one in write_manifests(late.layout, track.added.listed(contents))]
