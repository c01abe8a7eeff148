"""A browser on the running product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product, eventually
from clips import Clips
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from pages_in_browser import OpenPage, Texts, chromium
from product_scenarios import Scenario

WAIT_MS = 60_000
# Every test of pages runs in both. A parameter `language` of its own takes the place of these.
LANGUAGES = ["en", pytest.param("zh-CN", marks=pytest.mark.full)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, as the system has it. Not for longer: Playwright keeps an event loop running in this thread."""
    with chromium() as browser:
        from playwright.sync_api import expect

        expect.set_options(timeout=WAIT_MS)
        yield browser


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """What the pages of this test are in."""
    return str(request.param)


@pytest.fixture
def t(language: str) -> Texts:
    """The texts of the pages that this test opens."""
    return Texts(language)


@pytest.fixture
def open_page(browser: Any, product: Product, language: str) -> Iterator[OpenPage]:
    """Opens an address of Airflow in a browser profile of its own, logged in."""
    contexts = []

    def open_(
        path: str, *, user: str = "admin", language: str = language, scheme: str = "light", width: int = 1360
    ) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en-GB")
        contexts.append(context)
        token = product.client(user, "").headers["authorization"].removeprefix("Bearer ")
        context.add_cookies([{"name": "_token", "value": token, "url": product.layout.airflow_url}])
        stored = {"i18nextLng": language, "theme": scheme}
        context.add_init_script(";".join(f"localStorage.setItem({name!r},{value!r})" for name, value in stored.items()))
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(product.layout.airflow_url + path)
        page.get_by_test_id("media-workflows").get_by_role("heading", level=1).wait_for()
        return page

    yield open_
    for context in contexts:
        for page in context.pages:
            # The page may poll: the error of a handler that runs would be the next test's.
            page.unroute_all(behavior="ignoreErrors")
        context.close()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good, small clip."""
    return Clips(tmp_path_factory.mktemp("clip")).plain


@pytest.fixture(scope="session")
def done_run(product: Product, scenarios: dict[str, Scenario]) -> tuple[str, str]:
    """(workflow id, run id) of a finished run with an event delivered."""
    workflow = scenarios["looked-at"].workflow
    run = product.finished(workflow)[0]
    return workflow, run["run_id"]


@pytest.fixture(scope="session")
def backfill(product: Product, done_run: tuple[str, str]) -> str:
    """The id of a backfill of the same workflow: counted, not started."""
    answer = product.api.post("/backfills", json={"workflow": done_run[0]})
    id_ = str(answer.raise_for_status().json()["id"])
    eventually(lambda: product.api.get(f"/backfills/{id_}").json()["state"] == "ready")
    return id_


@pytest.fixture(scope="session")
def request_id(product: Product, clip: Path) -> str:
    """The id of a request for ad-hoc processing of one object."""
    product.upload(clip, "adhoc-page/every.mp4")
    output = {"bucket": OUTPUT_BUCKET, "directory": "adhoc-page-out/"}
    jobs = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
    asked = {"bucket": INPUT_BUCKET, "keys": ["adhoc-page/every.mp4"], "output": output, "jobs": jobs}
    return str(product.api.post("/process", json=asked).raise_for_status().json()["request_id"])
