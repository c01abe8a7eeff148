"""`media-workflows sync`: a folder of definitions as the source of truth, on real databases and S3."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from api_definitions import OTHER_BUCKET, definition
from doc_blocks import DOCS, commands
from media_workflows.cli import app as program
from media_workflows.cli.sync import DIFFERS
from media_workflows.errors import StorageAccessError
from media_workflows.services import sync as service

TEMPLATE = {"kind": "transcode", "name": "small", "parameters": {"container": "mp4", "video": {"codec": "h264"}}}


@pytest.fixture
def folder(app: Any, tmp_path: Path) -> Callable[..., Path]:
    """Writes a folder with these definitions, one file each, by file name; the former files are gone."""

    def write(**definitions: Any) -> Path:
        directory = tmp_path / "media"
        (directory / "deep" / ".git").mkdir(parents=True, exist_ok=True)
        for file in directory.rglob("*.y*ml"):
            file.unlink()
        for name, data in definitions.items():
            text = data if isinstance(data, str) else yaml.safe_dump(data)
            (directory / "deep" / f"{name}.yaml").write_text(text, encoding="utf-8")
        (directory / "deep" / ".git" / "hidden.yaml").write_text("no: definition", encoding="utf-8")
        return directory

    return write


def sync(directory: Path, *options: str) -> Result:
    return CliRunner().invoke(program, ["sync", str(directory), *options], env={"COLUMNS": "500"})


def actions(result: Result) -> list[tuple[str, str]]:
    return [(found["action"], found["name"]) for found in json.loads(result.stdout)]


def using_small(name: str, **parts: Any) -> dict[str, Any]:
    return definition(name, jobs={"transcode": [{"template": "small"}]}, **parts)


def test_a_folder_is_created_changed_and_pruned(folder: Callable[..., Path], admin: Any) -> None:
    both = folder(template=TEMPLATE, one=using_small("one"), two=definition("two"))
    tried = sync(both, "--dry-run", "--json")
    created = [("create", "small"), ("create", "one"), ("create", "two")]
    assert (tried.exit_code, actions(tried)) == (DIFFERS, created)
    assert admin.get("/api/v1/workflows").json()["total"] == 0
    assert actions(sync(both, "--json")) == created
    equal = sync(both, "--prune", "--dry-run")
    assert (equal.exit_code, equal.stdout) == (0, "3 unchanged, 0 to change\n")
    changed = folder(template=TEMPLATE | {"comment": "smaller"}, one=using_small("one", priority=5))
    lines = sync(changed, "--prune").stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["updated", "updated", "deleted", "0"]
    (left,) = admin.get("/api/v1/workflows").json()["items"]
    assert (left["definition"]["name"], left["enabled"]) == ("one", False)
    gone = folder(one=definition("one"))
    assert actions(sync(gone, "--prune", "--json")) == [("update", "one"), ("delete", "small")]
    assert sync(gone, "--prune", "--dry-run").exit_code == 0


def test_an_enabled_workflow_stays_enabled(folder: Callable[..., Path], admin: Any, create: Any) -> None:
    path = f"/api/v1/workflows/{create('one')}"
    assert admin.post(f"{path}/enable").status_code == 200
    assert sync(folder(one=definition("one", priority=5))).exit_code == 0
    shown = admin.get(path).json()
    assert (shown["enabled"], shown["definition"]["priority"], shown["revision"]) == (True, 5, 2)
    moved = definition("one")
    moved["trigger"] = moved["trigger"] | {"directory": "elsewhere/"}
    refused = sync(folder(one=moved))
    assert (refused.exit_code, "another bucket or directory in the folder: one" in refused.stderr) == (1, True)
    assert admin.get(path).json()["revision"] == 2


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["sync", "dry run"])
def test_a_trigger_of_an_enabled_workflow_that_moves_is_found_before_the_first_change(
    folder: Callable[..., Path], admin: Any, create: Any, options: list[str]
) -> None:
    """A pipeline that tries a change before it is merged has to fail there, not after the merge."""
    assert admin.post(f"/api/v1/workflows/{create('one')}/enable").status_code == 200
    elsewhere = definition("one")["trigger"] | {"bucket": OTHER_BUCKET}
    refused = sync(folder(first=definition("first"), one=definition("one", trigger=elsewhere)), *options)
    assert refused.exit_code == 1
    assert "another bucket or directory in the folder: one; " in refused.stderr
    assert admin.get("/api/v1/workflows").json()["total"] == 1


def test_files_that_cannot_be_read_prune_nothing(folder: Callable[..., Path], admin: Any) -> None:
    both = folder(one=definition("one"), two=definition("two"))
    assert sync(both).exit_code == 0
    (both / "deep" / "two.yaml").unlink()
    (both / "deep" / "two.yaml").symlink_to(both / "gone.yaml")
    refused = sync(both, "--prune")
    assert (refused.exit_code, "two.yaml cannot be used (No such file" in refused.stderr) == (1, True)
    assert admin.get("/api/v1/workflows").json()["total"] == 2


def test_wrong_use_is_not_taken_for_a_difference(folder: Callable[..., Path], admin: Any) -> None:
    """A pipeline lets a dry run pass that found differences."""
    used = [("--dryrun",), ("--dry-run", "--prun"), ("--dry-run", "twice")]
    assert {sync(folder(), *words).exit_code for words in used} == {2} != {DIFFERS}


def test_a_directory_that_cannot_be_read_is_an_error(
    folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = folder(one=definition("one"))
    scan = os.scandir

    def refusing(path: Any) -> Any:
        if str(path).endswith("/deep"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refusing)
        refused = sync(directory, "--prune")
    assert (refused.exit_code, "deep cannot be used (Permission denied)" in refused.stderr) == (1, True)


def test_what_was_done_before_an_error_is_listed(
    folder: Callable[..., Path], admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = service.settle

    def failing_later(difference: Any, *rest: Any) -> Any:
        if difference.name == "two":
            raise StorageAccessError("the storage does not answer")
        return settle(difference, *rest)

    monkeypatch.setattr(service, "settle", failing_later)
    failed = sync(folder(one=definition("one"), two=definition("two")), "--json")
    assert (failed.exit_code, actions(failed)) == (1, [("create", "one")])
    assert "the storage does not answer" in failed.stderr
    assert admin.get("/api/v1/workflows").json()["total"] == 1


def test_nothing_enabled_and_nothing_used_is_pruned(folder: Callable[..., Path], admin: Any, create: Any) -> None:
    sync(folder(template=TEMPLATE, one=using_small("one")))
    missing = sync(folder(one=using_small("one", priority=5)), "--prune")
    assert (missing.exit_code, "does not have: small; add their files" in missing.stderr) == (1, True)
    assert admin.post(f"/api/v1/workflows/{create('two')}/enable").status_code == 200
    enabled = sync(folder(template=TEMPLATE, one=using_small("one", priority=5)), "--prune")
    assert (enabled.exit_code, "does not have: two; disable them" in enabled.stderr) == (1, True)
    items = admin.get("/api/v1/workflows").json()["items"]
    assert {item["definition"]["name"]: item["revision"] for item in items} == {"one": 1, "two": 1}


def test_a_folder_that_is_no_source_changes_nothing(folder: Callable[..., Path], admin: Any) -> None:
    sync(folder(one=definition("one")))
    empty = sync(folder(), "--prune")
    assert (empty.exit_code, "must have at least one definition" in empty.stderr) == (1, True)
    twice = sync(folder(a=definition("one", priority=5), b=definition("one")))
    assert (twice.exit_code, twice.stderr.count("must be the only workflow of this name")) == (1, 2)
    broken = sync(folder(a=definition("one", priority=5), b=definition("two", priority=99)))
    assert (broken.exit_code, "b.yaml: priority: got 99" in broken.stderr) == (1, True)
    assert admin.get("/api/v1/workflows").json()["items"][0]["revision"] == 1


def test_the_commands_of_the_page(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/gitops.md, line by line, with the exit codes that it names: 3 = the dry run would change something."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "one.yaml").write_text(yaml.safe_dump(definition("one")), encoding="utf-8")
    found = [
        [name for word in words for name in ([*map(str, Path().glob(word))] if "*" in word else [word])]
        for words in commands(DOCS / "gitops.md")
    ]
    assert found[0] == ["validate", "media/"]
    done = [CliRunner().invoke(program, words, env={"COLUMNS": "500"}) for words in found]
    assert [one.exit_code for one in done] == [0, DIFFERS, 0, 0], [one.output for one in done]
