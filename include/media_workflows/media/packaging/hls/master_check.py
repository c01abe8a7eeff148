"""Check of an HLS package before publishing: opened through its master playlist under the published names."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import av
from av.error import FFmpegError

from media_workflows.errors import OutputRejectedError
from media_workflows.media.source.formats import HLS_DEMUXERS, open_options


def require_complete(master_uri: str, files: Mapping[str, Path], expected: Counter[str], check_dir: Path) -> None:
    """Raises OutputRejectedError when the master playlist does not show the `expected` number of streams by type.

    `files` are keyed by their URIs relative to the master; `check_dir` is created and removed. A URI is used as a path
    without decoding, like ffmpeg does for local files.
    """
    shutil.rmtree(check_dir, ignore_errors=True)
    # A URI may leave the master's directory upwards.
    depth = max(uri.count("../") for uri in files)
    base = check_dir.joinpath(*(f"d{level}" for level in range(depth)))
    base.mkdir(parents=True)
    for uri, path in files.items():
        place = base / uri
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path.resolve())
    try:
        _require_streams(base / master_uri, expected)
    except FFmpegError as error:
        raise OutputRejectedError(
            "the master playlist cannot be opened: {cause}; run the job again, and report it with the source if it "
            "persists",
            cause=error.strerror,
        ) from error
    finally:
        shutil.rmtree(check_dir)


def _require_streams(master: Path, expected: Counter[str]) -> None:
    with av.open(str(master), mode="r", options=open_options(HLS_DEMUXERS), metadata_errors="replace") as container:
        found = Counter(stream.type for stream in container.streams)
        if found != expected:
            raise OutputRejectedError(
                "the master playlist shows the streams {found}, not {expected}; run the job again, and report it with "
                "the source if it persists",
                found=dict(found),
                expected=dict(expected),
            )
