"""What was read of a file is kept beside it: for the same code and arguments, and only a value."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from media_workflows.errors import UnreadableSourceError
from media_workflows.media.source import kept_readings as module
from media_workflows.media.source.isolated import isolated
from media_workflows.media.source.kept_readings import kept_readings


@isolated
def reader(path: Path, what: str = "") -> tuple[int, str]:
    """The process that read."""
    if what == "fail":
        raise UnreadableSourceError("it is damaged")
    return os.getpid(), what


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.touch()
    return path


def test_a_reading_is_kept_for_the_same_arguments(source: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with kept_readings({source: kept}):
        first = reader(source)
        assert reader(source) == first
        assert reader(source, "other") not in (first, reader(source, "third"))
    with kept_readings({source: kept}):
        assert reader(source) == first
    assert kept.stat().st_mode & 0o777 == 0o700
    assert reader(source) != first


def test_other_files_are_read_each_time(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.mp4"
    other.touch()
    with kept_readings({source: tmp_path / "kept"}), kept_readings({}):
        assert reader(other) != reader(other)
        assert reader(source) == reader(source)


def test_another_version_reads_again(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept_readings({source: tmp_path / "kept"}):
        first = reader(source)
        monkeypatch.setattr(module, "READINGS_VERSION", module.READINGS_VERSION + 1)
        assert reader(source) != first


def test_errors_are_not_kept(source: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with kept_readings({source: kept}), pytest.raises(UnreadableSourceError):
        reader(source, "fail")
    assert not kept.exists()


@pytest.mark.parametrize("content", [b"", b"\x80\x05garbage"])
def test_a_damaged_one_is_replaced(source: Path, tmp_path: Path, content: bytes) -> None:
    kept = tmp_path / "kept"
    with kept_readings({source: kept}):
        first = reader(source)
        (file,) = kept.iterdir()
        file.write_bytes(content)
        second = reader(source)
        assert (second != first, reader(source)) == (True, second)


def test_a_directory_that_cannot_be_written_is_no_error(source: Path) -> None:
    with kept_readings({source: source / "kept"}):  # below a file
        assert reader(source) != reader(source)
