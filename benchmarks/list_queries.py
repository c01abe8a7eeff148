"""Processor milliseconds of the lists of runs and deliveries in a large store, in PostgreSQL and in Python.

Without Airflow and HTTP, which `pages_api` has, so that a store of a million runs is filled and measured in minutes.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.options import Options
from benchmarks.pages_fill import BUSY, fill_store
from benchmarks.product import log
from benchmarks.report import Table, median
from media_workflows.settings import get_settings
from media_workflows.store.delivery_log import DeliveryFilter, list_deliveries
from media_workflows.store.embedded import EmbeddedServer
from media_workflows.store.engine import transaction
from media_workflows.store.migrate import upgrade
from media_workflows.store.run_list import RunFilter, list_runs

DATABASE = "MEDIA_WORKFLOWS_DATABASE_URL"
PAGE = 50
Ask = Callable[[Session], Any]


def run(options: Options) -> list[Table]:
    """One table; the target is 150 ms in all, with what HTTP costs."""
    with _store(options):
        rows = [_row(name, ask, options.samples) for name, ask in _lists(options).items()]
    title = f"Lists of {options.page_runs:,} runs of {options.page_workflows:,} workflows, the first {PAGE} of each"
    notes = [f"Processor ms, {options.samples} times each after one to warm up. The old ones are the oldest fifteenth."]
    return [Table(title, ["list", "PostgreSQL, median", "worst", "Python, median", "worst"], rows, notes)]


@contextmanager
def _store(options: Options) -> Iterator[None]:
    """A filled one; in `page_data` it is kept, and used again."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as temporary:
        root = Path(options.page_data).absolute() / "lists" if options.page_data else Path(temporary)
        name = f"runs_{options.page_workflows}_{options.page_runs}"
        server, filled = EmbeddedServer(root), root / name
        server.ensure_running()
        try:
            os.environ[DATABASE] = server.ensure_database(name)
            get_settings.cache_clear()
            began_s = time.monotonic()
            upgrade(os.environ[DATABASE])
            if not filled.exists():
                fill_store(options.page_workflows, options.page_runs)
                filled.touch()
            log(f"upgraded and filled the store in {time.monotonic() - began_s:.0f} s")
            yield
        finally:
            server.stop()


def _lists(options: Options) -> dict[str, Ask]:
    """As a reader of all workflows asks for them."""
    ids = frozenset(f"wf_{n:012x}" for n in range(1, options.page_workflows + 1))
    middle = datetime.now(UTC) - timedelta(seconds=10 * options.page_runs)
    busy = {"workflow_ids": frozenset({BUSY})}
    failed: dict[str, Any] = {"states": frozenset({"failed"})}

    def runs(**fields: Any) -> Ask:
        return lambda session: list_runs(session, RunFilter(**{"workflow_ids": ids, **fields}), 0, PAGE)

    def deliveries(**fields: Any) -> Ask:
        return lambda session: list_deliveries(session, DeliveryFilter(**{"workflow_ids": ids, **fields}), 0, PAGE)

    return {
        "runs": runs(),
        "runs, failed": runs(**failed),
        "runs, one workflow": runs(**busy),
        "runs: a word of all": runs(search="mp4"),
        "runs: two words of all": runs(search="clip mp4"),
        "runs: a word of all, failed": runs(search="mp4", **failed),
        "runs: a word of all, one workflow": runs(search="mp4", **busy),
        "runs: a word of all, until the middle": runs(search="mp4", until=middle),
        "runs: an old word": runs(search="old"),
        "runs: an old word and one of all": runs(search="old mp4"),
        "runs: an old word, failed": runs(search="old", **failed),
        "runs: an old word, failed or queued": runs(search="old", states=frozenset({"failed", "queued"})),
        "runs: an old word, one workflow": runs(search="old", **busy),
        "runs: a word of each 200th": runs(search="w7"),
        "runs: a word of one": runs(search=str(options.page_runs // 2)),
        "runs: a word of none": runs(search="holiday"),
        "deliveries": deliveries(),
        "deliveries, dead": deliveries(state="dead"),
        "deliveries, one workflow": deliveries(**busy),
        "deliveries: a word of all": deliveries(search="mp4"),
        "deliveries: a word of all, dead": deliveries(search="mp4", state="dead"),
        "deliveries: a word of all, one workflow": deliveries(search="mp4", **busy),
        "deliveries: an old word": deliveries(search="old"),
        "deliveries: an old word, dead": deliveries(search="old", state="dead"),
        "deliveries: a word of each 200th": deliveries(search="w7"),
        "deliveries: a word of one": deliveries(search=str(options.page_runs // 2)),
    }


def _row(name: str, ask: Ask, samples: int) -> list[str]:
    database_ms, python_ms = [], []
    with transaction() as session:
        clock = ~session.scalars(text("SELECT pg_backend_pid()")).one() << 3 | 2  # CPUCLOCK_SCHED of the backend
        ask(session)
        for _ in range(samples):
            session.expire_all()
            before, began_s = time.clock_gettime(clock), time.process_time()
            ask(session)
            python_ms.append(1000 * (time.process_time() - began_s))
            database_ms.append(1000 * (time.clock_gettime(clock) - before))
    log(f"{name}: {median(database_ms):.0f} ms in PostgreSQL")
    return [name, *(f"{value:.0f}" for took in (database_ms, python_ms) for value in (median(took), max(took)))]
