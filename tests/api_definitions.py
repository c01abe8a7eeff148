"""Buckets and workflows of the API's tests."""

from __future__ import annotations

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
