"""Buckets, workflows and imports of the API's tests."""

from __future__ import annotations

import time
from typing import Any

BUCKET, OTHER_BUCKET = "api-in", "api-out"


def definition(name: str, **parts: Any) -> dict[str, Any]:
    """A workflow with one job."""
    return {
        "name": name,
        "trigger": {"bucket": BUCKET, "directory": f"{name}/"},
        "output": {"bucket": OTHER_BUCKET, "directory": f"{name}-out/"},
        "jobs": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]},
    } | parts


def ended_import(client: Any, import_id: str) -> Any:
    """The state of an import of workflows that has ended: its documents are applied by a thread."""
    deadline = time.monotonic() + 60
    while (state := client.get(f"/api/v1/workflows/import/{import_id}").json())["state"] != "ended":
        assert time.monotonic() < deadline, state
        time.sleep(0.02)
    return state
