"""The rules of docs/uploads.md, the routes of docs/api.md and the commands of docs/cli.md are those of the code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from media_workflows.cli import app
from media_workflows.domain.candidates import FIRING, RULE_MEANINGS, Rule

ROOT = Path(__file__).parents[3]
ROUTES = """
import json
from fastapi.routing import APIRoute
from media_workflows_plugin.api.app import create_app

def routes(owner, prefix=""):
    for route in owner.routes:
        if isinstance(route, APIRoute):
            yield from ([method, prefix + route.path_format] for method in route.methods if method != "HEAD")
        elif hasattr(route, "original_router"):  # a router that FastAPI includes lazily
            yield from routes(route.original_router, prefix)

print("ROUTES" + json.dumps(list(routes(create_app()))))
"""


def table_lines(name: str) -> list[list[str]]:
    """The cells of the table lines of a document, without header and rule lines."""
    lines = (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def rules_of(name: str) -> list[list[str]]:
    return [cells for cells in table_lines(name) if cells[0].startswith("`")]


def test_every_rule_is_told_with_its_meaning() -> None:
    assert rules_of("uploads.md") == [
        [f"`{rule.value}`", "fires" if rule in FIRING else "refused", RULE_MEANINGS[rule]] for rule in Rule
    ]


def test_every_rule_is_told_in_chinese() -> None:
    assert [cells[:2] for cells in rules_of("zh/uploads.md")] == [
        [f"`{rule.value}`", "触发" if rule in FIRING else "拒绝"] for rule in Rule
    ]


def test_every_command_is_told() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    assert {cells[0].strip("`").split()[0] for cells in table_lines("cli.md") if cells[0].startswith("`")} == commands


def test_every_route_is_told(tmp_path: Path) -> None:
    """In a process of its own: importing Airflow makes files in its home."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "AIRFLOW_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "include"), str(ROOT / "plugins")]),
    }
    run = subprocess.run(
        [sys.executable, "-c", ROUTES], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    answer = next((line for line in run.stdout.splitlines() if line.startswith("ROUTES")), None)
    if answer is None:
        pytest.fail(f"the plugin cannot be imported:\n{run.stderr[-2000:]}")
    routes = {(method, path) for method, path in json.loads(answer.removeprefix("ROUTES"))}
    methods = {"GET", "POST", "PUT", "DELETE", "PATCH"}
    assert {(cells[0], cells[1].strip("`")) for cells in table_lines("api.md") if cells[0] in methods} == routes
