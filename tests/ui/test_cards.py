"""Cards of jobs in the form: collapsed, moved, copied to another workflow; watermarks placed on a frame; messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_product import Product
from pages_in_browser import PHONE_PX, OpenPage, Texts, cut, serious

HOME = "/plugin/media-workflows"
PAGES = "[data-testid=media-workflows]"
DIALOG = "[role=dialog]"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><rect width="4" height="2" fill="#f80"/></svg>'
SVG = {"type": "svg", "svg": DRAWING, "width": "25%"}
TEXT = {"type": "text", "text": "Logo", "font_size_px": 24}
SMALL = {"container": "mp4", "video": {"codec": "h264", "width": 320, "height": 240}}
pytestmark = pytest.mark.full


def _item(template: int) -> dict[str, Any]:
    return {"template": template, "output_path": f"{{inputName}}_{template}.{{format}}"}


def _jobs(product: Product, workflow: str) -> list[int]:
    definition = product.api.get(f"/workflows/{workflow}").json()["definition"]
    return [item["template"] for item in definition["jobs"]["transcode"]]


def test_cards_collapse_and_move_by_mouse_and_keyboard(
    product: Product, open_page: OpenPage, t: Texts, language: str
) -> None:
    items = [_item(template) for template in (100010, 100020, 100030)]
    workflow = product.create(f"cards-{language}", jobs={"transcode": items})
    page = open_page(f"{HOME}/workflows/{workflow}/edit")
    name = t("form.numbered", name=t("job.transcode"), number=1)
    page.get_by_role("button", name=t("cards.collapse_all")).click()
    first = page.get_by_test_id("jobs.transcode[0]")
    toggle = first.get_by_role("button", name=name, exact=True)
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    expect(first.get_by_role("button", name=t("form.template"))).to_be_visible()
    grip = first.get_by_role("button", name=t("cards.grip", name=name))
    grip.focus()
    page.keyboard.press("ArrowDown")  # 20, 10, 30
    expect(page.locator("#move-grip-jobs\\.transcode\\[1\\]")).to_be_focused()
    second = page.get_by_test_id("jobs.transcode[1]")
    expect(second.locator("[aria-expanded]").first).to_have_attribute("aria-expanded", "true")  # its state moved along
    second.locator("[aria-expanded]").first.click()
    page.locator("#move-grip-jobs\\.transcode\\[2\\]").drag_to(page.get_by_test_id("jobs.transcode[0]"))  # 30, 20, 10
    assert serious(page, PAGES) == []
    page.get_by_role("button", name=t("app.save")).click()
    page.wait_for_url(f"**/workflows/{workflow}")
    assert _jobs(product, workflow) == [100030, 100020, 100010]


def test_a_job_is_copied_to_another_workflow(product: Product, open_page: OpenPage, t: Texts, language: str) -> None:
    source = product.create(f"copied-{language}", jobs={"transcode": [_item(100020)]})
    target = product.create(f"copy-here-{language}", jobs={"transcode": [_item(100010)]})
    full = product.create(f"copy-there-{language}", jobs={"transcode": [_item(100020)]})
    page = open_page(f"{HOME}/workflows/{source}/edit", width=390)
    name = t("form.numbered", name=t("job.transcode"), number=1)
    page.get_by_role("button", name=t("action.named", action=t("copy.button"), name=name)).click()
    dialog = page.get_by_role("dialog")
    choice = dialog.get_by_role("combobox", name=t("copy.to"))
    choice.select_option(label=f"copy-there-{language}")
    expect(dialog.get_by_role("alert")).to_contain_text(t("copy.conflict"))  # two outputs of one name
    expect(dialog.get_by_role("button", name=t("copy.go"), exact=True)).to_be_disabled()
    assert serious(page, DIALOG) == []
    choice.select_option(label=f"copy-here-{language}")
    expect(dialog.get_by_text(t("copy.at_once", name=f"copy-here-{language}"))).to_be_visible()
    dialog.get_by_role("button", name=t("copy.go"), exact=True).click()
    expect(dialog).to_have_count(0)
    assert _jobs(product, target) == [100010, 100020]
    assert _jobs(product, full) == [100020]


def test_a_watermark_is_placed_on_a_frame(
    product: Product, open_page: OpenPage, clip: Path, t: Texts, language: str
) -> None:
    name = f"placed-{language}"
    watermark = {"origin": "bottom_right", "x_pos": "10px", "y_pos": "10px", "mark": TEXT}
    drawing = {"origin": "top_right", "x_pos": "0px", "y_pos": "0px", "mark": SVG}
    mosaic = {"x_pos": "10%", "y_pos": "10%", "width": "25%", "height": "25%"}
    item = {"parameters": SMALL, "watermarks": [watermark, drawing], "mosaics": [mosaic]}
    workflow = product.create(name, jobs={"transcode": [item]})
    product.upload(clip, f"{name}/clip.mp4")
    page = open_page(f"{HOME}/workflows/{workflow}/edit")
    card = t("form.numbered", name=t("job.transcode"), number=1)
    page.get_by_role("button", name=t("action.named", action=t("place.button"), name=card)).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").first.fill(f"{name}/clip.mp4")
    frame = dialog.get_by_role("group", name=t("place.frame"))
    boxes = frame.locator("button[aria-pressed]")
    expect(boxes).to_have_count(3)
    assert boxes.nth(1).evaluate("(box) => box.offsetWidth / box.parentElement.offsetWidth") == pytest.approx(
        1 / 4, 0.02
    )
    boxes.first.focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowUp")  # 4:2:0: two pixels
    dialog.get_by_role("button", name=t("place.begin_here")).click()
    boxes.nth(1).focus()
    page.keyboard.press("Shift+ArrowDown")
    boxes.nth(2).click()
    place = boxes.nth(2).bounding_box()
    page.mouse.move(place["x"] + 5, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + 45, place["y"] + 5, steps=4)
    page.mouse.up()
    assert serious(page, DIALOG) == []
    page.set_viewport_size({"width": PHONE_PX, "height": 900})
    assert cut(page, DIALOG) == []
    dialog.get_by_role("button", name=t("app.close")).first.click()
    page.get_by_role("button", name=t("app.save")).click()
    page.wait_for_url(f"**/workflows/{workflow}")
    (stored,) = product.api.get(f"/workflows/{workflow}").json()["definition"]["jobs"]["transcode"]
    moved = stored["watermarks"][0]
    assert (moved["origin"], moved["mark"]["font_size_px"]) == ("bottom_right", 24)
    assert float(moved["x_pos"].removesuffix("px")) in (20, 21)  # from the corner; drawn at even pixels
    assert float(moved["y_pos"].removesuffix("px")) in (12, 13)
    assert float(stored["watermarks"][1]["y_pos"].removesuffix("px")) == 10
    x_pos, y_pos = stored["mosaics"][0]["x_pos"], stored["mosaics"][0]["y_pos"]
    assert float(x_pos.removesuffix("%")) > 10
    assert 8 < float(y_pos.removesuffix("%")) <= 10


def test_a_chat_group_is_offered_by_name(open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/new")
    page.get_by_role("combobox", name=t("form.notify")).select_option(label=t("choice.dingtalk"))
    page.get_by_role("textbox", name=t("field.connection")).fill("no-such-connection")
    page.get_by_role("button", name=t("form.test_notification")).click()
    expect(page.get_by_text("no-such-connection").last).to_be_visible()
    assert serious(page, PAGES) == []
