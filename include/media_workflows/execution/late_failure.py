"""What is left of the join of a late add-on: why it failed, with the upload's decision and as an event; or nothing."""

from __future__ import annotations

from media_workflows.execution.late_ladder import PublishedLadder, published_ladder
from media_workflows.execution.late_sidecar import JoinRequest
from media_workflows.execution.unexpected import code_and_message
from media_workflows.notifications.outbox import store_track_event
from media_workflows.notifications.track_event import track_failed_event
from media_workflows.store.engine import transaction
from media_workflows.store.late_joins import note_join
from media_workflows.store.sidecars import sidecars_at
from media_workflows.vendor_mps.event_error import RunError


def note_joined(request: JoinRequest) -> None:
    """It has joined: an earlier try may have failed."""
    with transaction() as session:
        note_join(session, request.workflow_id, request.step.run_id, None)


def report_failed_join(request: JoinRequest, error: Exception) -> list[str]:
    """Note why the add-on joins nothing, and write an event for each run whose ladders it misses; returns their ids."""
    code, message = code_and_message(error)
    ladders = _ladders_by_run(request)
    with transaction() as session:
        note_join(session, request.workflow_id, request.step.run_id, {"code": code, "message": message})
        return [
            store_track_event(session, ladder.run, _body(request, ladder, RunError(code, message))).id
            for ladder in ladders.values()
        ]


def _ladders_by_run(request: JoinRequest) -> dict[str, PublishedLadder]:
    """A ladder of each run whose ladders it should have joined: one that has made none is not concerned."""
    with transaction() as session:
        sidecars = sidecars_at(session, request.bucket, request.key, request.workflow_id)
    found = (published_ladder(sidecar) for sidecar in sidecars)
    return {ladder.run.run_id: ladder for ladder in found if ladder is not None}


def _body(request: JoinRequest, ladder: PublishedLadder, error: RunError) -> dict[str, object]:
    add_on = (request.bucket, request.key)
    return track_failed_event(ladder.run, ladder.source, add_on, request.step.run_id, error)
