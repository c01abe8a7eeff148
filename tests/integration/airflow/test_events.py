"""Events in a real Airflow: sent by the triggerer, looked at and sent again by API and command line."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from standardwebhooks import Webhook

from airflow_product import Product, eventually
from http_servers import serving
from product_scenarios import Scenario
from receiver import Receiver
from vendor_walker_events import problems_of_event

SECRET, OLD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


def _connect(product: Product, name: str, host: str) -> None:
    body = {
        "connection_id": name,
        "conn_type": "http",
        "host": host,
        "password": f"{SECRET} {OLD_SECRET}",
        "extra": json.dumps({"notify_key": "key", "headers": {"Authorization": "Bearer hush-hush"}}),
    }
    product.airflow.post("/connections", json=body).raise_for_status()


def _deliveries(product: Product, workflow: str, **which: Any) -> list[dict[str, Any]]:
    answer = product.api.get("/deliveries", params={"workflow": workflow, **which})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _target(receiver: Receiver, **more: Any) -> dict[str, Any]:
    return {"type": "http", "url": receiver.url, **more}


def test_a_receiver_that_is_down_costs_no_result_and_gets_its_event_later(
    product: Product, clip: Path, receiver: Receiver
) -> None:
    receiver.answers = [(500, b"not now", {})]
    workflow = product.create("deaf", notification=_target(receiver))
    product.enable(workflow)
    product.upload(clip, "deaf/a.mp4")
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    assert product.task_states(workflow, run["run_id"])["notify"][0] == "success"
    (delivery,) = eventually(lambda: [d for d in _deliveries(product, workflow) if d["attempts"]])
    assert (delivery["state"], delivery["last"]["status"], delivery["last"]["answer"]) == ("pending", 500, "not now")
    receiver.answers = [(200, b"", {})]
    eventually(lambda: _deliveries(product, workflow, state="delivered"), 180)
    history = product.api.get(f"/events/{delivery['event_id']}").json()
    (attempts,) = history["attempts"].values()
    assert [attempt["status"] for attempt in attempts][-1] == 200
    assert json.loads(history["event"]["body"])["MediaWorkflows"]["RunId"] == run["run_id"]


def test_secrets_come_from_a_connection_and_show_nowhere(product: Product, clip: Path, receiver: Receiver) -> None:
    _connect(product, "hooks", "127.0.0.1")
    workflow = product.create("signed", notification=_target(receiver, connection="hooks"))
    product.enable(workflow)
    product.upload(clip, "signed/a.mp4")
    (run,) = product.finished(workflow)
    eventually(lambda: receiver.requests)
    (_, headers, body) = receiver.requests[0]
    assert Webhook(SECRET).verify(body, headers) == Webhook(OLD_SECRET).verify(body, headers)
    assert json.loads(body)["Sign"]
    assert headers["authorization"] == "Bearer hush-hush"
    shown = [
        product.api.get(f"/workflows/{workflow}").text,
        product.shell("media-workflows", "export", workflow).stdout,
        product.airflow.get(
            f"/dags/{workflow}/dagRuns/{run['run_id']}/taskInstances/notify/xcomEntries/return_value"
        ).text,
        json.dumps(_deliveries(product, workflow)),
        *(log.read_text(errors="replace") for log in (product.layout.data / "logs").rglob("*.log")),
        *(file.read_text() for file in (product.layout.data / "bundles").rglob("*.py")),
    ]
    for secret in (SECRET, OLD_SECRET, "hush-hush"):
        assert not [text for text in shown if secret in text]


def test_a_connection_s_secrets_go_to_its_own_host_alone(product: Product, receiver: Receiver) -> None:
    _connect(product, "of-another-host", "hooks.example")
    for connection in ("of-another-host", "not-there"):
        target = _target(receiver, connection=connection)
        answer = product.api.post("/notification/test", json={"notification": target})
        assert answer.status_code == 200, answer.text
        assert connection in answer.json()["error"]
    assert receiver.requests == []


CHANGES = {
    "jobs": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}], "transcode": [{"template": 875}]},
    "notification": {"mode": "change"},
}


@pytest.mark.scenario("changes", {"a.mp4": "plain"}, answers=[(200, b"", {})], parts=CHANGES)
def test_changes_are_sent_as_they_happen(product: Product, scenario: Scenario) -> None:
    workflow, receiver = scenario.workflow, scenario.receiver
    product.finished(workflow)
    eventually(
        lambda: any(json.loads(body)["WorkflowTaskEvent"]["Status"] == "FINISH" for *_, body in receiver.requests)
    )
    bodies = [json.loads(body) for *_, body in receiver.requests]
    assert [problem for body in bodies for problem in problems_of_event(body)] == []
    tasks = [body["WorkflowTaskEvent"] for body in bodies]
    assert [task["Status"] for task in tasks] == ["PROCESSING"] * (len(tasks) - 1) + ["FINISH"]
    assert len(tasks) == 5  # each job's beginning and end, and the run's end
    ended = [_count_of(task, "SUCCESS") for task in tasks]
    assert ended == sorted(ended)
    assert ended[-1] == 2


def _count_of(task: dict[str, Any], status: str) -> int:
    shown = [value for result in task["MediaProcessResultSet"] for value in result.values() if isinstance(value, dict)]
    return sum(item["Status"] == status for item in shown)


@pytest.mark.scenario("dead-letters", {"a.mp4": "plain", "b.mp4": "plain"}, answers=[(410, b"moved house", {})])
def test_dead_letters_are_seen_and_sent_again_in_bulk(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    product.finished(workflow, 2)
    eventually(lambda: len(_deliveries(product, workflow, state="dead")) == 2)
    listed = product.shell("media-workflows", "events", "list", "--workflow", "dead-letters", "--dead", "--json")
    dead = json.loads(listed.stdout)
    assert len(dead) == 2
    assert "moved house" in dead[0]["last"]["error"]

    product.disable(workflow)
    with serving(Receiver()) as new_house:
        product.edit(workflow, notification=_target(new_house))
        done = product.shell("media-workflows", "events", "resend", "--dead", "--workflow", "dead-letters")
        assert (done.returncode, done.stdout) == (0, "queued 2 deliveries again\n"), done.stderr
        eventually(lambda: len(_deliveries(product, workflow, state="delivered")) == 2)
        assert {headers["webhook-id"] for _, headers, _ in new_house.requests} == {d["event_id"] for d in dead}
        answer = product.api.post("/deliveries/resend", json={"event_ids": [dead[0]["event_id"]]})
        assert answer.json() == {"queued": 1}
        eventually(lambda: len(new_house.requests) == 3)
    shown = product.shell("media-workflows", "events", "show", dead[0]["event_id"])
    assert "moved house" in shown.stdout
    assert product.api.post("/deliveries/resend", json={"event_ids": ["evt_none"]}).status_code == 404
    assert product.api.post("/deliveries/resend", json={}).status_code == 422


def test_the_function_gets_cloud_events_of_every_workflow(
    product: Product, clip: Path, receiver: Receiver, tmp_path: Path
) -> None:
    file = tmp_path / "function.yaml"
    file.write_text(yaml.safe_dump({"type": "http", "url": receiver.url}))
    try:
        done = product.shell("media-workflows", "function", "set", str(file))
        assert done.returncode == 0, done.stderr
        assert product.api.get("/function-callback").json()["source"] == "store"
        tried = product.shell("media-workflows", "function", "test")
        assert (tried.returncode, "200 taken" in tried.stdout) == (0, True), tried.stderr
        workflow = product.create("for-the-function", notification=None)
        product.enable(workflow)
        product.upload(clip, "for-the-function/a.mp4")
        product.finished(workflow)
        mine = eventually(lambda: [r for r in receiver.requests if workflow in r[2].decode()])
    finally:
        cleared = product.shell("media-workflows", "function", "clear", "--use-settings")
    event = json.loads(mine[0][2])
    assert (event["specversion"], event["type"]) == ("1.0", "org.media-workflows.workflow-task.finish")
    assert event["data"]["MediaWorkflows"]["WorkflowId"] == workflow
    assert cleared.stdout == "no function\n"
    assert product.api.get(f"/workflows/{workflow}").json()["definition"]["notification"] is None


@pytest.mark.full
@pytest.mark.kills
def test_a_killed_triggerer_loses_no_event(product: Product, clip: Path, receiver: Receiver) -> None:
    receiver.answers = [(503, b"", {})]
    workflow = product.create("survives", notification=_target(receiver))
    product.enable(workflow)
    product.upload(clip, "survives/a.mp4")
    product.finished(workflow)
    eventually(lambda: receiver.requests)
    for pid in _triggerers(product):
        os.kill(pid, signal.SIGKILL)
    receiver.answers = [(200, b"", {})]
    eventually(lambda: _deliveries(product, workflow, state="delivered"), 180)


def _triggerers(product: Product) -> list[int]:
    """Process ids of this product's triggerer: by its environment, for other stacks may run beside it."""
    home = f"AIRFLOW_HOME={product.layout.data / 'airflow'}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            mine = home in (process / "environ").read_bytes()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if mine and b"triggerer" in command:
            found.append(int(process.name))
    assert found
    return found
