"""A draft replaces the running revision of an enabled workflow, while uploads come all the time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from airflow_product import Product, eventually

NAME = "no-gap"
INTERVAL_S = 0.2
AT_ONCE = 4  # uploads that are not decided on: as many as a slow machine keeps up with
AFTER_CHANGE = 6  # uploads once the change is live


def _uploads_until(product: Product, workflow: str, clip: Path, ended: threading.Event) -> list[str]:
    """The keys, in the order of their uploads."""
    keys: list[str] = []
    while not ended.wait(INTERVAL_S):
        if len(keys) < len(product.decisions(workflow)) + AT_ONCE:
            keys.append(f"{NAME}/{len(keys):03}.mp4")
            product.upload(clip, keys[-1])
    return keys


@pytest.mark.full
def test_no_upload_is_lost_or_run_twice(product: Product, clip: Path) -> None:
    workflow = product.create(NAME)
    product.enable(workflow)
    stored = product.api.get(f"/workflows/{workflow}").json()
    changed = stored["definition"] | {"jobs": {"sample_snapshot": [{"template": 10}]}}
    draft = f"/workflows/{workflow}/draft"
    answer = product.api.put(draft, json={"number": 0, "base_revision": stored["revision"], "definition": changed})
    assert answer.status_code == 200, answer.text
    ended = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        uploading = pool.submit(_uploads_until, product, workflow, clip, ended)
        try:
            eventually(lambda: len(product.decisions(workflow)) >= 3)
            answer = product.api.post(f"{draft}/apply", json={"number": 1})
            assert (answer.status_code, answer.json()["enabled"], answer.json()["revision"]) == (200, True, 2), (
                answer.text
            )
            before = len(product.decisions(workflow))
            eventually(lambda: len(product.decisions(workflow)) >= before + AFTER_CHANGE)
        finally:
            ended.set()
        keys = uploading.result(60)
    eventually(lambda: len(product.decisions(workflow)) == len(keys))
    runs = {run["run_id"]: run for run in product.finished(workflow, len(keys))}
    assert sorted(run["source"]["key"] for run in runs.values()) == keys
    assert {run["state"] for run in runs.values()} == {"success"}
    decisions = product.decisions(workflow)[::-1]
    assert {(one["outcome"], one["rule"]) for one in decisions} == {("fired", "matched")}
    revisions = [runs[one["run_id"]]["revision"] for one in decisions]
    assert revisions == sorted(revisions)
    assert set(revisions) == {1, 2}
    kinds = {run["revision"]: [job["kind"] for job in run["jobs"]] for run in runs.values()}
    assert kinds == {1: ["snapshot_by_time_offset"], 2: ["sample_snapshot"]}
