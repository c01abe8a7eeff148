"""Cases of workflows with steps, run by Airflow in a process of its own, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).with_name("graph_runner.py")
PLUGINS = Path(__file__).parents[1] / "plugins"


@dataclass(frozen=True)
class GraphRun:
    """How the run of a case ended: its state, those of its tasks and what they returned, as Airflow has them."""

    dag_id: str
    run_id: str
    state: str
    tasks: dict[str, str]
    returned: dict[str, Any]
    asset_events: list[dict[str, Any]]


def definition_of(bucket: str, steps: Sequence[dict[str, Any]], **parts: Any) -> dict[str, Any]:
    """A definition as the store holds it."""
    from media_workflows.domain.workflow import parse_workflow

    data = {
        "name": "graph",
        "trigger": {"bucket": bucket, "directory": "in/"},
        "output": {"directory": "out/"},
        "steps": list(steps),
    } | parts
    return parse_workflow(data).model_dump(mode="json")


def run_cases(home: Path, endpoint: str, cases: Sequence[dict[str, Any]], timeout_s: float = 600) -> list[GraphRun]:
    """Run the cases in one Airflow below `home`; see graph_runner for what a case is."""
    folder, file = home / "dags", home / "cases.json"
    folder.mkdir()
    file.write_text(json.dumps(cases))
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PLUGINS),  # it registers the priorities
        "MEDIA_WORKFLOWS_DATA_DIR": str(home / "data"),
        "MEDIA_WORKFLOWS_S3_ENDPOINT_URL": endpoint,
        "MEDIA_WORKFLOWS_JOB_RETRIES": "0",
        "MEDIA_WORKFLOWS_JOB_RETRY_DELAY_S": "0",
    }
    command = [sys.executable, str(RUNNER), str(file), str(folder)]
    with (home / "output.txt").open("w") as output, suppress(subprocess.TimeoutExpired):
        subprocess.run(command, env=environment, stdout=output, stderr=output, timeout=timeout_s)
    text = (home / "output.txt").read_text()
    answers = [line.removeprefix("CASE") for line in text.splitlines() if line.startswith("CASE")]
    assert len(answers) == len(cases), text[-8000:]
    return [GraphRun(**json.loads(answer)) for answer in answers]
