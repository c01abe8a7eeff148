"""`Plan`: the ffmpeg commands of a job, the files that they write and what these must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import Role
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Fit
from media_workflows.media.plan.depiction import Depiction
from media_workflows.media.plan.expected_sound import SoundExpectation
from media_workflows.media.plan.rendition_encode import RenditionEncode
from media_workflows.media.source.notices import source_notices

# Inputs opened side by side in one process. Each holds a decoder with its reference frames (about
# 60 MB at 1080p), and on few cores more of them gain nothing.
SEEKS_PER_PASS = 6


@dataclass(frozen=True)
class Expectation:
    """What an output must be; None = not checked. `source_start_s` is where in the source it begins.

    `is_hdr` True requires PQ or HLG, False neither. `shows_s` is the latest moment of the source that a picture
    shows. `further_tracks` are the source's (by index) that are kept beside the main video and audio tracks,
    `audio_tracks` is the number of audio tracks, `sounds` what each of them must be as far as it is verified.
    `capped` are the parameters of a picture with a highest bitrate. `picture_s` is how long the picture alone has to
    last.
    """

    video: bool
    audio: bool
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    is_hdr: bool | None = None
    source_start_s: float = 0.0
    shows_s: float | None = None
    slack_s: float = 0.0
    further_tracks: tuple[int, ...] = ()
    audio_tracks: int | None = None
    sounds: tuple[SoundExpectation, ...] = ()
    capped: VideoParameters | None = None
    picture_s: float | None = None


@dataclass(frozen=True)
class PlannedFile:
    """A file in the work directory and the pattern of the name that it is published under.

    `contents` is what the manifest of a ladder lists. `depicts` says which part of the source its picture shows; None =
    it cannot be compared with the source. One that stands for a series has in `longest` what the other variables of its
    name are at most. `notices` name what the last step of an item has changed while it wrote the file.
    """

    path: Path
    pattern: str
    variables: Mapping[str, str]
    expects: Expectation
    time_offset_s: float | None = None
    picture_count: int | None = None
    role: Role = "main"
    contents: Mapping[str, Any] | None = None
    depicts: Depiction | None = None
    longest: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


class Finish(Protocol):
    """The last step of an item, after its files are encoded and verified: find segments, write manifests."""

    def foreseen(self) -> Sequence[PlannedFile]:
        """The further files that are known before the encode; a series of unknown length is one without number.

        It has the longest number that it can reach in `longest`.
        """

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """The further files of the item, with local names of other outputs replaced by the published names.

        The published names derive from `source_key`. Raises MediaError. Called again after a second encode.
        """


@dataclass(frozen=True)
class Growth:
    """Files of an item that can be published while others are made. `listed` are segments by their sub-stream."""

    files: Sequence[PlannedFile]
    listed: Mapping[int, int]


class Growing(Protocol):
    """An item whose first files are finished, and can be played, while ffmpeg writes further ones."""

    def growth(self, listed: Mapping[int, int], source_key: str) -> Growth:
        """The files that are new or changed since so many segments were listed; {} = none were.

        They are there until the next call. Their published names derive from `source_key`. Raises MediaError, OSError.
        """


@dataclass(frozen=True)
class Output:
    """One ffmpeg output. `seek` is the range of the source that it reads (start, length); None = the shared decode.

    `global_options` are options of the whole command that it needs. `inputs` is how many inputs of the seek it opens.
    `rendition` has the streams of a ladder's output one by one.
    """

    node: Stream
    seek: tuple[float, float] | None = None
    global_options: tuple[str, ...] = ()
    inputs: int = 1
    rendition: RenditionEncode | None = None


@dataclass(frozen=True)
class Quality:
    """The VMAF that an output must reach: `floor`, against the raw frames `reference` in the same `shape`.

    `reference` lists streams of one graph, the video first: a filter whose outputs are not all read would fail.
    `frames` is about how many there are.
    """

    reference: Sequence[Stream]
    shape: Fit
    pixel_format: str
    frames: int
    floor: float


@dataclass(frozen=True)
class ItemPlan:
    """The plan of one item. `duration_s` is the media time that ffmpeg reports at its end.

    `files` are verified as soon as ffmpeg ends, and the `quality` of the first one is measured; `finish` then returns
    the files known only after the encode. `notices` name what the item leaves out, converts or repairs of its source.
    `on_log` is called with what ffmpeg has logged in each pass of the item. `early`: it can be played before it is
    complete, and is asked for.
    """

    outputs: Sequence[Output]
    files: Sequence[PlannedFile]
    duration_s: float = 0.0
    finish: Finish | None = None
    assets: Mapping[Path, bytes] = field(default_factory=dict)
    quality: Quality | None = None
    notices: Sequence[Notice] = ()
    on_log: Callable[[DecodeLog], None] = lambda _: None
    early: Growing | None = None

    @property
    def further(self) -> Sequence[PlannedFile]:
        """The files of the last step, as far as they are known before the encode."""
        return self.finish.foreseen() if self.finish else ()


@dataclass(frozen=True)
class Plan:
    """The plans of a job's items. `passes` run one after another; `failures` are the errors of the other items."""

    passes: tuple[Sequence[Output], ...]
    items: Mapping[int, ItemPlan]
    failures: Mapping[int, MediaError]
    assets: Mapping[Path, bytes]
    expected_duration_s: float

    @property
    def graphs(self) -> tuple[Stream, ...]:
        """One ffmpeg command for each pass."""
        return tuple(graph_of(outputs) for outputs in self.passes)

    def items_of(self, number: int) -> list[int]:
        """The indices of the items that have outputs in a pass."""
        made = {id(output) for output in self.passes[number]}
        return [index for index, item in self.items.items() if any(id(output) in made for output in item.outputs)]

    @property
    def has_alternative(self) -> bool:
        """Whether a retry of an item alone may succeed: others shared its pass, or it used a seek."""
        return len(self.items) > 1 or any(output.seek for item in self.items.values() for output in item.outputs)


