"""What an operator reads before and after saving: refusals at their fields, what is missing, checks, templates."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from media_workflows.demo.layout import INPUT_BUCKET
from pages_in_browser import PHONE_PX, OpenPage, Texts, cut, serious

HOME = "/plugin/media-workflows"
SETTING = "image_moderation_model_path"
OLD = ("FLV SD (old)", "FLV SD（旧版）")
CHOSEN = ("MP4 1080p, constant quality", "MP4 1080p，恒定质量")
TABS = ("overview", "runs", "revisions")
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-CN"])


def _add(page: Any, t: Texts, kind: str) -> Any:
    page.get_by_role("group", name=t("form.add_job")).get_by_role("button", name=t(f"job.{kind}"), exact=True).click()
    card = page.get_by_test_id(f"jobs.{kind}[0]")
    expect(card).to_be_visible()  # it begins with a template of the library
    return card


def _trigger(page: Any, t: Texts) -> Any:
    return page.get_by_role("region", name=t("form.trigger"))


@LANGUAGES
def test_a_refused_save_leads_to_the_field(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill("leads-to-the-field")
    bucket = _trigger(page, t).get_by_role("combobox", name=t("form.bucket"))
    bucket.fill("no-such-bucket")
    _add(page, t, "transcode")
    page.get_by_role("button", name=t("app.save")).click()
    expect(bucket).to_be_focused()
    expect(bucket).to_be_in_viewport()
    expect(bucket).to_have_attribute("aria-invalid", "true")
    wrong = t.either("the bucket does not exist", "存储桶不存在")
    expect(_trigger(page, t).get_by_text(wrong)).to_be_visible()
    bucket.fill(INPUT_BUCKET)
    expect(page.get_by_text(wrong)).to_have_count(0)


@pytest.mark.full
def test_a_refused_save_leads_to_what_is_shown_only_then(open_page: OpenPage, t: Texts) -> None:
    """The problem of an item has an element only once the server has found it; saving does not wait for the check."""
    page = open_page(f"{HOME}/new")
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill("leads-to-the-watermark")
    _trigger(page, t).get_by_role("combobox", name=t("form.bucket")).fill(INPUT_BUCKET)
    card = _add(page, t, "transcode")
    card.get_by_role("button", name=t("form.add", name=t("field.watermarks"))).click()
    page.get_by_role("button", name=t("app.save")).click()
    problem = page.locator("[id='field-jobs.transcode[0].watermarks[0]']")
    expect(problem).to_be_focused()
    expect(problem).to_be_in_viewport()
    page.set_viewport_size({"width": PHONE_PX, "height": 900})
    assert cut(page, ".media-workflows") == []


def test_a_job_that_cannot_run_here_says_so_at_once(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    card = _add(page, t, "content_review")
    note = card.get_by_role("status").filter(has_text=SETTING)
    expect(note).to_contain_text(t("unavailable.fails"))
    expect(page.get_by_text(t("unavailable.at_save"))).to_be_visible()


def test_enabling_is_refused_with_the_setting(product: Product, open_page: OpenPage, t: Texts, language: str) -> None:
    name = f"cannot-run-{language}"
    workflow = product.create(name, jobs={"content_review": [{"template": 10}]})
    page = open_page(f"{HOME}/workflows/{workflow}")
    expect(page.get_by_role("status").filter(has_text=SETTING)).to_be_visible()
    page.get_by_label(t("switch.label", name=name)).focus()
    page.keyboard.press("Space")
    expect(
        page.get_by_role("alert").filter(has_text=t.either("every run would fail", "每次运行都会失败"))
    ).to_contain_text(SETTING)
    expect(page.get_by_label(t("switch.label", name=name))).not_to_be_checked()


@LANGUAGES
def test_a_check_holds_for_what_was_checked(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    _trigger(page, t).get_by_role("combobox", name=t("form.bucket")).fill(INPUT_BUCKET)
    directory = _trigger(page, t).get_by_role("combobox", name=t("form.directory"))
    directory.fill("a/../b/")
    page.get_by_role("button", name=t("access.check")).click()
    error = page.get_by_role("alert").filter(has_text="directory")
    expect(error).not_to_contain_text("422")
    directory.fill("checked/")
    expect(error).to_have_count(0)
    page.get_by_role("button", name=t("access.check")).click()
    expect(page.get_by_text(f"✓ {t('access.delete')}")).to_be_visible()


@pytest.fixture
def no_watermarks(product: Product) -> None:
    """No template of the kind in the library: other tests make some."""
    found = product.api.get("/templates", params={"kind": "watermark"}).raise_for_status().json()
    for one in found["items"]:
        product.api.delete(f"/templates/watermark/{one['id']}").raise_for_status()


@pytest.mark.usefixtures("no_watermarks")
def test_a_template_is_searched_and_a_watermark_needs_none(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    card = _add(page, t, "transcode")
    template = card.get_by_role("button", name=t("form.template")).first
    expect(template).to_contain_text("MP4 720p")  # recommended
    template.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("group", name=t("standing.recommended"))).to_be_visible()
    old, chosen = (t.either(*names) for names in (OLD, CHOSEN))
    expect(dialog.get_by_text(old)).to_have_count(0)
    dialog.get_by_role("searchbox").fill("flv sd")
    expect(dialog.get_by_role("button", name=old)).to_be_visible()
    assert serious(page, "[role=dialog]") == []
    dialog.get_by_role("searchbox").fill("1080p constant")
    dialog.get_by_role("button", name=chosen).click()
    expect(template).to_contain_text(chosen)
    card.get_by_role("button", name=t("form.add", name=t("field.watermarks"))).click()
    expect(card.get_by_text(t("templates.none_of_kind", kind=t("job.watermark")))).to_be_visible()
    card.get_by_role("button", name=t("templates.this_job_only")).click()
    expect(card.get_by_label(t("field.mark"))).to_be_visible()


@pytest.mark.full
@pytest.mark.usefixtures("no_watermarks")
def test_a_watermark_is_made_in_the_picker(product: Product, open_page: OpenPage, t: Texts, language: str) -> None:
    """Its dialog's name is another field than the name of the workflow behind it."""
    name = f"logo-{language}"
    mark = {"type": "text", "text": "first"}
    first = {"kind": "watermark", "name": f"first-{language}", "parameters": {"mark": mark}}
    product.api.post("/templates", json=first).raise_for_status()
    page = open_page(f"{HOME}/new")
    card = _add(page, t, "transcode")
    card.get_by_role("button", name=t("form.add", name=t("field.watermarks"))).click()
    template = card.get_by_role("button", name=t("form.template")).last
    template.click()
    page.get_by_role("dialog").get_by_role("button", name=t("templates.new"), exact=True).click()
    dialog = page.get_by_role("dialog", name=t("templates.new_of", kind=t("job.watermark")))
    dialog.get_by_label(t("field.name")).fill(name)
    assert serious(page, "[role=dialog]") == []
    dialog.get_by_label(t("field.mark")).select_option("text")
    dialog.get_by_role("button", name=t("app.save")).click()
    expect(dialog).to_have_count(0)
    expect(template).to_contain_text(name)
    assert page.locator("#field-name").input_value() == ""  # that of the workflow


