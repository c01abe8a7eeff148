"""`ladder: auto` beside the preset: bytes at equal quality, what was expected of each rendition, CPU of the probes."""

from __future__ import annotations

import math
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.options import Options
from benchmarks.real_clips import LONG_S, Point, clips, encoded, first_line, met, percent, saved, vmaf_neg
from benchmarks.report import Table, seconds
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.errors import MediaError
from media_workflows.media.filters.geometry import display_size

_PRESET = 10
_SAVED, _WITHIN, _EXTRA = 0.2, 1.0, 0.1  # the targets
_EXPECTED = re.compile(r"kbps = ([\d.]+)")


@dataclass(frozen=True)
class _Made:
    """A ladder: its renditions, the VMAF expected of each, CPU seconds of its encode and of all commands before it."""

    points: list[Point]
    expected: list[float]
    code: str
    length_s: float
    encode_cpu_s: float
    probes_cpu_s: float

    @property
    def extra(self) -> float:
        return self.probes_cpu_s / self.encode_cpu_s if self.encode_cpu_s else math.nan

    @property
    def misses(self) -> list[float]:
        """By how much each rendition misses what was expected of it; none without probes."""
        if len(self.expected) != len(self.points):
            return []
        return [abs(point.vmaf - one) for point, one in zip(self.points, self.expected, strict=True)]


def run(options: Options) -> list[Table]:
    """A table; none without `media_dir`. A clip that a job refuses is left out by name."""
    if not options.media_dir:
        return []
    rows: list[list[str]] = []
    ladders: list[tuple[_Made, float]] = []
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as directory:
        found = clips(options.media_dir, Path(directory))
        left_out = list(found.left_out)
        for clip in found.paths:
            try:
                auto, preset = _made(clip, _auto()), _made(clip, _of_preset())
            except MediaError as error:
                left_out.append(f"{clip.name}: {first_line(error)}")
                continue
            ladders.append((auto, saved(auto.points, preset.points)))
            rows.append(_row(clip.name, *ladders[-1], preset))
            print(f"  {' | '.join(rows[-1])}", file=sys.stderr, flush=True)
    columns = ["clip", "length, s", "auto: kB = VMAF NEG", "preset: kB = VMAF NEG", "saved", "misses", "notice"]
    columns += ["probes, CPU s", "encode, CPU s", "extra"]
    return [Table("An automatic ladder beside the preset", columns, rows, [*_notes(ladders), *_left(left_out)])]


def _row(name: str, auto: _Made, part: float, preset: _Made) -> list[str]:
    misses = ", ".join(f"{miss:.1f}" for miss in auto.misses)
    cpu = [seconds(auto.probes_cpu_s), seconds(auto.encode_cpu_s), percent(auto.extra)]
    curves = [_curve(auto), _curve(preset)]
    return [name, f"{auto.length_s:.1f}", *curves, percent(part), misses, auto.code, *cpu]


def _curve(made: _Made) -> str:
    return ", ".join(f"{point.size_bytes / 1000:.0f} = {point.vmaf:.1f}" for point in made.points)


def _notes(ladders: list[tuple[_Made, float]]) -> list[str]:
    parts = [part for _, part in ladders]
    known = [part for part in parts if not math.isnan(part)]
    misses = [miss for auto, _ in ladders for miss in auto.misses]
    long = [auto.extra for auto, _ in ladders if auto.length_s >= LONG_S]
    mean = percent(statistics.fmean(known)) if known else "n/a"
    return [
        f"Bytes saved: {mean} on the mean of clips; {met(parts, (_SAVED, 1))} clips save {_SAVED:.0%} or more. n/a: "
        "the qualities of both ladders do not overlap.",
        f"VMAF NEG: {met(misses, (0, _WITHIN))} renditions are within {_WITHIN:g} of what was expected of them.",
        f"Extra CPU: {met(long, (0, _EXTRA))} clips of {LONG_S:g} s and more stay within {_EXTRA:.0%}.",
        f"Preset {_PRESET} at the source's frame rate; both without sound. VMAF NEG is of all frames at the size of "
        "the source. Bytes at equal VMAF: between the renditions, by their logarithms.",
    ]


def _left(names: list[str]) -> list[str]:
    return [f"Left out: {one}" for one in names]


def _auto() -> dict[str, Any]:
    return {"format": "dash", "ladder": "auto", "auto_ladder": {}, "streams": [{"video": {"codec": "h264"}}]}


def _of_preset() -> dict[str, Any]:
    preset = PRESET_LIBRARY.find("adaptive_dynamic_streaming", _PRESET).parameters.model_dump(exclude_defaults=True)
    streams = [{"video": {**stream["video"], "fps": 0}} for stream in preset["streams"]]
    return {**preset, "format": "dash", "streams": streams}


def _made(clip: Path, parameters: dict[str, Any]) -> _Made:
    """Raises MediaError."""
    with encoded(AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters}), clip) as made:
        assert made.source.video is not None, "clips have a picture"
        size = display_size(made.source.video)
        files = [file.path for file in made.outcome.files if file.path.suffix == ".mp4"]
        points = [Point(path.stat().st_size, vmaf_neg(path, clip, size)) for path in files]
    notice = next((one for one in made.outcome.notices if one.code in ("LadderChosen", "LadderNotProbed")), None)
    named = str(notice.parameters["rungs"]) if notice else ""
    return _Made(
        points,
        [float(one) for one in _EXPECTED.findall(named)],
        notice.code if notice else "",
        made.source.duration_s,
        made.encode_cpu_s,
        made.probes_cpu_s,
    )
