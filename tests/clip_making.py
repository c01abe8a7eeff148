"""How the test clips are made: ffmpeg, a few inputs, and clips that are made once."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imageio_ffmpeg

H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"]


def encode(*arguments: str) -> None:
    """Run ffmpeg with the given arguments. Raises CalledProcessError."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]
    subprocess.run(command, check=True)


def picture(width: int = 160, height: int = 120, seconds: float = 2, rate: int = 25) -> list[str]:
    """Input: red above, blue below."""
    half = f"color=red:s={width}x{height}:r={rate}:d={seconds},drawbox=y={height // 2}:c=blue:t=fill:h={height}"
    return ["-f", "lavfi", "-i", half]


def tone(seconds: float = 2) -> list[str]:
    return ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"]


class ClipFolder:
    """Clips below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root


def clip(suffix: str) -> Callable[[Callable[[Any, Path], None]], functools.cached_property[Path]]:
    """A clip is made when first asked for and kept for the session."""

    def decorate(make: Callable[[Any, Path], None]) -> functools.cached_property[Path]:
        def build(self: ClipFolder) -> Path:
            path = self.root / f"{make.__name__}{suffix}"
            make(self, path)
            return path

        build.__doc__ = make.__doc__
        return functools.cached_property(build)

    return decorate
