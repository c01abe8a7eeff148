"""Runs workflows with steps in an Airflow of this process, one after the other: `python graph_runner.py CASES.json`.

A case is {'definition': …, 'key': …, 'outcomes': {step id: 'success' | 'failed' | 'error'}}. With outcomes, steps do no
work: they end as said there, at once. Without, they do what they do. `answers` are those to approvals, by step id.
Prints each case's run, its task states and what its tasks returned.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph_answers import answering
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, OutputRecord, shown_item
from media_workflows.errors import StorageError
from media_workflows.execution import run_step
from media_workflows.execution.running_step import RunningStep

OUTCOMES: dict[str, str] = {}


def _no_work(step: RunningStep, inputs: Any) -> tuple[MediaInfo, tuple[ItemResult, ...]]:
    """The result that the case asks for."""
    request = step.request
    outcome = OUTCOMES.get(request.step.step_id, "success")
    if outcome == "error":
        raise StorageError("the case asks for this error")
    source = request.source
    made = OutputRecord(bucket=source.bucket, key=source.key, etag=source.etag, size_bytes=source.size_bytes, md5="")
    results = tuple(
        ItemResult(
            item=shown_item(item),
            definition=item.definition,
            status="FAIL" if outcome == "failed" else "SUCCESS",
            message="the case asks for this failure" if outcome == "failed" else "",
            outputs=() if outcome == "failed" else (made,),
        )
        for item in request.items
    )
    return MediaInfo(container="mp4", duration_s=1.0, bitrate_bps=1, size_bytes=1), results


def main(cases: list[dict[str, Any]], folder: Path) -> None:
    """Run all cases. Airflow's database is the one of the environment, and made here."""
    from airflow.utils.db import initdb

    initdb()
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db

    from media_workflows.airflow_adapter.dag_file import dag_file_name, dag_file_text

    for number, case in enumerate(cases):
        dag_id = f"wf_{number:012x}"
        (folder / dag_file_name(dag_id)).write_text(dag_file_text(dag_id, 1, case["definition"]))
    DagBundlesManager().sync_bundles_to_db()
    bag = DagBag(dag_folder=str(folder), bundle_path=folder, bundle_name="dags-folder")
    assert not bag.import_errors, bag.import_errors
    sync_bag_to_db(bag, "dags-folder", None)
    for number, case in enumerate(cases):
        OUTCOMES.clear()
        OUTCOMES.update(case.get("outcomes", {}))
        run_step._work_of = (lambda kind: run_step.Work(_no_work)) if "outcomes" in case else WORK_OF
        dag_id = f"wf_{number:012x}"
        with answering(case.get("answers", {})):
            run = bag.dags[dag_id].test(run_conf={"key": case["key"]}, logical_date=datetime.now(UTC))
        states = {task.task_id: str(task.state) for task in run.get_task_instances()}
        returned = {task.task_id: task.xcom_pull(task_ids=task.task_id) for task in run.get_task_instances()}
        shown = {"dag_id": dag_id, "run_id": run.run_id, "state": str(run.state), "tasks": states, "returned": returned}
        print("CASE" + json.dumps(shown | {"asset_events": _asset_events(dag_id, run.run_id)}))


def _asset_events(dag_id: str, run_id: str) -> list[dict[str, Any]]:
    """Those of a run, as Airflow has them."""
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        events = session.query(AssetEvent).filter_by(source_dag_id=dag_id, source_run_id=run_id).all()
        return [
            {"uri": event.asset.uri, "key": event.partition_key, "task": event.source_task_id, "extra": event.extra}
            for event in events
        ]


WORK_OF = run_step._work_of

if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
