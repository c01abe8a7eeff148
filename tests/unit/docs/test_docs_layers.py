"""The layer table of docs/development.md has the layers of `.importlinter`, and README's tables every package."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / "include" / "media_workflows"


def enforced() -> list[set[str]]:
    """The layers that `lint-imports` checks, the highest first."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contracts["importlinter:contract:layers"]["layers"].split("\n")
    return [set(re.split(r"\s*\|\s*", line.strip())) for line in lines if line.strip()]


def documented() -> dict[int, set[str]]:
    """By number: the packages of each row, separated by semicolons, with or without a description."""
    text = (ROOT / "docs" / "development.md").read_text("utf-8")
    table = text.split("| layer | packages |", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)
    return {int(number): set(re.findall(r"(?:^|; )`(\w+)`", packages)) for number, packages in rows}


def test_the_layer_table_is_what_lint_imports_checks() -> None:
    layers = enforced()
    assert documented() == {len(layers) - index: packages for index, packages in enumerate(layers)}


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_lists_every_folder_of_the_package_and_no_other(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    listed = set(re.findall(r"^\| `include/media_workflows/(\w+)/` \|", text, re.MULTILINE))
    assert listed == {folder.name for folder in PACKAGES.iterdir() if folder.is_dir()} - {"__pycache__"}
