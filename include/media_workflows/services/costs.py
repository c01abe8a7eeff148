"""Costs: the bill of a run, and totals by workflow and month."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.budget import Budget
from media_workflows.domain.costs.bill import Bill, bill_of
from media_workflows.domain.costs.billed_outputs import outputs_of_results
from media_workflows.domain.costs.own_cost import OwnCost, OwnPrices, own_cost, own_prices
from media_workflows.domain.costs.run_usage import run_usage
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.usage import Usage
from media_workflows.services.price_tables import price_tables
from media_workflows.settings import get_settings
from media_workflows.store.budgets import budgets_of, month_use, month_uses, this_month
from media_workflows.store.costs import MonthTotal, month_totals
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import get_workflow

MOST_MONTHS = 36


class MonthCost(MonthTotal):
    """The totals of a workflow in a month, and what they cost by the prices of today's settings."""

    own: OwnCost | None


class BudgetStatus(Model):
    """The budget of a workflow, and what its runs have used this month, or reserved while they are under way.

    `budget` None = it has none. `month` is its first day in UTC, as '2026-11-01'. `own` is by today's prices.
    """

    budget: Budget | None
    month: date
    used: Usage
    own: OwnCost | None


class WorkflowBudget(BudgetStatus):
    """That of one of several workflows, each of which has a budget."""

    workflow_id: str
    workflow_name: str


class Costs(Model):
    """Totals by workflow and month, the newest month first, and the budgets by the names of their workflows.

    `prices` are those of the settings. `problems` are of price tables that are left out.
    """

    prices: OwnPrices
    budgets: list[WorkflowBudget]
    months: list[MonthCost]
    problems: list[str]


def costs(session: Session, workflow_ids: Collection[str] | None, months: int) -> Costs:
    """The totals of this month and of those before it, `months` in all; of all workflows without `workflow_ids`."""
    settings = get_settings()
    prices = own_prices(settings)
    found = month_totals(session, workflow_ids, month_start(utcnow(), months - 1))
    return Costs(
        prices=prices,
        budgets=_budgets(session, workflow_ids, prices),
        months=[MonthCost(**one.model_dump(), own=own_cost(prices, _used(one))) for one in found],
        problems=price_tables(settings)[1],
    )


def budget_status(session: Session, workflow_id: str) -> BudgetStatus:
    """That of a stored workflow. Raises NotFoundError."""
    workflow, since = get_workflow(session, workflow_id).definition, this_month()
    used = month_use(session, workflow_id, since)
    own = own_cost(own_prices(get_settings()), used)
    return BudgetStatus(budget=workflow.budget, month=since.date(), used=used, own=own)


def _budgets(session: Session, workflow_ids: Collection[str] | None, prices: OwnPrices) -> list[WorkflowBudget]:
    found, since = budgets_of(session, workflow_ids), this_month()
    used = month_uses(session, [id_ for id_, _, _ in found], since)
    return [
        WorkflowBudget(
            workflow_id=id_,
            workflow_name=name,
            budget=budget,
            month=since.date(),
            used=used[id_],
            own=own_cost(prices, used[id_]),
        )
        for id_, name, budget in found
    ]


def month_start(now: datetime, ago: int) -> datetime:
    """The first moment of the month in UTC that was `ago` months before that of `now`."""
    months = now.year * 12 + now.month - 1 - ago
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def run_bill(source: SourceObject | None, results: Sequence[JobResult]) -> Bill | None:
    """The bill of a run as far as its steps have ended; None = none has, or they ran in a version without usage."""
    usage, settings = run_usage(source, results), get_settings()
    if usage is None:
        return None
    return bill_of(usage, list(outputs_of_results(results)), own_prices(settings), price_tables(settings)[0])


def _used(total: MonthTotal) -> Usage:
    return Usage(cpu_s=total.cpu_s, wall_s=total.worker_s, bytes_in=total.bytes_in, bytes_out=total.bytes_out)
