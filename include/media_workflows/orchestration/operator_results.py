"""What a task of a step returns, and whether it fails."""

from __future__ import annotations

from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from media_workflows.domain.result import JobResult, OutputRecord
from media_workflows.errors import JobFailedError


def returned_outputs(result: JobResult) -> list[dict[str, Any]]:
    """A step's outputs as its task returns them: files and manifests, not the segments that a manifest names."""
    outputs = [output for item in result.items for output in item.outputs]
    return [returned_output(output) for output in outputs if output.role in ("main", "manifest")]


def returned_output(output: OutputRecord) -> dict[str, Any]:
    """Pixels are those shown, after rotation. None = it has none, or no probe opens such a file."""
    info, video = output.info, output.info.video if output.info else None
    return {
        "bucket": output.bucket,
        "key": output.key,
        "size_bytes": output.size_bytes,
        "duration_s": info.duration_s if info else None,
        "width": video.display_width if video else None,
        "height": video.display_height if video else None,
        "sha256": output.sha256,
    }


def require_success(result: JobResult) -> None:
    """Raises AirflowFailException that lists the failed items with their causes."""
    failed = [(index, item) for index, item in enumerate(result.items) if item.status == "FAIL"]
    if failed:
        causes = "\n".join(
            f"  - {result.kind}[{index}] (definition {item.definition}): {item.message}" for index, item in failed
        )
        error = JobFailedError(
            "{failed} of {count} items failed:\n{causes}",
            failed=len(failed),
            count=len(result.items),
            causes=causes,
        )
        raise AirflowFailException(str(error))
