"""docs/odd-input.md, in both languages, and the pages know every notice that an item can have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from media_workflows.domain.notice import NoticeCode

DOCS = Path(__file__).parents[3] / "docs"


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
