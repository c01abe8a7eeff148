"""Every command in every document, in both languages, exists as it is written, with its options and files.

Those of a block are parsed as a whole, by the program's own parser where it has one. What runs is in the tests of the
tutorials, of docs/gitops.md (tests/integration/api/test_sync_cli.py) and of backups (test_backup_page.py).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from doc_blocks import DOCS, NOT_RUN, PROGRAM, calls
from doc_commands import (
    ASSIGNMENT,
    DOCUMENTS,
    FOLDERS,
    PART,
    ROOT,
    WHOLE,
    check_own,
    leaves,
    named,
    options_of,
    parse_own,
    shown,
)
from media_workflows.settings import Settings

IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
# Of a shell and its system, and a server of the samples, whose module tests/integration/samples imports.
SHELL = {"cat", "cd", "cp", "export", "find", "source", "test", "uvicorn", "zip"}
PREFIX = "MEDIA_WORKFLOWS_"
TRANSLATED = [path.relative_to(DOCS / "zh") for path in DOCUMENTS if path.is_relative_to(DOCS / "zh")]
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)


def without_assignments(words: list[str]) -> list[str]:
    """A command without the variables before its program."""
    first = next((place for place, word in enumerate(words) if not ASSIGNMENT.fullmatch(word)), len(words))
    return words[first:]


@each_document
def test_commands_of_blocks(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in map(without_assignments, shown(document)):
        if words and words[0] == PROGRAM:
            parse_own(words[1:], tmp_path)
        elif words and words[0] in WHOLE:
            WHOLE[words[0]](words[1:])


@each_document
def test_commands_in_sentences(document: Path) -> None:
    for program, *words in named(document):
        if program in PART:
            PART[program](words)


@each_document
def test_files_of_the_repository_are_there(document: Path) -> None:
    words = [word for one in [*shown(document), *named(document)] for word in one if word.startswith(FOLDERS)]
    assert [word for word in words if not list(ROOT.glob(word))] == []


@each_document
def test_variables_are_settings_and_their_values_are_valid(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = re.findall(rf"{PREFIX}([A-Z]\w*)", document.read_text(encoding="utf-8"))
    assert {name.lower() for name in names} <= Settings.model_fields.keys()
    for found in filter(None, (ASSIGNMENT.fullmatch(word) for words in shown(document) for word in words)):
        if found[1].startswith(PREFIX):
            monkeypatch.setenv(*found.groups())
    Settings()


@pytest.mark.parametrize("name", TRANSLATED, ids=str)
def test_both_languages_show_the_same_commands(name: Path) -> None:
    assert shown(DOCS / "zh" / name) == shown(DOCS / name)


def test_each_program_is_checked_or_named_with_a_reason() -> None:
    programs = {words[0] for document in DOCUMENTS for words in map(without_assignments, shown(document)) if words}
    assert programs - SHELL - {PROGRAM, *WHOLE} - NOT_RUN.keys() == set()
    assert programs >= {PROGRAM, "airflow", "docker", "make", "kubectl"}


@pytest.mark.parametrize("wrong", ["list --all", "dry-run NAME KEY", "runs redo", "apply --prune x.yaml"])
def test_what_does_not_exist_is_found(wrong: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        check_own(wrong.split())


def test_the_table_of_commands_is_that_of_the_program() -> None:
    """Each command with a line of its own, and the options and the number of arguments that it names."""
    lines = (DOCS / "cli.md").read_text(encoding="utf-8").splitlines()
    documented = {}
    for call, text in re.findall(r"^\| `([^`]+)` \| (.*) \|[^|]*\|$", "\n".join(lines), re.MULTILINE):
        words = next(calls(call.replace("[", "").replace("]", "")))
        check_own(words)
        path = tuple(word for word in words if re.fullmatch(r"[a-z-]+", word))
        documented[path] = set(re.findall(r"`(--[a-z-]+)", text))
    known = dict(leaves())
    assert documented.keys() == known.keys()
    unknown = {path: options - options_of(known[path]).keys() for path, options in documented.items()}
    assert {path: options for path, options in unknown.items() if options} == {}


def test_the_job_that_prepares_a_cluster_calls_what_exists() -> None:
    """The service airflow-init of Compose and the Job of Kubernetes have one script, see test_kubernetes.py."""
    job: Any = yaml.safe_load((ROOT / "config" / "kubernetes" / "init-job.yaml").read_text(encoding="utf-8"))
    script = job["spec"]["template"]["spec"]["containers"][0]["args"][-1]
    called = [words for words in calls(script) if words[0] in PART]
    assert [words[:2] for words in called] == [
        *(["airflow", "db"], [PROGRAM, "init"], ["airflow", "users"], ["airflow", "roles"]),
    ]
    for program, *words in called:
        PART[program](words)
