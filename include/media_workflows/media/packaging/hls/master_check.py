"""Check of an HLS package before publishing: opened through its master playlist under the published names."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import av
from av.error import FFmpegError

from media_workflows.errors import OutputRejectedError
from media_workflows.media.source.formats import HLS_DEMUXERS, open_options

_URI = re.compile(r'^(?!#)(?P<line>.+)$|(?<=URI=")(?P<attribute>[^"]+)(?=")', re.MULTILINE)


def require_complete(master_uri: str, files: Mapping[str, Path], expected: Counter[str], check_dir: Path) -> None:
    """Raises OutputRejectedError when the master playlist does not show the `expected` number of streams by type.

    `files` are keyed by their URIs relative to the master; `check_dir` is created and removed.
    """
    shutil.rmtree(check_dir, ignore_errors=True)
    check_dir.mkdir(parents=True)
    try:
        _require_streams(_laid_out(files, check_dir)[master_uri], expected)
    except FFmpegError as error:
        raise OutputRejectedError(
            "the master playlist cannot be opened: {cause}; run the job again, and report it with the source if it "
            "persists",
            cause=error.strerror,
        ) from error
    finally:
        shutil.rmtree(check_dir)


def _laid_out(files: Mapping[str, Path], directory: Path) -> dict[str, Path]:
    """Put the files under short names into a directory, as playlists name them; returns their places by URI.

    A percent-encoded name of 30 Chinese characters is longer than a file name may be.
    """
    places = {uri: directory / f"{number}{PurePosixPath(uri).suffix}" for number, uri in enumerate(files)}
    names = {posixpath.normpath(uri): place.name for uri, place in places.items()}
    for uri, path in files.items():
        if places[uri].suffix == ".m3u8":
            places[uri].write_text(_renamed(path.read_text(encoding="utf-8"), uri, names), encoding="utf-8")
        else:
            places[uri].symlink_to(path.resolve())
    return places


def _renamed(playlist: str, uri: str, names: Mapping[str, str]) -> str:
    """A playlist with the names in place of the URIs; one that names no file of the package stays, and cannot open."""

    def name(found: re.Match[str]) -> str:
        return names.get(posixpath.normpath(posixpath.join(posixpath.dirname(uri), found[0])), found[0])

    return _URI.sub(name, playlist)


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
