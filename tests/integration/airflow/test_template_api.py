"""Own templates over the API, and what their edit does to a workflow that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow_product import Product
from media_workflows.domain.templates import PRESETS


def template(name: str, format_: str) -> dict[str, Any]:
    return {"kind": "snapshot_by_time_offset", "name": name, "parameters": {"format": format_}}


def test_presets_and_own_templates(product: Product) -> None:
    transcodes = sum(kind == "transcode" for kind, _ in PRESETS)
    made = product.api.post("/templates", json=template("own pictures", "png"))
    assert made.status_code == 201, made.text
    path = f"/templates/snapshot_by_time_offset/{made.json()['id']}"
    listed = product.api.get("/templates", params={"preset": False, "search": "OWN pic"}).json()
    assert [item["name"] for item in listed["items"]] == ["own pictures"]
    assert product.api.get("/templates", params={"kind": "transcode", "preset": True}).json()["total"] == transcodes
    assert product.api.post("/templates", json=template("own pictures", "jpg")).status_code == 409
    bad = product.api.post("/templates", json=template("bad", "bmp"))
    assert (bad.status_code, bad.json()["problems"][0]["field"]) == (422, "parameters.format")
    assert product.api.delete("/templates/transcode/100010").status_code == 409
    assert product.api.delete(path).status_code == 204
    assert product.api.get(path).status_code == 404


def test_an_edit_reaches_an_enabled_workflow_from_its_next_run_on(product: Product, clip: Path) -> None:
    made = product.api.post("/templates", json=template("changing", "png")).json()
    path = f"/templates/snapshot_by_time_offset/{made['id']}"
    job = {"template": "changing", "time_offsets": ["0s"], "output_path": "{inputName}_{number}.{format}"}
    workflow = product.create("templated", jobs={"snapshot_by_time_offset": [job]})
    product.enable(workflow)
    product.upload(clip, "templated/a.mp4")
    product.finished(workflow)
    assert product.outputs("templated-out/") == ["templated-out/a_0.png"]
    assert product.api.get(path).json()["used_by"] == [{"id": workflow, "name": "templated"}]
    assert product.api.delete(path).status_code == 409
    update = {"revision": 1, "definition": template("changing", "webp")}
    assert product.api.put(path, json=update).json()["revision"] == 2
    assert product.api.put(path, json=update).status_code == 409  # it started from revision 1
    product.upload(clip, "templated/b.mp4")
    runs = product.finished(workflow, count=2)
    assert [run["revision"] for run in runs] == [2, 1]
    assert product.outputs("templated-out/") == ["templated-out/a_0.png", "templated-out/b_0.webp"]
