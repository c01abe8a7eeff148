"""Workflows by goal, and samples of their outputs, in the running product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from clips import Clips
from media_workflows.demo.layout import INPUT_BUCKET
from pages_in_browser import PHONE_PX, OpenPage, Texts, cut, serious

HOME = "/plugin/media-workflows"


def _named(t: Texts, action: str, name: str) -> str:
    return t("action.named", action=t(action), name=name)


def _answer(page: Any, choice: str) -> None:
    """By keyboard: the radio buttons of a question have one stop."""
    page.get_by_role("radio", name=choice).press("Space")


@pytest.mark.full
def test_a_starter_fills_the_form(product: Product, open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/workflows")
    page.get_by_role("link", name=t("starter.button")).first.press("Enter")
    expect(page.get_by_test_id("media-workflows").get_by_role("listitem")).to_have_count(23)
    page.get_by_role("link", name=_named(t, "starter.choose", t("starter.by-resolution"))).press("Enter")
    name = page.get_by_role("textbox", name=t("form.name"), exact=True)
    expect(name).to_have_value("by-resolution")
    expect(page.get_by_test_id("steps[4]")).to_be_visible()
    assert product.api.get("/workflows", params={"search": "resolution"}).json()["total"] == 0


@pytest.mark.full
def test_the_answers_to_a_goal_are_in_the_stored_workflow(
    product: Product, open_page: OpenPage, t: Texts, language: str
) -> None:
    page = open_page(f"{HOME}/start")
    page.get_by_role("link", name=_named(t, "starter.choose", t("starter.publish-on-the-web"))).press("Enter")
    result = page.get_by_role("region", name=t("starter.result"))
    expect(result.get_by_text("thumbnails")).to_have_count(2)  # in words and in the graph
    _answer(page, t.either("The browser itself: one MP4 file", "浏览器直接播放：一个 MP4 文件"))
    _answer(page, t.either("Covers only", "只要封面"))
    expect(result.get_by_text("thumbnails")).to_have_count(0)
    expect(result).to_contain_text("MP4 1080p")
    page.get_by_role("link", name=t("starter.open_form")).press("Enter")
    name = page.get_by_role("textbox", name=t("form.name"), exact=True)
    expect(name).to_have_value("publish-on-the-web")
    name.fill(f"my-web-{language}")
    page.get_by_role("button", name=t("app.save")).press("Enter")
    expect(page.get_by_role("heading", level=1, name=f"my-web-{language}")).to_be_visible()
    (stored,) = product.api.get("/workflows", params={"search": f"my-web-{language}"}).json()["items"]
    assert [step["id"] for step in stored["definition"]["steps"]] == ["publish", "covers"]


@pytest.mark.full
def test_a_goal_asks_in_words(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/start/archive", scheme="dark")
    expect(page.get_by_role("heading", level=3, name=t.either("What is kept?", "保留什么？"))).to_be_visible()
    expect(page.get_by_role("radio", name=t.either("The source as it was uploaded", "上传的源文件"))).to_be_checked()
    here = page.get_by_role("navigation", name=t("app.title")).get_by_role("link", name=t("nav.workflows"))
    expect(here).to_have_attribute("aria-current", "page")
    assert serious(page, ".media-workflows") == []


@pytest.mark.full
def test_a_sample_is_played_beside_the_source(product: Product, open_page: OpenPage, tmp_path: Path, t: Texts) -> None:
    key = "podcasts/clip.mp4"
    product.s3.put_object(Bucket=INPUT_BUCKET, Key=key, Body=Clips(tmp_path).plain.read_bytes())
    page = open_page(f"{HOME}/new?starter=podcasts")
    page.get_by_role("button", name=t("sample.button")).press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").first.fill(key)
    dialog.get_by_role("button", name=t("sample.go")).press("Enter")
    expect(dialog.get_by_text(t("sample.projected"))).to_be_visible(timeout=120_000)
    expect(dialog.locator("video")).to_have_count(2)
    expect(dialog.get_by_text(t("sample.not_played"))).to_have_count(0)
    assert serious(page, "[role=dialog]") == []
    page.set_viewport_size({"width": PHONE_PX, "height": 900})
    assert cut(page, "[role=dialog]") == []
    dialog.get_by_role("button", name=t("app.close")).first.press("Enter")
    found = product.s3.list_objects_v2(Bucket=INPUT_BUCKET, Prefix="podcasts/")["Contents"]
    assert [one["Key"] for one in found] == [key]
