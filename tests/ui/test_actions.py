"""What else can be clicked: tries, imports, bulk actions, retry, cancel, templates, the function, uploads, findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import expect

from airflow_product import Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from pages_in_browser import OpenPage, Texts, serious
from product_scenarios import Scenario
from slow_encodes import slow_clip, slow_transcode

HOME = "/plugin/media-workflows"
RUN_WITHIN_MS = 180_000
SNAPSHOT = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}


def test_a_definition_is_tried_before_it_is_saved(product: Product, open_page: OpenPage, clip: Path, t: Texts) -> None:
    product.upload(clip, "tried/a.mp4")
    page = open_page(f"{HOME}/new")
    page.get_by_role("textbox", name=t("form.name"), exact=True).fill("tried")
    trigger = page.get_by_role("region", name=t("form.trigger"))
    trigger.get_by_role("combobox", name=t("form.bucket")).fill(INPUT_BUCKET)
    trigger.get_by_role("combobox", name=t("form.directory")).fill("tried/")
    check = page.get_by_role("button", name=t("access.check"))
    above = page.get_by_role("heading", name=t("graph.title"))
    distance_px = check.bounding_box()["y"] - above.bounding_box()["y"]
    page.get_by_role("group", name=t("form.add_job")).get_by_role("button", name=t("job.transcode")).click()
    check.click()
    expect(page.locator("[data-node=notify]")).to_be_visible()
    moved_px = check.bounding_box()["y"] - above.bounding_box()["y"] - distance_px
    assert abs(moved_px) < 1, "the button moved under the mouse when the graph appeared"
    for step in ("list", "write", "read", "delete"):
        expect(page.get_by_text(f"✓ {t(f'access.{step}')}").first).to_be_visible()
    page.get_by_label(t("dry_run.object")).fill("tried/a.mp4")
    page.get_by_role("button", name=t("dry_run.go"), exact=True).click()
    expect(page.get_by_text(t("dry_run.fires"))).to_be_visible(timeout=60_000)
    page.get_by_label(t("form.notify")).select_option("http")
    page.get_by_role("textbox", name="URL", exact=True).fill(product.layout.receiver_url)
    page.get_by_role("button", name=t("form.test_notification")).click()
    expect(page.get_by_text(t.either("The receiver answered 204", "后应答 204"))).to_be_visible()
    page.get_by_role("textbox", name="URL", exact=True).fill("http://169.254.169.254/latest")
    page.get_by_role("button", name=t("form.test_notification")).click()
    expect(page.get_by_text("callback_allowed_hosts")).to_be_visible()


def test_workflows_are_imported_and_changed_in_bulk(
    product: Product, open_page: OpenPage, t: Texts, language: str
) -> None:
    names = [f"bulk-{language}-{at}" for at in (1, 2)]
    documents = [
        {"name": name, "trigger": {"bucket": INPUT_BUCKET, "directory": f"{name}/"}, "jobs": SNAPSHOT} for name in names
    ]
    page = open_page(f"{HOME}/workflows")
    page.get_by_role("button", name=t("import.button")).click()
    page.get_by_label(t("import.text")).fill(yaml.safe_dump_all(documents))
    page.get_by_role("button", name=t("import.send"), exact=True).click()
    expect(page.get_by_text(t("import_action.created", name=names[0]))).to_be_visible()
    page.reload()  # the import goes on at the server, and the dialog shows it again
    page.get_by_role("button", name=t("import.button")).click()
    for name in names:
        expect(page.get_by_text(t("import_action.created", name=name))).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name=t("app.close")).last.click()
    page.get_by_role("searchbox", name=t("list.search")).fill(f"bulk-{language}-")
    expect(page.get_by_role("row")).to_have_count(3)  # head and two: what was there before is gone

    def enabled() -> set[bool]:
        found = product.api.get("/workflows", params={"search": f"bulk-{language}-"}).json()["items"]
        return {item["enabled"] for item in found}

    for action, wanted in (("bulk.enable", {True}), ("bulk.disable", {False})):
        page.get_by_label(t("list.select_all")).check(force=True)
        page.get_by_role("button", name=t(action), exact=True).click()
        expect(page.get_by_role("group", name=t("bulk.selected", count=2))).to_have_count(0)  # the page has its answer
        assert enabled() == wanted
    page.get_by_label(t("list.select_all")).check(force=True)
    page.get_by_role("button", name=t("bulk.delete"), exact=True).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("bulk.delete")).click()
    eventually(lambda: enabled() == set())


def test_what_is_selected_while_the_answer_comes_stays_selected(
    product: Product, open_page: OpenPage, t: Texts, language: str
) -> None:
    names = [f"meanwhile-{language}-{at}" for at in (1, 2)]
    for name in names:
        product.create(name)
    page = open_page(f"{HOME}/workflows?search=meanwhile-{language}-")
    held: list[Any] = []
    page.route("**/workflows/bulk", lambda route: held.append(route))
    page.get_by_label(t("list.select", name=names[0])).check(force=True)
    with page.expect_request("**/workflows/bulk"):
        page.get_by_role("button", name=t("bulk.disable"), exact=True).click()
    page.get_by_label(t("list.select", name=names[1])).check(force=True)
    expect(page.get_by_role("group", name=t("bulk.selected", count=2))).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text(t("bulk.done", count=1))).to_be_visible()
    expect(page.get_by_role("group", name=t("bulk.selected", count=1))).to_be_visible()
    expect(page.get_by_label(t("list.select", name=names[1]))).to_be_checked()


IN_THE_WAY = "stood-in-the-way-{language}-out/a_snapshotByTimeOffset_10_0.jpg"


@pytest.mark.scenario("stood-in-the-way-{language}", {"a.mp4": 1.7}, in_the_way=[IN_THE_WAY], parts={"jobs": SNAPSHOT})
def test_a_failed_run_says_what_to_do_and_is_retried(
    product: Product, open_page: OpenPage, scenario: Scenario, t: Texts, language: str
) -> None:
    workflow, in_the_way = scenario.workflow, IN_THE_WAY.format(language=language)
    (run,) = product.finished(workflow)
    page = open_page(f"{HOME}/runs/{workflow}/{run['run_id']}")
    expect(page.get_by_text(in_the_way).first).to_be_visible()
    product.s3.delete_object(Bucket=OUTPUT_BUCKET, Key=in_the_way)
    page.get_by_role("button", name=t("run.retry")).click()
    expect(page.get_by_text(t("run.retried"))).to_be_visible()
    bar = page.get_by_role("progressbar", name=t("run.progress", name=t("job.snapshot_by_time_offset")))
    expect(bar).to_have_attribute("aria-valuenow", "100", timeout=RUN_WITHIN_MS)
    eventually(lambda: len(product.events(workflow)) == 2)
    page.get_by_role("button", name=t("deliveries.resend")).first.click()
    expect(page.get_by_text(t("deliveries.queued", count=1))).to_be_visible()
    eventually(lambda: len(product.events(workflow)) == 3)


def test_a_run_is_cancelled(product: Product, open_page: OpenPage, tmp_path: Path, t: Texts, language: str) -> None:
    workflow = product.create(f"cancelled-{language}", jobs=slow_transcode())
    product.enable(workflow)
    product.upload(slow_clip(tmp_path / "own.mp4", 240), f"cancelled-{language}/a.mp4")
    run = eventually(lambda: [run for run in product.runs(workflow) if run["state"] == "running"])[0]
    page = open_page(f"{HOME}/runs/{workflow}/{run['run_id']}")
    page.get_by_role("button", name=t("run.cancel")).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("run.cancel")).click()
    expect(page.get_by_text(t("run.cancelled"))).to_be_visible()
    assert product.finished(workflow)[0]["state"] == "failed"
    expect(page.get_by_text(t("run.cancelled_by", name="admin")).first).to_be_visible(timeout=60_000)


def test_a_preset_is_copied_and_the_copy_deleted(product: Product, open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/templates/transcode/100010")
    page.get_by_text(t("templates.copy"), exact=True).first.click()
    page.get_by_role("textbox", name=t("list.name"), exact=True).fill("phones")
    page.get_by_role("button", name=t("app.save")).click()
    expect(page.get_by_text(t("templates.saved", name="phones"))).to_be_visible()
    (made,) = product.api.get("/templates", params={"preset": False, "search": "phones"}).json()["items"]
    preset = product.api.get("/templates/transcode/100010").json()
    assert made["parameters"] == preset["parameters"]
    page.goto(f"{product.layout.airflow_url}{HOME}/templates/transcode/{made['id']}")
    page.get_by_role("button", name=t("action.delete")).click()
    page.get_by_role("alertdialog").get_by_role("button", name=t("action.delete")).click()
    expect(page.get_by_text(t("templates.deleted", name="phones"))).to_be_visible()


def test_the_function_is_set_tried_and_forgotten(product: Product, open_page: OpenPage, t: Texts) -> None:
    page = open_page(f"{HOME}/function-callback")
    page.get_by_role("combobox", name=t("field.target")).select_option("http")
    page.get_by_role("textbox", name="URL", exact=True).fill(product.layout.receiver_url)
    page.get_by_role("button", name=t("app.save")).click()
    expect(page.get_by_text(t("function.saved"))).to_be_visible()
    try:
        assert product.api.get("/function-callback").json()["target"]["url"] == product.layout.receiver_url
        page.get_by_role("button", name=t("function.test")).click()
        expect(page.get_by_text(t.either("The receiver answered 204", "后应答 204"))).to_be_visible()
        page.get_by_role("button", name=t("function.forget")).click()
        page.get_by_role("alertdialog").get_by_role("button", name=t("function.forget")).click()
        expect(page.get_by_text(t("function.forgotten"))).to_be_visible()
    finally:
        product.api.delete("/function-callback")


@pytest.mark.full
def test_the_second_of_two_editors_of_the_function_keeps_it(product: Product, open_page: OpenPage, t: Texts) -> None:
    target = {"type": "http", "url": f"{product.layout.receiver_url}?of=theirs"}
    page = open_page(f"{HOME}/function-callback")
    page.get_by_role("combobox", name=t("field.target")).select_option("http")
    page.get_by_role("textbox", name="URL", exact=True).fill(product.layout.receiver_url)
    product.api.put("/function-callback", json=target).raise_for_status()
    try:
        page.get_by_role("button", name=t("app.save")).click()
        dialog = page.get_by_role("alertdialog")
        expect(dialog.get_by_text(f"− url: {target['url']}")).to_be_visible()
        assert serious(page, "[role=alertdialog]") == []
        dialog.get_by_role("button", name=t("conflict.keep")).click()
        expect(page.get_by_text(t("function.saved"))).to_be_visible()
        assert product.api.get("/function-callback").json()["target"]["url"] == product.layout.receiver_url
    finally:
        product.api.delete("/function-callback")


@pytest.mark.parametrize("size_mib", [0, 70], ids=["one-put", "parts"])
@pytest.mark.parametrize("direct", [True, False], ids=["to-the-storage", "through-airflow"])
def test_an_upload_finds_its_way(
    product: Product,
    open_page: OpenPage,
    clip: Path,
    tmp_path: Path,
    direct: bool,
    size_mib: int,
    t: Texts,
    language: str,
) -> None:
    """Large files go in parts; where the browser cannot reach the storage, through the api-server."""
    name = f"page-{'direct' if direct else 'through'}-{size_mib}-{language}"
    workflow = product.create(name, jobs=SNAPSHOT)
    product.enable(workflow)
    file = tmp_path / "big.mp4"
    file.write_bytes(clip.read_bytes() + bytes(size_mib * 1024**2))  # players pass over what follows
    page = open_page(f"{HOME}/workflows/{workflow}")
    if not direct:
        page.route(f"{product.layout.s3_url}/**", lambda route: route.abort())
    page.get_by_test_id("drop").locator("input[type=file]").set_input_files(file)
    row = page.get_by_test_id("upload")
    try:
        row.get_by_role("link", name=t("upload.to_run")).wait_for(timeout=RUN_WITHIN_MS)
    except Exception as error:
        error.add_note(f"the page says {row.inner_text()!r}; decisions: {product.decisions(workflow)}")
        raise
    head = product.s3.head_object(Bucket=INPUT_BUCKET, Key=f"{name}/big.mp4")
    assert head["ContentLength"] == file.stat().st_size
    if direct:
        assert ("-" in head["ETag"]) is (size_mib > 64)  # the mark of a multipart upload


FOUND = {
    "content_review": [{"parameters": {"prohibited": {"ocr": {"block_confidence": 80}}}}],
    "analysis": [{"template": 20}],
}
FORBIDDEN = {"words": [{"keyword": "拍卖假货", "tags": ["prohibited"]}], "usages": ["all"]}


@pytest.mark.scenario("found", {"a.mp4": ("今天拍卖假货", "good morning")}, words=FORBIDDEN, parts={"jobs": FOUND})
def test_findings_show_on_the_run_page(product: Product, open_page: OpenPage, scenario: Scenario, t: Texts) -> None:
    workflow = scenario.workflow
    run = product.finished(workflow)[0]["run_id"]
    page = open_page(f"{HOME}/runs/{workflow}/{run}")
    found = page.get_by_role("region", name=t("findings.title"))
    expect(found.get_by_text(t("check.prohibited.ocr"))).to_be_visible()
    expect(found.get_by_text(t("suggestion.block")).first).to_be_visible()
    expect(found.get_by_role("listitem").first).to_contain_text("拍卖假货")
    page.wait_for_function(
        "() => [...document.images].some((i) => i.src.includes('contentReview') && i.naturalWidth > 0)"
    )
    expect(found.get_by_text(t("check.classification"))).to_be_visible()


LADDER = {"adaptive_dynamic_streaming": [{"template": 10}]}


@pytest.mark.scenario("ladder-plays", {"a.mp4": "plain"}, parts={"jobs": LADDER})
def test_a_ladder_plays(product: Product, open_page: OpenPage, scenario: Scenario) -> None:
    workflow = scenario.workflow
    run = product.finished(workflow)[0]["run_id"]
    page = open_page(f"{HOME}/runs/{workflow}/{run}")
    page.wait_for_function(_PLAYS, timeout=60_000)


_PLAYS = """() => {
  const ladder = [...document.querySelectorAll('[data-testid=preview]')].find((p) => p.textContent.includes('.m3u8'));
  const video = ladder && ladder.querySelector('video');
  if (!video) return false;
  video.muted = true;
  if (video.paused) video.play().catch(() => {});
  return video.currentTime > 0.2;
}"""
