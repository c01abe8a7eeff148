"""Budgets in the running product: a run over its month waits for a person; refused, its event says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product, eventually
from clip_making import encode
from product_scenarios import Scenario

ONE_RUN = {"per_month": {"cpu_hours": 0.000001}}  # the first run uses it up


def _upload(product: Product, folder: Path, scenario: Scenario, name: str, frames: int) -> None:
    clip = folder / name
    encode("-f", "lavfi", "-i", "testsrc=s=160x120:r=10", "-frames:v", str(frames), str(clip))
    product.upload(clip, f"{scenario.name}/{name}")


@pytest.mark.full
@pytest.mark.scenario("budget", {"a.mp4": 2.2}, parts={"budget": ONE_RUN})
def test_a_run_over_the_budget_waits_or_is_refused(product: Product, scenario: Scenario, tmp_path: Path) -> None:
    workflow = scenario.workflow
    (first,) = product.finished(workflow)
    assert first["state"] == "success"
    status = eventually(lambda: _used(product, workflow))
    assert status["budget"]["per_month"] == {"cpu_hours": 0.000001, "amount": None}

    _upload(product, tmp_path, scenario, "b.mp4", 11)
    (waiting,) = eventually(lambda: product.approvals(workflow), 300)
    assert waiting["step_id"] == "budget-check"
    address = f"/runs/{waiting['run_id']}/approvals/budget-check"
    answer = product.api.post(address, params={"workflow": workflow}, json={"answer": "approved"})
    assert answer.status_code == 200, answer.text
    assert [run["state"] for run in product.finished(workflow, 2)] == ["success", "success"]

    product.disable(workflow)
    product.edit(workflow, budget={**ONE_RUN, "when_over": "refuse"})
    product.enable(workflow)
    _upload(product, tmp_path, scenario, "c.mp4", 12)
    refused = product.finished(workflow, 3)[0]
    report = product.run(workflow, refused["run_id"])
    assert (report["state"], report["error"]["code"]) == ("failed", "FailedOperation.BudgetExceeded")
    assert "this month, and its budget is 1e-06" in report["error"]["message"]
    event = eventually(lambda: _event(product, workflow, refused["run_id"]))
    assert event["WorkflowTaskEvent"]["ErrCode"] != 0
    assert "its budget is 1e-06" in event["WorkflowTaskEvent"]["Message"]
    assert not [key for key in product.outputs("budget-out/") if "/c_" in key]


def _used(product: Product, workflow: str) -> Any:
    """The month, once what the run has used is counted."""
    status = product.api.get(f"/workflows/{workflow}/budget").raise_for_status().json()
    return status if status["used"]["cpu_s"] > 0 else None


def _event(product: Product, workflow: str, run_id: str) -> Any:
    events = [one["event"] for one in product.events(workflow)]
    return next((one for one in events if one["MediaWorkflows"]["RunId"] == run_id), None)
