"""What a quality control measures: the detectors' files, the packets and the header of the source."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from media_workflows.domain.features import Span
from media_workflows.domain.media_info import MediaInfo
from media_workflows.media.ffmpeg.filter_metadata import (
    BLACK,
    FROZEN,
    GATE_LUFS,
    R128,
    SILENCE,
    decibels,
    metadata_frames,
    metadata_lines,
    spans,
)
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.quality.blockiness import blockiness
from media_workflows.media.jobs.quality.codes import Code, codes_in
from media_workflows.media.jobs.quality.damage import Damage, damage_of
from media_workflows.media.jobs.quality.detectors import CODES, Detectors
from media_workflows.media.jobs.quality.packets import PacketStats, packet_stats
from media_workflows.media.source.formats import JUMPING_CONTAINERS, is_one_of

_SHORTEST_S = 0.5  # of sound with a loudness: a block has 0.4 s, and `ebur128` reports every 0.1 s
_CHAINS = ("sharpness", "noise", "light", "black_edge", "white_edge", "sound_noise", "phase", "pictures")


@dataclass(frozen=True)
class Sample:
    """The values of one frame, or of one window of sound, at a time of the source (seconds)."""

    time_s: float
    values: dict[str, float]


@dataclass(frozen=True)
class Measurements:
    """What the rules of items read, in seconds of the source. `video` and `audio`: None = it has none to measure.

    `samples` are those of each chain of filters, `blockiness` the strength of block edges,
    `shake` the shifts of each frame (across, down) in pixels.
    `integrated_lufs` is at least `GATE_LUFS`; None = too short to have a loudness. `end_s` is where the data ends.
    `codes` None = no code reader is installed. `pictures` are the small pictures with their times.
    """

    info: MediaInfo
    video: Span | None
    audio: Span | None
    packets: PacketStats
    damage: Damage
    black: Sequence[Span] = ()
    frozen: Sequence[Span] = ()
    silent: Sequence[Span] = ()
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    shake: Sequence[tuple[float, float, float]] = ()
    blockiness: Sequence[tuple[float, float]] = ()
    codes: Sequence[tuple[float, Code]] | None = ()
    pictures: Sequence[tuple[float, Path]] = ()
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None
    end_s: float = 0.0
    is_cut: bool = False

    @property
    def lacks_video(self) -> bool:
        """Whether the source has no picture at all. A cover is a picture of the file, not of its time."""
        return self.info.video is None and not self._undecodable("video")

    @property
    def lacks_audio(self) -> bool:
        """Whether the source has no sound at all."""
        return not self.info.audio and not self._undecodable("audio")

    def _undecodable(self, type_: Literal["video", "audio"]) -> bool:
        return any(stream.type == type_ for stream in self.info.other)


def measurements(context: BuildContext, detectors: Detectors, has_log: bool, has_reader: bool) -> Measurements:
    """Read what the detectors have found, and the packets once, without decoding.

    `has_log`: the decode logged something, so that its moments are searched by a second one. `has_reader`: codes can be
    read.
    """
    info, read = context.info, _Files(context, detectors)
    video, audio = (_span(context, stream.index) if stream else None for stream in (info.video, info.main_audio))
    indices = tuple(stream.index if stream else None for stream in (info.video, info.main_audio))
    last = dict(read.lines("sound"))
    pictures = read.pictures()
    return Measurements(
        info=info,
        video=video,
        audio=audio,
        packets=packet_stats(context.source, *indices),
        damage=damage_of(context.source, *indices) if has_log else Damage(),
        black=read.spans("picture", BLACK, video),
        frozen=read.spans("picture", FROZEN, video),
        silent=read.spans("sound", SILENCE, audio),
        samples={name: read.samples(name) for name in _CHAINS},
        shake=read.shake(),
        blockiness=read.blockiness(),
        codes=_codes(pictures) if detectors.is_on(*CODES) and has_reader else () if has_reader else None,
        pictures=pictures,
        integrated_lufs=_lufs(last, audio),
        true_peak_dbtp=decibels(float(last.get(f"{R128}true_peak", "0"))),
        end_s=max((span.end_s for span in context.spans().values()), default=0.0),
        is_cut=context.is_cut(),
    )


class _Files:
    """The files of the detectors, with the times of the source."""

    def __init__(self, context: BuildContext, detectors: Detectors) -> None:
        self._directory, self._detectors = context.work_dir, detectors
        # In these containers ffmpeg counts time from the start of the streams that it reads.
        jumps = is_one_of(context.info.container, JUMPING_CONTAINERS)
        self._offset_s = detectors.start_s if jumps else 0.0

    def _path(self, name: str) -> Path:
        return self._directory / self._detectors.file(name)

    def lines(self, name: str) -> list[tuple[str, str]]:
        return list(metadata_lines(self._path(name)))

    def samples(self, name: str) -> list[Sample]:
        return [Sample(round(at + self._offset_s, 3), values) for at, values in metadata_frames(self._path(name))]

    def spans(self, name: str, prefix: str, stream: Span | None) -> list[Span]:
        """The spans that a detector found. One that lasts to the end of the stream has no end in the file."""
        if stream is None:
            return []
        offset_s = self._offset_s
        return [
            Span(start_s=round(max(0.0, span.start_s + offset_s), 3), end_s=round(span.end_s + offset_s, 3))
            for span in spans(self.lines(name), prefix, stream.end_s - offset_s)
        ]

    def shake(self) -> list[tuple[float, float, float]]:
        """Time and shifts of each frame, from the log of `deshake`, whose first line has the names of its columns."""
        path = self._path("shake")
        if not path.exists():
            return []
        rows = [line.split(",") for line in path.read_text("utf-8").splitlines()[1:]]
        times = [sample.time_s for sample in self.samples("shake_times")]
        return [(at, float(row[0]), float(row[3])) for at, row in zip(times, rows, strict=False) if len(row) > 3]

    def blockiness(self) -> list[tuple[float, float]]:
        """Time and strength of the block edges of each sampled frame: the weaker of across and down."""
        across, down = (list(self._lines(name)) for name in ("columns", "rows"))
        return [
            (at, min(blockiness(one), blockiness(other))) for (at, one), (_, other) in zip(across, down, strict=False)
        ]

    def _lines(self, name: str) -> Iterator[tuple[float, array[int]]]:
        """The time and the values of each frame."""
        path, samples = self._directory / self._detectors.step_file(name), self.samples(name)
        if not samples or not path.exists():
            return
        line_bytes = path.stat().st_size // len(samples) // 2 * 2
        with path.open("rb") as lines:
            for sample in samples:
                yield sample.time_s, array("H", lines.read(line_bytes))

    def pictures(self) -> list[tuple[float, Path]]:
        """The small pictures and their times."""
        paths = (self._directory / (self._detectors.picture_pattern % number) for number in range(1 << 20))
        return [(sample.time_s, path) for sample, path in zip(self.samples("pictures"), paths, strict=False)]


def _codes(pictures: Sequence[tuple[float, Path]]) -> list[tuple[float, Code]]:
    if not pictures:
        return []
    found = codes_in(pictures[0][1].parent, tuple(path.name for _, path in pictures))
    return [(pictures[code.picture][0], code) for code in found]


def _span(context: BuildContext, index: int) -> Span:
    """The time of a stream's packets; the whole source where it has none."""
    found = context.spans().get(index)
    if found is None:
        return Span(start_s=0.0, end_s=context.info.duration_s)
    return Span(start_s=found.start_s, end_s=found.end_s)


def _lufs(last: dict[str, str], audio: Span | None) -> float | None:
    """The integrated loudness; None = not measured, or too short to have one."""
    integrated = last.get(f"{R128}I")
    if integrated is None or audio is None or audio.end_s - audio.start_s < _SHORTEST_S:
        return None
    return round(max(GATE_LUFS, float(integrated)), 1)
