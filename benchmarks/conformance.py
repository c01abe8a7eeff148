"""Ten ladders of real clips by the rules of docs/conformance.md; bytes of a CMAF ladder beside HLS and DASH."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.options import Options
from benchmarks.report import Table, ratio
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from published_files import CONTENT_KEY, published
from streaming_rules import checks

_SOURCE_KEY = "in/clip.mp4"
_OWN = {"connection": "media_keys", "key_uri": "owner.key"}
_SCRUBBING = {"i_frame_playlists": True, "thumbnails": {"interval_s": 1, "width": 160}}
_APART = {"format": "hls", "segment_type": "mp4-mp4-byterange", "i_frame_playlists": True}
# Why a ladder may break a rule, by the rule's beginning.
_EXPLAINED = {"Each audio, subtitle and caption track": "the source does not state it"}


class Ladder(NamedTuple):
    """A clip of `media_dir`, and the parameters of its ladder of 180 and 360 lines."""

    clip: str
    name: str
    parameters: dict[str, Any]
    video: dict[str, Any] = {"codec": "h264"}  # noqa: RUF012 (never changed)


_TWICE = ("media__internal_emulator_transformer_output_270_rotated.mp4", "media__sample.avi")
_LADDERS = [
    *(Ladder(clip, "CMAF", {"format": "cmaf", "i_frame_playlists": True}) for clip in _TWICE),
    *(Ladder(clip, "HLS", _APART) for clip in _TWICE),
    *(Ladder(clip, "DASH", {"format": "dash"}) for clip in _TWICE),
    Ladder("moviepy__example2.mp4", "HLS, MPEG-TS", {"format": "hls", "segment_type": "ts-segment", **_SCRUBBING}),
    Ladder("media__roadtrip-vp92-10bit.webm", "CMAF, H.265", {"format": "cmaf", **_SCRUBBING}, {"codec": "h265"}),
    Ladder(
        "media__sample_with_chapters.mkv",
        "CMAF, cbcs",
        {"format": "cmaf", "encryption": {"method": "cbcs", **_OWN}, **_SCRUBBING},
    ),
    Ladder(
        "media__silent-black-25s.mp4",
        "HLS, AES-128",
        {"format": "hls", "segment_type": "ts-ts-segment", "encryption": _OWN},
    ),
]


def run(options: Options) -> list[Table]:
    """Two tables; none without `media_dir`."""
    if not options.media_dir:
        return []
    sizes_bytes: dict[tuple[str, str], int] = {}
    rows = []
    for ladder in _LADDERS:
        with tempfile.TemporaryDirectory(prefix="mw-bench-") as root:
            directory = _published(ladder, Path(options.media_dir) / ladder.clip, Path(root))
            files = [one for one in directory.iterdir() if one.suffix != ".key"]
            sizes_bytes[ladder.clip, ladder.name] = sum(one.stat().st_size for one in files)
            checked = [(rule, list(rule.check(package))) for package, rules in checks(directory) for rule in rules]
            broken = [(rule.rule, found) for rule, sentences in checked for found in sentences]
        explained = [f"{found}: {why}" for rule, found in broken if (why := _why(rule))]
        others = [f"{rule}: {found}" for rule, found in broken if not _why(rule)]
        counts = [str(len(files)), str(len(checked)), str(len(others)), str(len(explained))]
        rows.append([ladder.clip, ladder.name, *counts, "; ".join(others + explained)])
    columns = ["clip", "ladder", "files", "rules", "violations", "explained ones", "what"]
    return [Table("Conformance of ladders of real clips", columns, rows), _bytes(sizes_bytes)]


def _why(rule: str) -> str:
    return next((why for beginning, why in _EXPLAINED.items() if rule.startswith(beginning)), "")


def _published(ladder: Ladder, clip: Path, root: Path) -> Path:
    streams = [
        {"video": {**ladder.video, "height": height, "crf": 28}, "audio": {"codec": "aac", "bitrate_kbps": 64}}
        for height in (180, 360)
    ]
    parameters = {"segment_s": 2, "streams": streams, **ladder.parameters}
    item = AdaptiveDynamicStreamingItem.model_validate({"parameters": parameters, "output_path": "clip.{format}"})
    request = JobRequest(item.kind, [item], clip, _SOURCE_KEY, root / "work", content_key=lambda _: CONTENT_KEY)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    published(outcome, root, _SOURCE_KEY)
    (root / "out" / "owner.key").write_bytes(CONTENT_KEY.key)
    return root / "out"


def _bytes(sizes_bytes: dict[tuple[str, str], int]) -> Table:
    rows = []
    for clip in _TWICE:
        one, hls, dash = (sizes_bytes[clip, name] for name in ("CMAF", "HLS", "DASH"))
        rows.append([clip, *(f"{size:,}" for size in (one, hls, dash)), ratio(one, hls + dash)])
    columns = ["clip", "CMAF, bytes", "HLS, bytes", "DASH, bytes", "CMAF ÷ (HLS + DASH)"]
    return Table("One set of segments, or two", columns, rows, ["All files of each; the target is at most 0.55."])
