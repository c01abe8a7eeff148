"""The rules of docs/uploads.md, the routes of docs/api.md and the commands of docs/cli.md are those of the code."""

from __future__ import annotations

from pathlib import Path

import typer

from api_routes import ALL
from media_workflows.cli import app
from media_workflows.domain.candidates import FIRING, RULE_MEANINGS, Rule

ROOT = Path(__file__).parents[3]


def table_lines(name: str) -> list[list[str]]:
    """The cells of the table lines of a document, without header and rule lines."""
    lines = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def rules_of(name: str) -> list[list[str]]:
    return [cells for cells in table_lines(name) if cells[0].startswith("`")]


def test_every_rule_is_documented_with_its_meaning() -> None:
    assert rules_of("uploads.md") == [
        [f"`{rule.value}`", "fires" if rule in FIRING else "refused", RULE_MEANINGS[rule]] for rule in Rule
    ]


def test_every_rule_is_documented_in_chinese() -> None:
    assert [cells[:2] for cells in rules_of("zh/uploads.md")] == [
        [f"`{rule.value}`", "触发" if rule in FIRING else "拒绝"] for rule in Rule
    ]


def test_every_command_is_documented() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert {cells[0].strip("`").split()[0] for cells in table_lines("cli.md") if cells[0].startswith("`")} == commands


def test_every_route_is_documented() -> None:
    """Those of api_routes, which tests/integration/api/test_access.py compares with the app's."""
    methods = {"GET", "POST", "PUT", "DELETE", "PATCH"}
    listed = {f"{cells[0]} {cells[1].strip('`')}" for cells in table_lines("api.md") if cells[0] in methods}
    assert sorted(listed) == ALL
