"""The log of a task as Airflow shows it: each record of ours names run, step, try and object."""

from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_product import Product, eventually
from product_scenarios import Scenario

OBJECT = "media-input/logged/片 1.mp4"


@pytest.mark.full
@pytest.mark.scenario("logged", {"片 1.mp4": "plain"}, parts={"jobs": {"transcode": [{"template": 100010}]}})
def test_each_record_of_a_task_names_its_run_step_and_object(product: Product, scenario: Scenario) -> None:
    (run,) = product.finished(scenario.workflow)
    about = {"dag_id": scenario.workflow, "run_id": run["run_id"], "task_id": "transcode", "try_number": 1}
    records = eventually(lambda: _begun(product, about))
    expected = about | {"object": OBJECT}
    assert [one for one in records if one | expected != one] == []


def _begun(product: Product, about: dict[str, Any]) -> list[dict[str, Any]]:
    """The records of this package from the moment when the task's operator began; [] = they are not there yet."""
    place = f"/dags/{about['dag_id']}/dagRuns/{about['run_id']}/taskInstances/{about['task_id']}/logs/1"
    text = product.airflow.get(place, headers={"accept": "application/x-ndjson"}).text
    records: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines() if line]
    begun = next((place for place, one in enumerate(records) if "object" in one), len(records))
    return [one for one in records[begun:] if "media_workflows" in str(one.get("logger"))]
