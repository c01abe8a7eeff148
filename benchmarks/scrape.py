"""What one scrape of `/metrics`, and one probe of `/health`, cost in large databases: seconds and queries.

In this machine's own process and without HTTP, but with Airflow's database, which both ask, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.options import Options
from benchmarks.pages_fill import fill
from benchmarks.product import ROOT, log
from benchmarks.report import Table, median
from media_workflows.settings import get_settings
from media_workflows.store.embedded import EmbeddedServer
from media_workflows.store.engine import get_engine
from media_workflows.store.migrate import upgrade

DATABASE = "MEDIA_WORKFLOWS_DATABASE_URL"
AIRFLOW_DATABASE = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
# What lists do not show and the metrics count: the tasks of ended runs, steps that run, and listings of directories.
FURTHER = (
    """UPDATE run SET items_made = 1, items_reused = 0, items_failed = 0, cpu_s = 1, ffmpeg_s = 1,
        source = source || jsonb_build_object('last_modified', created_at), tasks = cast('{
        "upload": {"state": "success", "try_number": 1, "started_at": null, "ended_at": null},
        "snapshot_by_time_offset": {"state": "success", "try_number": 1, "started_at": null, "ended_at": null},
        "notify": {"state": "success", "try_number": 1, "started_at": null, "ended_at": null}}' AS jsonb)
        WHERE ended_at IS NOT NULL""",
    """INSERT INTO job_progress (workflow_id, run_id, step_id, map_index, kind, try_number, phase, percent, speed,
            updated_at)
        SELECT workflow_id, run_id, 'hd', -1, 'transcode', 1, 'encoding', 50, 2, now()
        FROM run WHERE state = 'running'""",
    """INSERT INTO detection_source (kind, place, polled_at, succeeded_at)
        SELECT 'listing', trigger_bucket || '/' || trigger_prefix, now(), now() FROM workflow WHERE enabled""",
)


def run(options: Options) -> list[Table]:
    """One table; the target is half a second for a scrape."""
    with tempfile.TemporaryDirectory(prefix="mw-bench-") as home:
        server = EmbeddedServer(Path(home))
        server.ensure_running()
        try:
            environment = _filled(server, options, Path(home))
            asked = [sys.executable, "-m", "benchmarks.scrape_once", str(options.samples)]
            answer = subprocess.run(asked, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
        finally:
            server.stop()
    measured = json.loads(answer.stdout.splitlines()[-1])
    title = (
        f"A scrape of {options.page_runs:,} runs of {options.page_workflows:,} workflows, "
        f"a run each {options.run_interval_s:g} s"
    )
    columns = ["asked", "queries", "seconds, median", "worst", "PostgreSQL ms, median", "Python ms", "slowest query"]
    notes = [
        f"{options.samples} times each after one to warm up. ms are those of the processor; PostgreSQL's leave out "
        "its parallel workers. The slowest query is that of the last time."
    ]
    return [Table(title, columns, [_row(one) for one in measured], notes)]


def _row(one: dict[str, Any]) -> list[str]:
    slowest = f"{one['slowest_ms']:.0f} ms: {one['slowest']}"
    figures = [f"{median(one['took_s']):.3f}", f"{max(one['took_s']):.3f}"]
    spent = [f"{median(one[name]):.0f}" for name in ("database_ms", "python_ms")]
    return [one["name"], str(one["queries"]), *figures, *spent, slowest]


def _filled(server: EmbeddedServer, options: Options, home: Path) -> dict[str, str]:
    """The environment of a process that asks both databases, which are migrated and filled."""
    began_s = time.monotonic()
    airflow_url = server.ensure_database("airflow")
    os.environ[DATABASE] = server.ensure_database("media")
    get_settings.cache_clear()
    environment = {**os.environ, "AIRFLOW_HOME": str(home / "airflow"), AIRFLOW_DATABASE: airflow_url}
    migrate = [sys.executable, "-m", "airflow", "db", "migrate"]
    subprocess.run(migrate, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    upgrade(os.environ[DATABASE])
    fill(airflow_url, options.page_workflows, options.page_runs, options.run_interval_s)
    with get_engine().begin() as connection:
        for statement in FURTHER:
            connection.execute(text(statement))
    with get_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    get_engine().dispose()
    log(f"migrated and filled both databases in {time.monotonic() - began_s:.0f} s")
    return environment
