"""Approvals in the running product: one that times out, and a definition that is edited while one waits."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_product import Product, eventually
from product_scenarios import Scenario


def _cover(id_: str, **parts: Any) -> dict[str, Any]:
    item = {"template": 10, "time_offsets": ["0s"], "output_path": f"{id_}_{{number}}.{{format}}"}
    return {"id": id_, "snapshot_by_time_offset": [item], "after": ["ask"]} | parts


def _steps(*after: dict[str, Any], **approval: Any) -> list[dict[str, Any]]:
    return [{"id": "ask", "approval": {"message": "Publish?", **approval}}, *after]


REJECTED = _cover("sorry", when="steps.ask.answer == 'rejected'")


def _states(product: Product, workflow: str, run_id: str) -> dict[str, str]:
    return {id_: state for id_, (state, _) in product.task_states(workflow, run_id).items()}


@pytest.mark.full
@pytest.mark.scenario("late", {"a.mp4": 2.4}, parts={"steps": _steps(_cover("made"), REJECTED, timeout_s=3)})
def test_an_approval_that_times_out_takes_its_branch(product: Product, scenario: Scenario) -> None:
    (run,) = product.finished(scenario.workflow)
    assert run["state"] == "success"
    ended = {"upload": "success", "ask": "success", "made": "skipped", "sorry": "success", "notify": "success"}
    assert _states(product, scenario.workflow, run["run_id"]) == ended
    report = product.run(scenario.workflow, run["run_id"])
    (ask,) = report["actions"]
    assert (ask["answer"], ask["by"], ask["comment"]) == ("rejected", "", "")
    made = next(job for job in report["jobs"] if job["step_id"] == "made")
    assert (made["decision"]["skipped"], made["decision"]["rejected_by"]) == ("rejected", "")


@pytest.mark.full
@pytest.mark.scenario("edited", {"a.mp4": 2.6}, parts={"steps": _steps(_cover("made"), REJECTED)})
def test_a_run_stays_on_its_revision_while_its_definition_is_edited(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    (waiting,) = eventually(lambda: product.approvals(workflow), 300)
    product.disable(workflow)
    product.edit(workflow, steps=_steps(_cover("other")))
    product.enable(workflow)
    assert product.api.get(f"/workflows/{workflow}").json()["revision"] == 2
    answer = product.api.post(
        f"/runs/{waiting['run_id']}/approvals/ask", params={"workflow": workflow}, json={"answer": "approved"}
    )
    assert answer.status_code == 200, answer.text
    (run,) = product.finished(workflow)
    assert (run["state"], run["revision"]) == ("success", 1)
    ended = {"upload": "success", "ask": "success", "made": "success", "sorry": "skipped", "notify": "success"}
    assert _states(product, workflow, run["run_id"]) == ended
    assert [key.rpartition("/")[2] for key in product.outputs("edited-out/")] == ["made_0.jpg"]
