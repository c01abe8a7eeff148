"""CPU seconds of each task of a small workflow, beside those of a stock task in the same Airflow."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import Any

import psutil

from benchmarks.burst import another
from benchmarks.options import Options
from benchmarks.product import Product, definition, log, running_product, wait_for
from benchmarks.report import Table, median, p90, ratio
from benchmarks.upload_latency import tiny_clip
from media_workflows.demo.layout import INPUT_BUCKET

STOCK_DAG, STOCK_TASKS = "stock_three", ("first", "second", "third")
OUR_TASKS = ("upload", "snapshot_by_time_offset", "notify")  # in the order in which they run
STOCK_TASK, SUPERVISOR = "a stock task", "Airflow's supervisor"
KEY = "in/clip.mp4"
NO_DETECTION = {"MEDIA_WORKFLOWS_UPLOAD_QUEUE_URLS": "[]", "MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": "3600"}
POLL_INTERVAL_S = 0.02
SETTLE_S = 1.0  # in which the supervisor of the last task ends, too
WARM_UP = 2  # runs of each that are not counted: a worker's first task parses and imports more
AT_ONCE = 20  # runs, for the times of all services
AT_ONCE_LIMIT_S = 600.0
IDLE_S = 15.0  # in which what the services take without runs is measured
SERVICES = ("scheduler", "api-server", "triggerer", "dag-processor", "postgres", "s3")
Seconds = defaultdict[str, list[float]]


def run(options: Options) -> list[Table]:
    """Two tables, of one Airflow. Its task processes are those of the LocalExecutor, which the scheduler's contain."""
    ours, stock, whole = _measure(max(options.samples, 1))
    baseline = median(stock[STOCK_TASK])
    rows = [_row(f"{STOCK_TASK} (baseline)", stock[STOCK_TASK], baseline)]
    rows += [_row(f"`{task}`", ours[task], baseline) for task in OUR_TASKS]
    beside = median(stock[SUPERVISOR])
    rows += [_row(f"{SUPERVISOR} of {STOCK_TASK}", stock[SUPERVISOR], beside)]
    rows += [_row(f"{SUPERVISOR} of one of our tasks", ours[SUPERVISOR], beside)]
    columns = ["process", "N", "CPU s (median)", "p90", "ratio to the stock one"]
    return [Table("CPU of a task's process", columns, rows, _notes()), _of_services(*whole)]


def _of_services(ours: dict[str, float], stock: dict[str, float]) -> Table:
    ours, stock = ours | {"all": sum(ours.values())}, stock | {"all": sum(stock.values())}
    rows = [[name, f"{ours[name]:.3f}", f"{stock[name]:.3f}", ratio(ours[name], stock[name])] for name in ours]
    columns = ["service, with its processes", "a run of ours, CPU s", "a stock run, CPU s", "ratio"]
    note = f"{AT_ONCE} runs at once of each, less what the services take in the same time without runs."
    return Table("CPU of all services per run", columns, rows, [note])


def _row(name: str, values: Sequence[float], baseline: float) -> list[str]:
    return [name, str(len(values)), f"{median(values):.3f}", f"{p90(values):.3f}", ratio(median(values), baseline)]


def _notes() -> list[str]:
    return [
        "A task's process includes what it starts, for the snapshot ffmpeg and the processes that read the clip.",
        "Runs of the workflow and of the stock DAG take turns, one at a time.",
    ]


def _measure(samples: int) -> tuple[Seconds, Seconds, tuple[dict[str, float], dict[str, float]]]:
    with running_product([STOCK_DAG], NO_DETECTION, system_dags=()) as product:
        product.s3.put_object(Bucket=INPUT_BUCKET, Key=KEY, Body=tiny_clip())
        workflow_id = str(product.ours("POST", "", definition("task-cpu"))["id"])
        product.wait_until_listed(workflow_id, "task-cpu")
        product.ours("POST", f"/{workflow_id}/enable", {})
        product.wait_until_listed(STOCK_DAG, STOCK_DAG)
        ours: Seconds = defaultdict(list)
        stock: Seconds = defaultdict(list)
        for number in range(-WARM_UP, samples):
            taken = _of_run(product, workflow_id, OUR_TASKS, {"key": KEY, "force": True})
            beside = _of_run(product, STOCK_DAG, [STOCK_TASK] * len(STOCK_TASKS), {})
            log(f"{number + 1}/{samples}: ours {_sum(taken):.2f} CPU s, stock {_sum(beside):.2f} CPU s")
            for into, found in ((ours, taken), (stock, beside)):
                for name, seconds in found if number >= 0 else ():
                    into[name].append(seconds)
        keys = [f"in/{number}.mp4" for number in range(AT_ONCE)]
        for key in keys:
            product.s3.put_object(Bucket=INPUT_BUCKET, Key=key, Body=another(tiny_clip(), key))
        idle = _per_second(product)
        confs: list[dict[str, Any]] = [{"key": key} for key in keys]
        whole = _per_run(product, idle, workflow_id, confs), _per_run(product, idle, STOCK_DAG, [{}] * AT_ONCE)
        return ours, stock, whole


