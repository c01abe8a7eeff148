"""A run over the budget of its workflow: seen on the page of costs, answered on that of the workflow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from pages_in_browser import PHONE_PX, OpenPage, Texts, cut, serious
from product_scenarios import Scenario

HOME = "/plugin/media-workflows"
PAGES = "[data-testid=media-workflows]"
# The demo has no prices, without which each run counts as over an amount: the first one asks.
LIMITS = {"per_run": {"cpu_hours": 3}, "per_month": {"cpu_hours": 100, "amount": 50}}


@pytest.mark.full
@pytest.mark.scenario("beyond-budget-{language}", {"a.mp4": 2.35}, parts={"budget": LIMITS})
def test_a_run_over_the_budget_is_approved(product: Product, open_page: OpenPage, scenario: Scenario, t: Texts) -> None:
    (waiting,) = eventually(lambda: product.approvals(scenario.workflow), 300)
    _is_among_the_costs(open_page(f"{HOME}/costs"), t, scenario.name)
    page = open_page(f"{HOME}/workflows/{scenario.workflow}")
    budget = page.get_by_role("region", name=t("field.budget"))
    expect(budget.get_by_role("progressbar")).to_have_count(1)  # of the hours; the amount has no price
    expect(budget).to_contain_text(t("budget.no_price", limit=50))
    expect(budget).to_contain_text(t("budget.per_run", limit=t("budget.hours", hours=3)))
    assert serious(page, PAGES) == []
    table = page.get_by_role("table", name=t("approval.list"))
    name = t("action.named", action=t("approval.approve"), name=t("job.budget-check"))
    table.get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(t.either("Run over the budget?", "运行超出预算，是否继续？"))
    assert serious(page, "[role=dialog]") == []
    dialog.get_by_role("button", name=t("approval.approve"), exact=True).click()
    expect(table).to_have_count(0)
    (run,) = product.finished(scenario.workflow)
    assert (run["run_id"], run["state"]) == (waiting["run_id"], "success")


def _is_among_the_costs(page: Any, t: Texts, name: str) -> None:
    """With its limits, and its run that waits; also on a phone."""
    row = page.get_by_role("table", name=t("budget.list")).get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(t("budget.hours", hours=100))
    expect(row).to_contain_text(t("choice.when_over.ask"))
    expect(row).to_contain_text(t("budget.asks"))
    asked = page.get_by_role("table", name=t("approval.list")).get_by_role("row").filter(has_text=name)
    expect(asked).to_contain_text(t.either("Run over the budget?", "运行超出预算，是否继续？"))
    expect(asked).to_contain_text("price_per_cpu_hour")
    assert serious(page, PAGES) == []
    page.set_viewport_size({"width": PHONE_PX, "height": 900})
    assert cut(page, ".media-workflows") == []
