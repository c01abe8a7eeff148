"""The event of a workflow's Airflow asset: one for each run that succeeds, on which other DAGs are scheduled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject

MAX_OUTPUTS = 200  # Airflow stores and shows the whole event; all outputs are in the run's event and in the API
_LISTED = ("main", "manifest")


def asset_uri(workflow_id: str) -> str:
    """The URI of a workflow's asset. Airflow neither interprets nor changes one that begins with `x-`."""
    return f"x-media-workflows://workflow/{workflow_id}"


def asset_event_extra(
    workflow_id: str, workflow_name: str, run_id: str, source: SourceObject | None, jobs: Sequence[JobResult]
) -> dict[str, Any]:
    """What the event says of a run: its source, its files and manifests, and how many there are.

    At most MAX_OUTPUTS outputs are listed, those with a duration first; `output_count` counts them all.
    """
    outputs = sorted(_outputs(jobs), key=lambda output: output["duration_s"] is None)  # sorted() keeps the order else
    return {
        "workflow": workflow_id,
        "workflow_name": workflow_name,
        "run": run_id,
        "source": {"bucket": source.bucket, "key": source.key} if source else None,
        "outputs": outputs[:MAX_OUTPUTS],
        "output_count": len(outputs),
    }


def _outputs(jobs: Sequence[JobResult]) -> Iterator[dict[str, Any]]:
    for job in jobs:
        for item in job.items:
            for output in item.outputs:
                if output.role in _LISTED:
                    yield _output(job, item, output)


def _output(job: JobResult, item: ItemResult, output: OutputRecord) -> dict[str, Any]:
    """`duration_s` in seconds, None = a picture, or a manifest of which no duration is recorded."""
    is_picture = output.time_offset_s is not None or output.info is None
    return {
        "bucket": output.bucket,
        "key": output.key,
        "step": job.step.step_id,
        "kind": job.kind,
        "definition": item.definition,
        "size_bytes": output.size_bytes,
        "sha256": output.sha256,
        "duration_s": None if is_picture or output.info is None else output.info.duration_s,
    }
