"""The health check of compose: the heartbeat of this machine's component, without importing Airflow."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from media_workflows.store.engine import make_engine
from processor_time import least_cpu_s

SCRIPT = Path(__file__).parents[3] / "config" / "healthcheck.py"
HERE = socket.gethostname()
INSERT = (
    "INSERT INTO job (job_type, hostname, state, latest_heartbeat) "
    "VALUES ('{job}', '{host}', '{state}', now() - interval '{age} s')"
)


@pytest.fixture
def jobs(migrated_metadata: str) -> Iterator[Any]:
    """Writes a job's row."""
    engine = make_engine(migrated_metadata)

    def write(job: str = "TriggererJob", host: str = HERE, state: str = "running", age: int = 0) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(INSERT.format(job=job, host=host, state=state, age=age))

    yield write
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM job")


def check(url: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url}
    command = [sys.executable, str(SCRIPT), "TriggererJob"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_recent_heartbeat_of_this_machine_is_health(jobs: Any, migrated_metadata: str) -> None:
    for other in ({"job": "SchedulerJob"}, {"host": "elsewhere"}, {"state": "failed"}, {"age": 90}):
        jobs(**other)
    sick = check(migrated_metadata)
    assert (sick.returncode, HERE in sick.stderr) == (1, True), sick.stderr
    jobs(age=20)
    well = check(migrated_metadata)
    assert well.returncode == 0, well.stderr
    assert least_cpu_s(lambda: check(migrated_metadata)) < 0.2  # `airflow jobs check`: 8.5 s
