"""Milliseconds until the api-server answers what the pages and an SDK ask, in large databases; and what open tabs cost.

With `page_data` the filled databases are kept in that directory, and used again by the next run.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import text

from benchmarks.mps_calls import NO_LIMIT
from benchmarks.options import Options
from benchmarks.pages_fill import fill
from benchmarks.pages_questions import FIRST_S, Ask, paths, questions
from benchmarks.product import Product, log, running_product
from benchmarks.report import Table, median
from media_workflows.store.engine import transaction

POLL_S = 5.0  # as the pages poll while something runs


def run(options: Options) -> list[Table]:
    """A table of single requests, and one of tabs."""
    data = Path(options.page_data).absolute() if options.page_data else None
    with running_product([], NO_LIMIT, api_alone=True, data=data) as product:
        _fill_once(product, options)
        server = _api_server(product)
        return [_requests(product, server, options), _tabs(product, server, options)]


def _fill_once(product: Product, options: Options) -> None:
    filled = product.layout.data / f"filled-{options.page_workflows}-{options.page_runs}"
    if filled.exists():
        return
    began_s = time.monotonic()
    fill(product.layout.database.url("airflow"), options.page_workflows, options.page_runs)
    filled.touch()
    log(f"filled both databases in {time.monotonic() - began_s:.0f} s")


class Server:
    """The processor time of a server, with all processes that it has started."""

    def __init__(self, parent: psutil.Process) -> None:
        self._parent = parent

    def cpu_s(self) -> float:
        """User and system, in seconds, since its start; of processes that have ended, too, to 0.01 s."""
        ended = self._parent.cpu_times()
        alive = sum(_cpu_s(process.pid) for process in (self._parent, *self._parent.children(recursive=True)))
        return float(alive + ended.children_user + ended.children_system)

    @contextmanager
    def measured(self) -> Iterator[list[float]]:
        """Afterwards the list holds the processor seconds of what ran meanwhile."""
        spent: list[float] = []
        before = self.cpu_s()
        yield spent
        spent.append(self.cpu_s() - before)


def _cpu_s(pid: int) -> float:
    """By the clock of the process, which is exact; 0 = it has ended."""
    with suppress(OSError):
        return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED, as clock_getcpuclockid makes it
    return 0.0


def _api_server(product: Product) -> Server:
    port = product.layout.airflow_port
    found = [connection.pid for connection in psutil.net_connections("tcp4") if _listens(connection, port)]
    return Server(psutil.Process(next(pid for pid in found if pid)))


def _database_server(product: Product) -> Server:
    return Server(psutil.Process(int((product.layout.database.data_dir / "postmaster.pid").read_text().split()[0])))


def _listens(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr.port == port)


def _requests(product: Product, server: Server, options: Options) -> Table:
    servers = server, _database_server(product)
    asked = questions(product, options.page_workflows, options.page_runs)
    asked["home"]({}, FIRST_S)  # copies what has changed in Airflow since the databases were filled
    rows = [_row(name, ask, servers, options.samples) for name, ask in asked.items()]
    rows.append(_row("home, after a search for all changes", _searching(asked["home"]), servers, options.samples))
    title = f"Pages, {options.page_workflows:,} workflows and {options.page_runs:,} runs: one request at a time"
    columns = [
        "question",
        "median ms",
        "worst",
        "processor ms, median",
        "worst",
        "api-server",
        "PostgreSQL",
        "kB",
        "304",
    ]
    notes = [
        f"{options.samples} requests each, over loopback, after one to warm up, with its ETag. kB: the body of the "
        "first; 304: how many of the others had none. A fifth of the runs is one workflow's, 300 have not ended.",
        "Of the last row, each request searches by itself, as one does each 30 s while the dag-processor is down.",
    ]
    return Table(title, columns, rows, notes)


def _row(name: str, ask: Ask, servers: tuple[Server, Server], samples: int) -> list[str]:
    _set_search_due(False)  # the dag-processor, which is not started, would search every 15 s
    first = ask({}, FIRST_S)
    known = {"if-none-match": first.headers["etag"]} if "etag" in first.headers else {}
    took_ms: list[float] = []
    server_ms: list[float] = []
    database_ms: list[float] = []
    unchanged = 0
    for _ in range(samples):
        with servers[0].measured() as server_s, servers[1].measured() as database_s:
            began_s = time.perf_counter()
            unchanged += ask(known, FIRST_S).status_code == 304
            took_ms.append((time.perf_counter() - began_s) * 1000)
        server_ms.append(server_s[0] * 1000)
        database_ms.append(database_s[0] * 1000)
    both_ms = [sum(pair) for pair in zip(server_ms, database_ms, strict=True)]
    shown = [f"{value:.0f}" for ms in (took_ms, both_ms) for value in (median(ms), max(ms))]
    shown += [f"{median(ms):.0f}" for ms in (server_ms, database_ms)]
    log(f"{name}: {' '.join(shown)} ms")
    return [name, *shown, f"{len(first.content) / 1000:.1f}", str(unchanged)]


def _searching(ask: Ask) -> Ask:
    def ask_when_due(headers: Mapping[str, str], timeout_s: float) -> httpx.Response:
        _set_search_due(True)
        return ask(headers, timeout_s)

    return ask_when_due


def _set_search_due(is_due: bool) -> None:
    with transaction() as session:
        session.execute(text(f"UPDATE run_search SET began_at = now() {'-' if is_due else '+'} interval '1 day'"))


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
    asked = paths(options.page_workflows, options.page_runs)
    pages = ["workflows, first 50"], ["workflow page: definition", "workflow page: runs, first 50"]
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
