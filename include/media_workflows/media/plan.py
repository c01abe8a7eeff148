"""What a job is about to make: the ffmpeg graphs, the files they write and what these must be."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import ffmpeg

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.media_info import MediaInfo, VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import Role
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.fonts import font_chain
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.source.formats import (
    DEMUXERS,
    JUMPING_CONTAINERS,
    SUBTITLE_DEMUXERS,
    UNSEEKABLE_CONTAINERS,
    is_one_of,
    open_options,
)
from media_workflows.media.source.notices import source_notices
from media_workflows.media.source.subtitles.cues import Cues
from media_workflows.media.verify.depiction import Depiction
from media_workflows.media.verify.expected_sound import SoundExpectation
from media_workflows.media.verify.vmaf import Quality

# Inputs opened side by side in one process. Each holds a decoder with its reference frames (about
# 60 MB at 1080p), and on few cores more of them gain nothing.
SEEKS_PER_PASS = 6
_ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}  # ffmpeg's own decode no transparency
_BEFORE_KEY_FRAME_S = 0.5  # a jump goes by decoding times, which lie before those of display


@dataclass(frozen=True)
class Expectation:
    """What an output must be; None = not checked. `source_start_s` is where in the source it begins.

    `is_hdr` True wants PQ or HLG, False wants neither. `shows_s` is the latest moment of the source that a picture
    shows. `further_tracks` are the source's (by index) that are kept beside the main picture and the sound,
    `audio_tracks` the number of sound tracks, `sounds` what each of them must be as far as it is verified.
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


@dataclass(frozen=True)
class PlannedFile:
    """A file in the work directory and the name it will be published under.

    `depicts` says what of the source its picture shows; None = it cannot be compared with the source.
    """

    path: Path
    pattern: str
    variables: Mapping[str, str]
    expects: Expectation
    time_offset_s: float | None = None
    picture_count: int | None = None
    role: Role = "main"
    depicts: Depiction | None = None


class Finish(Protocol):
    """What an item does after its encode and its files' verification: find segments, write manifests."""

    def foreseen(self) -> Sequence[PlannedFile]:
        """The further files as far as they are known before; a series of unknown length as one without number."""

    def __call__(self, source_key: str) -> Sequence[PlannedFile]:
        """The further files of the item, with what names other outputs rewritten to the published names.

        `source_key` is what those names derive from. Raises MediaError. Called again after a second encode.
        """


@dataclass(frozen=True)
class Output:
    """One ffmpeg output. `seek` names what it reads of the source (start, length); None = the shared full decode.

    `global_options` are those of the whole command that it needs.
    """

    node: Stream
    seek: tuple[float, float] | None = None
    global_options: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemPlan:
    """The part of one item. `duration_s` is the media time ffmpeg will report when it is done.

    `files` are verified as soon as ffmpeg ends, the first one's `quality` measured; `finish` then tells of
    those known only after the encode. `notices` name what the item leaves out, converts or repairs of its source.
    """

    outputs: Sequence[Output]
    files: Sequence[PlannedFile]
    duration_s: float = 0.0
    finish: Finish | None = None
    assets: Mapping[Path, bytes] = field(default_factory=dict)
    quality: Quality | None = None
    notices: Sequence[Notice] = ()


@dataclass(frozen=True)
class Plan:
    """All items of a job. `passes` run one after another; `failures` are items that cannot be made at all."""

    passes: tuple[Sequence[Output], ...]
    items: Mapping[int, ItemPlan]
    failures: Mapping[int, MediaError]
    assets: Mapping[Path, bytes]
    expected_duration_s: float

    @property
    def graphs(self) -> tuple[Stream, ...]:
        """One ffmpeg command for each pass."""
        return tuple(_graph(outputs) for outputs in self.passes)

    def items_of(self, number: int) -> list[int]:
        """The items that the pass makes outputs of."""
        made = {id(output) for output in self.passes[number]}
        return [index for index, item in self.items.items() if any(id(output) in made for output in item.outputs)]

    @property
    def has_alternative(self) -> bool:
        """Whether an item may fare better by itself: others shared its pass, or it jumped into the source."""
        return len(self.items) > 1 or any(output.seek for item in self.items.values() for output in item.outputs)


