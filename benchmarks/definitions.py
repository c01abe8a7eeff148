"""What many workflows cost, by their number: a version of their files, a first task, the dag-processor, the list.

Each figure is of a forked process that has Airflow and the product imported, on a store and a directory of its own.
"""

from __future__ import annotations

import json
import os
import resource
import runpy
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
from airflow.dag_processing.manager import DagFileInfo, DagFileProcessorManager, DagFileStat
from airflow.sdk import timezone
from airflow.sdk.definitions._internal.dag_parsing_context import _airflow_parsing_context_manager
from airflow.utils.file import list_py_file_paths

from benchmarks.options import Options
from benchmarks.pages_fill import fill_workflows
from benchmarks.product import log
from benchmarks.report import Table, median
from media_workflows.orchestration.bundle import WorkflowBundle
from media_workflows.orchestration.preload import prepare_for
from media_workflows.settings import get_settings
from media_workflows.store.embedded import EmbeddedServer
from media_workflows.store.engine import transaction
from media_workflows.store.migrate import upgrade
from media_workflows.store.workflows import get_workflow, list_workflows, update_workflow

WORKFLOW = "wf_000000000001"
PARSED = 20  # files, of which the median counts
DATABASE, STORAGE = "MEDIA_WORKFLOWS_DATABASE_URL", "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH"
COLUMNS = ["what", "workflows", "s", "CPU s", "files written", "kB written", "memory MB"]


@dataclass(frozen=True)
class Cost:
    """Of one action in a process of its own. Of memory, what the process has more afterwards."""

    s: float
    cpu_s: float
    files: int
    written_bytes: int
    memory_bytes: int

    def row(self, what: str, workflows: int) -> list[str]:
        """Of the table."""
        numbers = [f"{self.s:.3f}", f"{self.cpu_s:.3f}", str(self.files), f"{self.written_bytes / 1000:.0f}"]
        return [what, f"{workflows:,}", *numbers, f"{self.memory_bytes / 1_000_000:.1f}"]


def run(options: Options) -> list[Table]:
    """One table; the rows of one action stand together, so that their growth is seen."""
    sizes = [int(size) for size in options.definition_sizes.split(",")]
    by_size = {size: dict(_costs_of(size)) for size in sizes}
    rows = [by_size[size][what].row(what, size) for what in by_size[sizes[0]] for size in sizes]
    notes = [
        "A task needs the file of its own DAG at the version of its run. A whole version is what each worker wrote "
        "before its first task at that version; now only a process without a task does.",
        "A parse of all files is the median of 20 parses, times the number of files; Airflow's own work for each "
        "(its process, serialisation, a transaction) comes on top.",
    ]
    return [Table("Definitions: the cost by the number of workflows", COLUMNS, rows, notes)]


def _costs_of(size: int) -> Iterator[tuple[str, Cost]]:
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as root, _store(Path(root), size):
        directory = Path(root) / "bundles"
        for what, act in _actions(size, directory):
            before = _content(directory)
            cost = _in_child(act)
            files, written = (now - then for now, then in zip(_content(directory), before, strict=True))
            cost = replace(cost, files=files, written_bytes=written)
            log(f"{size:,}: {what}: {cost.s:.2f} s")
            yield what, cost
        yield "a parse of all files", _all_parsed(directory, size)


