"""Ad-hoc processing in the running product: objects, a prefix, a URL, the same request twice, cancellation."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from slow_encodes import slow_transcode

DIRECTORY = "adhoc-out/"
COVER: dict[str, Any] = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
CONTEXT = {"id": "order-7", "text": "两", "tags": {"team": "news"}}


def body(**parts: Any) -> dict[str, Any]:
    output = {"bucket": OUTPUT_BUCKET, "directory": DIRECTORY}
    return {"output": output, "jobs": COVER, **({} if "url" in parts else {"bucket": INPUT_BUCKET}), **parts}


def ended(product: Product, request_id: str) -> dict[str, Any]:
    def state() -> dict[str, Any] | None:
        found: dict[str, Any] = product.api.get(f"/process/{request_id}").raise_for_status().json()
        return found if found["state"] in ("finished", "cancelled") and not found["active"] else None

    found: dict[str, Any] = eventually(state, 600)
    return found


@pytest.mark.full
def test_requests_in_the_product(product: Product, clip: Path) -> None:
    keys = [f"adhoc/list/{number:02}.mp4" for number in range(20)]
    before = {run["run_id"] for run in product.runs("media_process")}
    for key in (*keys, "adhoc/one.bin", "adhoc/prefix/a.mp4", "adhoc/prefix/b.mp4"):
        product.upload(clip, key)
    steps = [{"id": "cover", **COVER}, {"id": "copy", "copy": {"directory": "adhoc-copies/"}, "after": ["cover"]}]
    one = body(request_id="one", keys=["adhoc/one.bin"], context=CONTEXT, priority=5, jobs=None, steps=steps)
    one["notification"] = {"type": "http", "url": product.layout.receiver_url}
    asked = [
        one,
        body(request_id="list", keys=keys, limits={"max_at_once": 4}),
        body(request_id="prefix", prefix="adhoc/prefix/"),
        body(request_id="url", url=f"https://{socket.gethostname()}/a.mp4"),  # an address of this machine, by name
    ]
    assert product.api.post("/process", json=body(url="https://127.0.0.1/a.mp4")).status_code == 422
    for request in asked:
        for code in (201, 200):
            answer = product.api.post("/process", json=request)
            assert answer.status_code == code, answer.text
    assert product.api.post("/process", json=one | {"priority": 4}).status_code == 409
    counts = {id_: ended(product, id_) for id_ in ("one", "list", "prefix", "url")}
    assert {id_: (found["finished"], found["failed"]) for id_, found in counts.items()} == {
        "one": (1, 0),
        "list": (20, 0),
        "prefix": (2, 0),
        "url": (0, 1),
    }
    assert len({run["run_id"] for run in product.runs("media_process")} - before) == 24
    (source,) = product.api.get("/process/one/objects").json()["items"]
    assert source["run_id"].startswith("process__15_")
    report = product.run("media_process", source["run_id"])
    assert [(job["step_id"], job["state"]) for job in report["jobs"]] == [("cover", "success")]
    assert [(action["step_id"], action["state"]) for action in report["actions"]] == [("copy", "success")]
    assert report["source"]["key"] == "adhoc/one.bin"
    of_run = {"RunId": source["run_id"]}.items()
    (event,) = eventually(
        lambda: [
            found["event"]
            for found in product.events("media_process")
            if of_run <= found["event"]["MediaWorkflows"].items()
        ]
    )
    assert (event["SessionId"], event["SessionContext"]) == ("order-7", "两")
    assert event["MediaWorkflows"]["Tags"] == CONTEXT["tags"]
    (refused,) = product.api.get("/process/url/objects").json()["items"]
    failed = product.run("media_process", refused["run_id"])
    assert "url_allowed_hosts" in failed["error"]["message"]
    assert len(product.outputs(DIRECTORY)) == 23

    shown = product.shell("media-workflows", "process", "show", "list")
    assert shown.returncode == 0, shown.stderr
    assert "20 finished" in shown.stdout


@pytest.mark.full
def test_a_cancelled_request(product: Product, clip: Path) -> None:
    for name in "abc":
        product.upload(clip, f"adhoc-cancel/{name}.mp4")
    output = {"bucket": OUTPUT_BUCKET, "directory": "adhoc-cancelled/"}
    asked = body(
        request_id="cancel", prefix="adhoc-cancel/", limits={"max_at_once": 1}, jobs=slow_transcode(), output=output
    )
    product.api.post("/process", json=asked).raise_for_status()
    eventually(lambda: product.api.get("/process/cancel").json()["active"], 180)
    assert product.api.post("/process/cancel/cancel").json()["state"] == "cancelled"
    found = ended(product, "cancel")
    assert found["queued"] >= 1
    assert found["finished"] + found["failed"] + found["queued"] == 3
