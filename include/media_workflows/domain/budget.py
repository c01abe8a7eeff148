"""`Budget`: what the runs of a workflow may use, and what happens to a run that would use more. Pure."""

from __future__ import annotations

from collections.abc import Callable
from operator import ge, gt
from typing import Literal

from pydantic import Field, model_validator

from media_workflows.domain.base import Model, invalid
from media_workflows.domain.costs.own_cost import OwnPrices, own_cost
from media_workflows.domain.step_actions.approval import DAY_S, UserId
from media_workflows.domain.usage import Usage, total_usage
from media_workflows.errors import BudgetExceededError

_HOUR_S = 3600
# The units of its errors. The pages have them in Chinese, as the errors.
CPU_HOURS = "CPU hours"
NO_CURRENCY = "(no currency)"


class BudgetLimit(Model):
    """The most that may be used. `amount` is by the own prices of the settings, in their currency."""

    cpu_hours: float | None = Field(None, gt=0, allow_inf_nan=False, description="Processor hours")
    amount: float | None = Field(None, gt=0, allow_inf_nan=False, description="By the own prices of the settings")

    @model_validator(mode="after")
    def _limits_something(self) -> BudgetLimit:
        if self.cpu_hours is None and self.amount is None:
            raise invalid("must have cpu_hours, amount or both")
        return self


class Budget(Model):
    """Limits of a workflow: what one run, and all of a month in UTC, may use.

    A run is compared before it makes anything, by its estimate from past runs and what the month's runs have used.
    """

    per_run: BudgetLimit | None = Field(None, description="Of each run, by its estimate from past runs")
    per_month: BudgetLimit | None = Field(None, description="Of all runs in a calendar month (UTC)")
    when_over: Literal["ask", "refuse"] = Field("ask", description="The run waits for a person, or fails")
    timeout_s: int = Field(DAY_S, ge=1, le=365 * DAY_S, description="Seconds to wait for a person; then it fails")
    who: list[UserId] = Field(
        default_factory=list,
        max_length=50,
        description="Ids of the Airflow users who may answer; empty = all who may answer required actions",
    )

    @model_validator(mode="after")
    def _limits_something(self) -> Budget:
        if self.per_run is None and self.per_month is None:
            raise invalid("must have per_run, per_month or both")
        return self


def exceeded(budget: Budget, estimate: Usage | None, month: Usage, prices: OwnPrices) -> BudgetExceededError | None:
    """Why a run is over its budget; None = it is within.

    `estimate` None = there are too few past runs: then no run is over the limit of one, and a month is over its limit
    when that is used up: the run would use something. `month` is what its other runs have used, or reserved, so far.
    """
    if budget.per_run and estimate and (error := _over(budget.per_run, estimate, prices, gt, is_month=False)):
        return error
    if budget.per_month is None:
        return None
    used, is_over = total_usage([month, estimate or Usage()]), gt if estimate else ge
    return _over(budget.per_month, used, prices, is_over, is_month=True)


def _over(
    limit: BudgetLimit,
    used: Usage,
    prices: OwnPrices,
    is_over: Callable[[float, float], bool],
    *,
    is_month: bool,
) -> BudgetExceededError | None:
    cpu_hours, cost = used.cpu_s / _HOUR_S, own_cost(prices, used)
    if limit.cpu_hours is not None and is_over(cpu_hours, limit.cpu_hours):
        return _error(is_month, f"{cpu_hours:.4g}", f"{limit.cpu_hours:g}", CPU_HOURS)
    if limit.amount is not None and cost is None:
        return BudgetExceededError(
            "the budget of this workflow has an amount, and the settings have no own price to compare it with: set "
            "price_per_cpu_hour, or use cpu_hours"
        )
    if limit.amount is not None and cost is not None and is_over(cost.total, limit.amount):
        return _error(is_month, f"{cost.total:.4g}", f"{limit.amount:g}", cost.currency or NO_CURRENCY)
    return None


def _error(is_month: bool, used: str, limit: str, unit: str) -> BudgetExceededError:
    if is_month:
        return BudgetExceededError(
            "with this run, the workflow would use {used} {unit} this month, and its budget is {limit}: raise "
            "budget.per_month, or run it again next month",
            used=used,
            limit=limit,
            unit=unit,
        )
    return BudgetExceededError(
        "this run would use about {used} {unit}, and the budget of one run is {limit}: raise budget.per_run, or make "
        "fewer outputs",
        used=used,
        limit=limit,
        unit=unit,
    )
