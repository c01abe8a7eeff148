"""`media-workflows draft`, with a real store."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from definitions import workflow
from media_workflows.cli import app
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction

pytestmark = pytest.mark.usefixtures("database")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["draft", *arguments])


def test_a_draft_from_a_file_to_its_end(tmp_path: Path) -> None:
    with transaction() as session:
        id_ = store.create_workflow(session, workflow("clips")).id
    file = tmp_path / "clips.yaml"
    text = "name: {}\ntrigger: {{bucket: media-input}}\npriority: {}\njobs: {{transcode: [{{template: 100010}}]}}\n"
    file.write_text(text.format("clips", 3))
    assert run("save", "clips", str(file)).stdout == f"saved edit 1 of the draft of {id_} clips\n"
    shown = run("show", "clips", "-o", str(file))
    assert (shown.exit_code, "priority: 3" in file.read_text()) == (0, True)
    assert "+priority: 3" in run("diff", "clips").stdout.splitlines()
    with transaction() as session:
        store.update_workflow(session, id_, workflow("clips", priority=5), 1)
    assert "of revision 1" in run("diff", "clips").stdout
    assert run("save", "clips", str(file), "--rebase").stdout == f"saved edit 2 of the draft of {id_} clips\n"
    assert "of revision 2" in run("diff", "clips").stdout
    assert run("discard", "clips").stdout == f"discarded the draft of {id_} clips\n"
    again = run("discard", "clips")
    assert (again.exit_code, again.stderr) == (1, f"error: workflow '{id_}' has no draft\n")
