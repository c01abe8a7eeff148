"""The list commands name what does not exist instead of printing nothing."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner, Result

from definitions import workflow
from media_workflows.cli import app
from media_workflows.cli._console import workflow_names
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "500"})


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("runs list --workflow nosuch", "there is no workflow 'nosuch'"),
        ("runs show r --workflow nosuch", "there is no workflow 'nosuch'"),
        ("runs cancel r --workflow nosuch", "there is no workflow 'nosuch'"),
        ("runs retry --failed --workflow nosuch", "there is no workflow 'nosuch'"),
        ("events list --workflow nosuch", "there is no workflow 'nosuch'"),
        ("events resend --dead --workflow nosuch", "there is no workflow 'nosuch'"),
        ("templates list --kind nosuch", "there is no kind of template 'nosuch': it must be one of transcode, "),
        ("templates export nosuch 1", "there is no kind of template 'nosuch': it must be one of transcode, "),
        ("words list --usage nosuch", "usages[0]: got 'nosuch'; must be one of: 'recognition.ocr'"),
    ],
)
def test_what_does_not_exist_is_an_error(database: str, command: str, error: str) -> None:
    result = run(*command.split())
    assert (result.exit_code, result.stdout) == (1, "")
    assert error in result.stderr


def test_a_shell_completes_names_of_workflows(database: str) -> None:
    with transaction() as session:
        for name in ("clips", "clips-4k", "other-clips", "gone-clips"):
            store.create_workflow(session, workflow(name))
        store.delete_workflow(session, store.resolve_id(session, "gone-clips"))
    assert sorted(workflow_names("clips")) == ["clips", "clips-4k"]
    assert len(workflow_names("")) == 3


def test_a_deleted_workflow_is_found_by_its_id(database: str) -> None:
    with transaction() as session:
        made = store.create_workflow(session, workflow("gone"))
    with transaction() as session:
        store.delete_workflow(session, made.id)
    assert run("events", "list", "--workflow", made.id).exit_code == 0
    assert "there is no workflow 'gone'" in run("events", "list", "--workflow", "gone").stderr
