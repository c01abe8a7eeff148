"""A graph of six steps, by hand: two read what the first made, and one is skipped."""

from __future__ import annotations

from pathlib import Path

from benchmarks.media_commands import (
    GIF_INPUT,
    GIF_PICTURE,
    GIF_S,
    JPEG,
    JPEG_PICTURE,
    LADDER,
    SNAPSHOTS_S,
    Command,
    encoders,
    ffmpeg,
    picture,
)
from benchmarks.workflow_commands import sprite_of

_SMALL, _HD = LADDER[0], LADDER[-1]

GRAPH = {
    "name": "graph",
    "trigger": {"bucket": "media-input", "directory": "in/"},
    "output": {"directory": "out/"},
    "steps": [
        {"id": "hd", "transcode": {"template": _HD.preset}},
        {
            "id": "small",
            "after": ["hd"],
            "when": "source.height > 720",
            "input": "hd",
            "transcode": {"template": _SMALL.preset, "output_path": "small.{format}"},
        },
        {
            "id": "stills",
            "after": ["hd"],
            "input": "hd",
            "snapshot_by_time_offset": {"template": 10, "time_offsets": [f"{at_s}s" for at_s in SNAPSHOTS_S]},
        },
        {"id": "sprite", "image_sprite": {"template": 10}},
        {
            "id": "gif",
            "when": "source.duration_s > 10.0",
            "animated_graphic": {"template": 20000, "start_offset_s": GIF_S[0], "end_offset_s": GIF_S[1]},
        },
        {
            "id": "portrait",
            "when": "source.height > source.width",
            "transcode": {"template": _HD.preset, "output_path": "portrait.{format}"},
        },
    ],
}


def graph_by_hand(clip: Path, length_s: int) -> list[Command]:
    """A process for each step, and for each snapshot, as the jumps are cheaper then."""
    hd = "hd.mp4"
    stills = [
        ffmpeg("-ss", str(at_s), "-i", hd, "-vf", JPEG_PICTURE, *JPEG, f"still{number}.jpg")
        for number, at_s in enumerate(SNAPSHOTS_S)
    ]
    return [
        ffmpeg("-i", str(clip), "-vf", f"fps=25,{picture(_HD)}", *encoders(_HD), hd),
        ffmpeg("-i", hd, "-vf", f"fps=25,{picture(_SMALL)}", *encoders(_SMALL), "small.mp4"),
        *stills,
        sprite_of(clip, length_s),
        ffmpeg(*GIF_INPUT, str(clip), "-filter_complex", f"[0:v]{GIF_PICTURE}", "-loop", "0", "item0.gif"),
    ]
