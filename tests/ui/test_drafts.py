"""The draft of an enabled workflow in the browser, and two editors of the same workflow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from pages_in_browser import OpenPage, Texts, serious

HOME = "/plugin/media-workflows"
PAGES = "[data-testid=media-workflows]"
DIALOG = "[role=dialog], [role=alertdialog]"
pytestmark = pytest.mark.full


def _page_of(workflow: str, action: str = "") -> str:
    return f"{HOME}/workflows/{workflow}{action}"


def _rename(page: Any, t: Texts, name: str) -> None:
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill(name)
    page.get_by_role("button", name=t("app.save")).click()


def test_an_enabled_workflow_is_changed_by_its_draft(
    product: Product, open_page: OpenPage, t: Texts, language: str
) -> None:
    name = f"drafted-{language}"
    workflow = product.create(name)
    product.enable(workflow)
    page = open_page(_page_of(workflow), width=390)
    page.get_by_role("button", name=t("action.named", action=t("draft.action"), name=name)).click()
    page.wait_for_url("**/draft")
    _rename(page, t, f"{name}-2")
    note = page.get_by_role("status").filter(has=page.get_by_role("button", name=t("draft.apply")))
    note.get_by_role("button", name=t("draft.compare")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"+ name: {name}-2")).to_be_visible()
    assert serious(page, DIALOG) == []
    dialog.get_by_role("button", name=t("app.close")).click()
    assert serious(page, PAGES) == []
    note.get_by_role("button", name=t("draft.apply")).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("draft.apply")).click()
    expect(page.get_by_role("heading", level=1, name=f"{name}-2")).to_be_visible()
    expect(note).to_have_count(0)
    stored = product.api.get(f"/workflows/{workflow}").json()
    assert (stored["enabled"], stored["revision"], stored["definition"]["name"]) == (True, 2, f"{name}-2")


def test_an_outdated_draft_is_kept_on_the_present_revision(
    product: Product, open_page: OpenPage, t: Texts, language: str
) -> None:
    workflow = product.create(f"outdated-{language}")
    definition = product.api.get(f"/workflows/{workflow}").json()["definition"]
    update = {"number": 0, "base_revision": 1, "definition": definition | {"priority": 3}}
    product.api.put(f"/workflows/{workflow}/draft", json=update).raise_for_status()
    product.edit(workflow, priority=5)
    page = open_page(_page_of(workflow))
    expect(page.get_by_text(t("draft.outdated", base=1, revision=2))).to_be_visible()
    page.get_by_role("button", name=t("draft.keep", revision=2)).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("draft.keep", revision=2)).click()
    page.get_by_role("button", name=t("draft.discard")).wait_for()
    expect(page.get_by_role("button", name=t("draft.apply"))).to_be_visible()
    page.get_by_role("button", name=t("draft.discard")).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("draft.discard")).click()
    expect(page.get_by_role("button", name=t("draft.discard"))).to_have_count(0)
    assert product.api.get(f"/workflows/{workflow}/draft").status_code == 404


@pytest.mark.parametrize("choice", ["conflict.keep", "conflict.reload"])
def test_the_second_of_two_editors_chooses(
    product: Product, open_page: OpenPage, t: Texts, language: str, choice: str
) -> None:
    name = f"two-{choice[9:]}-{language}"
    workflow = product.create(name)
    page = open_page(_page_of(workflow, "/edit"))
    page.get_by_role("textbox", name=t("form.name"), exact=True).wait_for()
    product.edit(workflow, priority=5)
    _rename(page, t, f"{name}-mine")
    dialog = page.get_by_role("alertdialog", name=t("conflict.title"))
    expect(dialog.get_by_text("− priority: 5")).to_be_visible()
    expect(dialog.get_by_text(f"+ name: {name}-mine")).to_be_visible()
    assert serious(page, DIALOG) == []
    dialog.get_by_role("button", name=t(choice)).click()
    if choice == "conflict.reload":
        expect(page.get_by_role("textbox", name=t("form.name"), exact=True)).to_have_value(name)
        _rename(page, t, f"{name}-again")
    page.wait_for_url(f"**/workflows/{workflow}")
    stored = product.api.get(f"/workflows/{workflow}").json()
    expected = (f"{name}-mine", 0) if choice == "conflict.keep" else (f"{name}-again", 5)
    assert (stored["definition"]["name"], stored["definition"]["priority"], stored["revision"]) == (*expected, 3)
