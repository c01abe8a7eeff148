"""Compares a run with the budget of its workflow, before anything is made of its source."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy.orm import Session

from media_workflows.domain.budget import exceeded
from media_workflows.domain.candidates import is_manual
from media_workflows.domain.conditions.outcomes import RunProperties
from media_workflows.domain.conditions.source import TAGS, SourceProperties, source_values
from media_workflows.domain.costs.learned import PastStep, SourceWork, learned_cost
from media_workflows.domain.costs.own_cost import own_prices
from media_workflows.domain.forecast import StepForecast, counts, forecast
from media_workflows.domain.usage import Usage
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import BudgetExceededError, MediaError
from media_workflows.execution.request import StepRequest
from media_workflows.execution.running_step import Resources, RunningStep
from media_workflows.execution.turn import source_properties_of
from media_workflows.store.budgets import lock_budget, month_use, reserve, this_month
from media_workflows.store.costs import past_steps
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_source

_PROBED = ("source.duration_s",)  # what makes the properties of the source have its media info


Announce: TypeAlias = Callable[[Session], object]  # writes the event of a decision, in the decision's transaction


def compare_with_budget(
    workflow: Workflow,
    request: StepRequest,
    resources: Resources,
    ask: Callable[[Session, BudgetExceededError], object],
) -> BudgetExceededError | None:
    """Why the run is over its budget; None = it is within, and has reserved what it will use.

    `ask` is called last in the transaction where a person decides. Raises StorageError, SourceGoneError.
    """
    budget, key = workflow.budget, request.step
    assert budget is not None, "the task exists only in workflows with a budget"
    source = _source(workflow, request, resources)
    with transaction() as session:
        lock_budget(session, key.workflow_id)
        estimate = _estimate(session, workflow, request, source)
        month = month_use(session, key.workflow_id, this_month(), key.run_id)
        error = exceeded(budget, estimate, month, own_prices(resources.settings))
        if error is None:
            _go_on(session, request, estimate)
        else:
            reserve(session, key.workflow_id, key.run_id, None)
            if budget.when_over != "refuse":
                ask(session, error)
    used = f"{estimate.cpu_s:g} CPU s" if estimate else "unknown: too few past runs"
    resources.log(f"estimate of this run: {used}; this month so far: {month.cpu_s:g} CPU s")
    return error


def approve_over_budget(workflow: Workflow, request: StepRequest, resources: Resources, announce: Announce) -> None:
    """A person has let the run go on: it reserves what it will use. Raises StorageError, SourceGoneError."""
    key, source = request.step, _source(workflow, request, resources)
    with transaction() as session:
        lock_budget(session, key.workflow_id)
        _go_on(session, request, _estimate(session, workflow, request, source))
        announce(session)


def refuse_over_budget(
    request: StepRequest, error: BudgetExceededError, announce: Announce = lambda _session: None
) -> None:
    """The error becomes that of the run, and of its event. Without a person's answer there is nothing to announce."""
    with transaction() as session:
        record_source(session, request.step.workflow_id, request.step.run_id, request.revision, request.source, error)
        announce(session)


def run_estimate(
    workflow: Workflow,
    past: Mapping[str, Sequence[PastStep]],
    properties: SourceProperties,
    forecasts: Mapping[str, StepForecast],
) -> Usage | None:
    """What the steps of a run would use that may run; None = none of them has enough past runs."""
    if properties.info is None:
        return None
    source = SourceWork.of(properties.info)
    running = [steps for id_, steps in past.items() if counts(workflow, id_, forecasts)]
    found = [cost for steps in running if (cost := learned_cost(steps, source))]
    if not found:
        return None
    return Usage(
        cpu_s=round(sum(cost.cpu_s for cost in found), 2),
        wall_s=round(sum(cost.wall_s for cost in found), 2),
        bytes_in=properties.size_bytes,
        bytes_out=sum(cost.bytes_out for cost in found),
    )


def _estimate(
    session: Session, workflow: Workflow, request: StepRequest, source: SourceProperties | None
) -> Usage | None:
    if source is None:
        return None
    past = past_steps(session, request.step.workflow_id, request.revision)
    duration_s = source.info.duration_s if source.info else None
    run = RunProperties(
        workflow.priority, request.force, is_manual(request.step.run_id), source.size_bytes, duration_s or None
    )
    return run_estimate(workflow, past, source, forecast(workflow.steps, source_values(source), run))


def _go_on(session: Session, request: StepRequest, estimate: Usage | None) -> None:
    """The run counts by its estimate, and has no error, which an earlier try may have left."""
    key = request.step
    record_source(session, key.workflow_id, key.run_id, request.revision, request.source)
    reserve(session, key.workflow_id, key.run_id, estimate)


def _source(workflow: Workflow, request: StepRequest, resources: Resources) -> SourceProperties | None:
    """With what the conditions of its steps read; None = it is no media file: the jobs say so."""
    tags = [TAGS] if any(TAGS in step.when for step in workflow.steps) else []
    try:
        return source_properties_of(RunningStep(request, resources), [*_PROBED, *tags])
    except MediaError as error:
        resources.log(f"no estimate: {error}")
        return None
