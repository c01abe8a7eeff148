"""Which uploads fire, with both sources on: the queue, and listings every two seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from airflow_product import POLL_INTERVAL_S, Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET
from product_scenarios import Scenario


def test_only_uploads_while_enabled_fire(product: Product, clip: Path) -> None:
    product.upload(clip, "window/before-it-existed.mp4")
    workflow = product.create("window")
    product.upload(clip, "window/while-disabled.mp4")
    eventually(lambda: [d for d in product.decisions(workflow) if d["key"] == "window/while-disabled.mp4"])
    product.enable(workflow)
    product.upload(clip, "window/while-enabled.mp4")
    product.finished(workflow)
    product.disable(workflow)
    product.upload(clip, "window/disabled-again.mp4")
    eventually(lambda: [d for d in product.decisions(workflow) if d["key"] == "window/disabled-again.mp4"])
    product.enable(workflow)
    time.sleep(2 * POLL_INTERVAL_S)
    assert [run["source"]["key"] for run in product.finished(workflow)] == ["window/while-enabled.mp4"]
    rules = {d["key"].rsplit("/", 1)[-1]: d["rule"] for d in product.decisions(workflow)}
    assert rules["while-disabled.mp4"] == "disabled"
    assert rules["while-enabled.mp4"] == "matched"
    assert rules["disabled-again.mp4"] == "disabled"


@pytest.mark.scenario("again", {"a.mp4": "plain"})
def test_new_content_under_the_same_key_fires_again(product: Product, scenario: Scenario, clip: Path) -> None:
    workflow = scenario.workflow
    product.finished(workflow, 1)
    product.s3.put_object(Bucket=INPUT_BUCKET, Key="again/a.mp4", Body=clip.read_bytes() + b"\0\0\0\x08free")
    assert len(product.finished(workflow, 2)) == 2


@pytest.mark.scenario("formats", {"a.txt": "plain", "b.MP4": "plain"})
def test_another_format_is_refused_with_its_rule(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    product.finished(workflow)
    rules = {
        d["key"]: d["rule"]
        for d in eventually(lambda: len(product.decisions(workflow)) == 2 and product.decisions(workflow))
    }
    assert rules == {"formats/a.txt": "format", "formats/b.MP4": "matched"}


@pytest.mark.full
@pytest.mark.kills
def test_a_burst_makes_one_run_each_also_when_the_triggerer_is_killed_in_it(product: Product, clip: Path) -> None:
    workflow = product.create("burst")
    product.enable(workflow)
    keys = [f"burst/{number}.mp4" for number in range(6)]
    for key in keys[:3]:
        product.upload(clip, key)
    _kill_triggerer(product)
    for key in keys[3:]:
        product.upload(clip, key)
    runs = product.finished(workflow, len(keys))
    time.sleep(2 * POLL_INTERVAL_S)
    assert sorted(run["source"]["key"] for run in product.runs(workflow)) == keys
    assert {run["state"] for run in runs} == {"success"}
    # The sender runs in the triggerer, so an event may come a while after its run.
    eventually(lambda: len(product.events(workflow)) >= len(keys))
    assert len(product.events(workflow)) == len(keys)


def _kill_triggerer(product: Product) -> None:
    """SIGKILL to the triggerer of this test's Airflow and no other."""
    for pid in subprocess.run(["pgrep", "-f", "airflow triggerer"], capture_output=True, text=True).stdout.split():
        environment = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
        if f"MEDIA_WORKFLOWS_DATA_DIR={product.layout.data}\0" in environment:
            os.kill(int(pid), signal.SIGKILL)


def test_a_hand_triggered_run_processes_its_key(product: Product, clip: Path) -> None:
    workflow = product.create("by-hand")
    product.enable(workflow)
    product.disable(workflow)
    product.upload(clip, "by-hand/a.mp4")
    eventually(lambda: product.decisions(workflow))
    product.enable(workflow)
    conf = '{"key": "by-hand/a.mp4"}'
    triggered = product.shell("airflow", "dags", "trigger", workflow, "--conf", conf)
    assert triggered.returncode == 0, triggered.stderr
    (run,) = product.finished(workflow)
    assert (run["state"], run["source"]["key"]) == ("success", "by-hand/a.mp4")


def test_a_hand_triggered_run_without_a_key_takes_the_next_upload(product: Product, clip: Path) -> None:
    workflow = product.create("waiting")
    product.enable(workflow)
    eventually(lambda: product.airflow.get(f"/dags/{workflow}").status_code == 200)
    product.airflow.post(f"/dags/{workflow}/dagRuns", json={"logical_date": None}).raise_for_status()
    eventually(
        lambda: [
            r for r in product.runs(workflow) if product.task_states(workflow, r["run_id"])["upload"][0] == "deferred"
        ]
    )
    product.upload(clip, "waiting/next.mp4")
    (run,) = product.finished(workflow)
    assert (run["state"], run["source"]["key"]) == ("success", "waiting/next.mp4")
    (decision,) = product.decisions(workflow)
    assert (decision["rule"], decision["run_id"]) == ("waiting_run", run["run_id"])


TWO_JOBS = {
    "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
    "sample_snapshot": [{"template": 10}],
}
BLOCKER = "retried-out/a_sampleSnapshot_10_0.jpg"


@pytest.mark.scenario("retried", {"a.mp4": "plain"}, in_the_way=[BLOCKER], parts={"jobs": TWO_JOBS})
def test_clearing_one_failed_task_redoes_only_that(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    (run,) = product.finished(workflow)
    assert run["state"] == "failed"
    product.s3.delete_object(Bucket="media-output", Key=BLOCKER)
    request = {
        "dry_run": False,
        "dag_run_id": run["run_id"],
        "task_ids": ["sample_snapshot"],
        "include_downstream": True,
        "only_failed": False,
    }
    product.airflow.post(f"/dags/{workflow}/clearTaskInstances", json=request).raise_for_status()
    eventually(lambda: [r["state"] for r in product.runs(workflow)] == ["success"])
    tries = {task: number for task, (_, number) in product.task_states(workflow, run["run_id"]).items()}
    assert tries == {"upload": 1, "snapshot_by_time_offset": 1, "sample_snapshot": 2, "notify": 2}
