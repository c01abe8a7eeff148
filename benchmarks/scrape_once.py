"""`python -m benchmarks.scrape_once <samples>`: scrape and probe the configured databases; prints JSON.

A process of its own, as Airflow reads the address of its database when it is first imported.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event, select

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.domain.places import Place
from media_workflows.services.caller_places import of_caller
from media_workflows.services.metrics import metrics_text
from media_workflows.services.probe import probe
from media_workflows.services.visibility import visible_workflows
from media_workflows.store.engine import transaction
from media_workflows.store.tables import WorkflowRow


@dataclass
class Queries:
    """The statements of all engines of this process: processor ms of their backends, and the text of each."""

    spent: list[tuple[float, str]] = field(default_factory=list)

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Within it they are counted, from none."""
        self.spent.clear()
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "after_cursor_execute", self._after)
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", self._before)
            event.remove(Engine, "after_cursor_execute", self._after)

    def _before(self, connection: Any, cursor: Any, *_: Any) -> None:
        connection.info["began_s"] = time.clock_gettime(_clock(cursor))

    def _after(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        spent_s = time.clock_gettime(_clock(cursor)) - connection.info["began_s"]
        self.spent.append((1000 * spent_s, statement))


def _clock(cursor: Any) -> int:
    """CPUCLOCK_SCHED of the backend, as clock_getcpuclockid makes it."""
    return int(~cursor.connection.get_backend_pid() << 3 | 2)


def _scrape() -> None:
    """As GET /metrics, for an administrator."""
    with run_history() as session:
        metrics_text(session, visible_workflows(_ids()))


def _scrape_with_places() -> None:
    """As for a user of setting `role_places` who sees every workflow that is in these buckets, by their places."""
    with of_caller((Place("*"),)):
        _scrape()


def _probe() -> None:
    """As GET /health."""
    with transaction() as session:
        probe(session)


def _ids() -> list[str]:
    with transaction() as session:
        return list(session.scalars(select(WorkflowRow.id)))


def measured(name: str, ask: Callable[[], None], samples: int) -> dict[str, Any]:
    """Figures of one question: lists of samples, and the queries of the last one."""
    found: dict[str, Any] = {"name": name, "took_s": [], "database_ms": [], "python_ms": []}
    queries = Queries()
    ask()
    for _ in range(samples):
        with queries.counted():
            began_s, before_s = time.perf_counter(), time.process_time()
            ask()
            found["took_s"].append(time.perf_counter() - began_s)
            found["python_ms"].append(1000 * (time.process_time() - before_s))
        found["database_ms"].append(sum(ms for ms, _ in queries.spent))
    slowest_ms, statement = max(queries.spent)
    for ms, text in sorted(queries.spent, reverse=True)[:5]:
        print(f"  {name}: {ms:.0f} ms {' '.join(text.split())[:300]}", file=sys.stderr)
    return found | {"queries": len(queries.spent), "slowest_ms": slowest_ms, "slowest": _short(statement)}


def _short(statement: str) -> str:
    """The tables of a statement, from its first FROM on."""
    return " ".join(" ".join(statement.split()).partition(" FROM ")[2].split()[:6])


def main() -> None:
    """Print the figures of each question."""
    samples = int(sys.argv[1])
    asked = {
        "GET /health": _probe,
        "GET /metrics": _scrape,
        "GET /metrics of a user with places": _scrape_with_places,
    }
    print(json.dumps([measured(name, ask, samples) for name, ask in asked.items()]))


if __name__ == "__main__":
    main()
