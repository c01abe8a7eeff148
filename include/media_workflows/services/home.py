"""What an operator reads first: what waits, runs, failed and was processed; and whether everything works."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.run_tasks import failed_since
from media_workflows.domain.base import Model
from media_workflows.domain.candidates import SIDECARS_DAG
from media_workflows.services import run_list
from media_workflows.services.health import Health, health
from media_workflows.services.run_list import RunRow
from media_workflows.store.activity import Activity, activity
from media_workflows.store.counts import (
    DeadDeliveries,
    UnfinishedRuns,
    dead_deliveries,
    unfinished_runs,
    workflow_counts,
)
from media_workflows.store.late_joins import LateJoin, latest_joins
from media_workflows.store.run_list import CauseCount, RunFilter, causes, count_runs
from media_workflows.store.tables import utcnow

HOURS = 24
SHOWN_RUNS = 10
MOST_JOINS, SHOWN_JOINS = 1_000, 20


class Failures(Model):
    """The runs that failed in the last 24 hours, by error code; `is_exact` is false when more than `runs` did."""

    runs: int
    is_exact: bool
    causes: list[CauseCount]


class Home(Model):
    """The state of the installation, as far as a user may see its workflows. `running` are the newest ones.

    `failed_joins` are late add-ons that could not join their ladders in the last 24 hours, and were not uploaded again.
    """

    workflows: int
    enabled: int
    unfinished: UnfinishedRuns
    running: list[RunRow]
    failures: Failures
    dead: list[DeadDeliveries]
    failed_joins: list[LateJoin]
    activity: Activity
    health: Health


def home(session: Session, workflow_ids: Collection[str]) -> Home:
    """The state now, and of the last 24 hours to the minute."""
    since = utcnow().replace(second=0, microsecond=0) - timedelta(hours=HOURS)
    total, enabled = workflow_counts(session, workflow_ids)
    running = RunFilter(workflow_ids=frozenset(workflow_ids), states=frozenset({"running"}))
    return Home(
        workflows=total,
        enabled=enabled,
        unfinished=unfinished_runs(session, workflow_ids),
        running=run_list.list_runs(session, running, 0, SHOWN_RUNS).items,
        failures=_failures(session, workflow_ids, since),
        dead=dead_deliveries(session, workflow_ids),
        failed_joins=latest_joins(session, failed_since(SIDECARS_DAG, since, MOST_JOINS), workflow_ids, SHOWN_JOINS),
        activity=activity(session, workflow_ids, since, HOURS),
        health=health(session, workflow_ids, is_watching=enabled > 0),
    )


def _failures(session: Session, workflow_ids: Collection[str], since: datetime) -> Failures:
    which = RunFilter(workflow_ids=frozenset(workflow_ids), states=frozenset({"failed"}), ended_since=since)
    runs, is_exact = count_runs(session, which)
    return Failures(runs=runs, is_exact=is_exact, causes=causes(session, which) if runs else [])
