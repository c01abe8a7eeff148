"""The commands of docs/operations.md for backups, line by line: a lost database is there again, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clean_state import clear_caches
from doc_blocks import DOCS, commands
from fresh_database import connected
from media_workflows.cli import app as program

ROOT = Path(__file__).parents[3]
AFTER_A_LOSS = "media_after_a_loss"


@pytest.fixture
def lost(postgres: Any, app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Replaces our database by a new, empty one; Airflow's stays."""

    def lose() -> None:
        monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", str(postgres.ensure_database(AFTER_A_LOSS)))
        clear_caches()

    yield lose
    clear_caches()
    with connected(postgres) as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {AFTER_A_LOSS} WITH (FORCE)")


def test_the_commands_of_the_page(
    admin: Any, create: Any, add_run: Any, lost: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = create("kept")
    assert admin.post(f"/api/v1/workflows/{kept}/enable").status_code == 200
    add_run(kept, "r", "success", 0.0)
    before = [admin.get(path).json() for path in ("/api/v1/workflows", "/api/v1/runs")]
    assert [one["total"] for one in before] == [1, 1]
    monkeypatch.chdir(tmp_path)
    found = [words for words in commands(DOCS / "operations.md") if words[0] in ("backup", "restore", "init")]
    assert [words[0] for words in found] == ["backup", "restore", "init"]
    written, restored, upgraded = found
    run(written)
    Path(written[1]).rename(restored[1])  # the page restores the file of another day
    lost()
    for words in (restored, upgraded):
        run(words)
    assert [admin.get(path).json() for path in ("/api/v1/workflows", "/api/v1/runs")] == before
    again = create("new")
    assert again != kept
    assert admin.post(f"/api/v1/workflows/{kept}/disable").status_code == 200
    assert {one["enabled"] for one in admin.get("/api/v1/workflows").json()["items"]} == {False}


def run(words: list[str]) -> None:
    """A command of ours, which must succeed."""
    done = CliRunner().invoke(program, words, env={"COLUMNS": "500"})
    assert done.exit_code == 0, done.output
