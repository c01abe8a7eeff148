"""Whether Airflow's own processes and the system DAGs work.

Works where Airflow allows its ORM: the api-server and the command line.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from media_workflows.airflow_adapter.dag_state import airflow_session
from media_workflows.domain.base import Model

SYSTEM_DAGS = (
    "media_uploads",
    "media_events",
    "media_backfill",
    "media_process",
    "media_sidecars",
    "media_split",
    "media_housekeeping",
)
_PROCESSES = ("scheduler", "triggerer", "dag_processor")


class Component(Model):
    """A process of Airflow, or a system DAG.

    `down`: no heartbeat for too long, or no import. `paused`: the DAG's switch. `missing`: it never was there.
    """

    name: str
    state: Literal["ok", "down", "paused", "missing"]
    seen_at: datetime | None = None


def airflow_health() -> list[Component]:
    """The processes as Airflow's own check of health has them, and the system DAGs."""
    from airflow.api.common.airflow_health import get_airflow_health

    health = get_airflow_health()
    return [*(_process(name, health[name]) for name in _PROCESSES), *_system_dags()]


def _process(name: str, found: dict[str, Any]) -> Component:
    seen_at = found[f"latest_{name}_heartbeat"]
    if found["status"] == "healthy":
        return Component(name=name, state="ok")
    return Component(name=name, state="down" if seen_at else "missing", seen_at=seen_at)


def _system_dags() -> list[Component]:
    from airflow.models.dag import DagModel
    from sqlalchemy import select

    columns = (DagModel.dag_id, DagModel.is_paused, DagModel.is_stale, DagModel.has_import_errors)
    with airflow_session() as session:
        found = {row.dag_id: row for row in session.execute(select(*columns).where(DagModel.dag_id.in_(SYSTEM_DAGS)))}
    return [Component(name=name, state=_state(found.get(name))) for name in SYSTEM_DAGS]


def _state(row: Any) -> Literal["ok", "down", "paused", "missing"]:
    if row is None or row.is_stale:
        return "missing"
    if row.has_import_errors:
        return "down"
    return "paused" if row.is_paused else "ok"
