"""Calls per second of the vendor's API beside our own: the same list, and the same request for ad-hoc processing."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from benchmarks.options import Options
from benchmarks.product import Product, definition, log, running_product
from benchmarks.report import Table, ratio
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET

PATH = "/media-workflows/mps"
WORKFLOWS = 10
KEY = "in/a.mp4"
REGION = "us-east-1"
NO_LIMIT = {"MEDIA_WORKFLOWS_API_KEY_CALLS_PER_S": "1000000"}


def run(options: Options) -> list[Table]:
    """A table with a row for each pair of calls."""
    with running_product([], NO_LIMIT, api_alone=True) as product:
        product.s3.put_object(Bucket=INPUT_BUCKET, Key=KEY, Body=b"no media is read")
        for number in range(WORKFLOWS):
            product.ours("POST", "", definition(f"workflow-{number}"))
        vendor = VendorApi(product)
        pairs: list[tuple[str, str, Callable[[int], Any], Callable[[int], Any]]] = [
            (
                "`GET /workflows`",
                "`DescribeWorkflows`",
                lambda _: product.ours("GET", f"?limit={WORKFLOWS}"),
                lambda _: vendor.call("DescribeWorkflows", {"Limit": WORKFLOWS}),
            ),
            (
                "`POST /process`",
                "`ProcessMedia`",
                lambda number: product.api("POST", "/process", _request(number)),
                lambda number: vendor.call("ProcessMedia", _media(number)),
            ),
        ]
        rows = []
        for own_name, vendor_name, own, vendors in pairs:
            rates = [_calls_per_s(call, options.calls) for call in (own, vendors)]
            shown = [own_name, f"{rates[0]:.1f}", vendor_name, f"{rates[1]:.1f}", ratio(rates[1], rates[0])]
            rows.append(shown)
            log(", ".join(shown))
    columns = ["our own API", "calls per s", "vendor's API", "calls per s", "ratio"]
    notes = [
        f"{options.calls} calls each, one at a time over loopback, after one to warm up; {WORKFLOWS} workflows.",
        "A call of the vendor's API checks a signature, records it, and writes the audit log, also of a list.",
    ]
    return [Table("The vendor's API", columns, rows, notes)]


def _calls_per_s(call: Callable[[int], Any], count: int) -> float:
    call(0)
    began_s = time.perf_counter()
    for number in range(1, count + 1):
        call(number)
    return count / (time.perf_counter() - began_s)


def _request(number: int) -> dict[str, Any]:
    return {
        "request_id": f"own-{number}",
        "bucket": INPUT_BUCKET,
        "keys": [KEY],
        "output": {"bucket": OUTPUT_BUCKET, "directory": "out/"},
        "jobs": definition("")["jobs"],
    }


def _media(number: int) -> dict[str, Any]:
    return {
        "InputInfo": {"Type": "COS", "CosInputInfo": {"Bucket": INPUT_BUCKET, "Region": REGION, "Object": f"/{KEY}"}},
        "OutputStorage": {"Type": "COS", "CosOutputStorage": {"Bucket": OUTPUT_BUCKET, "Region": REGION}},
        "OutputDir": "/out/",
        "MediaProcessTask": {"SnapshotByTimeOffsetTaskSet": [{"Definition": 10, "ExtTimeOffsetSet": ["0s"]}]},
        "SessionId": f"vendors-{number}",
    }


class VendorApi:
    """A client with a key of its own; the SDK's would be measured with its own costs."""

    def __init__(self, product: Product) -> None:
        key = product.api("POST", "/keys", {"name": "benchmark"})
        self._secret_id, self._secret_key = key["secret_id"], key["secret_key"]
        self._http = httpx.Client(base_url=product.layout.airflow_url, timeout=60)

    def call(self, action: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """The answer of an action. Raises ValueError when it is an error."""
        response: dict[str, Any] = self.answer(action, parameters).json()["Response"]
        return response

    def answer(self, action: str, parameters: dict[str, Any], timeout_s: float = 60) -> httpx.Response:
        """The answer of an action as it came. Raises ValueError when it is an error."""
        body, time_s = json.dumps(parameters).encode(), int(time.time())
        headers = {
            "Content-Type": "application/json",
            "Authorization": self._authorization(body, time_s),
            "X-TC-Action": action,
            "X-TC-Version": "2019-06-12",
            "X-TC-Timestamp": str(time_s),
        }
        answer = self._http.post(PATH, content=body, headers=headers, timeout=timeout_s).raise_for_status()
        if "Error" in (response := answer.json()["Response"]):
            raise ValueError(f"{action}: {response['Error']}")
        return answer

    def _authorization(self, body: bytes, time_s: int) -> str:
        date = f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d}"
        scope, names = f"{date}/mps/tc3_request", "content-type;host"
        headers = f"content-type:application/json\nhost:{self._http.base_url.netloc.decode()}\n"
        request = f"POST\n/\n\n{headers}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        text = f"TC3-HMAC-SHA256\n{time_s}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = f"TC3{self._secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        return f"TC3-HMAC-SHA256 Credential={self._secret_id}/{scope}, SignedHeaders={names}, Signature={signature}"
