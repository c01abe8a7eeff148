"""docs/odd-input.md, in both languages, and the pages know every notice that an item can have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from media_workflows.domain.notice import NoticeCode

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
TEXTS = ROOT / "plugins" / "media_workflows_plugin" / "www" / "src" / "i18n"


@pytest.mark.parametrize("name", ["odd-input.md", "zh/odd-input.md"])
def test_every_code_is_documented_and_no_other(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)[
        [*re.findall(r"^## (.*)$", text, re.M)].index(_title(name)) + 1
    ]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert {code for cell in first_cells for code in re.findall(r"`(\w+)`", cell)} == set(get_args(NoticeCode))


def _title(name: str) -> str:
    return "提示" if name.startswith("zh") else "Notices"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_code_has_a_text_on_the_pages(language: str) -> None:
    texts = json.loads((TEXTS / f"{language}.json").read_text(encoding="utf-8"))
    assert [code for code in get_args(NoticeCode) if not texts.get(f"notice.{code}")] == []
