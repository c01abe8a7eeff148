"""The definitions of docs/tutorials, and their blocks in both languages.

tests/integration/demo/test_tutorials.py runs their commands, and test_docs_commands.py finds those of all documents.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from doc_blocks import DOCS, NOT_RUN, PROGRAM, blocks, write_definitions
from media_workflows.cli import app

TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
BOTH = [*TUTORIALS, *sorted((DOCS / "zh" / "tutorials").glob("*.md"))]
IDS = [str(path.relative_to(DOCS)) for path in BOTH]


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of someone who does what the tutorial says: its definition by its name."""
    write_definitions(request.getfixturevalue("document"), tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


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


@pytest.mark.parametrize("folder_", [DOCS, DOCS / "zh"], ids=["en", "zh"])
def test_a_shell_parses_the_blocks_of_all_documents(folder_: Path) -> None:
    """One shell for all: what ends a block early, as an open quote, ends this test."""
    documents = [*folder_.glob("*.md"), *(folder_ / "tutorials").glob("*.md")]
    found = [(document, block) for document in documents for block in blocks(document, "(?:sh|bash)")]
    assert len(found) > 10
    script = "\n".join(f"parsed() {{ : {document.name};\n{block}\n}}" for document, block in found)
    parsed = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    assert parsed.returncode == 0, parsed.stderr


def test_what_tutorials_call_is_run_or_named_with_a_reason() -> None:
    """Those that Reader runs, and pages that are followed like tutorials and need what is not here."""
    pages = [*TUTORIALS, *(DOCS / name for name in ("kubernetes.md", "migrate-from-mps.md"))]
    called = {line.split()[0] for page in pages for block in blocks(page, "sh") for line in block.splitlines() if line}
    assert called - {PROGRAM, "python", "source", "export"} == NOT_RUN.keys()
