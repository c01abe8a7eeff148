"""The product's metrics as Prometheus reads them: aggregates of the database, all of them gauges.

Rows are deleted by age, so that sums over all of them would fall: they count the last 24 hours instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy.orm import Session

from media_workflows.airflow_adapter.health import airflow_health
from media_workflows.airflow_adapter.task_counts import task_counts
from media_workflows.domain.costs.own_cost import own_cost, own_prices
from media_workflows.services.caller_places import sees_all
from media_workflows.services.probe import detection_state
from media_workflows.settings import get_settings
from media_workflows.store import metrics as store
from media_workflows.store.budgets import budgets_of, month_uses, this_month
from media_workflows.store.tables import utcnow

PREFIX = "media_workflows_"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Metric(NamedTuple):
    """A gauge: its name without PREFIX, and what it says."""

    name: str
    help: str
    labels: tuple[str, ...] = ()


METRICS = (
    Metric("workflow_enabled", "1 = the workflow is enabled, 0 = it is not", ("workflow", "name")),
    Metric("uploads_seen_1d", "Objects with decisions of the last 24 hours, each once"),
    Metric("uploads_decided_1d", "Decisions on uploads of the last 24 hours", ("workflow", "outcome", "rule")),
    Metric("last_decision_age_seconds", "Time since the newest decision on an upload"),
    Metric(
        "upload_decision_latency_seconds",
        "From an upload to the decision that started its run, of the last hour",
        ("quantile",),
    ),
    Metric("upload_start_latency_seconds", "From an upload to its run, of runs of the last hour", ("quantile",)),
    Metric("detection_up", "1 = uploads are detected, or detection is off; 0 = it fails or has stopped"),
    Metric("detection_source_age_seconds", "Time since a queue or listing was last read", ("kind", "place")),
    Metric("detection_source_success_age_seconds", "Time since that succeeded", ("kind", "place")),
    Metric("runs", "Runs that are queued or running", ("workflow", "state")),
    Metric("oldest_queued_run_age_seconds", "Age of the oldest run that is queued; 0 = none is"),
    Metric("runs_ended_1d", "Runs that ended in the last 24 hours", ("workflow", "state")),
    Metric("steps_ended_1d", "Steps of these runs, by the state of their tasks in Airflow", ("workflow", "state")),
    Metric(
        "items_ended_1d", "Items of these runs: made, reused from an earlier run, or failed", ("workflow", "outcome")
    ),
    Metric("worker_seconds_1d", "Seconds of the steps of these runs", ("workflow",)),
    Metric("cpu_seconds_1d", "Processor seconds of these steps", ("workflow",)),
    Metric(
        "ffmpeg_seconds_1d", "Seconds for which ffmpeg ran in these steps, of each its last 50 commands", ("workflow",)
    ),
    Metric("source_bytes_1d", "Bytes of the sources of these runs", ("workflow",)),
    Metric("output_bytes_1d", "Bytes of their outputs", ("workflow",)),
    Metric("tasks", "Tasks that wait for a slot (scheduled) or a worker (queued), or run", ("pool", "queue", "state")),
    Metric("running_steps", "Steps of running runs, by what they do now", ("kind", "phase")),
    Metric("encode_speed_ratio", "Mean speed of the encodes that run, media seconds per second", ("kind",)),
    Metric("deliveries", "Deliveries: all pending and dead ones, delivered ones of 24 hours", ("workflow", "state")),
    Metric(
        "oldest_delivery_age_seconds", "Age of the oldest delivery that is pending or dead; 0 = none is", ("state",)
    ),
    Metric("outbox_age_seconds", "How long the delivery that is due the longest is overdue; 0 = none is"),
    Metric("budget_limit", "Budget of a month, in processor hours (cpu_hours) or money (amount)", ("workflow", "unit")),
    Metric("budget_used", "What the runs of this month (UTC) have used or reserved of it", ("workflow", "unit")),
    Metric("component_up", "1 = the process of Airflow or the system DAG works", ("component",)),
)

_USED = {
    "worker_seconds_1d": "worker_s",
    "cpu_seconds_1d": "cpu_s",
    "ffmpeg_seconds_1d": "ffmpeg_s",
    "source_bytes_1d": "source_bytes",
    "output_bytes_1d": "output_bytes",
}

Samples = dict[str, dict[tuple[str, ...], float]]


def metrics_text(session: Session, workflow_ids: Collection[str]) -> bytes:
    """All metrics in Prometheus' text format, of the workflows that a user may see."""
    samples = _samples(session, workflow_ids)
    registry = CollectorRegistry()
    registry.register(_Collected([_family(metric, samples[metric.name]) for metric in METRICS]))
    return generate_latest(registry)


