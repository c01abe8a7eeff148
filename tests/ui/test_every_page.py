"""Every page: usable with assistive technology (axe), on a narrow screen, and by somebody who may only look."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from pages_in_browser import OpenPage, Texts, serious

HOME = "/plugin/media-workflows"
PAGES = [
    "",
    "/workflows",
    "/new",
    "/start",
    "/start/publish-on-the-web",
    "/workflows/{workflow}",
    "/workflows/{workflow}?tab=runs",
    "/workflows/{workflow}?tab=uploads",
    "/workflows/{workflow}?tab=missed",
    "/workflows/{workflow}?tab=backfills",
    "/workflows/{workflow}?tab=revisions",
    "/workflows/{workflow}?tab=deliveries",
    "/workflows/{workflow}/edit",
    "/runs",
    "/runs/{workflow}/{run}",
    "/backfills",
    "/backfills/{backfill}",
    "/process",
    "/process/new",
    "/process/requests/{request}",
    "/templates",
    "/templates/transcode/100010",
    "/templates/watermark/new",
    "/words",
    "/persons",
    "/deliveries",
    "/function-callback",
    "/keys",
    "/no-such-page",
]
DIALOGS = {  # the button that opens one, by the page
    "/workflows": "import.button",
    "/words": "words.add",
    "/persons": "persons.add",
    "/keys": "keys.create",
    "/workflows/{workflow}/edit": "sample.button",
    "/runs/{workflow}/{run}": "deliveries.show",
    "/workflows/{workflow}?tab=backfills": "backfills.new",
    "/backfills/{backfill}": "backfills.cancel",
}
en = Texts("en")
LOOKS = [
    ("en", "light"),
    ("en", "dark"),
    pytest.param("zh-CN", "light", marks=pytest.mark.full),
    pytest.param("zh-CN", "dark", marks=pytest.mark.full),
]


@pytest.fixture
def ids(done_run: tuple[str, str], backfill: str, request_id: str) -> dict[str, str]:
    """What the addresses of pages name."""
    workflow, run = done_run
    return {"workflow": workflow, "run": run, "backfill": backfill, "request": request_id}


def _addresses(ids: dict[str, str]) -> list[str]:
    return [HOME + path.format(**ids) for path in PAGES]


def _go(page: Any, address: str) -> None:
    """As a link does: Airflow's frame stays, which takes a fraction of the time of loading it again."""
    page.evaluate("(url) => { history.pushState({}, '', url); dispatchEvent(new PopStateEvent('popstate')) }", address)
    page.locator(f'[data-address="{address}"]').wait_for()
    page.wait_for_function("!document.querySelector('.media-workflows [aria-busy=true]')")


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_axe_finds_nothing_serious(open_page: OpenPage, ids: dict[str, str], language: str, scheme: str) -> None:
    page = open_page(HOME, language=language, scheme=scheme)
    found = {}
    for address in _addresses(ids):
        _go(page, address)
        found[address] = serious(page, ".media-workflows")
    assert found == {address: [] for address in _addresses(ids)}


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_axe_finds_nothing_serious_in_dialogs(
    open_page: OpenPage, ids: dict[str, str], language: str, scheme: str
) -> None:
    t = Texts(language)
    page = open_page(HOME, language=language, scheme=scheme)
    found = {}
    for path, opener in DIALOGS.items():
        _go(page, HOME + path.format(**ids))
        page.get_by_role("button", name=t(opener)).first.click()
        found[path] = _serious_in_dialog(page)
    assert found == {path: [] for path in DIALOGS}


def _serious_in_dialog(page: Any) -> list[tuple[str, str]]:
    """What axe finds in the dialog, which is closed then."""
    dialog = page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))
    expect(dialog).to_be_visible()
    found = serious(page, "[role=dialog], [role=alertdialog]")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return found


