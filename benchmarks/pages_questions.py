"""What the pages and the vendor's SDK ask of large databases, by what a person sees."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from benchmarks.mps_calls import VendorApi
from benchmarks.pages_fill import BUSY, CAUSE
from benchmarks.product import Product
from media_workflows.demo.layout import INPUT_BUCKET

API = "/media-workflows/api/v1"
BASELINE = "Airflow's own list of 50 DAGs (baseline)"
FIRST_S = 1_200.0  # the first request of all copies the runs from Airflow

# A request, with the headers of a client that has an answer, and a timeout in seconds.
Ask = Callable[[Mapping[str, str], float], httpx.Response]


def questions(product: Product, workflows: int, runs: int) -> dict[str, Ask]:
    """All of them, by name."""
    asks = {name: _getter(product, path) for name, path in paths(workflows, runs).items()}
    return asks | _of_vendor(VendorApi(product), runs)


def _getter(product: Product, path: str) -> Ask:
    def ask(headers: Mapping[str, str], timeout_s: float) -> httpx.Response:
        answer = product.get(path, headers, timeout_s)
        return answer if answer.status_code == 304 else answer.raise_for_status()

    return ask


def paths(workflows: int, runs: int) -> dict[str, str]:
    """What the pages ask."""
    return {
        BASELINE: "/api/v2/dags?limit=50",
        "home": f"{API}/home",
        **_of_workflows(workflows),
        **_of_runs(workflows, runs),
        **_of_records(runs),
    }


def _of_workflows(workflows: int) -> dict[str, str]:
    listed, one = f"{API}/workflows?limit=50", f"{API}/workflows/{BUSY}"
    return {
        "workflows, first 50": listed,
        "workflows, last 50": f"{listed}&offset={workflows - 50}",
        "workflows by a part of the name": f"{listed}&search=flow-12",
        "workflows, enabled": f"{listed}&enabled=true",
        "workflows, disabled": f"{listed}&enabled=false",
        "workflows, failing": f"{listed}&failing=true",
        "workflows of a bucket": f"{listed}&bucket=bucket-30",
        "workflows, enabled, failing, by name": f"{listed}&enabled=true&failing=true&search=flow",
        "workflow page: definition": one,
        "workflow page: revisions": f"{one}/revisions",
        "workflow page: counters of 24 h": f"{one}/counters",
        "workflow page: counters of 30 days": f"{one}/counters?hours=720",
        "workflow page: runs, first 50": f"{API}/runs?workflow={BUSY}&limit=50",
        "workflow page: detection": f"{one}/detection",
        "workflow page: missed uploads": f"{one}/missed-uploads",
    }


def _of_runs(workflows: int, runs: int) -> dict[str, str]:
    listed = f"{API}/runs?results=false&limit=50"
    middle = quote((datetime.now(UTC) - timedelta(seconds=10 * runs)).isoformat())
    return {
        "runs, first 50": listed,
        "runs, page 100": f"{listed}&offset=4950",
        **{f"runs, {state}": f"{listed}&state={state}" for state in ("queued", "running", "success", "failed")},
        "runs since the middle": f"{listed}&since={middle}",
        "runs until the middle": f"{listed}&until={middle}",
        "runs, failed, until the middle": f"{listed}&state=failed&until={middle}",
        "runs by cause": f"{listed}&state=failed&cause={CAUSE}",
        "runs by cause, one workflow": f"{listed}&state=failed&cause={CAUSE}&workflow={BUSY}",
        "runs by file: a word of all": f"{listed}&search=mp4",
        "runs by file: two words of all": f"{listed}&search=clip+mp4",
        "runs by file: a word of all, failed": f"{listed}&search=mp4&state=failed",
        "runs by file: a word of all, one workflow with the oldest fifth": f"{listed}&search=mp4&workflow={BUSY}",
        "runs by file: a word of all, until the middle": f"{listed}&search=mp4&until={middle}",
        "runs by file: the beginning of a word of half": f"{listed}&search=w1",
        "runs by file: a word of the oldest fifteenth": f"{listed}&search=old",
        "runs by file: a word of the oldest fifteenth and one of all": f"{listed}&search=old+mp4",
        "runs by file: a word of the oldest fifteenth, failed": f"{listed}&search=old&state=failed",
        "runs by file: a word of each 200th": f"{listed}&search=w7",
        "runs by file: a word of one": f"{listed}&search={runs // 2}",
        "runs by file: a word of none": f"{listed}&search=holiday",
        "causes of failures": f"{API}/runs/causes",
        "run page, ended": f"{API}/runs/upload__1?workflow={BUSY}",
        "run page, running": f"{API}/runs/upload__{runs - 270}?workflow={_owner(runs - 270, workflows)}",
        "run page: files with links": f"{API}/runs/upload__1/files?workflow={BUSY}",
    }


def _owner(number: int, workflows: int) -> str:
    return f"wf_{1 + number % workflows:012x}"


def _of_records(runs: int) -> dict[str, str]:
    deliveries, uploads = f"{API}/deliveries?limit=50", f"{API}/uploads?limit=50"
    return {
        "deliveries, first 50": deliveries,
        **{f"deliveries, {state}": f"{deliveries}&state={state}" for state in ("pending", "delivered", "dead")},
        "deliveries of a workflow": f"{deliveries}&workflow={BUSY}",
        "deliveries of a run": f"{deliveries}&run=upload__{runs // 2}",
        "deliveries answered 503": f"{deliveries}&answer=503",
        "deliveries without an answer": f"{deliveries}&answer=0",
        "deliveries by file: a word of all": f"{deliveries}&search=mp4",
        "deliveries by file: a word of the oldest fifteenth": f"{deliveries}&search=old",
        "deliveries by file: a word of one": f"{deliveries}&search={runs // 2}",
        "uploads, first 50": uploads,
        "uploads of a bucket": f"{uploads}&bucket={INPUT_BUCKET}",
        "uploads of a workflow": f"{uploads}&workflow={BUSY}",
        "uploads of a key": f"{uploads}&key=in/clip-7-w7-old.mp4",
        "backfills": f"{API}/backfills?limit=50",
        "reviews": f"{API}/reviews?limit=50",
        "approvals": f"{API}/approvals",
    }


def _of_vendor(vendor: VendorApi, runs: int) -> dict[str, Ask]:
    """Of DescribeTasks."""
    now = datetime.now(UTC)
    middle = now - timedelta(seconds=10 * runs)
    deep = base64.urlsafe_b64encode(json.dumps([middle.isoformat(), "upload__"]).encode()).decode()
    times = {"StartTime": (middle - timedelta(days=1)).isoformat(), "EndTime": middle.isoformat()}
    asked: dict[str, dict[str, Any]] = {
        **{state: {"Status": state} for state in ("WAITING", "PROCESSING", "FINISH")},
        "FINISH, failed": {"Status": "FINISH", "SubTaskHasFailed": True},
        "FINISH, of a day": {"Status": "FINISH", **times},
        "FINISH, ScrollToken in the middle": {"Status": "FINISH", "ScrollToken": deep},
        "FINISH, failed, of a day, ScrollToken": {
            "Status": "FINISH",
            "SubTaskHasFailed": True,
            **times,
            "ScrollToken": deep,
        },
    }
    return {
        f"DescribeTasks, {name}": _caller(vendor, {**parameters, "Limit": 100}) for name, parameters in asked.items()
    }


def _caller(vendor: VendorApi, parameters: dict[str, Any]) -> Ask:
    return lambda _headers, timeout_s: vendor.answer("DescribeTasks", parameters, timeout_s)