class _Collected:
    """What was collected before, as a registry takes it."""

    def __init__(self, families: Sequence[GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self.families


def _family(metric: Metric, samples: dict[tuple[str, ...], float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + metric.name, metric.help, labels=metric.labels)
    for labels, value in sorted(samples.items()):
        family.add_metric(labels, value)
    return family


def _samples(session: Session, ids: Collection[str]) -> Samples:
    now = utcnow()
    found: Samples = defaultdict(lambda: defaultdict(float))
    parts = (_workflows(session, ids), _uploads(session, ids, now), _runs(session, ids, now))
    further = (_steps(session, ids), _tasks(ids), _outbox(session, ids, now), _budgets(session, ids), _components())
    for part in (*parts, _ended(session, ids, now), *further):
        for name, labels, value in part:
            found[name][tuple(map(str, labels))] += float(value)
    return found


Sample = tuple[str, tuple[Any, ...], Any]


def _workflows(session: Session, ids: Collection[str]) -> Iterator[Sample]:
    for id_, name, enabled in store.workflows(session, ids):
        yield "workflow_enabled", (id_, name), bool(enabled)


def _uploads(session: Session, ids: Collection[str], now: datetime) -> Iterator[Sample]:
    seen = [*ids, ""] if sees_all() else ids  # the last is of uploads of any bucket that fit no workflow
    for workflow, outcome, rule, count in store.decisions(session, seen, now - DAY):
        yield "uploads_decided_1d", (workflow, outcome, rule), count
    yield "uploads_seen_1d", (), store.uploads_seen(session, seen, now - DAY)
    for quantile, seconds in store.decision_latency(session, ids, now - HOUR):
        yield "upload_decision_latency_seconds", (quantile,), seconds
    for quantile, seconds in store.start_latency(session, ids, now - HOUR):
        yield "upload_start_latency_seconds", (quantile,), seconds
    decided = store.last_decision_at(session)
    if decided:
        yield "last_decision_age_seconds", (), _age_s(decided, now)
    yield "detection_up", (), detection_state(session, now) in ("ok", "off")
    for kind, place, polled, succeeded in store.detection_sources(session, ids, get_settings().upload_queue_urls):
        yield "detection_source_age_seconds", (kind, place), _age_s(polled, now)
        if succeeded:
            yield "detection_source_success_age_seconds", (kind, place), _age_s(succeeded, now)


def _runs(session: Session, ids: Collection[str], now: datetime) -> Iterator[Sample]:
    oldest = now
    for workflow, state, count, first in store.unfinished_runs(session, ids):
        yield "runs", (workflow, state), count
        if state == "queued":
            oldest = min(oldest, first)  # type: ignore[call-overload]
    yield "oldest_queued_run_age_seconds", (), _age_s(oldest, now)


def _ended(session: Session, ids: Collection[str], now: datetime) -> Iterator[Sample]:
    for workflow, state, count, *sums in store.ended_runs(session, ids, now - DAY):
        yield "runs_ended_1d", (workflow, state), count
        used = dict(zip(store.USED, sums, strict=True))
        for name, sum_ in _USED.items():
            yield name, (workflow,), used[sum_]
        for outcome in ("made", "reused", "failed"):
            yield "items_ended_1d", (workflow, outcome), used[f"items_{outcome}"]
    for workflow, state, count in store.ended_steps(session, ids, now - DAY):
        yield "steps_ended_1d", (workflow, state), count


def _steps(session: Session, ids: Collection[str]) -> Iterator[Sample]:
    for kind, phase, count, speed in store.running_steps(session, ids):
        yield "running_steps", (kind, phase), count
        if phase == "encoding" and speed is not None:
            yield "encode_speed_ratio", (kind,), speed


def _tasks(ids: Collection[str]) -> Iterator[Sample]:
    for *labels, count in task_counts(ids):
        yield "tasks", tuple(labels), count


def _outbox(session: Session, ids: Collection[str], now: datetime) -> Iterator[Sample]:
    oldest = {"pending": now, "dead": now}
    for workflow, state, count, first in store.deliveries(session, ids, now - DAY):
        yield "deliveries", (workflow, state), count
        if state in oldest:
            oldest[state] = min(oldest[state], first)  # type: ignore[call-overload]
    for state, first in oldest.items():
        yield "oldest_delivery_age_seconds", (state,), _age_s(first, now)
    yield "outbox_age_seconds", (), _age_s(store.outbox_since(session, now) or now, now)


def _budgets(session: Session, ids: Collection[str]) -> Iterator[Sample]:
    limits = {id_: budget.per_month for id_, _, budget in budgets_of(session, ids) if budget.per_month}
    prices, uses = own_prices(get_settings()), month_uses(session, list(limits), this_month())
    for workflow, limit in limits.items():
        used = uses[workflow]
        cost = own_cost(prices, used)
        if limit.cpu_hours is not None:
            yield "budget_limit", (workflow, "cpu_hours"), limit.cpu_hours
            yield "budget_used", (workflow, "cpu_hours"), used.cpu_s / HOUR.total_seconds()
        if limit.amount is not None and cost is not None:
            yield "budget_limit", (workflow, "amount"), limit.amount
            yield "budget_used", (workflow, "amount"), cost.total


def _components() -> Iterator[Sample]:
    for component in airflow_health():
        yield "component_up", (component.name,), component.state == "ok"


def _age_s(at: Any, now: datetime) -> float:
    """Not below 0: the clocks of machines differ."""
    age_s: float = (now - at).total_seconds()
    return max(age_s, 0.0)
