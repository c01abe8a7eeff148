"""Each metric of a running product during a burst, against SQL on both databases and against S3."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, create_engine, text

from airflow_product import Product
from clip_making import encode, picture
from media_workflows.demo.layout import INPUT_BUCKET
from media_workflows.services.metrics import METRICS, PREFIX

Values = dict[tuple[str, ...], float]
NAME, GOOD = "measured", 10
MEDIA, AIRFLOW = "MEDIA_WORKFLOWS_DATABASE_URL", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
ENDED = "JOIN run USING (workflow_id, run_id) WHERE workflow_id = :mine AND run.ended_at IS NOT NULL"
ITEMS = f"FROM job_result CROSS JOIN jsonb_array_elements(result -> 'items') item {ENDED} AND"


class Counted(NamedTuple):
    """Rows of labels and a value, in one of the databases; `mine`: only those of this test's workflow are compared.

    With `names_all`, a last column names what is counted: one may have come as another went, and the count is the same.
    """

    database: str
    sql: str
    mine: bool = False
    names_all: bool = False


# Airflow's own tables say how runs and tasks are; of the product's they are copies.
# All steps with their last change: one may begin and end while it is scraped.
STEPS = (
    "array_agg(run_id || step_id || updated_at ORDER BY run_id, step_id) "
    "FROM job_progress JOIN run USING (workflow_id, run_id)"
)
COUNTS = {
    "workflow_enabled": Counted(AIRFLOW, "SELECT dag_id, :name, NOT is_paused FROM dag WHERE dag_id = :mine", True),
    "uploads_seen_1d": Counted(MEDIA, "SELECT count(DISTINCT (bucket, key)) FROM upload_decision"),
    "uploads_decided_1d": Counted(
        MEDIA, "SELECT workflow_id, outcome, rule, count(*) FROM upload_decision GROUP BY 1, 2, 3"
    ),
    "runs": Counted(
        AIRFLOW,
        "SELECT dag_id, state, count(*), array_agg(run_id ORDER BY run_id) FROM dag_run "
        "WHERE dag_id = :mine AND end_date IS NULL GROUP BY 1, 2",
        True,
        True,
    ),
    "runs_ended_1d": Counted(
        AIRFLOW,
        "SELECT dag_id, state, count(*) FROM dag_run WHERE dag_id = :mine AND end_date IS NOT NULL GROUP BY 1, 2",
        True,
    ),
    "steps_ended_1d": Counted(
        AIRFLOW,
        "SELECT run.dag_id, task.state, count(*) FROM task_instance task JOIN dag_run run USING (dag_id, run_id) "
        "WHERE run.dag_id = :mine AND run.end_date IS NOT NULL GROUP BY 1, 2",
        True,
    ),
    "items_ended_1d": Counted(
        MEDIA,
        f"SELECT :mine, 'failed', count(*) {ITEMS} item ->> 'status' = 'FAIL' "
        f"UNION SELECT :mine, 'made', count(*) {ITEMS} item ->> 'status' <> 'FAIL' AND item ->> 'reused' IS NULL "
        f"UNION SELECT :mine, 'reused', count(*) {ITEMS} item ->> 'reused' IS NOT NULL",
        True,
    ),
    "worker_seconds_1d": Counted(
        MEDIA,
        "SELECT workflow_id, sum(extract(epoch FROM (result ->> 'finished_at')::timestamptz "
        f"- (result ->> 'begun_at')::timestamptz)) FROM job_result {ENDED} GROUP BY 1",
        True,
    ),
    "cpu_seconds_1d": Counted(
        MEDIA,
        f"SELECT workflow_id, sum((result #>> '{{usage,cpu_s}}')::float) FROM job_result {ENDED} GROUP BY 1",
        True,
    ),
    "ffmpeg_seconds_1d": Counted(
        MEDIA,
        "SELECT workflow_id, sum((command ->> 'took_s')::float) FROM job_result LEFT JOIN "
        f"jsonb_array_elements(coalesce(result -> 'commands', '[]')) command ON true {ENDED} GROUP BY 1",
        True,
    ),
    "source_bytes_1d": Counted(
        MEDIA,
        "SELECT workflow_id, sum((source ->> 'size_bytes')::bigint) FROM run "
        "WHERE workflow_id = :mine AND ended_at IS NOT NULL GROUP BY 1",
        True,
    ),
    "output_bytes_1d": Counted(
        MEDIA,
        "SELECT workflow_id, sum((output ->> 'size_bytes')::bigint) FROM job_result CROSS JOIN "
        f"jsonb_path_query(result, '$.items[*].outputs[*]') output {ENDED} GROUP BY 1",
        True,
    ),
    "tasks": Counted(
        AIRFLOW,
        "SELECT pool, queue, state, count(*), array_agg(id::text ORDER BY id) FROM task_instance "
        "WHERE state IN ('scheduled', 'queued', 'running') GROUP BY 1, 2, 3",
        names_all=True,
    ),
    "running_steps": Counted(
        MEDIA,
        f"SELECT kind, phase, count(*) FILTER (WHERE state = 'running' AND phase NOT IN ('done', 'failed')), {STEPS} "
        "GROUP BY 1, 2",
        names_all=True,
    ),
    "encode_speed_ratio": Counted(
        MEDIA,
        f"SELECT kind, avg(speed) FILTER (WHERE state = 'running' AND phase = 'encoding'), {STEPS} GROUP BY 1",
        names_all=True,
    ),
    "deliveries": Counted(MEDIA, "SELECT workflow_id, state, count(*) FROM delivery GROUP BY 1, 2"),
    "budget_limit": Counted(
        MEDIA,
        "SELECT workflow_id, 'cpu_hours', (definition #>> '{budget,per_month,cpu_hours}')::float FROM revision "
        "WHERE workflow_id = :mine ORDER BY number DESC LIMIT 1",
        True,
    ),
    "budget_used": Counted(
        MEDIA,
        "SELECT :mine, 'cpu_hours', sum(CASE WHEN ended_at IS NULL THEN (reserved ->> 'cpu_s')::float "
        "ELSE cpu_s END) / 3600 FROM run WHERE workflow_id = :mine",
        True,
    ),
    "component_up": Counted(
        AIRFLOW,
        "SELECT dag_id, 1 FROM dag WHERE dag_id LIKE 'media\\_%' AND NOT is_paused AND NOT is_stale",
    ),
}
# Rows of labels and the moment since when.
AGES = {
    "last_decision_age_seconds": "SELECT max(decided_at) FROM upload_decision",
    "oldest_queued_run_age_seconds": "SELECT min(created_at) FROM run WHERE state = 'queued'",
    "oldest_delivery_age_seconds": "SELECT states.state, min(created_at) FROM (VALUES ('pending'), ('dead')) "
    "AS states (state) LEFT JOIN delivery ON delivery.state = states.state GROUP BY 1",
    "outbox_age_seconds": "SELECT min(due_at) FROM delivery WHERE state = 'pending' AND due_at <= now() "
    "AND leased_until IS NULL AND NOT ordered",
    "detection_source_age_seconds": "SELECT kind, place, polled_at FROM detection_source",
    "detection_source_success_age_seconds": "SELECT kind, place, succeeded_at FROM detection_source",
}
LATENCY = """SELECT extract(epoch FROM {at} - (run.source ->> 'last_modified')::timestamptz)::float FROM {rows}
    AND {at} > now() - interval '1 hour' AND run.source ->> 'last_modified' IS NOT NULL"""
DECIDED = "upload_decision JOIN run USING (workflow_id, run_id) WHERE rule IN ('matched', 'waiting_run')"
LATENCIES = {
    "upload_start_latency_seconds": LATENCY.format(at="created_at", rows="run WHERE run_id LIKE 'upload%'"),
    "upload_decision_latency_seconds": LATENCY.format(at="decided_at", rows=DECIDED),
}
# What the burst moves: compared at least once while it lasts.
MOVED = {
    "uploads_seen_1d",
    "uploads_decided_1d",
    "runs",
    "runs_ended_1d",
    "steps_ended_1d",
    "items_ended_1d",
    "deliveries",
}


@dataclass
class Databases:
    """Both, and what is asked of them."""

    connections: dict[str, Connection]
    names: dict[str, str]
    compared: set[str] = field(default_factory=set)

    def rows(self, database: str, sql: str) -> list[Any]:
        """All of one moment: each statement is a transaction of its own."""
        found = self.connections[database].execute(text(sql), self.names if ":" in sql.replace("::", "") else {})
        return [tuple(row) for row in found]

    def snapshot(self) -> dict[str, list[Any]]:
        counts = {name: self.rows(one.database, one.sql) for name, one in COUNTS.items()}
        others = {name: self.rows(MEDIA, sql) for name, sql in {**AGES, **LATENCIES}.items()}
        return {name: sorted(rows, key=str) for name, rows in {**counts, **others}.items()}


@contextmanager
def databases(product: Product, **names: str) -> Iterator[Databases]:
    environment = product.layout.environment
    engines = {name: create_engine(environment[name], isolation_level="AUTOCOMMIT") for name in (MEDIA, AIRFLOW)}
    with closing(engines[MEDIA].connect()) as media, closing(engines[AIRFLOW].connect()) as airflow:
        yield Databases({MEDIA: media, AIRFLOW: airflow}, names)
    for engine in engines.values():
        engine.dispose()


def scraped(product: Product) -> dict[str, Values]:
    labels = {PREFIX + metric.name: metric.labels for metric in METRICS}
    families = text_string_to_metric_families(product.api.get("/metrics").raise_for_status().text)
    return {
        family.name.removeprefix(PREFIX): {
            tuple(one.labels[label] for label in labels[family.name]): one.value for one in family.samples
        }
        for family in families
    }


def compare(product: Product, found: Databases) -> set[str]:
    """Compare what did not change while it was scraped; its names."""
    before, began = found.snapshot(), time.time()
    metrics = scraped(product)
    ended, after = time.time(), found.snapshot()
    still = {name for name in before if before[name] == after[name]}
    for name in still:
        _compare_one(name, metrics[name], before[name], (began, ended), found.names["mine"])
    return still


def _compare_one(name: str, values: Values, rows: Sequence[Any], scrape: tuple[float, float], mine: str) -> None:
    if name in LATENCIES:
        assert values == {(str(q),): pytest.approx(_quantile(rows, q)) for q in (0.5, 0.95) if rows}, name
    elif name in AGES:
        since = {tuple(labels): at.timestamp() if at else None for *labels, at in rows}
        assert values.keys() <= since.keys(), name
        for labels, age_s in values.items():
            at = since[labels]
            low, high = (moment - at if at else 0 for moment in scrape)
            assert low - 0.1 <= age_s <= high + 0.1, (name, labels)
    else:
        counted = COUNTS[name]
        found = [row[:-1] if counted.names_all else row for row in rows]
        expected = {tuple(labels): float(value) for *labels, value in found if value}
        compared = {labels: value for labels, value in values.items() if not counted.mine or labels[0] == mine}
        if name == "component_up":  # the processes are those of Airflow's own answer, at the end
            compared = {labels: value for labels, value in compared.items() if labels[0].startswith("media_")}
        assert {labels: value for labels, value in compared.items() if value} == pytest.approx(expected, 1e-9, 2e-6), (
            name
        )


def _quantile(rows: Sequence[Any], quantile: float) -> float:
    """As of a continuous distribution: between two values in proportion."""
    ordered = sorted(float(seconds) for (seconds,) in rows)
    at = quantile * (len(ordered) - 1)
    low, high = ordered[int(at)], ordered[min(int(at) + 1, len(ordered) - 1)]
    return low + (high - low) * (at - int(at))


def test_every_metric_is_compared() -> None:
    assert {metric.name for metric in METRICS} == {*COUNTS, *AGES, *LATENCIES, "detection_up"}


@pytest.mark.full
def test_metrics_agree_with_the_databases_during_a_burst(product: Product, tmp_path: Path) -> None:
    """Ten clips of two contents, one file that is no video, and one that a rule refuses."""
    budget = {"per_month": {"cpu_hours": 5}}
    workflow = product.create(NAME, budget=budget)
    product.enable(workflow)
    for number in (0, 1):
        encode(*picture(seconds=1 + number), str(tmp_path / f"{number}.mp4"))
    with databases(product, mine=workflow, name=NAME) as found:
        for number in range(GOOD):
            product.upload(tmp_path / f"{number % 2}.mp4", f"{NAME}/{number}.mp4")
        product.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{NAME}/broken.mp4", Body=b"no video")
        product.s3.put_object(Bucket=INPUT_BUCKET, Key=f"{NAME}/refused.txt", Body=b"no video")
        during: set[str] = set()
        deadline = time.monotonic() + 600
        while not _has_ended(product, workflow):
            assert time.monotonic() < deadline, product.runs(workflow)
            during |= compare(product, found)
        assert during >= MOVED
        afterwards: set[str] = set()
        while missing := {*COUNTS, *AGES, *LATENCIES} - afterwards:
            assert time.monotonic() < deadline, missing
            afterwards |= compare(product, found)
    _compare_with_s3(product, workflow)


def _has_ended(product: Product, workflow: str) -> bool:
    runs = product.runs(workflow)
    return len(runs) == GOOD + 1 and all(run["state"] in ("success", "failed") for run in runs)


def _compare_with_s3(product: Product, workflow: str) -> None:
    """At the end, with neither database: Airflow's health, what was uploaded, and what lies in the output bucket."""
    metrics, health = scraped(product), product.airflow.get("/monitor/health").json()
    assert metrics["detection_up"] == {(): 1}
    for process in ("scheduler", "triggerer", "dag_processor"):
        assert metrics["component_up"][process,] == (health[process]["status"] == "healthy")
    decided = {labels[1:]: value for labels, value in metrics["uploads_decided_1d"].items() if labels[0] == workflow}
    assert decided == {("fired", "matched"): GOOD + 1, ("refused", "format"): 1}
    assert metrics["runs_ended_1d"][workflow, "success"] == GOOD
    assert metrics["runs_ended_1d"][workflow, "failed"] == 1
    items = {outcome: metrics["items_ended_1d"][workflow, outcome] for outcome in ("made", "reused", "failed")}
    assert (items["made"] + items["reused"], items["failed"]) == (GOOD, 1)
    sources = {key: size for key, size in _sizes(product, INPUT_BUCKET, f"{NAME}/").items() if key.endswith(".mp4")}
    assert metrics["source_bytes_1d"][workflow,] == sum(sources.values())
    outputs = _sizes(product, "media-output", f"{NAME}-out/")
    assert len(outputs) == GOOD
    assert metrics["output_bytes_1d"][workflow,] == sum(outputs.values())


def _sizes(product: Product, bucket: str, prefix: str) -> dict[str, int]:
    listed = product.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    return {found["Key"]: found["Size"] for found in listed}
