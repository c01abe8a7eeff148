"""What `run_job` is asked to make, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.loudness import TrackLoudness
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import Role
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.run import Runner
from media_workflows.media.filters.build_context import BuildContext, ReadText
from media_workflows.media.jobs.encryption import ContentKeyOf
from media_workflows.media.plan.planned import Growth, ItemPlan, PlannedFile
from media_workflows.media.source.formats import content_type


@dataclass(frozen=True)
class MadeFile:
    """A verified file, ready to publish. Its key: `naming.output_key(pattern, ..., variables)`."""

    path: Path
    pattern: str
    variables: Mapping[str, str]
    info: MediaInfo | None
    time_offset_s: float | None
    picture_count: int | None
    role: Role
    content_type: str
    vmaf: float | None = None
    contents: Mapping[str, Any] | None = None
    loudness: tuple[TrackLoudness, ...] = ()


@dataclass(frozen=True)
class ItemOutcome:
    """The result of an item: its files with notices, or the error that stopped it (then no file is published)."""

    item: JobItem[Any]
    files: tuple[MadeFile, ...]
    error: MediaError | None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class JobOutcome:
    """The media info of the source and one outcome for each item, in their order."""

    source: MediaInfo
    items: tuple[ItemOutcome, ...]


KeyOf: TypeAlias = Callable[[str, Mapping[str, str]], str]


# Writes the files of an item's plan, by several commands and perhaps on several machines; returns who made them.
# Raises NotSplitError, and as `Runner.run` does.
MakeDivided: TypeAlias = Callable[[ItemPlan], Sequence[Notice]]


class Divide(Protocol):
    """Whether an item is divided among several commands, instead of one encode."""

    def __call__(self, context: BuildContext, item: JobItem[Any], runner: Runner) -> MakeDivided | None:
        """None = it is not. Work files may lie in the context's directory.

        Raises NotSplitError where it should be and cannot: a notice says so.
        """


Grow: TypeAlias = Callable[[Mapping[int, int]], Growth]  # `Growing.growth`, with the source's key


class PublishEarly(Protocol):
    """Makes what is finished of an item playable while the rest of it is made. Items are named by their indexes."""

    def beside(self, index: int, item: JobItem[Any], grow: Grow) -> AbstractContextManager[None]:
        """Publishes what `grow` returns, while the block lasts and at its end. A failure of it never leaves it."""

    def withdraw(self, index: int) -> None:
        """Removes what is published early of an item: it is made again."""

    def notices_of(self, index: int) -> Sequence[Notice]:
        """Why an item could not be played early, or not to its end."""


@dataclass(frozen=True)
class JobRequest:
    """What to make: every item of `kind` from the local file `source`. Outputs stay in `work_dir`.

    Names derive from `source_key`. `extra` holds local copies of the objects that items name by their `extra_keys`.
    `key_of` gives the key of an output by its pattern and variables, and raises OutputNameError for one that cannot be.
    `divide` is asked first for each item; None = each is made by one encode. So is what it cannot make, and what
    verification rejects of it, with a notice.
    `early` publishes items that are to be playable before they are verified; None = none is.
    `read_text` is as in a `BuildContext`. `content_key` gives the key of an encryption that has no random one.
    """

    kind: str
    items: Sequence[JobItem[Any]]
    source: Path
    source_key: str
    work_dir: Path
    extra: Mapping[str, Path] = field(default_factory=dict)
    key_of: KeyOf | None = None
    divide: Divide | None = None
    early: PublishEarly | None = None
    read_text: ReadText | None = None
    content_key: ContentKeyOf | None = None


def made_file(file: PlannedFile, info: MediaInfo | None = None) -> MadeFile:
    """A planned file that is written and verified."""
    return MadeFile(
        path=file.path,
        pattern=file.pattern,
        variables=file.variables,
        info=info,
        time_offset_s=file.time_offset_s,
        picture_count=file.picture_count,
        role=file.role,
        content_type=content_type(file.variables["format"]),
        contents=file.contents,
    )
