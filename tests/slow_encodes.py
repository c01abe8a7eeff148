"""Encodes of the running products that last long and cost nearly no processor time: their ffmpeg reads in real time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import imageio_ffmpeg

from clip_making import H264, encode, picture

GOP_FRAMES = 777  # of no other test: the option `-g` by which the program below recognises a slow encode

_PROGRAM = """#!/bin/sh
# ffmpeg; an encode with the marker reads each input in real time, so that it takes as long as its source lasts.
case " $* " in
*" -g {marker} "*)
    for argument; do
        shift
        [ "$argument" = -i ] && set -- "$@" -readrate 1
        set -- "$@" "$argument"
    done
    ;;
esac
exec "{ffmpeg}" "$@"
"""


def program(directory: Path) -> Path:
    """The program for the setting `ffmpeg_path`, written into a directory. It becomes the real ffmpeg."""
    path = directory / "ffmpeg-of-tests"
    path.write_text(_PROGRAM.format(marker=GOP_FRAMES, ffmpeg=imageio_ffmpeg.get_ffmpeg_exe()))
    path.chmod(0o755)
    return path


def slow_transcode(**video: Any) -> dict[str, Any]:
    """The jobs of a workflow whose only encode takes as long as its source lasts.

    `video` are further parameters; give some where an encode of the same clip by another test could be reused.
    """
    parameters = {"container": "mp4", "video": {"codec": "h264", "gop_frames": GOP_FRAMES, **video}}
    return {"transcode": [{"parameters": parameters}]}


def slow_clip(path: Path, seconds: float) -> Path:
    """A clip of small pictures, which is made in a moment."""
    encode(*picture(seconds=seconds), *H264, str(path))
    return path
