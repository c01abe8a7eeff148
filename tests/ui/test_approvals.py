"""Approvals answered in the pages, starters, and conditions tried on runs: in the running product."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from pages_in_browser import OpenPage, Texts, serious
from product_scenarios import Scenario

HOME = "/plugin/media-workflows"
T, ZH = Texts("en"), Texts("zh")
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


def _waiting(product: Product, workflow: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = product.api.get("/approvals", params={"workflow": workflow}).json()["items"]
    return items


def _named(texts: Texts, action: str, name: str) -> str:
    return texts("action.named", action=texts(action), name=name)


@pytest.mark.scenario("asked", {"a.mp4": 2.1}, parts={"jobs": None, "steps": STEPS})
def test_an_approval_is_given_without_a_mouse(product: Product, open_page: OpenPage, scenario: Scenario) -> None:
    (waiting,) = eventually(lambda: _waiting(product, scenario.workflow), 300)
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{waiting['run_id']}")
    card = page.get_by_test_id("action-ask")
    expect(card).to_contain_text("Publish this video?")
    card.get_by_role("button", name=_named(T, "approval.approve", "ask")).press("Enter")
    dialog = page.get_by_role("dialog")
    comment = dialog.get_by_role("textbox", name=T("approval.comment"))
    expect(comment).to_be_visible()
    assert serious(page, "[role=dialog]") == []
    comment.focus()
    page.keyboard.type("good colours")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card).to_contain_text(T("approval.approved_by", name="admin"))
    expect(card).to_contain_text("good colours")
    (run,) = product.finished(scenario.workflow)
    states = {id_: state for id_, (state, _) in product.task_states(scenario.workflow, run["run_id"]).items()}
    assert (run["state"], states["cover"], states["sorry"]) == ("success", "success", "skipped")
    expect(page.get_by_text(T("run.skipped_condition", condition=STEPS[2]["when"]))).to_be_visible()
    assert serious(page, ".media-workflows") == []
    again = product.api.post(f"/runs/{run['run_id']}/approvals/ask", json={"answer": "rejected"})
    assert again.status_code == 409


@pytest.mark.full
@pytest.mark.scenario("refused", {"a.mp4": 2.3}, parts={"jobs": None, "steps": STEPS})
def test_an_approval_is_rejected_in_the_list(product: Product, open_page: OpenPage, scenario: Scenario) -> None:
    eventually(lambda: _waiting(product, scenario.workflow), 300)
    waiting = open_page(f"{HOME}/runs", user="viewer").get_by_role("table", name=T("approval.list"))
    row = waiting.get_by_role("row").filter(has_text="refused")
    expect(row).to_contain_text(T("approval.no_permission"))
    page = open_page(f"{HOME}/runs", language="zh")
    row = page.get_by_role("table", name=ZH("approval.list")).get_by_role("row").filter(has_text="refused")
    assert serious(page, ".media-workflows") == []
    row.get_by_role("button", name=_named(ZH, "approval.reject", "ask")).click()
    page.get_by_role("dialog").get_by_role("button", name=ZH("approval.reject"), exact=True).click()
    expect(row).to_have_count(0)
    (run,) = product.finished(scenario.workflow)
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{run['run_id']}", language="zh")
    expect(page.get_by_test_id("action-ask")).to_contain_text(ZH("approval.rejected_by", name="admin"))
    expect(page.get_by_text(ZH("run.skipped_rejected_by", name="admin", id="ask"))).to_be_visible()
    assert serious(page, ".media-workflows") == []


@pytest.mark.full
@pytest.mark.scenario("meanwhile", {"a.mp4": 2.7}, parts={"jobs": None, "steps": STEPS})
def test_an_answer_in_airflow_comes_first(product: Product, open_page: OpenPage, scenario: Scenario) -> None:
    (waiting,) = eventually(lambda: _waiting(product, scenario.workflow), 300)
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{waiting['run_id']}")
    page.get_by_role("button", name=_named(T, "approval.approve", "ask")).click()
    send = page.get_by_role("dialog").get_by_role("button", name=T("approval.approve"), exact=True)
    expect(send).to_be_visible()
    task = f"/dags/{scenario.workflow}/dagRuns/{waiting['run_id']}/taskInstances/ask/-1/hitlDetails"
    answer = {"chosen_options": ["Reject"], "params_input": {"comment": "too dark"}}
    assert product.airflow.patch(task, json=answer).status_code == 200
    card = page.get_by_test_id("action-ask")
    send.click()
    expect(page.get_by_text("was answered meanwhile: rejected by admin")).to_be_visible()
    expect(card).to_contain_text(T("approval.rejected_by", name="admin"))
    expect(card).to_contain_text("too dark")
    product.finished(scenario.workflow)
    # What the run has made is what a condition can be tried with.
    page = open_page(f"{HOME}/workflows/{scenario.workflow}/edit")
    step = page.get_by_test_id("steps[2]")
    step.locator("summary").filter(has_text=T("condition.try_title")).press("Enter")
    step.get_by_role("button", name=_named(T, "condition.try_run", "sorry")).press("Enter")
    expect(step).to_contain_text(T("condition.true_because", values='steps.ask.answer = "rejected"'))
    assert serious(page, ".media-workflows") == []


def test_a_starter_fills_the_form(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{HOME}/workflows")
    page.get_by_role("button", name=T("starter.button")).first.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_count(15)
    assert serious(page, "[role=dialog]") == []
    dialog.get_by_role("button", name=_named(T, "starter.choose", T("starter.by-resolution"))).press("Enter")
    name = page.get_by_role("textbox", name=T("form.name"), exact=True)
    expect(name).to_have_value("by-resolution")
    expect(page.get_by_test_id("steps[4]")).to_be_visible()
    assert product.api.get("/workflows", params={"search": "resolution"}).json()["total"] == 0
    name.fill("my-resolution")
    page.get_by_role("button", name=T("app.save")).press("Enter")
    expect(page.get_by_role("heading", level=1, name="my-resolution")).to_be_visible()
    (stored,) = product.api.get("/workflows", params={"search": "my-resolution"}).json()["items"]
    assert [step["id"] for step in stored["definition"]["steps"]] == ["uhd", "fhd", "hd", "sd", "covers"]
