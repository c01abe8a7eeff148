"""Many uploads at once: how fast they are decided on and processed, beside as many runs of a stock DAG."""

from __future__ import annotations

import struct
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from benchmarks.media_commands import ffmpeg
from benchmarks.options import Options
from benchmarks.product import NotReachedError, Product, definition, log, running_product, wait_for
from benchmarks.report import Table, median, percentile, ratio, seconds
from media_workflows.demo.layout import INPUT_BUCKET

STOCK_DAG = "stock_three"
EVENTS = {"MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": "0"}
POLLING = {"MEDIA_WORKFLOWS_UPLOAD_QUEUE_URLS": "[]", "MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S": "5"}
SENDERS = 8  # uploads and requests at a time
PAGE = 100  # rows of one answer of Airflow
IDLE_S = 10.0  # in which the processor time without uploads is measured
PER_UPLOAD_S = 30.0  # then a burst has failed
PER_DAY, DAY_S = 150_000, 86_400
BUSY = 0.9  # of the machine: then more processes would not help


@dataclass(frozen=True)
class Burst:
    """One burst of uploads. Times are seconds; `waits_s` from each upload's end to the start of its first task."""

    uploads: int
    took_s: float
    decided_s: float
    waits_s: list[float]
    cpu_s: float
    busy: float
    lost: int
    doubled: int

    @property
    def per_min(self) -> float:
        """Uploads whose run has ended, a minute."""
        return 60 * self.uploads / self.took_s


def run(options: Options) -> list[Table]:
    """Two tables; the stack is started once for each of our two ways."""
    found = {way: _measure(settings, options) for way, settings in (("queue", EVENTS), ("polling every 5 s", POLLING))}
    columns = ["way", "bursts", "uploads/min", "stock runs/min", "ratio", "last decided after, s"]
    columns += ["first task after p50, s", "p99, s", "lost", "doubled"]
    rows = [_row(way, *measured) for way, measured in found.items()]
    notes = [
        f"{options.uploads} different clips of 2 s, one snapshot of each, in turns with as many runs of a stock DAG of "
        "three tasks that the REST API triggers in the same Airflow. Medians of the bursts; waits of all uploads.",
        "Rates: from the first request to the end of the last run. Decided: from the end of the last upload until the "
        "last decision. First task: from the end of an upload.",
    ]
    projected = [_projection(way, bursts) for way, (bursts, _) in found.items()]
    return [
        Table("Bursts: uploads beside stock runs", columns, rows, notes),
        Table(
            f"Projection to {PER_DAY:,} uploads a day",
            [
                "way",
                "CPU s per upload",
                "machine busy",
                "cores for the day's load",
                "hours on this machine",
                "bottleneck",
            ],
            projected,
        ),
    ]


def _row(way: str, bursts: list[Burst], stock_per_min: list[float]) -> list[str]:
    waits = [wait for burst in bursts for wait in burst.waits_s]
    ours, stock = median([burst.per_min for burst in bursts]), median(stock_per_min)
    numbers = [f"{ours:.1f}", f"{stock:.1f}", ratio(ours, stock), seconds(median([one.decided_s for one in bursts]))]
    numbers += [seconds(percentile(waits, 50)), seconds(percentile(waits, 99))]
    return [way, str(len(bursts)), *numbers, str(sum(one.lost for one in bursts)), str(sum(b.doubled for b in bursts))]


def _projection(way: str, bursts: list[Burst]) -> list[str]:
    cpu_s = median([burst.cpu_s / burst.uploads for burst in bursts])
    busy, per_min = median([burst.busy for burst in bursts]), median([burst.per_min for burst in bursts])
    decided_late = median([burst.decided_s / burst.took_s for burst in bursts]) > BUSY
    bottleneck = "processor" if busy >= BUSY else "detection" if decided_late else "task slots and the scheduler's loop"
    cores, hours = cpu_s * PER_DAY / DAY_S, PER_DAY / per_min / 60
    return [way, seconds(cpu_s), f"{busy:.0%}", f"{cores:.1f}", f"{hours:.1f}", bottleneck]


def _measure(settings: Mapping[str, str], options: Options) -> tuple[list[Burst], list[float]]:
    with running_product([STOCK_DAG], settings) as product:
        workflow_id = str(product.ours("POST", "", definition("burst"))["id"])
        product.wait_until_listed(workflow_id, "burst")
        product.ours("POST", f"/{workflow_id}/enable", {})
        product.wait_until_listed(STOCK_DAG, STOCK_DAG)
        clip = two_seconds()
        _our_burst(product, workflow_id, "warm-up", 1, clip)
        _stock_burst(product, 1)
        bursts, stock = [], []
        for number in range(max(options.samples, 1)):
            bursts.append(_our_burst(product, workflow_id, str(number), options.uploads, clip))
            stock.append(_stock_burst(product, options.uploads))
            log(f"{number + 1}/{options.samples}: ours {bursts[-1].per_min:.1f}, stock {stock[-1]:.1f} a minute")
        return bursts, stock


