"""Operations on backfills: create with a preview, start, pause, resume, cancel. DAG media_backfill advances them."""

from __future__ import annotations

from contextlib import suppress

from media_workflows.airflow_adapter.dag_state import run_limit
from media_workflows.airflow_adapter.switches import enabled_ids
from media_workflows.domain.backfill import Action, BackfillFilters, BackfillLimits, BackfillRequest, Selection
from media_workflows.domain.base import Model, invalid, shown
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError, InvalidRequestError, NotFoundError
from media_workflows.services.missed_uploads import require_missed
from media_workflows.services.places import require_allowed_workflow
from media_workflows.services.run_control import cancel_run
from media_workflows.store import backfill_objects
from media_workflows.store import backfills as store
from media_workflows.store.backfills import Backfill
from media_workflows.store.engine import transaction
from media_workflows.store.processed import CostBasis, cost_basis
from media_workflows.store.workflows import get_workflow

SECONDS_PER_HOUR = 3600


class Estimate(Model):
    """What a backfill's runs will take, from earlier runs of the workflow. `task_hours` null = there were none.

    `task_hours` is the time that tasks hold their workers; the processor time of runs is not recorded.
    """

    task_hours: float | None
    basis: CostBasis | None


class BackfillPreview(Backfill):
    """A backfill with the estimate for the objects counted so far."""

    estimate: Estimate


def create_backfill(request: BackfillRequest, author: str) -> BackfillPreview:
    """Store a backfill, to be counted. Raises NotFoundError, NotPermittedError, InvalidRequestError, ConflictError."""
    with transaction() as session:
        workflow = get_workflow(session, request.workflow)
    definition = workflow.definition
    require_allowed_workflow(definition)
    _require_below_trigger(definition, request.filters)
    _require_room_for_uploads(definition, request.limits)
    if request.start:
        _require_enabled(workflow.id)
    with transaction() as session:
        chosen = request.model_copy(update={"filters": _with_prefix(definition, request.filters)})
        created = store.create_backfill(session, chosen, definition.trigger.bucket, author)
    return _preview(created)


def _require_below_trigger(definition: Workflow, filters: BackfillFilters) -> None:
    trigger = definition.trigger
    for name, text in (("prefix", filters.prefix), *(("keys", key) for key in filters.keys)):
        if text and not text.startswith(trigger.prefix):
            problem = invalid("must begin with the directory of the trigger, {directory}", directory=trigger.prefix)
            raise InvalidRequestError([problem.at(f"filters.{name}", shown(text))])
    if "keys" in filters.model_fields_set and not filters.keys:
        problem = invalid("must name at least one object: leave `keys` out for all that the other filters match")
        raise InvalidRequestError([problem.at("filters.keys", "[]")])
    if filters.keys and filters.prefix:
        problem = invalid("must be left out where `keys` names the objects")
        raise InvalidRequestError([problem.at("filters.prefix", shown(filters.prefix))])


def _with_prefix(definition: Workflow, filters: BackfillFilters) -> BackfillFilters:
    """The filters with the place that they mean: without a prefix, the trigger's directory."""
    if filters.keys or filters.prefix:
        return filters
    return filters.model_copy(update={"prefix": definition.trigger.prefix})


def _require_room_for_uploads(definition: Workflow, limits: BackfillLimits) -> None:
    """Airflow takes the runs of a DAG in their order: one that holds all places would keep uploads waiting."""
    limit = run_limit(definition)
    if limits.max_at_once >= max(limit, 2):
        raise ConflictError(
            "max_at_once is {max_at_once}, and Airflow's limit of runs of this workflow at the same time is {limit}: "
            "choose at most {most}, so that uploads find room, or raise max_active_runs of the workflow",
            max_at_once=limits.max_at_once,
            limit=limit,
            most=max(limit - 1, 1),
        )


def _require_enabled(workflow_id: str) -> None:
    if workflow_id not in enabled_ids([workflow_id]):
        raise ConflictError(
            "workflow {workflow_id} is disabled, and Airflow runs no tasks of a disabled workflow: enable it, then "
            "start the backfill",
            workflow_id=workflow_id,
        )


def get_backfill(backfill_id: str) -> BackfillPreview:
    """A backfill with its estimate. Raises NotFoundError."""
    with transaction() as session:
        found = store.get_backfill(session, backfill_id)
    return _preview(found)


def workflow_of(backfill_id: str) -> str:
    """The id of a backfill's workflow. Raises NotFoundError."""
    with transaction() as session:
        return store.get_backfill(session, backfill_id).workflow_id


def start_backfill(backfill_id: str) -> BackfillPreview:
    """Start a counted backfill. Raises NotFoundError, ConflictError."""
    _require_enabled(workflow_of(backfill_id))
    return _changed(backfill_id, "start")


def pause_backfill(backfill_id: str) -> BackfillPreview:
    """Start no further runs; those in progress go on. Raises NotFoundError, ConflictError."""
    return _changed(backfill_id, "pause")


def resume_backfill(backfill_id: str) -> BackfillPreview:
    """Go on with a paused backfill. Raises NotFoundError, ConflictError."""
    _require_enabled(workflow_of(backfill_id))
    return _changed(backfill_id, "resume")


def cancel_backfill(backfill_id: str, author: str, *, cancel_runs: bool = False) -> BackfillPreview:
    """End a backfill; its runs in progress go on, unless they are to be cancelled too.

    Raises NotFoundError, ConflictError.
    """
    with transaction() as session:
        cancelled = store.change_state(session, backfill_id, "cancel")
        runs = backfill_objects.started_runs(session, backfill_id) if cancel_runs else {}
    for run_id in runs.values():
        with suppress(ConflictError, NotFoundError):  # it ended meanwhile, or was deleted in Airflow
            cancel_run(cancelled.workflow_id, run_id, author)
    return _preview(cancelled)


def _changed(backfill_id: str, action: Action) -> BackfillPreview:
    with transaction() as session:
        changed = store.change_state(session, backfill_id, action)
    return _preview(changed)


def _preview(backfill: Backfill) -> BackfillPreview:
    with transaction() as session:
        basis = cost_basis(session, backfill.workflow_id)
    return BackfillPreview(**backfill.model_dump(), estimate=estimate_of(basis, backfill.total_bytes))


def estimate_of(basis: CostBasis | None, total_bytes: int) -> Estimate:
    """The estimate for sources of so many bytes."""
    if basis is None:
        return Estimate(task_hours=None, basis=None)
    seconds = basis.task_seconds / basis.source_bytes * total_bytes
    return Estimate(task_hours=round(seconds / SECONDS_PER_HOUR, 3), basis=basis)


def fire_missed(workflow_id: str, keys: tuple[str, ...] | None, limits: BackfillLimits, author: str) -> BackfillPreview:
    """Start the runs of missed uploads, of these keys or, if None, of all, by a backfill that begins at once.

    Raises NotFoundError, NotPermittedError, InvalidRequestError, ConflictError.
    """
    of_keys = {} if keys is None else {"keys": keys}
    filters = BackfillFilters(select=Selection.MISSED, **of_keys)
    if keys:
        with transaction() as session:
            workflow = get_workflow(session, workflow_id)
        require_allowed_workflow(workflow.definition)
        _require_below_trigger(workflow.definition, filters)
        _require_enabled(workflow_id)
        require_missed(workflow, keys)
    request = BackfillRequest(workflow=workflow_id, filters=filters, limits=limits, start=True)
    return create_backfill(request, author)
