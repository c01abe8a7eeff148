"""`LoudnessMeter`: measures the sound of graphs and of outputs; each sound of a source once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ffmpeg

from media_workflows.domain.loudness import Loudness, TrackLoudness
from media_workflows.domain.notice import Notice
from media_workflows.media.ffmpeg.filter_metadata import GATE_LUFS, R128, decibels, metadata_lines
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.ffmpeg.run import command_line
from media_workflows.media.plan.planned import PlannedFile
from media_workflows.media.source.formats import open_options
from media_workflows.media.source.kept_readings import reading_of
from media_workflows.media.verify.open_output import output_demuxers

_FILE = "loudness.txt"
_TOLERANCE_LU = 0.5
_TOLERANCE_RANGE_LU = 1.0
_TOLERANCE_DB = 0.1  # of true peaks, to which `ebur128` rounds


@dataclass
class LoudnessMeter:
    """Measures by ffmpeg's `ebur128`. `run` runs a graph in `work_dir`; raises what it raises."""

    source: Path
    work_dir: Path
    run: Callable[[Stream, Path], None]
    _known: dict[tuple[str, ...], Loudness] = field(default_factory=dict)

    def __call__(self, sound: Stream) -> Loudness:
        """The loudness of a stream of a graph. It is kept beside the source if it depends on nothing else."""
        graph = _measuring(sound)
        command = tuple(command_line(graph, "ffmpeg"))
        if command not in self._known:
            reading = reading_of(self.source, __name__, command) if command.count("-i") == 1 else None
            kept = reading.found() if reading else None
            self._known[command] = kept.value if kept else self._measured(graph, self.work_dir)
            if reading and not kept:
                reading.keep(self._known[command])
        return self._known[command]

    def of_tracks(self, file: PlannedFile) -> tuple[TrackLoudness, ...]:
        """The loudness of an output's tracks that were normalised."""
        found = []
        for number, expects in enumerate(file.expects.sounds):
            goal = expects.normalised
            if goal is None or goal.before is None:
                continue
            sound = ffmpeg.input(f"file:{file.path.name}", **open_options(output_demuxers(file.path.name)))
            after = self._measured(_measuring(sound[f"a:{number}"]), file.path.parent)
            found.append(TrackLoudness(track=number, target_lufs=goal.target_lufs, before=goal.before, after=after))
        return tuple(found)

    def _measured(self, graph: Stream, directory: Path) -> Loudness:
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / _FILE
        file.unlink(missing_ok=True)
        self.run(graph, directory)
        last = dict(metadata_lines(file))
        integrated = float(last.get(f"{R128}I", GATE_LUFS))
        if integrated <= GATE_LUFS:
            return Loudness()
        return Loudness(
            integrated_lufs=round(integrated, 2),
            range_lu=round(float(last.get(f"{R128}LRA", "0")), 2),
            true_peak_dbtp=decibels(float(last.get(f"{R128}true_peak", "0"))),
        )


def _measuring(sound: Stream) -> Stream:
    measured = sound.filter("ebur128", metadata=1, framelog="quiet", peak="true")
    return merged([measured.filter("ametadata", mode="print", file=_FILE).output("-", format="null")])


def loudness_notices(file: PlannedFile, tracks: Sequence[TrackLoudness]) -> Iterator[Notice]:
    """A notice for each track that is silent, or that misses its loudness, its true peak or its range."""
    for one in tracks:
        goal, after, number = file.expects.sounds[one.track].normalised, one.after, one.track
        assert goal is not None
        lufs, peak_dbtp, range_lu = after.integrated_lufs, after.true_peak_dbtp or 0.0, after.range_lu or 0.0
        if one.before.integrated_lufs is None or lufs is None:
            yield Notice(
                code="LoudnessUnchanged",
                message=f"audio track {number} is silent: its loudness is not changed",
                parameters={"track": number},
            )
            continue
        if abs(lufs - goal.target_lufs) > _TOLERANCE_LU or peak_dbtp > goal.limit_dbtp + _TOLERANCE_DB:
            found = f"{lufs:g} LUFS with true peaks of {peak_dbtp:g} dBTP"
            yield Notice(
                code="LoudnessMissed",
                message=f"audio track {number} has {found}, not {goal.target_lufs:g} LUFS and {goal.limit_dbtp:g} dBTP",
                parameters={
                    "track": number,
                    "found_lufs": lufs,
                    "found_dbtp": peak_dbtp,
                    "target_lufs": goal.target_lufs,
                    "limit_dbtp": goal.limit_dbtp,
                },
            )
        if goal.range_lu is not None and range_lu > goal.range_lu + _TOLERANCE_RANGE_LU:
            yield Notice(
                code="LoudnessRangeMissed",
                message=f"audio track {number} has a loudness range of {range_lu:g} LU, not {goal.range_lu:g}",
                parameters={"track": number, "found_lu": range_lu, "target_lu": goal.range_lu},
            )
