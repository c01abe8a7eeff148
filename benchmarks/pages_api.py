"""Milliseconds until the api-server answers what the pages ask, in large databases; and what open tabs cost it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from benchmarks.options import Options
from benchmarks.pages_fill import BUSY, CAUSE, fill
from benchmarks.product import Product, running_product, say
from benchmarks.report import Table, median, p90

API = "/media-workflows/api/v1"
BASELINE = "Airflow's own list of 50 DAGs (baseline)"
WARM_S = 1_200.0  # the first request of all copies the runs from Airflow
POLL_S = 5.0  # as the pages poll while something runs


def run(options: Options) -> list[Table]:
    """A table of single requests, and one of tabs."""
    with running_product([], {}, api_alone=True) as product:
        began_s = time.monotonic()
        fill(product.layout.database.url("airflow"), options.page_workflows, options.page_runs)
        say(f"filled both databases in {time.monotonic() - began_s:.0f} s")
        server = _api_server(product)
        return [_requests(product, server, options), _tabs(product, server, options)]


class Server:
    """The processor time of a server, with all processes that it has started."""

    def __init__(self, parent: psutil.Process) -> None:
        self._parent = parent

    def cpu_s(self) -> float:
        """User and system, in seconds, since its start; of processes that have ended, too."""
        processes = [self._parent, *self._parent.children(recursive=True)]
        return sum(sum(process.cpu_times()[:4]) for process in processes)

    @contextmanager
    def measured(self) -> Iterator[list[float]]:
        """Afterwards the list holds the processor seconds of what ran meanwhile."""
        spent: list[float] = []
        before = self.cpu_s()
        yield spent
        spent.append(self.cpu_s() - before)


def _api_server(product: Product) -> Server:
    port = product.layout.airflow_port
    found = [connection.pid for connection in psutil.net_connections("tcp4") if _listens(connection, port)]
    return Server(psutil.Process(next(pid for pid in found if pid)))


def _database_server(product: Product) -> Server:
    return Server(psutil.Process(int((product.layout.database.data_dir / "postmaster.pid").read_text().split()[0])))


def _listens(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr.port == port)


def questions(workflows: int) -> dict[str, str]:
    """What the pages ask, by what a person sees."""
    workflow = f"{API}/workflows/{BUSY}"
    return {
        BASELINE: "/api/v2/dags?limit=50",
        "home": f"{API}/home",
        "list of workflows, first 50": f"{API}/workflows?limit=50",
        "list, last 50": f"{API}/workflows?limit=50&offset={workflows - 50}",
        "search by a part of the name": f"{API}/workflows?limit=50&search=flow-12",
        "workflow page: definition": workflow,
        "workflow page: revisions": f"{workflow}/revisions",
        "workflow page: counters of 24 h": f"{workflow}/counters",
        "workflow page: counters of 30 days": f"{workflow}/counters?hours=720",
        "workflow page: runs, first 50": f"{API}/runs?workflow={BUSY}&limit=50",
        "workflow page: upload decisions": f"{API}/uploads?workflow={BUSY}&limit=50",
        "newest runs of all workflows": f"{API}/runs?results=false&limit=20",
        "failed runs by cause": f"{API}/runs?results=false&limit=50&state=failed&cause={CAUSE}",
        "runs by state": f"{API}/runs?results=false&limit=50&state=failed",
        "runs by file: a word of all keys": f"{API}/runs?results=false&limit=50&search=mp4",
        "runs by file: two words of all keys": f"{API}/runs?results=false&limit=50&search=clip+mp4",
        "runs by file: a word of the oldest fifteenth": f"{API}/runs?results=false&limit=50&search=old",
        "runs by file: a word of each 200th": f"{API}/runs?results=false&limit=50&search=w7",
        "causes of failures": f"{API}/runs/causes",
        "run page": f"{API}/runs/upload__1?workflow={BUSY}",
        "run page: files with links": f"{API}/runs/upload__1/files?workflow={BUSY}",
    }


def _requests(product: Product, server: Server, options: Options) -> Table:
    rows = []
    database = _database_server(product)
    for name, path in questions(options.page_workflows).items():
        first = product.get(path, timeout_s=WARM_S)
        first.raise_for_status()
        known = {"if-none-match": first.headers["etag"]} if "etag" in first.headers else {}
        took_ms = []
        unchanged = 0
        with server.measured() as cpu_s, database.measured() as database_s:
            for _ in range(options.samples):
                began_s = time.perf_counter()
                unchanged += product.get(path, known).status_code == 304
                took_ms.append((time.perf_counter() - began_s) * 1000)
        each_ms = [f"{spent[0] * 1000 / options.samples:.0f}" for spent in (cpu_s, database_s)]
        size = f"{len(first.content) / 1000:.1f}"
        rows.append([name, f"{median(took_ms):.0f}", f"{p90(took_ms):.0f}", *each_ms, size, str(unchanged)])
        say(f"{name}: {median(took_ms):.0f} ms")
    title = f"Pages, {options.page_workflows:,} workflows and {options.page_runs:,} runs: one request at a time"
    columns = ["question", "median ms", "p90 ms", "processor ms of the api-server", "of PostgreSQL", "kB", "304"]
    notes = [
        f"{options.samples} requests each, over loopback, after one to warm up, with its ETag. kB: the body of the "
        "first; 304: how many of the others had none. A fifth of the runs is one workflow's."
    ]
    return Table(title, columns, rows, notes)


@dataclass
class Polled:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    body_bytes: int = 0


def _tabs(product: Product, server: Server, options: Options) -> Table:
    rows = []
    for name, with_etag in (("with ETag", True), ("without", False)):
        polled = Polled()
        with server.measured() as cpu_s:
            _poll_all(product, options, polled, with_etag)
        requests = sum(polled.statuses.values())
        rows.append(
            [
                name,
                f"{requests / options.tabs_s:.1f}",
                f"{100 * polled.statuses[304] / requests:.0f} %",
                f"{polled.body_bytes / options.tabs_s / 1000:.0f}",
                f"{cpu_s[0] / options.tabs_s:.2f}",
            ]
        )
    title = f"{options.tabs} open tabs, half on the list and half on a workflow's page, polling every {POLL_S:.0f} s"
    columns = ["", "requests per s", "answered 304", "kB per s", "processor seconds of the api-server per s"]
    return Table(title, columns, rows, [f"For {options.tabs_s:.0f} s each, on a machine without running workflows."])


def _poll_all(product: Product, options: Options, polled: Polled, with_etag: bool) -> None:
    asked = questions(options.page_workflows)
    pages = ["list of workflows, first 50"], ["workflow page: definition", "workflow page: runs, first 50"]
    end_s = time.monotonic() + options.tabs_s
    tabs = [
        threading.Thread(
            target=_poll,
            args=(product, [asked[name] for name in pages[number % 2]], end_s, polled, with_etag),
            daemon=True,
        )
        for number in range(options.tabs)
    ]
    for tab in tabs:
        tab.start()
        time.sleep(POLL_S / options.tabs)
    for tab in tabs:
        tab.join()


def _poll(product: Product, paths: list[str], end_s: float, polled: Polled, with_etag: bool) -> None:
    etags: dict[str, str] = {}
    while time.monotonic() < end_s:
        for path in paths:
            known = {"if-none-match": etags[path]} if with_etag and path in etags else {}
            answer = product.get(path, known)
            etags[path] = answer.headers.get("etag", "")
            polled.statuses[answer.status_code] += 1
            polled.body_bytes += len(answer.content)
        time.sleep(POLL_S)
