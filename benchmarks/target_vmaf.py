"""`target_vmaf` on real clips: quality of whole outputs, their bytes beside a preset's, and the CPU of the probes."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.options import Options
from benchmarks.real_clips import LONG_S, clips, encoded, first_line, met, vmaf_neg
from benchmarks.report import Table, ratio, seconds
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.errors import MediaError
from media_workflows.media.filters.geometry import Size
from media_workflows.media.jobs.request import ItemOutcome

_PRESET = 100_800  # H.264 at the source's size and a constant quality
_WITHIN = 1.0
_EXTRA = 0.1  # of CPU, for long sources


@dataclass(frozen=True)
class _Made:
    """An output: its VMAF NEG by ffmpeg, and CPU seconds of its encode and of all commands before it."""

    outcome: ItemOutcome
    vmaf: float
    length_s: float
    size_bytes: int
    encode_cpu_s: float
    probes_cpu_s: float


def run(options: Options) -> list[Table]:
    """A table; none without `media_dir`. Clips that a job refuses, as without a picture, are left out by name."""
    if not options.media_dir:
        return []
    rows, misses, extra = [], [], []
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as directory:
        found = clips(options.media_dir, Path(directory))
        left_out = list(found.left_out)
        for clip, codec in product(found.paths, options.vmaf_codecs.split(",")):
            try:
                target, preset = _made(clip, codec, target_vmaf=options.vmaf_target), _made(clip, codec)
            except MediaError as error:
                left_out.append(f"{clip.name}, {codec}: {first_line(error)}")
                continue
            rows.append([clip.name, codec, f"{options.vmaf_target:g}", *_columns(target, preset)])
            misses.append(abs(target.vmaf - options.vmaf_target))
            extra += [target.probes_cpu_s / target.encode_cpu_s] if target.length_s >= LONG_S else []
            print(f"  {' | '.join(rows[-1])}", file=sys.stderr, flush=True)
    notes = [
        f"{met(misses, (0, _WITHIN))} outputs are within {_WITHIN:g} of the target.",
        f"Extra CPU: {met(extra, (0, _EXTRA))} of sources of {LONG_S:g} s and more stay within {_EXTRA:.0%}.",
        f"Preset {_PRESET} with the codec of the row, its crf 26 and the source's frame rate, without sound. VMAF NEG: "
        "the mean of all frames, by ffmpeg's libvmaf. CPU: of ffmpeg. A notice that is not CrfChosen is named.",
        *(f"Left out: {one}" for one in left_out),
    ]
    columns = ["clip", "codec", "target", "crf", "probes", "expected", "VMAF NEG", "preset's", "bytes"]
    columns += ["preset's bytes", "ratio", "probes, CPU s", "encode, CPU s", "ratio"]
    return [Table("A target of quality: real clips", columns, rows, notes)]


def _columns(target: _Made, preset: _Made) -> list[str]:
    notice = target.outcome.notices[0]
    said = notice.parameters
    probes = str(said.get("probes", "none"))
    return [
        str(said["crf"]),
        probes if notice.code == "CrfChosen" else f"{probes} {notice.code}",
        str(said.get("expected", "")),
        f"{target.vmaf:.1f}",
        f"{preset.vmaf:.1f}",
        f"{target.size_bytes:,}",
        f"{preset.size_bytes:,}",
        ratio(target.size_bytes, preset.size_bytes),
        seconds(target.probes_cpu_s),
        seconds(target.encode_cpu_s),
        ratio(target.probes_cpu_s, target.encode_cpu_s),
    ]


def _made(clip: Path, codec: str, **changes: Any) -> _Made:
    """The clip by the preset, or with a target in place of its crf. Raises MediaError."""
    preset = PRESET_LIBRARY.find("transcode", _PRESET).parameters.model_dump(exclude_defaults=True)
    crf = {"crf": None} if changes else {}
    video = {**preset["video"], **crf, **changes, "codec": codec, "fps": 0}
    parameters = {"container": "mkv", "video": video}
    with encoded(TranscodeItem.model_validate({"parameters": parameters}), clip) as made:
        path, info = made.outcome.files[0].path, made.outcome.files[0].info
        assert info is not None, "the output was probed"
        assert info.video is not None, "the output has a picture"
        vmaf = vmaf_neg(path, clip, Size(info.video.width, info.video.height))
        size_bytes, length_s = path.stat().st_size, made.source.duration_s
        return _Made(made.outcome, vmaf, length_s, size_bytes, made.encode_cpu_s, made.probes_cpu_s)