def two_seconds() -> bytes:
    """A clip of two seconds."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "clip.mp4"
        source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2", "-pix_fmt", "yuv420p"]
        subprocess.run(ffmpeg(*source, str(path)), check=True)
        return path.read_bytes()


def another(clip: bytes, name: str) -> bytes:
    """The same clip with a box that players skip: its content is another, so that no output is reused."""
    text = name.encode()
    return clip + struct.pack(">I4s", 8 + len(text), b"free") + text


def _our_burst(product: Product, workflow_id: str, name: str, uploads: int, clip: bytes) -> Burst:
    keys = [f"in/{name}-{number}.mp4" for number in range(uploads)]
    put_at: dict[str, float] = {}

    def put(key: str) -> None:
        product.s3.put_object(Bucket=INPUT_BUCKET, Key=key, Body=another(clip, key))
        put_at[key] = time.time()

    idle_cpus, before = _busy_cpus(IDLE_S), _ended(product, workflow_id)
    before_s, began_at = _busy_s(), time.time()
    _send(put, keys)
    ended = _ended_runs(product, workflow_id, f"in/{name}-", before, uploads)
    took_s = max(_unix(one["end_date"]) for one in ended) - began_at
    cpu_s, elapsed_s = _busy_s() - before_s, time.time() - began_at
    runs = Counter(one["conf"]["key"] for one in ended)
    started = {one["dag_run_id"]: one["conf"]["key"] for one in ended}
    waits = [
        _unix(one["start_date"]) - put_at[started[one["dag_run_id"]]]
        for one in _rows(product, f"/dags/{workflow_id}/dagRuns/~/taskInstances", "task_instances")
        if one["task_id"] == "upload" and one["dag_run_id"] in started
    ]
    return Burst(
        uploads=uploads,
        took_s=took_s,
        decided_s=max(_decided_at(product, key) for key in keys if runs[key]) - max(put_at.values()),
        waits_s=waits,
        cpu_s=cpu_s - idle_cpus * elapsed_s,
        busy=cpu_s / elapsed_s / (psutil.cpu_count() or 1),
        lost=sum(not runs[key] for key in keys),
        doubled=sum(runs[key] > 1 for key in keys),
    )


def _stock_burst(product: Product, runs: int) -> float:
    """Stock runs a minute."""
    before, began_at = _ended(product, STOCK_DAG), time.time()
    ids: list[str] = []
    _send(lambda _: ids.append(product.trigger(STOCK_DAG)), list(map(str, range(runs))))
    _wait_for_runs(product, STOCK_DAG, before, runs)
    ended = [one for one in _rows(product, f"/dags/{STOCK_DAG}/dagRuns", "dag_runs") if one["dag_run_id"] in ids]
    return 60 * runs / (max(_unix(one["end_date"]) for one in ended) - began_at)


def _send(one: Callable[[str], None], names: list[str]) -> None:
    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(one, names))


def _ended_runs(product: Product, dag_id: str, prefix: str, before: int, expected: int) -> list[dict[str, Any]]:
    """The runs of these uploads once all have ended; after a long time those that have: the others are lost."""
    try:
        _wait_for_runs(product, dag_id, before, expected)
    except NotReachedError as error:
        log(str(error))
    runs = _rows(product, f"/dags/{dag_id}/dagRuns", "dag_runs")
    return [one for one in runs if one["end_date"] and one["conf"].get("key", "").startswith(prefix)]


def _wait_for_runs(product: Product, dag_id: str, before: int, expected: int) -> None:
    """Raises NotReachedError."""
    whole_s = PER_UPLOAD_S * expected + 120
    wait_for(lambda: _ended(product, dag_id) >= before + expected, whole_s, f"the end of {expected} runs")


def _ended(product: Product, dag_id: str) -> int:
    """How many runs have ended: one small request, as it is repeated during the measurement."""
    answer = product.airflow(f"/dags/{dag_id}/dagRuns", limit=1, state=["success", "failed"])
    return int(answer["total_entries"])


def _rows(product: Product, path: str, name: str) -> Iterator[dict[str, Any]]:
    """All rows of a list of Airflow's API, newest first."""
    offset, total = 0, 1
    while offset < total:
        answer = product.airflow(path, limit=PAGE, offset=offset)
        yield from answer[name]
        offset, total = offset + PAGE, answer["total_entries"]


def _decided_at(product: Product, key: str) -> float:
    (decision,) = product.api("GET", "/uploads", bucket=INPUT_BUCKET, key=key)["items"]
    return _unix(decision["decided_at"])


def _unix(time_of: str) -> float:
    return datetime.fromisoformat(time_of).timestamp()


def _busy_s() -> float:
    """Processor seconds that the machine has worked since it started."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0))


def _busy_cpus(within_s: float) -> float:
    """How many processors work while nothing is uploaded."""
    before_s = _busy_s()
    time.sleep(within_s)
    return (_busy_s() - before_s) / within_s
