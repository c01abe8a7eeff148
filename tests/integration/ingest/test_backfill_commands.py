"""`media-workflows backfill …` against a real database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from media_workflows.cli import app
from media_workflows.ingest.backfill import BackfillRound


@pytest.fixture
def command(scene: Any) -> Any:
    """Runs a command: its exit code and what it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, list(arguments))
        return result.exit_code, result.output

    return run


def test_create_show_list_cancel(scene: Any, command: Any) -> None:
    stored = scene.workflow("films")
    for key in ("in/a.mp4", "in/b.mov"):
        scene.put(key)
    options = ("--format", "mp4", "--modified-after", "2026-01-01", "--max-bytes", "10", "--per-minute", "5")
    code, text = command("backfill", "create", "films", *options, "--json")
    assert code == 0, text
    made = json.loads(text)
    assert made["filters"]["formats"] == [".mp4"]
    assert made["filters"]["modified_after"] == "2026-01-01T00:00:00Z"
    assert (made["workflow_id"], made["per_minute"], made["created_by"]) == (stored.id, 5, "command line")
    BackfillRound(scene.storage, scene.engine, scene.starter).repeat(60)
    code, text = command("backfill", "show", made["id"])
    assert text.splitlines()[:3] == [
        f"{made['id']}: ready",
        "2 objects listed, 1 selected, 1 byte",
        "1 queued, 0 active, 0 finished, 0 failed, 0 skipped",
    ]
    assert made["id"] in command("backfill", "list", "--workflow", "films")[1]
    assert command("backfill", "cancel", made["id"])[1].startswith(f"{made['id']}: cancelled")
    code, text = command("backfill", "pause", made["id"])
    assert code == 1
    assert "the backfill is cancelled: pause is possible only while it is running" in text


def test_options_that_make_no_backfill(scene: Any, command: Any) -> None:
    scene.workflow("films")
    for options, said in (
        (("--select", "some"), "select"),
        (("--min-bytes", "2", "--max-bytes", "1"), "min_bytes: got 2; must not be greater than max_bytes"),
        (("--prefix", "elsewhere/"), "must begin with the directory of the trigger, in/"),
        (("--max-at-once", "16"), "choose at most 15"),
    ):
        code, text = command("backfill", "create", "films", *options)
        assert (code, said in text) == (1, True), text
