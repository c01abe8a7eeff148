"""Memory of each component with many queued objects, and that a restart of all of them loses none.

Raises an error when an object is missing or was counted twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from benchmarks.backfill import AT_ONCE, SYSTEM_DAGS, Backfill, Scene
from benchmarks.options import Options
from benchmarks.product import Product, log, running_product, wait_for
from benchmarks.report import Table
from media_workflows.demo.services import AIRFLOW_COMPONENTS

# The objects are not uploads: nothing else is to be in memory because of them.
NO_DETECTION = {"MEDIA_WORKFLOWS_UPLOAD_QUEUE_URLS": "[]", "MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": "3600"}
COMPONENTS = ("postgres", *AIRFLOW_COMPONENTS)
IDLE_S = 20
POLL_INTERVAL_S = 1
RESTART_S = 300.0
COUNT_S = 1800.0
Memory = dict[str, float]


def run(options: Options) -> list[Table]:
    """One table, of one Airflow."""
    with running_product([], NO_DETECTION, system_dags=SYSTEM_DAGS) as product:
        scene = Scene(product)
        scene.fill(options.queued)
        log(f"{options.queued} objects are in the bucket; {IDLE_S} s without work")
        before = _most(product, IDLE_S)
        backfill = scene.start()
        counted = _most(product, COUNT_S, until=lambda: backfill.now["state"] == "running")
        log(f"counted and started; {options.queued_s} s of it")
        running = _most(product, options.queued_s)
        note = _restarted(product, backfill, options.queued)
        restarted = _most(product, IDLE_S)
    columns = ["component", "before, MB", "while counting, MB", "running, MB", "after a restart, MB"]
    rows = [[name, *(f"{memory[name]:.0f}" for memory in (before, counted, running, restarted))] for name in COMPONENTS]
    how = "The most of the proportional set size of the component's processes, looked at every second."
    return [Table(f"Memory with {options.queued} objects queued, {AT_ONCE} at once", columns, rows, [how, note])]


def _most(product: Product, for_s: float, until: Callable[[], Any] = lambda: False) -> Memory:
    """The most memory of each component until then."""
    most: Memory = dict.fromkeys(COMPONENTS, 0.0)
    deadline = time.monotonic() + for_s
    while time.monotonic() < deadline and not until():
        most = {name: max(known, product.memory_mb(name)) for name, known in most.items()}
        time.sleep(POLL_INTERVAL_S)
    return most


def _restarted(product: Product, backfill: Backfill, count: int) -> str:
    """Kill everything; raises AssertionError unless the backfill then has all its objects and goes on."""
    before = backfill.now
    for name in COMPONENTS:
        product.kill(name)
    log("all components were killed")
    wait_for(lambda: _answer(backfill), RESTART_S, "an answer after the restart")
    wait_for(
        lambda: _done(_answer(backfill)) > _done(before), RESTART_S, "an object that was finished after the restart"
    )
    now, objects = backfill.now, backfill.objects()
    keys, runs = ({one[field] for one in objects if one[field]} for field in ("key", "run_id"))
    assert len(keys) == len(objects) == now["total"] == count, "objects are missing, or there are too many"
    assert len(runs) == sum(one["state"] in ("started", "finished", "failed") for one in objects), "a run is shared"
    return (
        f"{', '.join(COMPONENTS)} were killed at {_done(before)} of {count}: {len(objects)} objects after the restart, "
        f"{now['queued']} queued, {_done(now)} done, {now['failed']} failed."
    )


def _answer(backfill: Backfill) -> dict[str, Any] | None:
    try:
        return backfill.now
    except httpx.HTTPError:
        return None


def _done(now: dict[str, Any] | None) -> int:
    return int(now["finished"] + now["failed"] + now["skipped"]) if now else 0
