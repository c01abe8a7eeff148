"""Budgets: when a run is over the budget of its workflow, and what the definition must say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.active_runs import WAITING_RUNS, run_limit_of
from media_workflows.domain.budget import Budget, exceeded
from media_workflows.domain.costs.own_cost import OwnPrices
from media_workflows.domain.steps import BUDGET, NOTIFY, UPLOAD, steps_of
from media_workflows.domain.usage import Usage
from media_workflows.domain.workflow import Workflow, parse_workflow

HOUR = Usage(cpu_s=3600)
PRICES = OwnPrices(currency="EUR", per_cpu_hour=2)


def budget(**fields: Any) -> Budget:
    return Budget.model_validate(fields)


@pytest.mark.parametrize("fields", [{}, {"per_run": {}}, {"per_run": {"cpu_hours": 0}}, {"when_over": "ask"}])
def test_a_budget_limits_something(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Budget.model_validate(fields)


def test_a_run_within_both_limits_goes_on() -> None:
    limits = budget(per_run={"cpu_hours": 2}, per_month={"cpu_hours": 10, "amount": 50})
    assert exceeded(limits, HOUR, HOUR, PRICES) is None


def test_a_run_over_its_own_limit() -> None:
    error = exceeded(budget(per_run={"cpu_hours": 0.5}), HOUR, Usage(), PRICES)
    assert error is not None
    assert error.code == "FailedOperation.BudgetExceeded"
    assert "about 1 CPU hours, and the budget of one run is 0.5" in str(error)
    assert not error.retryable


def test_a_month_counts_what_others_have_used() -> None:
    limits = budget(per_month={"amount": 5})
    assert exceeded(limits, HOUR, HOUR, PRICES) is None
    error = exceeded(limits, HOUR, Usage(cpu_s=2 * 3600), PRICES)
    assert error is not None
    assert "6 EUR this month, and its budget is 5" in str(error)


def test_exactly_the_limit_is_within_it() -> None:
    limits = budget(per_run={"cpu_hours": 1, "amount": 2}, per_month={"cpu_hours": 2, "amount": 4})
    assert exceeded(limits, HOUR, HOUR, PRICES) is None
    assert exceeded(limits, HOUR, Usage(cpu_s=3601), PRICES) is not None
    assert exceeded(limits, Usage(cpu_s=3601), Usage(), PRICES) is not None


def test_without_an_estimate_only_what_is_used_up_counts() -> None:
    limits = budget(per_run={"cpu_hours": 0.001}, per_month={"cpu_hours": 2})
    assert exceeded(limits, None, HOUR, PRICES) is None
    assert exceeded(limits, None, Usage(cpu_s=2 * 3600), PRICES) is not None
    assert exceeded(budget(per_month={"amount": 2}), None, HOUR, PRICES) is not None


def test_an_amount_without_a_price_is_no_limit_that_passes_silently() -> None:
    error = exceeded(budget(per_run={"amount": 5}), HOUR, Usage(), OwnPrices())
    assert error is not None
    assert "price_per_cpu_hour" in str(error)


def workflow(**more: Any) -> Workflow:
    definition = {"name": "a", "trigger": {"bucket": "media-input"}, "budget": {"per_run": {"cpu_hours": 1}}}
    return parse_workflow({**definition, **more})


@pytest.mark.parametrize(
    "made",
    [
        {"jobs": {"transcode": [{"template": 100010}]}},
        {
            "steps": [
                {"id": "a", "transcode": {"template": 100010}},
                {"id": "b", "input": "a", "image_sprite": {"template": 10}},
            ]
        },
    ],
)
def test_nothing_is_made_before_the_budget_is_checked(made: dict[str, Any]) -> None:
    steps = {step.id: step.after for step in steps_of(workflow(**made))}
    assert steps.pop(UPLOAD) == ()
    assert steps.pop(BUDGET) == (UPLOAD,)
    assert all(UPLOAD not in after for after in steps.values())
    assert NOTIFY in steps


def test_runs_that_may_wait_do_not_hold_up_others() -> None:
    jobs = {"transcode": [{"template": 100010}]}
    assert run_limit_of(workflow(jobs=jobs)) == WAITING_RUNS
    refusing = {"per_run": {"cpu_hours": 1}, "when_over": "refuse"}
    assert run_limit_of(workflow(jobs=jobs, budget=refusing)) is None