def _per_second(product: Product) -> dict[str, float]:
    before = _used(product)
    time.sleep(IDLE_S)
    return {name: (after - before[name]) / IDLE_S for name, after in _used(product).items()}


def _per_run(product: Product, idle: dict[str, float], dag_id: str, confs: list[dict[str, Any]]) -> dict[str, float]:
    """CPU seconds of each service. Raises NotReachedError."""
    before, began_at = _used(product), time.monotonic()
    for run_id in [product.trigger(dag_id, conf) for conf in confs]:
        product.wait_for_end(dag_id, run_id, AT_ONCE_LIMIT_S, interval_s=2)  # each look costs the api-server, too
    time.sleep(SETTLE_S)
    took_s = time.monotonic() - began_at
    return {name: (after - before[name] - idle[name] * took_s) / len(confs) for name, after in _used(product).items()}


def _used(product: Product) -> dict[str, float]:
    """CPU seconds of each service until now, with those of its processes that live or have ended."""
    used = {}
    for name in SERVICES:
        root = psutil.Process(product.pid(name))
        used[name] = sum(_cpu_s(process) for process in (root, *root.children(recursive=True)))
    return used


def _cpu_s(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(sum(process.cpu_times()[:4]))
    return 0.0


def _sum(found: Sequence[tuple[str, float]]) -> float:
    return sum(seconds for _, seconds in found)


def _of_run(product: Product, dag_id: str, tasks: Sequence[str], conf: dict[str, Any]) -> list[tuple[str, float]]:
    """The CPU seconds of each task of one run, which run one after the other, and of the supervisor per task."""
    with Workers(product.pid("scheduler")).watched() as workers:
        product.wait_for_end(dag_id, product.trigger(dag_id, conf))
        wait_for(lambda: len(workers.ended()) >= len(tasks), 60, f"the end of {len(tasks)} processes")
        time.sleep(SETTLE_S)
    found = workers.ended()
    assert len(found) == len(tasks), f"{len(found)} processes ended for {len(tasks)} tasks"
    return [*zip(tasks, found, strict=True), (SUPERVISOR, workers.own() / len(tasks))]


class Workers:
    """The processes of an executor that fork one for each task and wait for it.

    The kernel adds the CPU time of an ended task to that of its worker's children, at once.
    """

    def __init__(self, pid: int) -> None:
        """`pid`: the parent of the workers, for the LocalExecutor the scheduler."""
        self._processes = psutil.Process(pid).children()
        self._looks: list[tuple[float, float]] = []
        self._stop = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[Workers]:
        """Inside, the times are read again and again."""
        watcher = threading.Thread(target=self._watch, daemon=True)
        self._looks.append(self._times())
        watcher.start()
        try:
            yield self
        finally:
            self._stop.set()
            watcher.join()
            self._looks.append(self._times())

    def _watch(self) -> None:
        while not self._stop.wait(POLL_INTERVAL_S):
            self._looks.append(self._times())

    def _times(self) -> tuple[float, float]:
        """The workers' own CPU seconds, and those of their ended children."""
        own = children = 0.0
        for process in self._processes:
            with suppress(psutil.Error):
                times = process.cpu_times()
                own += times.user + times.system
                children += times.children_user + times.children_system
        return own, children

    def own(self) -> float:
        """The CPU seconds of the workers themselves."""
        return self._looks[-1][0] - self._looks[0][0]

    def ended(self) -> list[float]:
        """The CPU seconds of each child that ended, in that order."""
        return [after - before for (_, before), (_, after) in pairwise(self._looks) if after > before]
