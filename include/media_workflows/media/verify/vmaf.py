"""VMAF and SSIM of outputs and of probe encodes, measured against the frames that their encoders received."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import ffmpeg

from media_workflows.errors import OutputRejectedError
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.filters.geometry import inner_place
from media_workflows.media.plan.planned import Quality
from media_workflows.media.source.formats import open_options
from media_workflows.media.verify.open_output import output_demuxers

_MEASURED_FRAMES = 600  # enough for a steady mean; all frames are decoded, this many are compared
_NEG_MODEL = "version=vmaf_v0.6.1neg"  # no gain for sharpening and contrast (Netflix, "no enhancement gain")
_LOG = "vmaf.json"
_STATS = "ssim.log"


def vmaf(quality: Quality, output: Path, run: Callable[[Stream], None]) -> float:
    """The mean VMAF, 0 to 100, of `output`, measured without the fill bars.

    `run` runs a graph in the output's directory. Raises what it raises, and OutputRejectedError when
    nothing could be compared.
    """
    log = output.parent / _LOG
    log.unlink(missing_ok=True)
    run(comparison(quality, output.name))
    return _mean(log)


def neg_scores(
    probes: Sequence[tuple[Quality, str]], directory: Path, run: Callable[[Stream, Path], None]
) -> list[float]:
    """The mean VMAF NEG of each probe, a short file in `directory`, by one command that decodes the source once.

    All frames are compared: of each third one, scores of short probes were up to 0.8 lower. One of another size is
    scaled to that of its reference.

    Raises what `run` raises, and OutputRejectedError when nothing could be compared.
    """
    logs = [directory / f"{name}.{_LOG}" for _, name in probes]
    compared = [
        _score(quality, name, log.name, len(probes), scales=True, model=_NEG_MODEL)
        for (quality, name), log in zip(probes, logs, strict=True)
    ]
    for log in logs:
        log.unlink(missing_ok=True)
    run(merged(compared), directory)
    return [_mean(log) for log in logs]


def _mean(log: Path) -> float:
    score = json.loads(log.read_text())["pooled_metrics"].get("vmaf", {}).get("mean")
    if score is None:
        raise OutputRejectedError(
            "the quality (VMAF) of the output cannot be measured: no frame could be compared; run the job again, and "
            "report it with the source if it persists"
        )
    return round(float(score), 2)


def ssim(quality: Quality, output: Path, run: Callable[[Stream], None]) -> float | None:
    """The mean SSIM, 0 to 1, of `output`, measured as `vmaf` is; None = no frame could be compared.

    For an ffmpeg without libvmaf. `run` runs a graph in the output's directory; raises what it raises.
    """
    stats = output.parent / _STATS
    stats.unlink(missing_ok=True)
    score = ffmpeg.filter(_sides(quality, output.name), "ssim", stats_file=_STATS, ts_sync_mode="nearest")
    run(merged([_read(score, quality)]))
    # "n:1 Y:0.998 U:0.999 V:0.999 All:0.998 (28.1)"
    values = [float(line.partition("All:")[2].split()[0]) for line in stats.read_text().splitlines() if "All:" in line]
    return round(sum(values) / len(values), 4) if values else None


def comparison(quality: Quality, name: str) -> Stream:
    """The graph that measures VMAF."""
    return merged([_score(quality, name, _LOG, 1, n_subsample=max(1, quality.frames // _MEASURED_FRAMES))])


def _score(quality: Quality, name: str, log: str, count: int, scales: bool = False, **options: str | int) -> Stream:
    """The score of one of `count` outputs that one command compares: they share the cores.

    libvmaf holds a set of buffers for each thread: with all cores for each output, they could exceed the memory limit.
    """
    threads = max(1, (os.cpu_count() or 1) // count)
    # nearest: a container may round times, to whole milliseconds for example.
    chosen = {"log_fmt": "json", "log_path": log, "n_threads": threads, "ts_sync_mode": "nearest"}
    return _read(ffmpeg.filter(_sides(quality, name, scales), "libvmaf", **chosen, **options), quality)


def _sides(quality: Quality, name: str, scales: bool = False) -> list[Stream]:
    """Output and reference. Both count from their first frame: a muxer may shift all timestamps."""
    encoded = ffmpeg.input(f"file:{name}", **open_options(output_demuxers(name)))["v:0"]
    if scales:
        encoded = encoded.filter("scale", quality.shape.outer.width, quality.shape.outer.height, flags="bicubic")
    return [_compared(side, quality) for side in (encoded, quality.reference[0])]


def _read(score: Stream, quality: Quality) -> Stream:
    """The output that reads a score; of a concat filter, all outputs must be read."""
    return score.output(*quality.reference[1:], "-", format="null")


def _compared(side: Stream, quality: Quality) -> Stream:
    """One side of the comparison, without the fill bars, which are easy to encode and would raise the score."""
    inner, outer = quality.shape.inner, quality.shape.outer
    if inner.width < outer.width or inner.height < outer.height:
        width, height = min(inner.width, outer.width), min(inner.height, outer.height)
        side = side.filter("crop", width, height, *inner_place(quality.shape))
    return side.filter("format", quality.pixel_format).filter("setpts", "PTS-STARTPTS")


def require_quality(measured: float, quality: Quality) -> None:
    """Raises OutputRejectedError for an output below the floor."""
    if measured < quality.floor:
        raise OutputRejectedError(
            "the quality of the output is VMAF {vmaf}, below the required {vmaf_floor}: raise bitrate_kbps, lower crf, "
            "or lower vmaf_floor",
            vmaf=f"{measured:g}",
            vmaf_floor=f"{quality.floor:g}",
        )
