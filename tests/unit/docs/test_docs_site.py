"""The documentation as a site: `make docs`."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from config.docs_site import on_page_markdown

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
BUILD_LIMIT_S = 240


def rewritten(markdown: str, name: str = "zh/assets.md") -> str:
    page = SimpleNamespace(file=SimpleNamespace(src_uri=name))
    return on_page_markdown(markdown, page=page, config=SimpleNamespace(docs_dir=str(DOCS)))


def test_the_site_is_built_strictly_with_every_document(tmp_path: Path) -> None:
    """Strictly: a broken link, a missing anchor or a document outside the navigation ends the build."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=BUILD_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for document in DOCS.rglob("*.md"):
        place = document.relative_to(DOCS).with_suffix("")
        page = tmp_path / (place.parent if place.name == "README" else place) / "index.html"
        assert page.is_file(), f"{document} has no page"
    found = json.loads((tmp_path / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    assert {"zh/kubernetes/", "kubernetes/"} <= {one["location"] for one in found if "KEDA" in one["text"]}


def test_links_within_the_documentation_stay() -> None:
    text = (
        "[one](../operations.md#pools), [two](events.md), [three](https://example.com/a.md), ![four](../images/x.png)"
    )
    assert rewritten(text) == text


def test_a_link_to_a_file_of_the_repository_becomes_its_path() -> None:
    text = rewritten("[values](../../config/kubernetes/values.yaml) and [`dags/system.py`](../../Makefile)")
    assert text == "values (`config/kubernetes/values.yaml`) and `dags/system.py` (`Makefile`)"
    assert rewritten("[`Makefile`](../Makefile)", "cli.md") == "`Makefile`"


def test_a_link_to_nothing_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="mkdocs"):
        assert rewritten("[gone](../../nowhere.txt)") == "[gone](../../nowhere.txt)"
    assert [record.getMessage() for record in caplog.records] == [
        "zh/assets.md links to ../../nowhere.txt, which does not exist"
    ]
