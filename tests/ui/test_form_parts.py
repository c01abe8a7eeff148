"""Parts of the form that few workflows have: how outputs are stored, edits of the picture, thumbnails, a budget."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from pages_in_browser import PHONE_PX, OpenPage, Texts, cut, serious

HOME = "/plugin/media-workflows"
CARD = "[data-testid='jobs.transcode[0]']"
SMALL = {"container": "mp4", "video": {"codec": "h264", "height": 240, "edit": {}}, "audio": {"codec": "aac"}}
MIX = "1 0 0.7 0 0.7 0\n0 1 0.7 0 0 0.7"
MOST_FOLDS = 30


def _unfold(card: Any) -> None:
    """All settings of a card, also those inside of others."""
    closed = card.locator("details:not([open]) > summary")
    for _ in range(MOST_FOLDS):
        if closed.count() == 0:
            return
        closed.first.click()
    raise AssertionError(f"{MOST_FOLDS} clicks leave settings folded")


def _check(part: Any, name: str) -> None:
    part.get_by_role("checkbox", name=name, exact=True).check(force=True)


def _store_as_asked(page: Any, t: Texts) -> None:
    output = page.get_by_role("region", name=t("form.output"))
    _check(output, t("field.objects"))
    output.get_by_role("textbox", name=t("field.cache_control"), exact=True).fill("max-age=60")
    output.get_by_role("textbox", name=t("field.tags"), exact=True).fill("team=news\nnote=a, b=c")


def _edit_the_picture(page: Any, t: Texts) -> None:
    """With a fixed text that is missing at first."""
    card = page.get_by_test_id("jobs.transcode[0]")
    _unfold(card)
    card.get_by_role("textbox", name=t("field.channel_mix"), exact=True).fill(MIX)
    card.get_by_role("textbox", name=t("field.lut"), exact=True).fill("luts/my film, day.cube")
    card.get_by_role("button", name=t("form.add", name=t("field.burned_in_texts"))).click()
    added = card.get_by_text(t("form.numbered", name=t("field.burned_in_texts"), number=1), exact=True)
    expect(added).to_be_focused()
    card.get_by_role("combobox", name=t("field.shows")).select_option(label=t("choice.shows.text"))
    card.get_by_label(t("form.choose_color", name=t("field.font_color"))).fill("#ffcc00")
    page.get_by_role("button", name=t("app.save")).click()
    missing = card.get_by_text(t.either("with more than white space", "且不能全为空白"))
    expect(missing).to_be_visible()
    card.get_by_role("textbox", name=t("field.text"), exact=True).fill("Review copy")
    expect(missing).to_have_count(0)


def _limit(page: Any, t: Texts) -> None:
    limits = page.get_by_role("region", name=t("form.limits"))
    _check(limits, t("field.budget"))
    _check(limits, t("field.per_month"))
    limits.get_by_role("spinbutton", name=t("field.cpu_hours")).fill("2")


@pytest.mark.full
def test_parts_of_the_form_are_stored_as_typed(product: Product, open_page: OpenPage, t: Texts, language: str) -> None:
    ladder = product.api.get("/templates/adaptive_dynamic_streaming/10").raise_for_status().json()["parameters"]
    ladder["streams"] = ladder["streams"][:1]
    jobs = {"transcode": [{"parameters": SMALL}], "adaptive_dynamic_streaming": [{"parameters": ladder}]}
    workflow = product.create(f"parts-{language}", jobs=jobs)
    page = open_page(f"{HOME}/workflows/{workflow}/edit")
    _store_as_asked(page, t)
    sheets = page.get_by_test_id("jobs.adaptive_dynamic_streaming[0]")
    _unfold(sheets)
    _check(sheets, t("field.thumbnails"))
    sheets.get_by_role("spinbutton", name=t("field.interval_s"), exact=True).fill("5")
    _limit(page, t)
    _edit_the_picture(page, t)
    assert serious(page, CARD) == []
    page.set_viewport_size({"width": PHONE_PX, "height": 900})
    assert cut(page, ".media-workflows") == []
    page.get_by_role("button", name=t("app.save")).click()
    page.wait_for_url(f"**/workflows/{workflow}")
    stored = product.api.get(f"/workflows/{workflow}").json()["definition"]
    objects = stored["output"]["objects"]
    assert (objects["cache_control"], objects["tags"]) == ("max-age=60", {"team": "news", "note": "a, b=c"})
    parameters = stored["jobs"]["transcode"][0]["parameters"]
    edit = parameters["video"]["edit"]
    assert edit["lut"] == "luts/my film, day.cube"
    (text,) = edit["burned_in_texts"]
    assert (text["shows"], text["text"], text["font_color"]) == ("text", "Review copy", "0xFFCC00")
    assert parameters["audio"]["channel_mix"] == MIX.split("\n")
    assert stored["jobs"]["adaptive_dynamic_streaming"][0]["parameters"]["thumbnails"]["interval_s"] == 5
    assert stored["budget"]["per_month"]["cpu_hours"] == 2
    expect(page.get_by_role("region", name=t("field.budget"))).to_contain_text(t("budget.hours", hours=2))
