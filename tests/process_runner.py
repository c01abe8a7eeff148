"""Runs requests for ad-hoc processing in an Airflow of this process: `python process_runner.py REQUESTS.json CERT.pem`.

Each request is stored twice, as a caller that repeats it does, and its runs are started as `media_backfill` starts
them; each is then a run of the DAG `media_process`. Prints each run's state, task states and configuration.
`CERT.pem` is trusted.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

DAGS = Path(__file__).parents[1] / "dags"


class InProcess:
    """`RunStarter` whose runs end before `start_run` returns."""

    def __init__(self, dag: Any) -> None:
        self._dag = dag
        self._states: dict[str, str] = {}

    def dag_state(self, dag_id: str) -> Any:
        from media_workflows.ingest.run_starter import DagState

        return DagState(is_paused=False, revision=0)

    def has_run(self, dag_id: str, run_id: str, *, active_only: bool = False) -> bool:
        return run_id in self._states and not active_only

    def has_succeeded(self, dag_id: str, run_id: str) -> bool:
        return self._states[run_id] == "success"

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        from airflow.models.dagrun import DagRun

        assert run_id not in self._states
        # `dag.test()` names its runs by itself; the product finds the request of a run by the name that it gave.
        with patch.object(DagRun, "generate_run_id", lambda **_: run_id):
            run = self._dag.test(run_conf=conf, logical_date=datetime.now(UTC))
        tasks = {task.task_id: str(task.state) for task in run.get_task_instances()}
        self._states[run_id] = str(run.state)
        print("RUN" + json.dumps({"run_id": run.run_id, "state": str(run.state), "tasks": tasks, "conf": conf}))


def main(requests: list[dict[str, Any]]) -> None:
    """Airflow's database is the one of the environment, and made here."""
    from airflow.utils.db import initdb

    initdb()
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    from media_workflows.domain.process import ProcessRequest
    from media_workflows.ingest.backfill import BackfillRound
    from media_workflows.services.buckets import storage
    from media_workflows.services.processes import process
    from media_workflows.store.engine import get_engine

    DagBundlesManager().sync_bundles_to_db()
    bag = DagBag(dag_folder=str(DAGS / "media_process.py"), bundle_path=DAGS, bundle_name="dags-folder")
    assert not bag.import_errors, bag.import_errors
    sync_bag_to_db(bag, "dags-folder", None)
    starter = InProcess(bag.dags["media_process"])
    for request in requests:
        accepted = [process(ProcessRequest.model_validate(request), "ann").is_new for _ in range(2)]
        assert accepted == [True, False]
        BackfillRound(storage(), get_engine(), starter).repeat(600)


if __name__ == "__main__":
    os.environ["SSL_CERT_FILE"] = sys.argv[2]
    main(json.loads(Path(sys.argv[1]).read_text()))
