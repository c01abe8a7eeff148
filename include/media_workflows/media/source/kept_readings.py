"""`kept_readings`: what was read of a file is kept beside it, so that the next step or process reads nothing again."""

from __future__ import annotations

import hashlib
import pickle
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import av

from media_workflows import __version__
from media_workflows.settings import get_settings

# Increment when a reading of the same file gives something else, or of another type.
READINGS_VERSION = 3

_NOTHING: Mapping[Path, Path] = MappingProxyType({})
_directories: ContextVar[Mapping[Path, Path]] = ContextVar("kept_readings", default=_NOTHING)


@contextmanager
def kept_readings(directories: Mapping[Path, Path]) -> Iterator[None]:
    """While it lasts, what is read of these files is kept in their directories, and taken from there.

    A directory belongs to one content, and only this product writes there.
    """
    token = _directories.set({**_directories.get(), **directories})
    try:
        yield
    finally:
        _directories.reset(token)


class Kept(NamedTuple):
    """What a reading gave."""

    value: Any


@dataclass(frozen=True)
class Reading:
    """The place of one reading of a file."""

    path: Path

    def found(self) -> Kept | None:
        """The kept value; None = there is none that can be used."""
        try:
            return Kept(pickle.loads(self.path.read_bytes()))
        except Exception:  # none yet, or cut by a loss of power: unpickling raises anything
            return None

    def keep(self, value: object) -> None:
        """Keep a value. Where the disk is full, that is no error: the next step reads the file again."""
        unfinished = self.path.with_suffix(f".{uuid.uuid4().hex}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished.write_bytes(pickle.dumps(value))
            unfinished.replace(self.path)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()


def reading_of(path: Path, name: str, arguments: object) -> Reading | None:
    """The reading of a file by the function of this name with these arguments; None = nothing is kept of the file."""
    directory = _directories.get().get(path)
    if directory is None:
        return None
    versions = READINGS_VERSION, __version__, av.__version__
    identity = repr((*versions, get_settings().max_frame_pixels, name, arguments))
    return Reading(directory / hashlib.sha256(identity.encode()).hexdigest()[:32])
