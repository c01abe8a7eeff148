"""Shells complete the command line, by the scripts that `--install-completion` installs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from media_workflows.cli._console import workflow_names

BASH = """
eval "$(_MEDIA_WORKFLOWS_COMPLETE=source_bash media-workflows)"
COMP_WORDS=(media-workflows keys "")
COMP_CWORD=2
_media_workflows_completion media-workflows
printf '%s\\n' "${COMPREPLY[@]}"
"""
COMMAND = f"""#!{sys.executable}
from media_workflows.cli import app
app(prog_name="media-workflows")
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    command = tmp_path / "media-workflows"
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)
    return os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
def test_bash_completes_commands(environment: dict[str, str]) -> None:
    done = subprocess.run(["bash", "-c", BASH], env=environment, capture_output=True, text=True, timeout=120)
    assert (done.stdout.split(), done.stderr) == (["create", "list", "revoke"], "")


def test_zsh_is_answered_with_commands_and_what_they_do(environment: dict[str, str]) -> None:
    asked = {"_MEDIA_WORKFLOWS_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "media-workflows dis"}
    done = subprocess.run(["media-workflows"], env=environment | asked, capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith('_arguments \'*: :(("disable":"Disable a workflow')


def test_without_a_database_no_name_is_completed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def unreachable() -> None:
        raise OSError("connection refused")

    monkeypatch.setattr("media_workflows.store.engine.transaction", unreachable)
    assert workflow_names("a") == []
    assert capfd.readouterr() == ("", "")
