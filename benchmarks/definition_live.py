"""Seconds from the answer to a change of a workflow until Airflow's REST API shows the change."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.options import Options
from benchmarks.product import NotReachedError, Product, definition, log, running_product, wait_for
from benchmarks.report import Table, median, p90, ratio, seconds
from media_workflows.domain.workflow import parse_workflow
from media_workflows.store.engine import make_engine, transaction
from media_workflows.store.workflows import create_workflow

PLAIN_DAG = "plain"
POST, PUT, DELETE = "POST: listed under its name", "PUT: listed under the new name", "DELETE: listed no more"
PLAIN = "a plain DAG file replaced in the dags folder (baseline)"
CHANGE_TIMEOUT_S = 120
NEW_FILE = "A *new* plain file is found at the next listing of its bundle: every 300 s by default (not measured)."
SAME = "The plain file is in a LocalDagBundle of the same Airflow, under our config/airflow.cfg."
QUIET_S = 10  # no DAG parsed for so long: the dag-processor is idle
Measured = dict[str, list[float]]


def run(options: Options) -> list[Table]:
    """A table for an empty store, and one with many other workflows in it."""
    with running_product([PLAIN_DAG], {}) as product:
        product.wait_until_listed(PLAIN_DAG, "plain-0")
        tables = [_table(product, options.samples, "no other workflows", [])]
        if options.workflows:
            settled = _fill(product, options)
            tables.append(_table(product, options.samples, f"{options.workflows:,} other workflows", [settled]))
    return tables


def _table(product: Product, samples: int, store: str, notes: list[str]) -> Table:
    measured: Measured = {POST: [], PUT: [], DELETE: [], PLAIN: []}
    missed = [problem for number in range(samples) for problem in _round(product, number, store, measured)]
    baseline = median(measured[PLAIN])
    rows = [
        [name, str(len(values)), seconds(median(values)), seconds(p90(values)), ratio(median(values), baseline)]
        for name, values in measured.items()
    ]
    columns = ["change", "N", "median s", "p90 s", "ratio to the plain file (medians)"]
    title = f"Definition live, {store}: change answered → shown by Airflow's REST API"
    return Table(title, columns, rows, [*notes, *missed, SAME, NEW_FILE])


def _round(product: Product, number: int, store: str, measured: Measured) -> list[str]:
    """Each change once; what was not shown in time."""
    name = f"bench-{number}-{store[:1]}"
    missed = []

    def timed(change: str, act: Callable[[], Any], dag_id: str | None, shown: str | None) -> Any:
        answer = act()
        began_s = time.monotonic()
        try:
            product.wait_until_listed(dag_id or answer["id"], shown, CHANGE_TIMEOUT_S)
            measured[change].append(time.monotonic() - began_s)
        except NotReachedError as error:
            missed.append(f"{change}: {error}")
        return answer

    made = timed(POST, lambda: product.ours("POST", "", definition(name)), None, name)
    path, edit = f"/{made['id']}", {"revision": made["revision"], "definition": definition(f"{name}-new")}
    timed(PUT, lambda: product.ours("PUT", path, edit), made["id"], f"{name}-new")
    timed(DELETE, lambda: product.ours("DELETE", path), made["id"], None)
    timed(PLAIN, lambda: _rename_plain(product.dags_folder, name), PLAIN_DAG, name)
    log(f"{store}, {number + 1}: " + ", ".join(f"{values[-1]:.2f} s" for values in measured.values() if values))
    return missed


def _rename_plain(folder: Path, name: str) -> None:
    """Give the plain DAG another display name, the way an editor saves a file: written whole, then renamed."""
    file, staging = folder / f"{PLAIN_DAG}.py", folder / ".plain.new"
    lines = file.read_text().splitlines()
    changed = [f"NAME = {name!r}" if line.startswith("NAME = ") else line for line in lines]
    staging.write_text("\n".join(changed) + "\n")
    staging.replace(file)


def _fill(product: Product, options: Options) -> str:
    """Put the other workflows into the store and wait for Airflow; a note that says how far it came."""
    began_s = time.monotonic()
    for number in range(options.workflows):
        with transaction() as session:
            create_workflow(session, parse_workflow(definition(f"other-{number}")))
    log(f"stored {options.workflows} workflows in {time.monotonic() - began_s:.0f} s")
    try:
        wait_for(lambda: _parsed(product) >= options.workflows, options.settle_cap_s, "listing of all workflows")
        listed_s = time.monotonic() - began_s
        _wait_until_idle(product, began_s + options.settle_cap_s)
    except NotReachedError as error:
        return f"Measured while Airflow was still busy: {error}; {_parsed(product)} of {options.workflows} were listed."
    return f"All {options.workflows:,} were listed {listed_s:.0f} s after the first was stored; then Airflow was idle."


def _parsed(product: Product) -> int:
    return int(product.airflow("/dags", dag_display_name_pattern="other-", limit=1)["total_entries"])


def _wait_until_idle(product: Product, deadline_s: float) -> None:
    """Return once the newest parse is 10 s old. Raises NotReachedError at `deadline_s` (monotonic)."""

    def quiet() -> bool:
        before = _newest_parse(product)
        time.sleep(QUIET_S)
        return _newest_parse(product) == before

    wait_for(quiet, max(QUIET_S, deadline_s - time.monotonic()), "an idle dag-processor")


def _newest_parse(product: Product) -> object:
    """When the DAG that was parsed last was; Airflow's API does not sort by it."""
    with make_engine(product.layout.database.url("airflow")).connect() as connection:
        return connection.scalar(text("SELECT max(last_parsed_time) FROM dag"))
