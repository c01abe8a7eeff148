"""Workflows with steps in the pages: the form without a mouse, conditions, a run that explains itself."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from media_workflows.demo.layout import INPUT_BUCKET
from pages_in_browser import OpenPage, Texts, serious
from product_scenarios import Scenario

HOME = "/plugin/media-workflows"


def _press_on(page: Any, control: Any, key: str) -> None:
    """A key on a control that has the focus; its page has no mouse."""
    control.focus()
    page.keyboard.press(key)


def _add(page: Any, t: Texts, number: int, kind: str, id_: str, after: tuple[str, ...] = ()) -> Any:
    """A step, added and filled in by keyboard."""
    added = page.get_by_role("group", name=t("steps.add")).get_by_role("button", name=t(f"job.{kind}"))
    _press_on(page, added, "Enter")
    card = page.get_by_test_id(f"steps[{number}]")
    expect(card.get_by_role("heading", level=3).first).to_be_focused()
    card.get_by_role("textbox", name=t("field.id")).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(id_)
    page.keyboard.press("Tab")
    for before in after:
        _press_on(page, card.get_by_role("checkbox", name=before, exact=True), "Space")
    return card


def _fill_head(page: Any, t: Texts, name: str) -> None:
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill(name)
    trigger = page.get_by_role("region", name=t("form.trigger"))
    trigger.get_by_role("combobox", name=t("form.bucket")).fill(INPUT_BUCKET)
    trigger.get_by_role("combobox", name=t("form.directory")).fill(f"{name}/")


def test_a_diamond_is_built_without_a_mouse(product: Product, open_page: OpenPage, t: Texts, language: str) -> None:
    name = f"diamond-{language}"
    page = open_page(f"{HOME}/new")
    _fill_head(page, t, name)
    _press_on(page, page.get_by_role("radio", name=t("steps.as_jobs")), "ArrowDown")
    _add(page, t, 0, "quality_control", "look")
    hd = _add(page, t, 1, "transcode", "hd", ("look",))
    _add(page, t, 2, "transcode", "sd", ("look",))
    _add(page, t, 3, "image_sprite", "join", ("hd", "sd"))
    template = hd.get_by_role("button", name=t("form.template"))
    _press_on(page, template, "Enter")  # another one: two steps must not write one object
    page.get_by_role("searchbox", name=t("templates.search_all")).fill("1080p hls")
    _press_on(page, page.get_by_role("dialog").get_by_role("button", name="HLS 1080p"), "Enter")
    expect(template).to_contain_text("HLS 1080p")
    when = hd.get_by_role("textbox", name=t("field.when"))
    when.focus()
    page.keyboard.type("source.sho")
    expect(hd.get_by_role("option", name="source.short_edge")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(when).to_have_value("source.short_edge")
    page.keyboard.type(" >= 'a'")
    expect(when).to_have_attribute("aria-invalid", "true")
    for _ in range(3):
        page.keyboard.press("Backspace")
    page.keyboard.type("240")
    expect(hd.get_by_text(t("condition.valid"))).to_be_visible()
    up = page.get_by_role("button", name=t("action.named", action=t("steps.up"), name="sd"))
    _press_on(page, up, "Enter")
    expect(page.get_by_test_id("steps[1]").get_by_role("heading", level=3).first).to_contain_text("sd")
    _press_on(page, page.get_by_role("button", name=t("app.save")), "Enter")
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.get_by_role("link", name=t("nav.workflows")).first.press("Enter")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    (stored,) = product.api.get("/workflows", params={"search": name}).json()["items"]
    steps = stored["definition"]["steps"]
    assert [(step["id"], step["after"], step["when"]) for step in steps] == [
        ("look", [], ""),
        ("sd", ["look"], ""),
        ("hd", ["look"], "source.short_edge >= 240"),
        ("join", ["hd", "sd"], ""),
    ]


def _choose(page: Any, t: Texts, of: str, action: str, step: str) -> None:
    """An entry of a submenu of a node, by keyboard."""
    _press_on(page, page.get_by_role("button", name=t("canvas.actions", id=of)), "Enter")
    _highlight(page, page.get_by_role("menuitem", name=t(action)))
    page.keyboard.press("ArrowRight")
    _highlight(page, page.get_by_role("menuitem", name=step, exact=True))
    page.keyboard.press("Enter")


def _highlight(page: Any, entry: Any) -> None:
    """An entry of the menu that has the focus; no letters: those of Chinese come from an input method."""
    expect(entry).to_be_visible()
    page.keyboard.press("Home")
    while entry.get_attribute("data-highlighted") is None:
        page.keyboard.press("ArrowDown")


def test_steps_are_connected_on_the_canvas_without_a_mouse(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    _fill_head(page, t, "drawn")
    _press_on(page, page.get_by_role("radio", name=t("steps.as_jobs")), "ArrowDown")
    _add(page, t, 0, "transcode", "hd")
    _press_on(page, page.locator("summary").filter(has_text=t("canvas.title")), "Enter")
    _choose(page, t, "hd", "canvas.add_after", t("job.image_sprite"))
    expect(page.get_by_text(t("canvas.added_after", id="image_sprite", **{"from": "hd"}))).to_be_attached()
    after = page.get_by_test_id("steps[1]").get_by_role("checkbox", name="hd", exact=True)
    expect(after).to_be_checked()
    expect(page.get_by_role("button", name=t("canvas.actions", id="image_sprite"))).to_be_focused()
    _choose(page, t, "hd", "canvas.disconnect", "image_sprite")
    expect(after).not_to_be_checked()
    _choose(page, t, "hd", "canvas.connect_to", "image_sprite")
    expect(after).to_be_checked()
    assert serious(page, ".media-workflows") == []
    undo = page.get_by_role("button", name=t("canvas.undo"))
    _press_on(page, undo, "Enter")
    expect(after).not_to_be_checked()
    for _ in range(2):
        _press_on(page, undo, "Enter")
    expect(page.get_by_test_id("steps[1]")).to_have_count(0)
    expect(page.get_by_test_id("node-hd")).to_be_visible()


BRANCHES = [
    {"id": "small", "transcode": {"template": 100010}, "when": "source.short_edge < 100"},
    {"id": "cover", "snapshot_by_time_offset": {"template": 10, "time_offsets": ["0s"]}, "when": "source.has_video"},
    {"id": "sprite", "image_sprite": {"template": 10}, "after": ["small"]},
]


@pytest.mark.scenario("branches", {"a.mp4": 1.9}, parts={"jobs": None, "steps": BRANCHES})
def test_a_run_says_why_its_steps_ran(product: Product, open_page: OpenPage, scenario: Scenario, t: Texts) -> None:
    (run,) = product.finished(scenario.workflow)
    page = open_page(f"{HOME}/runs/{scenario.workflow}/{run['run_id']}")
    small = page.get_by_role("heading", name=f"small · {t('job.transcode')}").locator("xpath=../..")
    expect(small).to_contain_text(t("run.skipped_condition", condition="source.short_edge < 100"))
    expect(small).to_contain_text("source.short_edge = 120")
    expect(page.get_by_text(t("run.ran_condition", condition="source.has_video"))).to_be_visible()
    expect(page.get_by_text(t("run.skipped_before"))).to_be_visible()
    page.locator("summary").filter(has_text=t("canvas.title")).press("Enter")
    expect(page.get_by_test_id("node-cover")).to_contain_text(t("state.success"))
    assert serious(page, ".media-workflows") == []
