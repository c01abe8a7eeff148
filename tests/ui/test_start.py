"""Workflows by goal, and samples of their outputs, in the running product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from clips import Clips
from media_workflows.demo.layout import INPUT_BUCKET
from pages_in_browser import OpenPage, Texts, serious

HOME = "/plugin/media-workflows"
T = Texts("en")
ZH = Texts("zh")


def _named(texts: Texts, action: str, name: str) -> str:
    return texts("action.named", action=texts(action), name=name)


def _answer(page: Any, choice: str) -> None:
    """By keyboard: the radio buttons of a question have one stop."""
    page.get_by_role("radio", name=choice).press("Space")


@pytest.mark.full
def test_a_starter_fills_the_form(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{HOME}/workflows")
    page.get_by_role("link", name=T("starter.button")).first.press("Enter")
    expect(page.get_by_test_id("media-workflows").get_by_role("listitem")).to_have_count(23)
    page.get_by_role("link", name=_named(T, "starter.choose", T("starter.by-resolution"))).press("Enter")
    name = page.get_by_role("textbox", name=T("form.name"), exact=True)
    expect(name).to_have_value("by-resolution")
    expect(page.get_by_test_id("steps[4]")).to_be_visible()
    assert product.api.get("/workflows", params={"search": "resolution"}).json()["total"] == 0


@pytest.mark.full
def test_the_answers_to_a_goal_are_in_the_stored_workflow(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{HOME}/start")
    page.get_by_role("link", name=_named(T, "starter.choose", T("starter.publish-on-the-web"))).press("Enter")
    result = page.get_by_role("region", name=T("starter.result"))
    expect(result.get_by_text("thumbnails")).to_have_count(2)  # in words and in the graph
    _answer(page, "The browser itself: one MP4 file")
    _answer(page, "Covers only")
    expect(result.get_by_text("thumbnails")).to_have_count(0)
    expect(result).to_contain_text("MP4 1080p")
    page.get_by_role("link", name=T("starter.open_form")).press("Enter")
    name = page.get_by_role("textbox", name=T("form.name"), exact=True)
    expect(name).to_have_value("publish-on-the-web")
    name.fill("my-web")
    page.get_by_role("button", name=T("app.save")).press("Enter")
    expect(page.get_by_role("heading", level=1, name="my-web")).to_be_visible()
    (stored,) = product.api.get("/workflows", params={"search": "my-web"}).json()["items"]
    assert [step["id"] for step in stored["definition"]["steps"]] == ["publish", "covers"]


@pytest.mark.full
def test_a_goal_asks_in_chinese(open_page: OpenPage) -> None:
    page = open_page(f"{HOME}/start/archive", language="zh-CN", scheme="dark")
    expect(page.get_by_role("heading", level=3, name="保留什么？")).to_be_visible()
    expect(page.get_by_role("radio", name="上传的源文件")).to_be_checked()
    here = page.get_by_role("navigation", name=ZH("app.title")).get_by_role("link", name=ZH("nav.workflows"))
    expect(here).to_have_attribute("aria-current", "page")
    assert serious(page, ".media-workflows") == []


@pytest.mark.full
def test_a_sample_is_played_beside_the_source(product: Product, open_page: OpenPage, tmp_path: Path) -> None:
    key = "podcasts/clip.mp4"
    product.s3.put_object(Bucket=INPUT_BUCKET, Key=key, Body=Clips(tmp_path).plain.read_bytes())
    page = open_page(f"{HOME}/new?starter=podcasts")
    page.get_by_role("button", name=T("sample.button")).press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").first.fill(key)
    dialog.get_by_role("button", name=T("sample.go")).press("Enter")
    expect(dialog.get_by_text(T("sample.projected"))).to_be_visible(timeout=120_000)
    expect(dialog.locator("video")).to_have_count(2)
    expect(dialog.get_by_text(T("sample.not_played"))).to_have_count(0)
    assert serious(page, "[role=dialog]") == []
    dialog.get_by_role("button", name=T("app.close")).first.press("Enter")
    found = product.s3.list_objects_v2(Bucket=INPUT_BUCKET, Prefix="podcasts/")["Contents"]
    assert [one["Key"] for one in found] == [key]
