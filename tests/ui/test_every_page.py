"""Every page: usable with assistive technology (axe), on a narrow screen, and by a user who may only read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from pages_in_browser import PHONE_PX, WWW, OpenPage, Texts, cut, serious

HOME = "/plugin/media-workflows"
PAGES = [
    "",
    "/workflows",
    "/new",
    "/new?starter=by-resolution",
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
    "/workflows/{drafted}",
    "/workflows/{drafted}/draft",
    "/runs",
    "/runs/{workflow}/{run}",
    "/reviews",
    "/reviews/{workflow}/{run}",
    "/compare?left={workflow}%20{run}&right={workflow}%20{run}",
    "/backfills",
    "/backfills/{backfill}",
    "/process",
    "/process/new",
    "/process/requests/{request}",
    "/templates",
    "/templates/transcode/100010",
    "/templates/transcode/{template}",
    "/templates/watermark/new",
    "/words",
    "/persons",
    "/deliveries",
    "/costs",
    "/function-callback",
    "/keys",
    "/no-such-page",
]
AIRFLOW_TABS = ["/dags/{workflow}/plugin/media-workflow", "/dags/{workflow}/runs/{run}/plugin/media"]
DIALOGS = {  # the buttons that open them, by the page; those of runs that wait are in the tests of these
    "/workflows": ["import.button"],
    "/workflows/{drafted}": ["action.delete", "draft.compare", "draft.apply", "draft.discard"],
    "/workflows/{drafted}/edit": ["sample.button", "form.template", "copy.button", "place.button"],
    "/workflows/{workflow}?tab=backfills": ["backfills.new"],
    "/runs/{workflow}/{run}": ["deliveries.show"],
    "/reviews/{workflow}/{run}": ["review_key.keys", "review_key.block_run"],
    "/backfills/{backfill}": ["backfills.cancel"],
    "/templates/transcode/{template}": ["action.delete"],
    "/words": ["words.add", "action.edit", "action.delete"],
    "/persons": ["persons.add", "persons.faces", "action.edit", "action.delete"],
    "/keys": ["keys.create", "keys.revoke"],
}
DIALOG = "[role=dialog], [role=alertdialog]"
WIDE_PX = 1360
_ROUTE = re.compile(r'<Route path="([^"*]+)')


@pytest.fixture(scope="module")
def stored(product: Product) -> Iterator[dict[str, str]]:
    """One of everything that a user stores; what other tests count is gone afterwards."""
    mosaic = {"x_pos": "10%", "y_pos": "10%", "width": "25%", "height": "25%"}
    drafted = product.create("every-page", jobs={"transcode": [{"template": 100010, "mosaics": [mosaic]}]})
    definition = product.api.get(f"/workflows/{drafted}").json()["definition"]
    draft = {"number": 0, "base_revision": 1, "definition": definition | {"priority": 3}}
    product.api.put(f"/workflows/{drafted}/draft", json=draft).raise_for_status()
    parameters = {"container": "mp4", "video": {"codec": "h264"}}
    own = {"kind": "transcode", "name": "every-page", "parameters": parameters}
    with ExitStack() as kept:
        kept.callback(product.api.delete, f"/workflows/{drafted}")

        def create(what: str, values: dict[str, Any], id_: str) -> str:
            made = str(product.api.post(what, json=values).raise_for_status().json()[id_])
            kept.callback(product.api.delete, f"{what}/{'transcode/' if what == '/templates' else ''}{made}")
            return made

        template = create("/templates", own, "id")
        create("/persons", {"name": "Every page"}, "id")
        create("/keys", {"name": "every-page", "days": 1}, "secret_id")
        product.api.post("/words", json={"words": [{"keyword": "every page"}]}).raise_for_status()
        kept.callback(product.api.delete, "/words", params={"keyword": "every page"})
        yield {"drafted": drafted, "template": template}


@pytest.fixture
def ids(done_run: tuple[str, str], backfill: str, request_id: str, stored: dict[str, str]) -> dict[str, str]:
    """What the addresses of pages name."""
    workflow, run = done_run
    return stored | {"workflow": workflow, "run": run, "backfill": backfill, "request": request_id}


def _addresses(ids: dict[str, str]) -> list[str]:
    return [HOME + path.format(**ids) for path in PAGES]


def _go(page: Any, address: str) -> None:
    """As a link does: Airflow's frame stays, which takes a fraction of the time of loading it again."""
    page.evaluate("(url) => { history.pushState({}, '', url); dispatchEvent(new PopStateEvent('popstate')) }", address)
    page.locator(f'[data-address="{address}"]').wait_for()
    page.wait_for_function("!document.querySelector('.media-workflows [aria-busy=true]')")


def _routes() -> list[str]:
    pages = WWW / "src" / "pages"
    nested = {"start": "start/StartPages.tsx", "process": "process/ProcessPages.tsx"}
    found = _ROUTE.findall((WWW / "src" / "App.tsx").read_text("utf-8"))
    for folder, file in nested.items():
        found.remove(f"{folder}/")
        found += [f"{folder}/{path}" for path in _ROUTE.findall((pages / file).read_text("utf-8"))]
    return found


def test_every_route_is_among_these_pages() -> None:
    paths = [path.split("?")[0].removeprefix("/") for path in PAGES]
    patterns = {route: re.compile(re.sub(r":\w+", "[^/]+", route)) for route in _routes()}
    assert [route for route, pattern in patterns.items() if not any(map(pattern.fullmatch, paths))] == []


