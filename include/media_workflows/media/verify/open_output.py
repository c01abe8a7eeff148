"""`open_output`: an output file opened with PyAV by the demuxers of its suffix."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import av
from av.container import InputContainer

from media_workflows.media.source.formats import DEMUXERS, HLS_DEMUXERS, open_options

_NO_OPTIONS: Mapping[str, str] = {}


def output_demuxers(name: str) -> tuple[str, ...]:
    """The demuxers that may read an output of this file name."""
    return HLS_DEMUXERS if name.endswith(".m3u8") else DEMUXERS


def open_output(path: Path, options: Mapping[str, str] = _NO_OPTIONS) -> InputContainer:
    """The output, opened for reading, with further ffmpeg `options`. Raises FFmpegError."""
    all_options = {**open_options(output_demuxers(path.name)), **options}
    return av.open(str(path), mode="r", options=all_options, metadata_errors="replace")
