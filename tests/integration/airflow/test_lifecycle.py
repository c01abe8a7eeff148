"""Create, enable, edit, disable, delete; enabled is the DAG being unpaused, in both directions."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from airflow_product import Product, eventually
from product_scenarios import Scenario


def _snapshot(offset: str) -> dict[str, object]:
    return {"snapshot_by_time_offset": [{"template": 10, "time_offsets": [offset]}]}


def test_created_disabled_then_enabled_at_once_and_an_immediate_upload_fires(product: Product, clip: Path) -> None:
    workflow = product.create("immediate")
    assert product.api.get(f"/workflows/{workflow}").json()["enabled"] is False
    product.enable(workflow)
    product.upload(clip, "immediate/a.mp4")
    (run,) = product.finished(workflow)
    assert run["state"] == "success"


def test_a_definition_is_soon_live_in_airflow(product: Product) -> None:
    workflow = product.create("live")
    shown = eventually(lambda: product.airflow.get(f"/dags/{workflow}").status_code == 200 and _dag(product, workflow))
    assert shown["dag_display_name"] == "live"
    product.edit(workflow, name="改名")
    eventually(lambda: _dag(product, workflow)["dag_display_name"] == "改名")


def _dag(product: Product, workflow: str) -> dict[str, object]:
    found: dict[str, object] = product.airflow.get(f"/dags/{workflow}").json()
    return found


def test_airflow_s_own_switch_and_command_show_here_at_once(product: Product) -> None:
    workflow = product.create("both-ways")
    eventually(lambda: product.airflow.get(f"/dags/{workflow}").status_code == 200)

    def enabled() -> object:
        return product.api.get(f"/workflows/{workflow}").json()["enabled"]

    product.airflow.patch(f"/dags/{workflow}", json={"is_paused": False}).raise_for_status()
    assert enabled() is True
    assert product.shell("airflow", "dags", "pause", "-y", workflow).returncode == 0
    assert enabled() is False
    product.enable(workflow)
    assert _dag(product, workflow)["is_paused"] is False
    product.disable(workflow)
    assert _dag(product, workflow)["is_paused"] is True


def test_an_enabled_workflow_is_neither_edited_nor_deleted(product: Product) -> None:
    workflow = product.create("locked")
    product.enable(workflow)
    stored = product.api.get(f"/workflows/{workflow}").json()
    update = {"revision": stored["revision"], "definition": stored["definition"]}
    for answer in (
        product.api.put(f"/workflows/{workflow}", json=update),
        product.api.delete(f"/workflows/{workflow}"),
    ):
        assert answer.status_code == 409
        assert "disable it first" in answer.json()["message"]


def test_the_second_of_two_editors_gets_a_conflict(product: Product) -> None:
    workflow = product.create("two-editors")
    stored = product.api.get(f"/workflows/{workflow}").json()
    product.edit(workflow, priority=1)
    late = product.api.put(
        f"/workflows/{workflow}", json={"revision": 1, "definition": stored["definition"] | {"priority": 2}}
    )
    assert late.status_code == 409
    assert product.api.get(f"/workflows/{workflow}").json()["definition"]["priority"] == 1


def test_several_problems_of_a_definition_are_reported_together(product: Product) -> None:
    answer = product.api.post("/workflows", json={"name": "a b", "trigger": {"bucket": "X"}, "jobs": {}})
    assert answer.status_code == 422
    assert {problem["field"] for problem in answer.json()["problems"]} == {"name", "trigger.bucket", "jobs"}


def test_a_missing_bucket_is_reported_at_creation(product: Product) -> None:
    jobs = {"sample_snapshot": [{"template": 10}]}
    answer = product.api.post(
        "/workflows", json={"name": "nowhere", "trigger": {"bucket": "no-such-bucket"}, "jobs": jobs}
    )
    assert answer.status_code == 422
    assert "no-such-bucket" in answer.json()["message"]


def test_a_run_in_progress_keeps_its_definition_and_the_next_uses_the_new_one(product: Product, clip: Path) -> None:
    workflow = product.create("in-progress", jobs=_snapshot("0s"))
    product.enable(workflow)
    product.upload(clip, "in-progress/first.mp4")
    eventually(lambda: product.runs(workflow))
    product.disable(workflow)
    product.edit(workflow, jobs={"sample_snapshot": [{"template": 10}]})
    product.enable(workflow)
    product.upload(clip, "in-progress/second.mp4")
    runs = {run["source"]["key"]: run for run in product.finished(workflow, 2)}
    kinds = {key: [job["kind"] for job in run["jobs"]] for key, run in runs.items()}
    assert kinds == {
        "in-progress/first.mp4": ["snapshot_by_time_offset"],
        "in-progress/second.mp4": ["sample_snapshot"],
    }
    assert [runs[key]["revision"] for key in sorted(runs)] == [1, 2]


def test_delete_removes_the_dag_from_the_list_and_keeps_the_history(product: Product, clip: Path) -> None:
    workflow = product.create("deleted")
    product.enable(workflow)
    product.upload(clip, "deleted/a.mp4")
    (run,) = product.finished(workflow)
    product.disable(workflow)
    assert product.api.delete(f"/workflows/{workflow}").status_code == 204
    assert product.api.get(f"/workflows/{workflow}").status_code == 404

    def listed() -> bool:
        dags = product.airflow.get("/dags", params={"limit": 1000}).json()["dags"]
        return workflow in {dag["dag_id"] for dag in dags}

    eventually(lambda: not listed())
    assert [kept["run_id"] for kept in product.runs(workflow)] == [run["run_id"]]
    product.upload(clip, "deleted/b.mp4")
    time.sleep(3)
    assert len(product.runs(workflow)) == 1


def test_the_command_line_does_what_the_api_does(product: Product, tmp_path: Path) -> None:
    file = tmp_path / "by-command.yaml"
    jobs = "jobs: {sample_snapshot: [{template: 10}]}"
    file.write_text(f"name: by-command\ntrigger: {{bucket: media-input, directory: by-command/}}\n{jobs}\n")

    def command(*arguments: str) -> str:
        done = product.shell("media-workflows", *arguments)
        assert done.returncode == 0, done.stderr
        assert "switching to empty" not in done.stdout + done.stderr  # the stored connection was found
        return done.stdout

    assert "created" in command("apply", str(file))
    assert "unchanged" in command("apply", str(file))
    command("enable", "by-command")
    (listed,) = json.loads(command("list", "--search", "by-command", "--json"))
    assert listed["enabled"] is True
    assert product.api.get(f"/workflows/{listed['workflow']['id']}").json()["enabled"] is True
    refused = product.shell("media-workflows", "apply", str(_with_priority(file)))
    assert refused.returncode == 1
    assert "disable it first" in refused.stderr
    command("disable", "by-command")
    assert "revision 2" in command("apply", str(file))
    assert "priority: 3" in command("export", "by-command")


def _with_priority(file: Path) -> Path:
    file.write_text(file.read_text() + "priority: 3\n")
    return file


@pytest.mark.scenario("deleted-in-airflow", {"a.mp4": "plain"})
def test_a_dag_deleted_in_airflow_comes_back_enabled_with_its_history(
    product: Product, scenario: Scenario, clip: Path
) -> None:
    workflow = scenario.workflow
    (run,) = product.finished(workflow)
    before = product.run(workflow, run["run_id"])
    assert product.airflow.delete(f"/dags/{workflow}").status_code == 204
    eventually(lambda: product.airflow.get(f"/dags/{workflow}").status_code == 200)
    assert product.api.get(f"/workflows/{workflow}").json()["enabled"] is True
    assert product.run(workflow, run["run_id"]) == before
    product.upload(clip, "deleted-in-airflow/b.mp4")
    assert [found["state"] for found in product.finished(workflow, 2)] == ["success", "success"]