def test_axe_finds_nothing_serious(open_page: OpenPage, ids: dict[str, str]) -> None:
    page = open_page(HOME)
    found = {}
    for address in _addresses(ids) + [path.format(**ids) for path in AIRFLOW_TABS]:
        _go(page, address)
        if problems := serious(page, ".media-workflows"):
            found[address] = problems
    assert found == {}


def test_dialogs_are_usable(open_page: OpenPage, ids: dict[str, str], t: Texts) -> None:
    """By axe, and on a phone."""
    page = open_page(HOME)
    found = {}
    for path, openers in DIALOGS.items():
        _go(page, HOME + path.format(**ids))
        for opener in openers:
            page.get_by_role("button", name=t(opener)).first.click()
            if problems := _problems_of_dialog(page):
                found[path, opener] = problems
    assert found == {}


def _problems_of_dialog(page: Any) -> list[Any]:
    """Of the open one, which is closed then."""
    dialog = page.get_by_role("dialog").or_(page.get_by_role("alertdialog"))
    expect(dialog).to_be_visible()
    page.wait_for_function("!document.querySelector('[role$=dialog] [aria-busy=true]')")
    found: list[Any] = serious(page, DIALOG)
    page.set_viewport_size({"width": PHONE_PX, "height": 900})
    found += cut(page, DIALOG)
    page.set_viewport_size({"width": WIDE_PX, "height": 900})
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return found


@pytest.mark.full
def test_axe_finds_nothing_serious_in_open_menus(open_page: OpenPage, t: Texts) -> None:
    """And in the dialogs that only a filled form has: templates, leaving it."""
    page = open_page(f"{HOME}/new?starter=by-resolution")
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
    found["templates"] = _problems_of_dialog(page)
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill("half-typed")
    page.get_by_role("link", name=t("nav.templates")).click()
    found["leaving"] = _problems_of_dialog(page)
    assert found == {place: [] for place in ("menus", "names of a condition", "templates", "leaving")}


def test_a_phone_s_width_is_enough(open_page: OpenPage, ids: dict[str, str]) -> None:
    page = open_page(HOME, width=PHONE_PX)
    found = {}
    for address in _addresses(ids):
        _go(page, address)
        if problems := cut(page, ".media-workflows"):
            found[address] = problems
    assert found == {}


@pytest.mark.full
def test_a_wide_screen_cuts_nothing(open_page: OpenPage, ids: dict[str, str]) -> None:
    """Nor stands a text of a table in one column of letters, as Chinese does where a column may become that narrow."""
    page = open_page(HOME, width=WIDE_PX)
    found = {}
    for address in _addresses(ids):
        _go(page, address)
        if problems := [*cut(page, ".media-workflows"), *page.evaluate(_LETTER_BY_LETTER)]:
            found[address] = problems
    assert found == {}


_LETTER_BY_LETTER = """() => [...document.querySelectorAll('.media-workflows td > *')]
    .filter((box) => box.textContent.trim().length > 3 && box.clientHeight > 4 * 18 && box.clientWidth < 3 * 14)
    .map((box) => box.textContent.trim())"""


def test_a_viewer_sees_and_cannot_change(open_page: OpenPage, done_run: tuple[str, str], t: Texts) -> None:
    page = open_page(f"{HOME}/workflows?search=looked-at", user="viewer")
    expect(page.get_by_role("link", name="looked-at", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=t("list.new"))).to_have_count(0)
    expect(page.get_by_label(t("switch.label", name="looked-at"))).to_be_disabled()
    for action in ("edit", "duplicate", "delete"):
        button = page.get_by_role("button", name=t("action.named", action=t(f"action.{action}"), name="looked-at"))
        expect(button).to_have_attribute("aria-disabled", "true")


def test_the_tab_on_airflow_s_own_page_of_a_run(open_page: OpenPage, done_run: tuple[str, str], t: Texts) -> None:
    workflow, run = done_run
    page = open_page(f"/dags/{workflow}/runs/{run}/plugin/media")
    jobs = page.get_by_role("region", name=t("run.jobs"))
    expect(jobs.get_by_role("heading", name=t("job.transcode"))).to_be_visible()
    expect(page.get_by_role("link", name=t("run.whole_page"))).to_be_visible()


def test_unsaved_changes_are_not_lost_by_a_click(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill("half-typed")
    page.get_by_role("link", name=t("nav.templates")).click()
    dialog = page.get_by_role("alertdialog")
    dialog.get_by_role("button", name=t("discard.cancel")).click()
    expect(page.get_by_role("textbox", name=t("form.name"), exact=True)).to_have_value("half-typed")
    page.get_by_role("link", name=t("nav.templates")).click()
    dialog.get_by_role("button", name=t("discard.confirm")).click()
    expect(page.get_by_role("heading", level=1, name=t("templates.title"))).to_be_visible()


def test_what_is_wrong_stands_at_its_field(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    name = page.get_by_role("textbox", name=t("form.name"), exact=True)
    name.fill("no spaces allowed")
    expect(name).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name=t("app.save")).click()
    summary = page.get_by_role("alert").filter(has_text="trigger.bucket")
    summary.get_by_role("button", name="name", exact=True).click()
    expect(name).to_be_focused()
