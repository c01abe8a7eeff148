"""The storage refuses the product's credentials for longer than a minute, in the middle of a burst."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_product import CONNECTION, Product, eventually
from http_servers import serving
from refusing_s3 import RefusingS3

REFUSED_S = 75
UPLOADS = 5
JOBS = {
    "transcode": [{"template": 100010}],
    "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
}


def _move_connection(product: Product, url: str) -> None:
    extra = json.dumps({"endpoint_url": url, "region_name": "us-east-1"})
    body = {"connection_id": CONNECTION, "conn_type": "aws", "extra": extra, "login": "demo", "password": "demo"}
    product.airflow.patch(f"/connections/{CONNECTION}", json=body).raise_for_status()


@pytest.fixture
def proxy(product: Product) -> Iterator[RefusingS3]:
    """The storage of every task from now on; the test's own client goes to the server itself."""
    with serving(RefusingS3(product.layout.s3_url)) as server:
        _move_connection(product, server.url)
        yield server
        server.refuses = 0
        _move_connection(product, product.layout.s3_url)


@pytest.mark.full
@pytest.mark.kills
def test_seventy_five_seconds_of_refusals_fail_no_run(product: Product, proxy: RefusingS3, clip: Path) -> None:
    workflow = product.create("refused", jobs=JOBS)
    product.enable(workflow)
    for number in range(UPLOADS):
        product.upload(clip, f"refused/{number}.mp4")
    eventually(lambda: any(run["state"] == "success" for run in product.runs(workflow)), 180)
    proxy.refuses = 1_000_000
    time.sleep(REFUSED_S)
    refused, proxy.refuses = Counter(proxy.refused), 0
    print(f"refused in {REFUSED_S} s: {dict(refused)}")
    assert refused.total() >= UPLOADS - 1
    runs = product.finished(workflow, UPLOADS)
    assert Counter(run["state"] for run in runs) == {"success": UPLOADS}
    tries = [product.task_states(workflow, run["run_id"]) for run in runs]
    assert {number for tasks in tries for _, number in tasks.values()} == {1}
