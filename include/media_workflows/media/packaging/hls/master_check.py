"""Before publishing: open an HLS package through its master playlist, as a player will, under the published names."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import av
from av.error import FFmpegError

from media_workflows.errors import OutputRejectedError
from media_workflows.media.source.formats import HLS_DEMUXERS, open_options


def require_complete(master_uri: str, files: Mapping[str, Path], expected: Counter[str], room: Path) -> None:
    """`files` by their URIs relative to the master; `expected` counts the streams of each kind.

    `room` is a directory to make and remove.

    A URI is taken for a path as it is, percent signs and all: ffmpeg does not decode it for local files.
    Raises OutputRejectedError.
    """
    shutil.rmtree(room, ignore_errors=True)
    # A name may climb out of the master's directory by as many steps as it has.
    depth = max(uri.count("../") for uri in files)
    base = room.joinpath(*(f"d{level}" for level in range(depth)))
    base.mkdir(parents=True)
    for uri, path in files.items():
        place = base / uri
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path.resolve())
    try:
        _require_streams(base / master_uri, expected)
    except FFmpegError as error:
        raise OutputRejectedError(f"the master playlist cannot be opened: {error.strerror}") from error
    finally:
        shutil.rmtree(room)


def _require_streams(master: Path, expected: Counter[str]) -> None:
    with av.open(str(master), mode="r", options=open_options(HLS_DEMUXERS), metadata_errors="replace") as container:
        found = Counter(stream.type for stream in container.streams)
        if found != expected:
            raise OutputRejectedError(f"the master playlist shows {dict(found)} streams, not {dict(expected)}")
