"""Backfills and missed uploads on the pages."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product, eventually
from pages_in_browser import OpenPage, Texts

HOME = "/plugin/media-workflows"
WITHIN_MS = 180_000


@pytest.fixture
def name() -> str:
    return f"filled-{secrets.token_hex(4)}"


@pytest.fixture
def workflow(product: Product, clip: Path, name: str) -> str:
    """A disabled workflow with an upload that it missed."""
    id_ = product.create(name)
    product.upload(clip, f"{name}/a.mp4")
    eventually(lambda: _missed(product, id_))
    return id_


def _missed(product: Product, workflow: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = product.api.get(f"/workflows/{workflow}/missed-uploads").json()["items"]
    return items


def test_a_missed_upload_has_its_reason(product: Product, open_page: OpenPage, workflow: str, t: Texts) -> None:
    page = open_page(f"{HOME}/workflows/{workflow}?tab=missed")
    row = page.get_by_role("table", name=t("workflow.missed")).get_by_role("row").filter(has_text="a.mp4")

    def has_reason() -> bool:
        """The first listing of a new directory decides by its own rule, and the notification after it by another."""
        (missed,) = _missed(product, workflow)
        return t(f"rule.{missed['rule']}") in row.inner_text()

    eventually(has_reason)
    expect(page.get_by_text(t("missed.disabled"))).to_be_visible()
    expect(page.get_by_role("button", name=t("missed.all"))).to_have_count(0)


def test_a_backfill_is_previewed_started_and_followed(
    product: Product, open_page: OpenPage, workflow: str, name: str, t: Texts
) -> None:
    page = open_page(f"{HOME}/workflows/{workflow}?tab=backfills")
    expect(page.get_by_text(t("backfills.empty_title"))).to_be_visible()
    backfill = _counted(page, t, f"{name}/a")
    preview = page.get_by_role("group", name=t("backfills.preview"))
    expect(preview).to_contain_text(t("backfills.no_basis"), timeout=WITHIN_MS)
    page.get_by_role("button", name=_named(t, "start", backfill)).click()
    expect(
        page.get_by_role("alert").filter(
            has_text=t.either("Airflow runs no tasks of a disabled workflow", "Airflow 不执行停用工作流的任务")
        )
    ).to_be_visible()
    page.get_by_role("button", name=t("app.close")).click()  # it lies over the page's own buttons
    product.enable(workflow)
    page.get_by_role("button", name=_named(t, "start", backfill)).click()
    expect(page.get_by_text(t("backfills.done_start"))).to_be_visible()
    done = t("backfills.counts", finished=1, failed=0, skipped=0, left=0)
    expect(page.get_by_text(done)).to_be_visible(timeout=WITHIN_MS)
    page.get_by_role("table", name=t("backfills.objects")).get_by_role("link", name=t("uploads.to_run")).click()
    expect(page.get_by_role("link", name=t("run.backfill"))).to_be_visible()


@pytest.mark.full
def test_missed_uploads_are_selected_and_a_backfill_cancelled(
    product: Product, open_page: OpenPage, workflow: str, name: str, t: Texts
) -> None:
    """By keyboard."""
    time.sleep(1.1)  # S3 gives whole seconds: an upload in the second in which its workflow is enabled is not missed
    product.enable(workflow)
    page = open_page(f"{HOME}/workflows/{workflow}?tab=missed")
    page.get_by_label(t("list.select", name=f"{name}/a.mp4")).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name=t("missed.selected")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label(t("field.per_minute")).fill("0")
    page.keyboard.press("Enter")
    expect(page.get_by_label(t("field.per_minute"))).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    page.goto(f"{product.layout.airflow_url}{HOME}/workflows/{workflow}?tab=backfills")
    backfill = _counted(page, t, f"{name}/a")
    page.get_by_role("button", name=_named(t, "cancel", backfill)).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("backfills.cancel")).click()
    expect(page.get_by_text(t("backfills.done_cancel"))).to_be_visible()
    assert product.api.get(f"/backfills/{backfill}").json()["state"] == "cancelled"


def _counted(page: Any, t: Texts, prefix: str) -> str:
    """Creates a backfill by the dialog, with a mistake first; its id."""
    page.get_by_role("button", name=t("backfills.new")).click()
    field = page.get_by_label(t("field.prefix"))
    field.fill("elsewhere/")
    page.get_by_role("button", name=t("backfills.count")).click()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(prefix)
    page.get_by_role("button", name=t("backfills.count")).click()
    page.wait_for_url("**/backfills/bf_*")
    return str(page.url.rsplit("/", 1)[1])


def _named(t: Texts, action: str, backfill: str) -> str:
    return t("action.named", action=t(f"backfills.{action}"), name=backfill)
