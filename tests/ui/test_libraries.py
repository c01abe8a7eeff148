"""The libraries of words and persons in the browser, seen through the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from benchmarks.labelled_set import drawn_face
from PIL import Image
from playwright.sync_api import expect

from airflow_product import Product
from pages_in_browser import OpenPage, Texts
from pictures import plain

HOME = "/plugin/media-workflows"


def stored(product: Product, library: str, **query: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = product.api.get(f"/{library}", params=query).json()["items"]
    return items


def button(page: Any, t: Texts, action: str, name: str) -> Any:
    """A row's button."""
    return page.get_by_role("button", name=t("action.named", action=t(action), name=name), exact=True)


@pytest.fixture
def face(tmp_path: Path) -> Path:
    file = tmp_path / "front.png"
    Image.fromarray(drawn_face()).save(file)
    return file


@pytest.fixture
def no_face(tmp_path: Path) -> Path:
    file = tmp_path / "wall.png"
    file.write_bytes(plain(width=300, height=300))
    return file


def test_an_empty_library_says_what_it_is_for(open_page: OpenPage, t: Texts) -> None:
    """The words of other tests on this product stay: the page gets the answer of a library without any."""
    page = open_page(f"{HOME}/words?search=nothing-has-this")
    page.route("**/api/v1/words?*", lambda route: route.fulfill(json={"items": [], "total": 0}))
    expect(page.get_by_text(t("words.none"))).to_be_visible()
    page.get_by_role("searchbox", name=t("words.search")).fill("")
    expect(page.get_by_role("heading", name=t("words.empty_title"))).to_be_visible()


def test_words_are_added_together_changed_and_deleted(product: Product, open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/words")
    page.get_by_role("button", name=t("words.add")).click()
    dialog = page.get_by_role("dialog")
    lines = dialog.get_by_label(t("words.lines"))
    lines.fill(f"蛇油\n{'x' * 21}\n\n snake oil \n蛇油")
    dialog.get_by_text(t("usage.all"), exact=True).click()  # off
    dialog.get_by_text(t("usage.review"), exact=True).click()
    expect(dialog.get_by_label(t("usage.review.asr"))).to_be_disabled()  # held by the wider one
    dialog.get_by_label(t("field.tags")).fill("brand， of bottles")
    dialog.get_by_role("button", name=t("app.save")).click()
    problems = dialog.get_by_role("list", name=t("words.problems"))
    expect(problems.get_by_role("listitem")).to_have_count(1)
    expect(problems).to_contain_text("x" * 21)
    lines.fill("蛇油\nsnake oil\na/b?")
    dialog.get_by_role("button", name=t("app.save")).click()
    expect(page.get_by_text(t("words.added", count=3))).to_be_visible()
    expect(dialog).to_have_count(0)
    added = stored(product, "words", tag="of bottles")
    assert {word["keyword"] for word in added} == {"蛇油", "snake oil", "a/b?"}
    assert {(*word["usages"], *word["tags"]) for word in added} == {("review", "brand", "of bottles")}

    page.get_by_role("button", name=t("words.add")).click()
    lines.fill("snake oil")
    dialog.get_by_role("button", name=t("app.save")).click()
    expect(dialog.get_by_role("alert")).to_contain_text(t.either("listed already", "已存在"))
    dialog.get_by_role("button", name=t("app.cancel")).click()

    button(page, t, "action.edit", "a/b?").click()
    dialog.get_by_text(t("usage.recognition.ocr"), exact=True).click()
    dialog.get_by_label(t("field.tags")).fill("other")
    dialog.get_by_role("button", name=t("app.save")).click()
    expect(page.get_by_text(t("library.saved", name="a/b?"))).to_be_visible()
    (changed,) = stored(product, "words", tag="other")
    assert (changed["keyword"], changed["usages"]) == ("a/b?", ["review", "recognition.ocr"])

    table = page.get_by_role("table", name=t("words.title"))
    table.get_by_role("button", name=t("library.with_tag", tag="other")).click()
    expect(table.get_by_text("snake oil")).to_have_count(0)
    expect(page.get_by_role("searchbox", name=t("library.tag"))).to_have_value("other")
    button(page, t, "action.delete", "a/b?").click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("action.delete")).click()
    expect(page.get_by_text(t("delete.done", name="a/b?"))).to_be_visible()
    expect(page.get_by_text(t("words.none"))).to_be_visible()

    page.get_by_role("searchbox", name=t("library.tag")).fill("")
    page.get_by_role("combobox", name=t("field.usages")).select_option("review")
    for word in ("蛇油", "snake oil"):
        page.get_by_label(t("list.select", name=word)).check(force=True)
    page.get_by_role("group", name=t("bulk.selected", count=2)).get_by_role("button", name=t("bulk.delete")).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("action.delete")).click()
    expect(page.get_by_text(t("words.deleted", count=2))).to_be_visible()
    assert stored(product, "words", usage="review") == []