def decoder_options(video: VideoStream | None) -> dict[str, str]:
    """Input options that choose the decoder of the picture where ffmpeg's own would lose something."""
    if video is None:
        return {}
    decoder = _ALPHA_DECODERS.get(video.codec) if video.has_alpha else None
    options = {f"c:{video.index}": decoder} if decoder else {}
    # In place of a matrix that is no rotation by right angles: ffmpeg would squash the picture by it.
    return options | ({f"display_rotation:{video.index}": str(video.rotation)} if video.ignored_shape else {})


@dataclass(frozen=True)
class ExtraInput:
    """A local file beside the source: a clip to join, a subtitle file, a further sound track."""

    path: Path
    info: MediaInfo

    def input(self) -> Stream:
        """As an ffmpeg input."""
        demuxers = (*DEMUXERS, *SUBTITLE_DEMUXERS)
        return ffmpeg.input(f"file:{self.path}", **open_options(demuxers), **decoder_options(self.info.video))


@dataclass(frozen=True)
class Sample:
    """A short piece of the source (seconds), on which a graph is tried to learn what it costs."""

    start_s: float
    length_s: float

    def input_options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Of an input that would read all of the source, or a longer part. A jump to one picture stays."""
        if "ss" not in options:
            return {**options, "ss": f"{self.start_s:.6f}", "t": f"{self.length_s:.6f}"}
        if "t" not in options:
            return dict(options)
        return {**options, "t": f"{min(float(options['t']), self.length_s):.6f}"}


@dataclass(frozen=True)
class BuildContext:
    """All a builder may look at. Paths in graphs are relative: ffmpeg runs inside `work_dir`.

    `seek` False asks for a decode from the start instead of jumps, the way that always works.
    `extra` holds the inputs that items name by `extra_keys`, as far as they are there and readable.
    `key_frames` reads the source once for the moments of its key frames, in seconds; `cues` a subtitle track of an
    extra input by its key, '' = of the source, and raises MediaError. `require_encoder` raises
    HardwareUnavailableError when a recipe's encoder does not work here. With a `sample`, that piece alone is made.
    """

    source: Path
    info: MediaInfo
    work_dir: Path
    font: Path
    threads: int = 0
    seek: bool = True
    extra: Mapping[str, ExtraInput] = field(default_factory=dict)
    key_frames: Callable[[], Sequence[float]] = tuple
    cues: Callable[[str, int], Cues] = lambda _key, _index: Cues("", ())
    require_encoder: Callable[[VideoParameters], None] = lambda _: None
    sample: Sample | None = None
    extra_fonts: tuple[Path, ...] = ()

    @property
    def fonts(self) -> tuple[Path, ...]:
        """The fonts of texts, in the order they are looked into."""
        return font_chain(self.font, self.extra_fonts)

    def source_input(self, **options: Any) -> Stream:
        """The source as an ffmpeg input. Equal options give the same input, hence one decode."""
        options = self.sample.input_options(options) if self.sample else options
        if not float(options.get("ss", 1)):  # a seek to 0 lands behind the first key frame of some files (FLV)
            options = {name: value for name, value in options.items() if name != "ss"}
        return ffmpeg.input(f"file:{self.source}", **open_options(), **decoder_options(self.info.video), **options)

    def picture_input(self, **options: Any) -> Stream:
        """The source's picture track read from the start, by itself, on the source's clock."""
        video = self.info.video
        assert video is not None, "only for a source with a picture"
        stream = self.source_input(**options)[str(video.index)]
        if not is_one_of(self.info.container, JUMPING_CONTAINERS):
            return stream
        # Of these, ffmpeg counts the time from where the streams begin that are read.
        return stream.filter("setpts", f"PTS+{video.start_s}/TB") if video.start_s else stream

    def jump_s(self, moment_s: float) -> float | None:
        """Where to jump to for reading the source from a moment on; None = decode from the start.

        Where the container has no index, that is well before the last key frame up to the moment.
        """
        video, container = self.info.video, self.info.container
        if not self.seek or (video and is_one_of(container, UNSEEKABLE_CONTAINERS)):
            return None
        if video is None or self.sample or not is_one_of(container, JUMPING_CONTAINERS):
            return moment_s
        key_frames = self.key_frames()
        before = bisect_right(key_frames, moment_s)
        jump_s = key_frames[before - 1] - _BEFORE_KEY_FRAME_S if before else 0.0
        return jump_s if jump_s > video.start_s else None

    def extra_input(self, key: str) -> ExtraInput:
        """The input an item named. Raises MediaError when it is not there or not readable."""
        if key in self.extra:
            return self.extra[key]
        raise MediaError(
            f"{key!r}, which this job names, is not a readable media file in the trigger bucket: upload it or correct "
            "the name"
        )

    def output_options(self) -> dict[str, Any]:
        """Options every output carries."""
        threads = {"threads": self.threads} if self.threads else {}
        return {**threads, "t": f"{self.sample.length_s:.6f}"} if self.sample else threads


Builder: TypeAlias = Callable[[BuildContext, Any, int], ItemPlan]


def build_plan(builder: Builder, context: BuildContext, items: Mapping[int, JobItem[Any]]) -> Plan:
    """Plan the items (by index). An item whose builder raises MediaError is a failure of that item alone."""
    plans: dict[int, ItemPlan] = {}
    failures: dict[int, MediaError] = {}
    for index, item in items.items():
        try:
            plan = _with_shape_notice(builder(context, item, index), context.info.video)
            plans[index] = replace(plan, notices=(*plan.notices, *source_notices(context.info, item.kind)))
        except MediaError as error:
            failures[index] = error
    return Plan(
        passes=tuple(_passes([output for plan in plans.values() for output in plan.outputs])),
        items=plans,
        failures=failures,
        assets={path: data for plan in plans.values() for path, data in plan.assets.items()},
        expected_duration_s=max((plan.duration_s for plan in plans.values()), default=0.0),
    )


def _with_shape_notice(plan: ItemPlan, video: VideoStream | None) -> ItemPlan:
    """Named where a picture is made of the source."""
    if video is None or not video.ignored_shape or not any(file.expects.video for file in plan.files):
        return plan
    message = f"the source claims {video.ignored_shape}, which no picture has: it was ignored"
    notice = Notice(code="SourceShapeIgnored", message=message, parameters={"ignored": video.ignored_shape})
    return replace(plan, notices=(*plan.notices, notice))


def _graph(outputs: Sequence[Output]) -> Stream:
    """One command for several outputs, with each set of global options once."""
    graph = merged([output.node for output in outputs])
    needed = dict.fromkeys(output.global_options for output in outputs if output.global_options)
    return graph.global_args(*(word for options in needed for word in options)) if needed else graph


def _passes(outputs: Iterable[Output]) -> list[list[Output]]:
    """Outputs by process: the shared decode first, then a few seek positions at a time."""
    by_seek: dict[tuple[float, float] | None, list[Output]] = {}
    for output in outputs:
        by_seek.setdefault(output.seek, []).append(output)
    shared = by_seek.pop(None, [])
    positions = [by_seek[seek] for seek in sorted(by_seek, key=lambda seek: seek or (0.0, 0.0))]
    chunks = [positions[i : i + SEEKS_PER_PASS] for i in range(0, len(positions), SEEKS_PER_PASS)]
    passes = [[output for group in chunk for output in group] for chunk in chunks]
    return [shared, *passes] if shared else passes
