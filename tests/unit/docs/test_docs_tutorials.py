"""The commands of docs/tutorials, in both languages: the command line has each, and the tutorial its files."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from media_workflows.cli import app

DOCS = Path(__file__).parents[3] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
BOTH = [*TUTORIALS, *sorted((DOCS / "zh" / "tutorials").glob("*.md"))]
IDS = [str(path.relative_to(DOCS)) for path in BOTH]


def blocks(document: Path, kind: str) -> list[str]:
    text = document.read_text(encoding="utf-8")
    return [dedent(one) for one in re.findall(rf"^ *```{kind}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)]


def commands(document: Path) -> Iterator[list[str]]:
    """The words of each line that calls `media-workflows`, without its name."""
    for line in "\n".join(blocks(document, "sh")).splitlines():
        if line.startswith("media-workflows "):
            yield shlex.split(line)[1:]


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of someone who does what the tutorial says: its definition by its name, and a clip."""
    for text in blocks(request.getfixturevalue("document"), "yaml"):
        (tmp_path / f"{text.split()[1]}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "clip.mp4").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("document", BOTH, ids=IDS)
def test_each_command_exists_with_its_options(document: Path, folder: Path) -> None:
    found = list(commands(document))
    assert len(found) >= 3
    for words in found:
        parse(typer.main.get_command(app), "media-workflows", words)


def parse(command: Any, name: str, words: list[str], parent: Any = None) -> None:
    """Parse as the program does, without running it. Raises UsageError for a command or option that does not exist."""
    with command.make_context(name, list(words), parent=parent) as context:
        rest = [*getattr(context, "_protected_args", ()), *context.args]
        if rest:
            name, found, rest = command.resolve_command(context, rest)
            parse(found, name, rest, context)


@pytest.mark.parametrize("document", BOTH, ids=IDS)
def test_the_definitions_are_valid(document: Path, folder: Path) -> None:
    files = sorted(folder.glob("*.yaml"))
    assert files
    result = CliRunner().invoke(app, ["validate", *map(str, files)], env={"COLUMNS": "500"})
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("document", TUTORIALS, ids=[path.name for path in TUTORIALS])
def test_both_languages_show_the_same_commands(document: Path) -> None:
    chinese = DOCS / "zh" / "tutorials" / document.name
    assert blocks(chinese, "sh") == blocks(document, "sh")
    assert blocks(chinese, "python") == blocks(document, "python")
