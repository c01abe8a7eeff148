"""Commands in a shell without the settings of Airflow's components, and on a disk without space."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from media_workflows.cli import app
from media_workflows.cli._console import workflow_names
from media_workflows.cli._errors import explained
from media_workflows.errors import StoreError
from media_workflows.settings import get_settings

WATERMARK = "template: {kind: watermark, name: a, parameters: {text: {content: a}}}\n"


@pytest.fixture
def no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings that name none, and a data directory without an embedded one."""
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", "")
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


@pytest.mark.parametrize("command", [["sync"], ["sync", "--dry-run"], ["apply"]], ids=" ".join)
def test_nothing_is_compared_with_or_written_to_a_new_database(command: list[str], no_database: Path) -> None:
    (folder := no_database / "media").mkdir()
    (file := folder / "a.yaml").write_text(WATERMARK)
    done = CliRunner().invoke(app, [*command, str(file if command == ["apply"] else folder)])
    assert isinstance(done.exception, StoreError) or done.exit_code == 1
    assert "MEDIA_WORKFLOWS_DATABASE_URL" in f"{done.output}{done.exception}"
    assert not (no_database / "data").exists()


def test_completion_starts_no_database(no_database: Path) -> None:
    assert workflow_names("") == []
    assert not (no_database / "data").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_write_that_finds_no_space_says_what_to_do(number: int) -> None:
    """Errors of writing do not name the file."""
    text = explained(OSError(number, os.strerror(number))) or ""
    assert os.strerror(number) in text
    assert "another disk" in text