@pytest.mark.full
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_open_menus(open_page: OpenPage, language: str, scheme: str) -> None:
    """And in the dialogs that only a filled form has: templates, leaving it."""
    t = Texts(language)
    page = open_page(f"{HOME}/new?starter=by-resolution", language=language, scheme=scheme)
    page.locator("summary").filter(has_text=t("canvas.title")).press("Enter")
    page.get_by_role("button", name=t("canvas.actions", id="hd")).press("Enter")
    entry = page.get_by_role("menuitem", name=t("canvas.add_after"))
    expect(entry).to_be_visible()
    page.keyboard.press("Home")
    while entry.get_attribute("data-highlighted") is None:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("menu")).to_have_count(2)
    found = {"menus": serious(page, "[role=menu]")}
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_test_id("steps[2]").get_by_role("textbox", name=t("field.when")).press("Control+Space")
    expect(page.get_by_role("listbox")).to_be_visible()
    # The field's arrow keys scroll it; axe accepts that of a combobox only, which a field of several lines cannot be.
    listed = [one for one in serious(page, "[role=listbox]") if one[0] != "scrollable-region-focusable"]
    found["names of a condition"] = listed
    page.keyboard.press("Escape")
    page.get_by_role("button", name=t("form.template")).first.click()
    found["templates"] = _serious_in_dialog(page)
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill("half-typed")
    page.get_by_role("link", name=t("nav.templates")).click()
    found["leaving"] = _serious_in_dialog(page)
    assert found == {place: [] for place in ("menus", "names of a condition", "templates", "leaving")}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_phone_s_width_is_enough(open_page: OpenPage, ids: dict[str, str], language: str) -> None:
    page = open_page(HOME, width=390, language=language)
    for address in _addresses(ids):
        _go(page, address)
        too_wide = page.evaluate(
            """() => [document.scrollingElement, document.querySelector('.media-workflows')]
            .map((box) => box.scrollWidth - box.clientWidth)"""
        )
        assert too_wide == [0, 0], address


def test_a_viewer_sees_and_cannot_change(open_page: OpenPage, done_run: tuple[str, str]) -> None:
    page = open_page(f"{HOME}/workflows?search=looked-at", user="viewer")
    expect(page.get_by_role("link", name="looked-at", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=en("list.new"))).to_have_count(0)
    expect(page.get_by_label(en("switch.label", name="looked-at"))).to_be_disabled()
    for action in ("edit", "duplicate", "delete"):
        button = page.get_by_role("button", name=en("action.named", action=en(f"action.{action}"), name="looked-at"))
        expect(button).to_have_attribute("aria-disabled", "true")


def test_the_tab_on_airflow_s_own_page_of_a_run(open_page: OpenPage, done_run: tuple[str, str]) -> None:
    workflow, run = done_run
    page = open_page(f"/dags/{workflow}/runs/{run}/plugin/media")
    jobs = page.get_by_role("region", name=en("run.jobs"))
    expect(jobs.get_by_role("heading", name=en("job.transcode"))).to_be_visible()
    expect(page.get_by_role("link", name=en("run.whole_page"))).to_be_visible()


def test_unsaved_changes_are_not_lost_by_a_click(open_page: OpenPage) -> None:
    page = open_page(f"{HOME}/new")
    page.get_by_role("textbox", name=en("form.name"), exact=True).fill("half-typed")
    page.get_by_role("link", name=en("nav.templates")).click()
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_role("button", name=en("discard.cancel")).click()
    expect(page.get_by_role("textbox", name=en("form.name"), exact=True)).to_have_value("half-typed")
    page.get_by_role("link", name=en("nav.templates")).click()
    dialog.get_by_role("button", name=en("discard.confirm")).click()
    expect(page.get_by_role("heading", level=1, name=en("templates.title"))).to_be_visible()


def test_what_is_wrong_stands_at_its_field(open_page: OpenPage) -> None:
    page = open_page(f"{HOME}/new")
    name = page.get_by_role("textbox", name=en("form.name"), exact=True)
    name.fill("no spaces allowed")
    expect(name).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name=en("app.save")).click()
    summary = page.get_by_role("alert").filter(has_text="trigger.bucket")
    summary.get_by_role("button", name="name", exact=True).click()
    expect(name).to_be_focused()