def test_the_overview_shows_all_of_a_job_and_the_graph_its_edges(
    open_page: OpenPage, done_run: tuple[str, str], t: Texts
) -> None:
    page = open_page(f"{HOME}/workflows/{done_run[0]}")
    definition = page.get_by_role("region", name=t("workflow.definition"))
    expect(definition.get_by_text(f"{t('field.time_offsets')} 0s")).to_be_visible()
    graph = page.get_by_role("img", name=t("job.notify"))
    expect(graph.locator("svg > path")).to_have_count(6)  # three jobs: from the upload, and to the event
    assert graph.evaluate("(box) => box.scrollWidth - box.clientWidth") <= 0


@pytest.mark.full
def test_a_switch_of_the_language_keeps_what_is_typed(open_page: OpenPage, t: Texts, language: str) -> None:
    page = open_page(f"{HOME}/new")
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill("typed-before")
    page.get_by_role("button", name=t("app.save")).click()  # refused: its message is in the new language, too
    other = "en" if language.startswith("zh") else "zh-CN"
    # As Airflow's menu of languages does.
    page.evaluate(
        "(to) => { localStorage.setItem('i18nextLng', to); document.documentElement.lang = to }",
        other,
    )
    texts = Texts(other)
    expect(page.get_by_role("textbox", name=texts("form.name"), exact=True)).to_have_value("typed-before")
    expect(page.get_by_role("button", name=texts("app.save"), exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=t("app.save"))).to_have_count(0)


@pytest.mark.full
def test_tabs_are_steps_of_the_history(open_page: OpenPage, done_run: tuple[str, str], t: Texts) -> None:
    page = open_page(f"{HOME}/workflows/{done_run[0]}")
    tabs = {name: page.get_by_role("tab", name=t(f"workflow.{name}"), exact=True) for name in TABS}
    for name in TABS[1:]:
        tabs[name].click()
        expect(tabs[name]).to_have_attribute("aria-selected", "true")
    for name in reversed(TABS[:-1]):
        page.go_back()
        expect(tabs[name]).to_have_attribute("aria-selected", "true")