def test_a_word_list_of_excel_is_imported(product: Product, open_page: OpenPage, t: Texts, tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_bytes("关键词,用途,标签\r\n进口词,review,list of excel\r\n!,,\r\n".encode("gbk"))
    page = open_page(f"{HOME}/words")
    page.get_by_role("button", name=t("words.import"), exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(t("words.file")).set_input_files(file)
    expect(dialog.get_by_text("words.csv", exact=True)).to_be_visible()
    send = dialog.get_by_role("button", name=t("words.import_send"), exact=True)
    send.click()
    bad = dialog.get_by_role("list", name=t("words.bad_lines"))
    expect(bad.get_by_role("listitem")).to_have_count(1)
    expect(bad).to_contain_text(t("words.line", line=3))
    assert stored(product, "words", tag="list of excel") == []
    dialog.get_by_text(t("field.skip_bad_rows")).click()
    send.click()
    left_out = page.get_by_role("dialog", name=t("words.left_out", count=1))
    expect(left_out).to_contain_text(t("words.line", line=3))
    left_out.get_by_role("button", name=t("app.close")).click()
    (word,) = stored(product, "words", tag="list of excel")
    assert (word["keyword"], word["usages"]) == ("进口词", ["review"])

    page.get_by_role("searchbox", name=t("library.tag")).fill("list of excel")
    with page.expect_download() as download:
        page.get_by_role("link", name=t("words.export_found")).click()
    assert Path(download.value.path()).read_bytes().decode("utf-8-sig").splitlines()[1:] == [
        "进口词,review,list of excel"
    ]
    product.api.delete("/words", params={"keyword": "进口词"})


def test_a_person_is_added_with_pictures_changed_and_deleted(
    product: Product, open_page: OpenPage, face: Path, no_face: Path, t: Texts
) -> None:
    page = open_page(f"{HOME}/persons")
    expect(page.get_by_role("heading", name=t("persons.empty_title"))).to_be_visible()
    page.get_by_role("button", name=t("persons.add")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(t("field.name")).fill("Ann")
    dialog.get_by_label(t("field.faces")).set_input_files([no_face, face])
    dialog.get_by_role("button", name=t("app.save")).click()
    expect(dialog.get_by_text(t.either("exactly one face", "一张正对镜头的人脸"))).to_be_visible()
    dialog.get_by_role("button", name=t("form.remove_named", name="wall.png")).click()
    expect(dialog.get_by_text("wall.png")).to_have_count(0)
    dialog.get_by_role("button", name=t("app.save")).click()
    expect(page.get_by_text(t("library.saved", name="Ann"))).to_be_visible()
    (made,) = stored(product, "persons")
    assert (made["name"], len(made["faces"]), made["usages"]) == ("Ann", 1, ["all"])

    button(page, t, "action.edit", "Ann").click()
    dialog.get_by_label(t("field.description")).fill("wears a hat")
    dialog.get_by_label(t("field.tags")).fill("vip")
    dialog.get_by_role("button", name=t("app.save")).click()
    row = page.get_by_role("row").filter(has_text="Ann")
    expect(row).to_contain_text("wears a hat")
    assert stored(product, "persons", tag="vip")[0]["faces"] == made["faces"]

    button(page, t, "persons.faces", "Ann").click()
    dialog.get_by_label(t("persons.add_faces")).set_input_files([face, no_face])
    expect(dialog.get_by_role("alert")).to_contain_text("wall.png")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name=t("form.remove_named", name=t("persons.face", number=1))).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("action.delete")).click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    (left,) = stored(product, "persons")[0]["faces"]
    assert left not in made["faces"]
    dialog.get_by_role("button", name=t("app.close")).click()

    button(page, t, "action.delete", "Ann").click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("action.delete")).click()
    expect(page.get_by_text(t("delete.done", name="Ann"))).to_be_visible()
    expect(page.get_by_role("heading", name=t("persons.empty_title"))).to_be_visible()
    assert stored(product, "persons") == []


def test_a_viewer_sees_them_without_buttons(product: Product, open_page: OpenPage, t: Texts) -> None:
    assert product.api.post("/words", json={"words": [{"keyword": "looked at"}]}).status_code == 201
    made = product.api.post("/persons", json={"name": "Somebody"})
    assert made.status_code == 201
    try:
        for library, name in (("words", "looked at"), ("persons", "Somebody")):
            page = open_page(f"{HOME}/{library}?search={name}", user="viewer")
            table = page.get_by_role("table", name=t(f"{library}.title"))
            expect(table.get_by_text(name, exact=True)).to_be_visible()
            expect(table.get_by_role("button")).to_have_count(0)
            expect(table.get_by_role("checkbox")).to_have_count(0)
            expect(page.get_by_role("button", name=t(f"{library}.add"))).to_have_count(0)
    finally:
        product.api.delete("/words", params={"keyword": "looked at"})
        product.api.delete(f"/persons/{made.json()['id']}")
