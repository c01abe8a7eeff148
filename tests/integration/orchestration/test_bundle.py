"""The bundle: `current/` follows the store, `versions/<n>` stays as it was."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import shutil
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.definitions._internal.dag_parsing_context import _airflow_parsing_context_manager

from definitions import workflow
from media_workflows.airflow_adapter.dag_file import dag_file_text
from media_workflows.orchestration import bundle as bundle_module
from media_workflows.orchestration.bundle import FAILED_PARSE_INTERVAL_S, SECOND_PARSE_AFTER_S, WorkflowBundle
from media_workflows.store import workflows as store
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import StoredWorkflow

AWKWARD = "'''\\'\\\" \"\"\" \\n {x} {{ y }} %s $z \\\\' \u2028 中文😀 \\u0027 '"


def create(name: str = "w", **parts: Any) -> StoredWorkflow:
    with transaction() as session:
        return store.create_workflow(session, workflow(name, **parts))


def edit(stored: StoredWorkflow, **parts: Any) -> StoredWorkflow:
    with transaction() as session:
        changed = workflow(stored.definition.name, **parts)
        return store.update_workflow(session, stored.id, changed, stored.revision)


def delete(stored: StoredWorkflow) -> None:
    with transaction() as session:
        store.delete_workflow(session, stored.id)


def files(bundle: WorkflowBundle) -> set[str]:
    return {path.name for path in bundle.path.iterdir() if path.suffix == ".py"}


def held(bundle: WorkflowBundle, stored: StoredWorkflow) -> dict[str, Any]:
    """The definition that a DAG file holds, read as Python reads it."""
    tree = ast.parse((bundle.path / f"{stored.id}.py").read_text(encoding="utf-8"))
    [value] = [n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "DEFINITION"]
    definition: dict[str, Any] = json.loads(ast.literal_eval(value))
    return definition


def version(bundle: WorkflowBundle) -> str:
    return str(bundle.get_current_version().version)


def test_an_empty_store(open_bundle: Any, bundle_root: Path) -> None:
    bundle = open_bundle()
    assert bundle.path == bundle_root / "media_workflows" / "current"
    assert (files(bundle), version(bundle)) == (set(), "0")


def test_current_follows_the_store(open_bundle: Any) -> None:
    first = create("a", priority=1)
    bundle = open_bundle()
    assert files(bundle) == {f"{first.id}.py"}
    assert held(bundle, first)["priority"] == 1
    assert version(bundle) == "1"

    second = create("b")
    edit(first, priority=2)
    assert version(bundle) == "1"  # what the files hold, not what the store holds
    bundle.refresh()
    assert files(bundle) == {f"{first.id}.py", f"{second.id}.py"}
    assert held(bundle, first)["priority"] == 2
    assert version(bundle) == "3"

    delete(second)
    bundle.refresh()
    assert files(bundle) == {f"{first.id}.py"}
    assert version(bundle) == "4"


def test_only_changed_files_are_written(open_bundle: Any) -> None:
    """Airflow parses what has a new modification time."""
    unchanged, changed, same = create("a"), create("b", priority=1), create("c")
    bundle = open_bundle()

    def times() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in bundle.path.glob("*.py")}

    for path in bundle.path.glob("*.py"):
        os.utime(path, ns=(1, 1))
    bundle.refresh()
    open_bundle()
    assert set(times().values()) == {1}

    edit(changed, priority=2)
    edit(same)  # a new revision of the same content: the revision is in the text
    bundle.refresh()
    after = times()
    assert after[f"{unchanged.id}.py"] == 1
    assert after[f"{changed.id}.py"] > 1
    assert after[f"{same.id}.py"] > 1


def test_a_changed_file_is_parsed_twice(open_bundle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow may have been parsing it as it changed, and dropped the request to parse it again."""
    unchanged, changed = create("a"), create("b", priority=1)
    gone = create("c", priority=1)
    clock = [time.monotonic()]
    monkeypatch.setattr(bundle_module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    bundle = open_bundle()
    paths = [bundle.path / f"{stored.id}.py" for stored in (unchanged, changed)]

    def touched_by_refresh() -> list[bool]:
        for path in paths:
            os.utime(path, ns=(1, 1))
        bundle.refresh()
        return [path.stat().st_mtime_ns > 1 for path in paths]

    edit(changed, priority=2)
    edit(gone, priority=2)
    assert touched_by_refresh() == [False, True]
    assert touched_by_refresh() == [False, False]  # too soon: the parse may not have ended
    delete(gone)
    clock[0] += SECOND_PARSE_AFTER_S
    assert touched_by_refresh() == [False, True]
    assert touched_by_refresh() == [False, False]


def test_a_version_stays_as_it_was(open_bundle: Any, bundle_root: Path) -> None:
    first, second = create("a", priority=1), create("b")
    at_two = open_bundle("2")
    assert at_two.path == bundle_root / "media_workflows" / "versions" / "2"
    edit(first, priority=2)
    delete(second)
    third = create("c")
    for bundle in (at_two, open_bundle("2")):
        assert files(bundle) == {f"{first.id}.py", f"{second.id}.py"}
        assert held(bundle, first)["priority"] == 1
        assert version(bundle) == "2"
    newest = open_bundle("5")
    assert files(newest) == {f"{first.id}.py", f"{third.id}.py"}


@pytest.fixture
def open_in_task(open_bundle: Any) -> Any:
    """Opens a version as Airflow's task runner does, for a task of this workflow."""

    def open_(version: str, stored: StoredWorkflow) -> WorkflowBundle:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("DAG", "TASK"):  # Airflow's context manager leaves them in the environment
                patch.setenv(f"_AIRFLOW_PARSING_CONTEXT_{name}_ID", "")
            with _airflow_parsing_context_manager(dag_id=stored.id, task_id="upload"):
                bundle: WorkflowBundle = open_bundle(version)
        return bundle

    return open_


def test_a_task_writes_the_file_of_its_dag_alone(open_bundle: Any, bundle_root: Path, open_in_task: Any) -> None:
    first, second = create("a", priority=1), create("b")
    edit(first, priority=2)
    delete(second)
    at_two = open_in_task("2", first)
    assert files(at_two) == {f"{first.id}.py"}
    assert held(at_two, first)["priority"] == 1
    assert files(open_in_task("2", second)) == {f"{first.id}.py", f"{second.id}.py"}
    assert held(open_in_task("3", first), first)["priority"] == 2
    assert files(open_in_task("4", second)) == set()  # deleted by then
    assert files(open_bundle("2")) == {f"{first.id}.py", f"{second.id}.py"}


def test_a_version_is_completed_when_there_is_no_task(open_bundle: Any, open_in_task: Any) -> None:
    first, second = create("a"), create("b")
    bundle = open_in_task("2", first)
    path = bundle.path / f"{first.id}.py"
    os.utime(path, ns=(1, 1))
    assert files(open_bundle("2")) == {f"{first.id}.py", f"{second.id}.py"}
    assert path.stat().st_mtime_ns == 1


def test_a_whole_version_links_what_has_not_changed_since(open_bundle: Any, open_in_task: Any) -> None:
    """Airflow makes each version so, for its callbacks, and there may be thousands of files."""
    first, second, third = create("a", priority=1), create("b", priority=1), create("c")
    open_in_task("3", third)
    edit(first, priority=2)
    delete(third)
    fourth = create("d")
    current, whole = open_bundle(), open_bundle("3")
    assert files(whole) == {f"{stored.id}.py" for stored in (first, second, third)}
    assert held(whole, first)["priority"] == 1
    name = f"{second.id}.py"
    assert (whole.path / name).samefile(current.path / name)
    edit(second, priority=2)
    current.refresh()
    assert held(whole, second)["priority"] == 1
    assert f"{fourth.id}.py" in files(current)


def test_a_second_task_asks_nothing_of_the_store(open_in_task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = create("a")
    open_in_task("1", stored)
    with monkeypatch.context() as patch:
        patch.setattr(bundle_module, "transaction", None)
        assert files(open_in_task("1", stored)) == {f"{stored.id}.py"}


def test_what_could_not_be_parsed_is_parsed_again(open_bundle: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged files are parsed once a day; a parse that failed for a passing reason is repeated within minutes."""
    failed, parsed = create("a"), create("b")
    bundle = open_bundle()
    paths = [bundle.path / f"{stored.id}.py" for stored in (failed, parsed)]
    monkeypatch.setattr(bundle_module, "files_with_errors", lambda: [paths[0].name, "wf_deleted.py"])

    def touched_after(seconds: float) -> list[bool]:
        for path in paths:
            os.utime(path, ns=(1, 1))
        now = time.monotonic()
        with monkeypatch.context() as patch:
            patch.setattr(time, "monotonic", lambda: now + seconds)
            bundle.refresh()
        return [path.stat().st_mtime_ns > 1 for path in paths]

    assert touched_after(1) == [False, False]
    assert touched_after(FAILED_PARSE_INTERVAL_S) == [True, False]
    assert touched_after(FAILED_PARSE_INTERVAL_S + 1) == [False, False]


def test_refreshing_a_version_changes_nothing(open_bundle: Any) -> None:
    """Airflow does not do it, and its Git bundle raises; in any case the files of old runs stay."""
    first = create("a", priority=1)
    bundle = open_bundle("1")
    edit(first, priority=2)
    create("b")
    with contextlib.suppress(Exception):
        bundle.refresh()
    assert files(bundle) == {f"{first.id}.py"}
    assert held(bundle, first)["priority"] == 1


def test_a_version_can_be_made_long_after(open_bundle: Any) -> None:
    """On another machine, for a run that began before the edits."""
    first = create("a", priority=1)
    edited = edit(first, priority=2)
    delete(edited)
    create("b")
    assert held(open_bundle("1"), first)["priority"] == 1
    assert held(open_bundle("2"), first)["priority"] == 2
    assert files(open_bundle("3")) == set()
    assert version(open_bundle()) == "4"


def test_versions_are_the_same_text_as_current(open_bundle: Any) -> None:
    stored = create("a", directory="in/")
    name = f"{stored.id}.py"
    assert (open_bundle("1").path / name).read_bytes() == (open_bundle().path / name).read_bytes()


def test_another_store_than_before(open_bundle: Any, database: str) -> None:
    old = create("a")
    bundle = open_bundle()
    (bundle.path / ".sequence").write_text("99")
    bundle.refresh()
    assert (files(bundle), version(bundle)) == ({f"{old.id}.py"}, "1")


def test_files_killed_between_writing_and_marking(open_bundle: Any) -> None:
    first, second = create("a"), create("b")
    bundle = open_bundle()
    delete(second)
    (bundle.path / f"{second.id}.py").unlink()  # done already, but the marker says 2
    bundle.refresh()
    assert (files(bundle), version(bundle)) == ({f"{first.id}.py"}, "3")


def test_no_half_written_file_is_a_dag_file(open_bundle: Any) -> None:
    create("a")
    bundle = open_bundle()
    assert sorted(path.suffix for path in bundle.path.iterdir()) == ["", ".py"]
    open_bundle("1")
    assert [path.name for path in bundle.versions_dir.iterdir()] == ["1"]


def test_a_deleted_directory_comes_back(open_bundle: Any) -> None:
    stored = create("a")
    shutil.rmtree(open_bundle().path)
    assert files(open_bundle()) == {f"{stored.id}.py"}


def test_several_processes_at_once(open_bundle: Any) -> None:
    """dag-processor, scheduler and tasks each open the bundle; here as threads with a bundle object each."""
    stored = [create(f"w{number}") for number in range(5)]
    errors: list[BaseException] = []

    def open_both() -> None:
        try:
            open_bundle()
            open_bundle("3")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=open_both) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert files(open_bundle()) == {f"{each.id}.py" for each in stored}
    assert files(open_bundle("3")) == {f"{each.id}.py" for each in stored[:3]}


def awkward(text: str) -> dict[str, Any]:
    item = {"template": 100010, "watermarks": [{"mark": {"type": "text", "text": text}}]}
    return {"jobs": {"transcode": [item]}, "directory": "in/'''\\ 中文 \"\"\"/"}


@pytest.mark.parametrize(
    "text",
    [
        AWKWARD,
        "'''\nimport os\nos.abort()\n'''",
        '"""',
        "\\",
        "\\'''",
        "'",
        "\n\t\\n",
        "{workflow_id}{definition}",
        "\\u0027\\x27",
        "# coding: latin-1",
    ],
)
def test_no_text_breaks_out_of_the_literal(open_bundle: Any, text: str) -> None:
    stored = create("中文", **awkward(text))
    bundle = open_bundle()
    assert held(bundle, stored) == stored.definition.model_dump(mode="json")
    tree = ast.parse((bundle.path / f"{stored.id}.py").read_text(encoding="utf-8"))
    statements = ["Expr", "ImportFrom", "Assign", "Assign", "Assign"]
    assert [type(node).__name__ for node in tree.body] == statements
    source = (bundle.path / f"{stored.id}.py").read_bytes()
    assert [type(node).__name__ for node in ast.parse(source).body] == [
        "Expr",
        "ImportFrom",
        "Assign",
        "Assign",
        "Assign",
    ]


def test_the_text_of_a_file_is_stable() -> None:
    definition = workflow().model_dump(mode="json")
    assert dag_file_text("wf_1", 1, definition) == dag_file_text("wf_1", 1, json.loads(json.dumps(definition)))
    assert dag_file_text("wf_1", 1, definition) != dag_file_text("wf_1", 2, definition)
