"""Approvals answered in the pages, and conditions tried on runs: in the running product."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from pages_in_browser import OpenPage, Texts, serious
from product_scenarios import Scenario

HOME = "/plugin/media-workflows"
COVER = {"template": 10, "time_offsets": ["0s"]}
STEPS = [
    {"id": "ask", "approval": {"message": "Publish this video?"}},
    {"id": "cover", "snapshot_by_time_offset": COVER, "after": ["ask"]},
    {
        "id": "sorry",
        "snapshot_by_time_offset": COVER | {"output_path": "sorry_{number}.{format}"},
        "after": ["ask"],
        "when": 'steps.ask.answer == "rejected"',
    },
]


def _named(t: Texts, action: str, name: str) -> str:
    return t("action.named", action=t(action), name=name)


@pytest.mark.scenario("asked-{language}", {"a.mp4": 2.1}, parts={"jobs": None, "steps": STEPS})
def test_an_approval_is_given_without_a_mouse(
    product: Product, open_page: OpenPage, scenario: Scenario, t: Texts
) -> None:
    (waiting,) = eventually(lambda: product.approvals(scenario.workflow), 300)
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{waiting['run_id']}")
    expect(page.get_by_text(t("waiting.approval", question="Publish this video?"))).to_be_visible()
    card = page.get_by_test_id("action-ask")
    expect(card).to_contain_text("Publish this video?")
    card.get_by_role("button", name=_named(t, "approval.approve", "ask")).press("Enter")
    dialog = page.get_by_role("dialog")
    comment = dialog.get_by_role("textbox", name=t("approval.comment"))
    expect(comment).to_be_visible()
    assert serious(page, "[role=dialog]") == []
    comment.focus()
    page.keyboard.type("good colours")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card).to_contain_text(t("approval.approved_by", name="admin"))
    expect(card).to_contain_text("good colours")
    (run,) = product.finished(scenario.workflow)
    states = {id_: state for id_, (state, _) in product.task_states(scenario.workflow, run["run_id"]).items()}
    assert (run["state"], states["cover"], states["sorry"]) == ("success", "success", "skipped")
    expect(page.get_by_text(t("run.skipped_condition", condition=STEPS[2]["when"]))).to_be_visible()
    assert serious(page, ".media-workflows") == []
    again = product.api.post(f"/runs/{run['run_id']}/approvals/ask", json={"answer": "rejected"})
    assert again.status_code == 409


@pytest.mark.full
@pytest.mark.scenario("refused-{language}", {"a.mp4": 2.3}, parts={"jobs": None, "steps": STEPS})
def test_an_approval_is_rejected_in_the_list(
    product: Product, open_page: OpenPage, scenario: Scenario, t: Texts
) -> None:
    eventually(lambda: product.approvals(scenario.workflow), 300)
    waiting = open_page(f"{HOME}/runs", user="viewer").get_by_role("table", name=t("approval.list"))
    row = waiting.get_by_role("row").filter(has_text=scenario.name)
    expect(row).to_contain_text(t("approval.no_permission"))
    page = open_page(f"{HOME}/runs")
    page.get_by_role("link", name=t("approval.runs")).click()
    expect(page.get_by_role("combobox", name=t("runs.cause"))).to_have_value("WaitsForApproval")
    found = page.get_by_role("table", name=t("nav.runs"), exact=True).get_by_role("row").filter(has_text=scenario.name)
    expect(found).to_contain_text(t("waiting.approval", question="Publish this video?"))
    row = page.get_by_role("table", name=t("approval.list")).get_by_role("row").filter(has_text=scenario.name)
    assert serious(page, ".media-workflows") == []
    row.get_by_role("button", name=_named(t, "approval.reject", "ask")).click()
    page.get_by_role("dialog").get_by_role("button", name=t("approval.reject"), exact=True).click()
    expect(row).to_have_count(0)
    (run,) = product.finished(scenario.workflow)
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{run['run_id']}")
    expect(page.get_by_test_id("action-ask")).to_contain_text(t("approval.rejected_by", name="admin"))
    expect(page.get_by_text(t("run.skipped_rejected_by", name="admin", id="ask"))).to_be_visible()
    assert serious(page, ".media-workflows") == []


@pytest.mark.full
@pytest.mark.scenario("meanwhile-{language}", {"a.mp4": 2.7}, parts={"jobs": None, "steps": STEPS})
def test_an_answer_in_airflow_comes_first(product: Product, open_page: OpenPage, scenario: Scenario, t: Texts) -> None:
    (waiting,) = eventually(lambda: product.approvals(scenario.workflow), 300)
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{waiting['run_id']}")
    page.get_by_role("button", name=_named(t, "approval.approve", "ask")).click()
    send = page.get_by_role("dialog").get_by_role("button", name=t("approval.approve"), exact=True)
    expect(send).to_be_visible()
    task = f"/dags/{scenario.workflow}/dagRuns/{waiting['run_id']}/taskInstances/ask/-1/hitlDetails"
    answer = {"chosen_options": ["Reject"], "params_input": {"comment": "too dark"}}
    assert product.airflow.patch(task, json=answer).status_code == 200
    card = page.get_by_test_id("action-ask")
    send.click()
    expect(page.get_by_text(t.either("was answered meanwhile: rejected by admin", "已被 admin 处理"))).to_be_visible()
    expect(card).to_contain_text(t("approval.rejected_by", name="admin"))
    expect(card).to_contain_text("too dark")
    product.finished(scenario.workflow)
    # What the run has made is what a condition can be tried with.
    page = open_page(f"{HOME}/workflows/{scenario.workflow}/edit")
    step = page.get_by_test_id("steps[2]")
    step.locator("summary").filter(has_text=t("condition.try_title")).press("Enter")
    step.get_by_role("button", name=_named(t, "condition.try_run", "sorry")).press("Enter")
    expect(step).to_contain_text(t("condition.true_because", values='steps.ask.answer = "rejected"'))
    assert serious(page, ".media-workflows") == []