def _actions(size: int, directory: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """In this order: later ones find what earlier ones wrote."""
    yield "first task of a worker", lambda: _open(size, WORKFLOW)
    yield "first task after an edit of its workflow", lambda: _open_after_edit(size + 1, WORKFLOW)
    yield "second task at the same version", lambda: _open(size + 1, WORKFLOW)
    yield "a whole version (baseline: each worker, before)", lambda: _open(size + 1, None)
    yield "the dag-processor's first files", lambda: _open(None, None)
    yield "the dag-processor's files after one edit", lambda: _open_after_edit(None, None)
    current = directory / "media_workflows" / "current"
    yield "Airflow's listing of the files, at each new version", lambda: list_py_file_paths(current, safe_mode=True)
    yield "the same without reading them", lambda: list_py_file_paths(current, safe_mode=False)
    yield "Airflow's record of the files", lambda: _recorded(current)
    manager, files = _recorded(current)
    yield "Airflow's check for changed files, each second", lambda: manager.prepare_file_queue({"b": files})
    yield "list of workflows, first 50, from the store", _first_page


@contextmanager
def _store(root: Path, size: int) -> Iterator[None]:
    server, saved = EmbeddedServer(root / "postgres"), dict(os.environ)
    server.ensure_running()
    try:
        os.environ |= {DATABASE: server.ensure_database("media"), STORAGE: str(root / "bundles")}
        get_settings.cache_clear()
        upgrade(os.environ[DATABASE])
        fill_workflows(size)
        prepare_for("celery")  # as a worker does before it forks
        yield
    finally:
        server.stop()
        os.environ.clear()
        os.environ.update(saved)
        get_settings.cache_clear()


def _open(version: int | None, workflow_id: str | None) -> None:
    bundle = WorkflowBundle(name="media_workflows", version=str(version) if version else None)
    if workflow_id is None:
        bundle.initialize()
        return
    with _airflow_parsing_context_manager(dag_id=workflow_id, task_id="upload"):
        bundle.initialize()


def _open_after_edit(version: int | None, workflow_id: str | None) -> None:
    """The edit is measured, too."""
    _edit()
    _open(version, workflow_id)


def _edit() -> None:
    with transaction() as session:
        stored = get_workflow(session, WORKFLOW)
        priority = stored.definition.priority % 10 + 1
        changed = stored.definition.model_copy(update={"priority": priority})
        update_workflow(session, WORKFLOW, changed, stored.revision)


def _recorded(directory: Path) -> tuple[DagFileProcessorManager, set[DagFileInfo]]:
    """A dag-processor that has parsed all files."""
    manager = DagFileProcessorManager(max_runs=-1)
    names = [Path(path).name for path in list_py_file_paths(directory, safe_mode=False)]
    files = {DagFileInfo(rel_path=Path(name), bundle_name="b", bundle_path=directory) for name in names}
    for file in files:
        manager._file_stats[file] = DagFileStat(num_dags=1, last_finish_time=timezone.utcnow())
    return manager, files


def _first_page() -> None:
    with transaction() as session:
        list_workflows(session, limit=50)


def _all_parsed(directory: Path, size: int) -> Cost:
    files = sorted((directory / "media_workflows" / "current").glob("*.py"))[:PARSED]
    parses = [_in_child(lambda file=file: runpy.run_path(str(file))) for file in files]  # type: ignore[misc]
    total_s, cpu_s = (size * median([getattr(one, name) for one in parses]) for name in ("s", "cpu_s"))
    return Cost(total_s, cpu_s, 0, 0, max(one.memory_bytes for one in parses))


def _in_child(act: Callable[[], object]) -> Cost:
    """Do it in a forked process. Raises RuntimeError when it fails."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.write(write, json.dumps(_measured(act)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise RuntimeError("a measured process failed, see its message above")
    s, cpu_s, memory = json.loads(answer)
    return Cost(s, cpu_s, 0, 0, int(memory))


def _measured(act: Callable[[], object]) -> tuple[float, float, int]:
    process = psutil.Process()
    memory, cpu, began_s = process.memory_full_info().uss, resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    kept = act()
    took_s, spent = time.monotonic() - began_s, resource.getrusage(resource.RUSAGE_SELF)
    more = process.memory_full_info().uss - memory
    del kept
    return took_s, spent.ru_utime + spent.ru_stime - cpu.ru_utime - cpu.ru_stime, more


def _content(directory: Path) -> tuple[int, int]:
    """The number of files and their bytes."""
    sizes = [path.stat().st_size for path in directory.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)
