"""Notes which objects are add-ons of a step's ladders, so that one that arrives later joins them."""

from __future__ import annotations

from collections.abc import Iterator

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.execution.running_step import RunningStep
from media_workflows.naming import fill_in
from media_workflows.store.engine import transaction
from media_workflows.store.sidecars import Sidecar, expect_sidecars


def note(step: RunningStep) -> None:
    """Before the step looks for the objects: one that it misses is then found by ingestion, or is there already.

    Raises OutputNameError when a key pattern cannot be filled in.
    """
    if step.request.events_of is None:  # a DAG of no stored workflow, for which ingestion watches nothing
        return
    sidecars = list(_sidecars(step))
    with transaction() as session:
        expect_sidecars(session, sidecars)


def _sidecars(step: RunningStep) -> Iterator[Sidecar]:
    key, source = step.request.step, step.request.source
    for number, item in enumerate(step.request.items):
        if not isinstance(item, AdaptiveDynamicStreamingItem):
            continue
        for add_on in item.object_add_ons:
            yield Sidecar(
                bucket=source.bucket,
                key=fill_in(add_on.key, source.key, step.request.output.source_root, {}),
                workflow_id=key.workflow_id,
                source_key=source.key,
                step_id=key.step_id,
                map_index=key.map_index,
                item=number,
                run_id=key.run_id,
            )
