"""Dry runs by the API of a running Airflow: answers and permissions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow_product import Product
from media_workflows.demo.layout import INPUT_BUCKET


def definition(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "trigger": {"bucket": INPUT_BUCKET, "directory": f"{name}/"},
        "jobs": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]},
    }


def test_a_stored_workflow(product: Product, clip: Path) -> None:
    workflow_id = product.create("dry")
    product.upload(clip, "dry/a.mp4")
    viewer = product.client("viewer", "/media-workflows/api/v1")
    path, call = f"/workflows/{workflow_id}/dry-run", {"key": "dry/a.mp4"}
    assert viewer.post(path, json=call).status_code == 403
    answer = product.api.post(path, json=call)
    assert answer.status_code == 200, answer.text
    answered = answer.json()
    assert (answered["verdict"]["fires"], answered["verdict"]["rule"]) == (False, "disabled")
    assert [task["task_id"] for task in answered["tasks"]] == ["upload", "snapshot_by_time_offset", "notify"]
    (job,) = answered["jobs"]
    assert job["items"][0]["outputs"][0]["key"] == "dry-out/a_snapshotByTimeOffset_10_0.jpg"
    assert job["estimate"]["cpu_s"] > 0
    assert str(product.layout.data) not in answer.text
    assert product.runs(workflow_id) == []
    assert product.outputs("dry-out/") == []


def test_an_unsaved_definition_requires_the_permission_to_edit(product: Product, clip: Path) -> None:
    product.upload(clip, "unsaved/a.mp4")
    request = {"definition": definition("unsaved"), "key": "unsaved/a.mp4", "calibrate": False}
    viewer = product.client("viewer", "/media-workflows/api/v1")
    assert viewer.post("/dry-run", json=request).status_code == 403
    answer = product.api.post("/dry-run", json=request)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["verdict"]["rule"], answer.json()["jobs"][0]["estimate"]) == ("matched", None)
    assert product.api.get("/workflows", params={"search": "unsaved"}).json()["total"] == 0


def test_bad_requests(product: Product) -> None:
    workflow_id = product.create("dry-bad")
    assert product.api.post(f"/workflows/{workflow_id}/dry-run", json={"key": ""}).status_code == 422
    assert product.api.post("/workflows/wf_none/dry-run", json={"key": "a"}).status_code == 404
    bad = product.api.post("/dry-run", json={"definition": {"name": "x"}, "key": "a.mp4"})
    assert (bad.status_code, bad.json()["code"]) == (422, "InvalidParameterValue")
