"""VMAF and SSIM of an output, measured against the frames that its encoder received."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import ffmpeg

from media_workflows.errors import OutputRejectedError
from media_workflows.media.ffmpeg.graph import Stream, merged
from media_workflows.media.filters.geometry import inner_place
from media_workflows.media.plan.planned import Quality
from media_workflows.media.source.formats import open_options
from media_workflows.media.verify.open_output import output_demuxers

_MEASURED_FRAMES = 600  # enough for a steady mean; all frames are decoded, this many are compared
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
    run(_measurement(score, quality))
    # "n:1 Y:0.998 U:0.999 V:0.999 All:0.998 (28.1)"
    values = [float(line.partition("All:")[2].split()[0]) for line in stats.read_text().splitlines() if "All:" in line]
    return round(sum(values) / len(values), 4) if values else None


def comparison(quality: Quality, name: str) -> Stream:
    """The graph that measures VMAF."""
    every = max(1, quality.frames // _MEASURED_FRAMES)
    # nearest: a container may round times, to whole milliseconds for example.
    options = {"n_subsample": every, "n_threads": os.cpu_count() or 1, "ts_sync_mode": "nearest"}
    score = ffmpeg.filter(_sides(quality, name), "libvmaf", log_fmt="json", log_path=_LOG, **options)
    return _measurement(score, quality)


def _sides(quality: Quality, name: str) -> list[Stream]:
    """Output and reference. Both count from their first frame: a muxer may shift all timestamps."""
    encoded = ffmpeg.input(f"file:{name}", **open_options(output_demuxers(name)))["v:0"]
    return [_compared(side, quality) for side in (encoded, quality.reference[0])]


def _measurement(score: Stream, quality: Quality) -> Stream:
    """The graph of a score; of a concat filter, all outputs must be read."""
    return merged([score.output(*quality.reference[1:], "-", format="null")])


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
