"""A generated test clip for the demo."""

from __future__ import annotations

from pathlib import Path

import ffmpeg

from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.settings import get_settings

DURATION_S = 8
SIZE = "1280x720"


def make_sample_clip(path: Path) -> Path:
    """Write an 8 s 720p test picture with a tone to `path`, unless it is there. Raises EncodeError."""
    if path.exists():
        return path
    video = ffmpeg.input(f"testsrc2=size={SIZE}:rate=25:duration={DURATION_S}", f="lavfi")
    audio = ffmpeg.input(f"sine=frequency=440:sample_rate=44100:duration={DURATION_S}", f="lavfi")
    staging = path.with_suffix(".new.mp4")
    graph = ffmpeg.output(
        video, audio, str(staging), vcodec="libx264", pix_fmt="yuv420p", acodec="aac", preset="veryfast", shortest=None
    )
    settings = get_settings()
    Runner(ffmpeg_binary(settings.ffmpeg_path), ffmpeg_limits(settings, DURATION_S), CancelToken()).run(
        graph, path.parent, DURATION_S
    )
    staging.replace(path)
    return path