Builder: TypeAlias = Callable[[BuildContext, Any, int], ItemPlan]


def build_plan(builder: Builder, context: BuildContext, items: Mapping[int, JobItem[Any]]) -> Plan:
    """The plan of the items (by index). A MediaError of a builder is a failure of its item only."""
    plans: dict[int, ItemPlan] = {}
    failures: dict[int, MediaError] = {}
    for index, item in items.items():
        try:
            plan = builder(context, item, index)
            shows_picture = any(file.expects.video for file in plan.files)
            of_source = source_notices(context.info, item.kind, shows_picture)
            plans[index] = replace(plan, notices=(*plan.notices, *of_source))
        except MediaError as error:
            failures[index] = error
    return Plan(
        passes=tuple(_passes([output for plan in plans.values() for output in plan.outputs])),
        items=plans,
        failures=failures,
        assets={path: data for plan in plans.values() for path, data in plan.assets.items()},
        expected_duration_s=max((plan.duration_s for plan in plans.values()), default=0.0),
    )


def graph_of(outputs: Sequence[Output]) -> Stream:
    """The graph of one command for several outputs, with each set of global options once."""
    graph = merged([output.node for output in outputs])
    needed = dict.fromkeys(output.global_options for output in outputs if output.global_options)
    return graph.global_args(*(word for options in needed for word in options)) if needed else graph


def _passes(outputs: Iterable[Output]) -> list[list[Output]]:
    """The outputs of each ffmpeg process: the shared decode first, then a few seek positions at a time."""
    by_seek: dict[tuple[float, float] | None, list[Output]] = {}
    for output in outputs:
        by_seek.setdefault(output.seek, []).append(output)
    shared = by_seek.pop(None, [])
    positions = [by_seek[seek] for seek in sorted(by_seek, key=lambda seek: seek or (0.0, 0.0))]
    passes: list[list[Output]] = []
    free = 0
    for group in positions:
        inputs = max(output.inputs for output in group)
        if inputs > free:
            passes.append([])
            free = SEEKS_PER_PASS
        passes[-1] += group
        free -= inputs
    return [shared, *passes] if shared else passes
