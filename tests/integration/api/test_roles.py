"""The four roles of docs/rights.md: what viewers, operators, editors and administrators may call, over all routes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api_routes import ALL, OPERATE, OWN, READ, body_of, request_of
from media_workflows.settings import get_settings

ROOT = Path(__file__).parents[3]
# The roles of SimpleAuthManager that stand for those of the document; FAB's are the same by `operator_roles`.
STAND_INS = {"viewer": "viewer", "operator": "op", "editor": "user", "admin": "admin"}
ROW = re.compile(r"\| (GET|POST|PUT|DELETE) \| `(/[^`]*)` \| ([^|]+) \|")


@pytest.fixture
def allowed(app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Which routes a role may call."""
    monkeypatch.setenv("MEDIA_WORKFLOWS_OPERATOR_ROLES", json.dumps(["op"]))
    get_settings.cache_clear()

    def allowed(role: str) -> set[str]:
        headers = {"x-user": STAND_INS[role], "sec-fetch-site": "same-origin"}
        client = TestClient(app, "http://airflow.example", headers=headers)
        answers = {route: client.request(*request_of(route), **body_of(route)).status_code for route in ALL}
        return {route for route, status in answers.items() if status not in (401, 403)}

    return allowed


def role_of(permission: str) -> str:
    """The least role with a permission of the column of docs/api.md."""
    if permission.startswith("read"):
        return "viewer"
    if permission.startswith(("start runs", "edit runs", "edit required actions", "the same")):
        return "operator"
    assert permission.startswith(("edit", "delete")), permission
    return "editor"


def test_each_role_may_call_its_routes(allowed: Any) -> None:
    assert allowed("viewer") == READ | OWN
    assert allowed("operator") == READ | OWN | OPERATE
    assert allowed("editor") == allowed("admin") == set(ALL)


def test_the_document_says_the_same() -> None:
    found = ROW.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8"))
    roles = {f"{method} {path}": role_of(permission) for method, path, permission in found}
    documented = {role: {route for route in roles if roles[route] == role} for role in ("viewer", "operator")}
    assert roles.keys() >= set(ALL)
    assert documented["operator"] == OPERATE
    assert documented["viewer"] & set(ALL) == READ | OWN


def test_the_pages_show_an_operator_no_editing(app: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """GET /me decides which actions the pages show."""
    id_ = create("one")
    monkeypatch.setenv("MEDIA_WORKFLOWS_OPERATOR_ROLES", json.dumps(["op"]))
    get_settings.cache_clear()
    client = TestClient(app, "http://airflow.example", headers={"x-user": "op", "sec-fetch-site": "same-origin"})
    for query in ({}, {"workflow": id_}):
        me = client.get("/api/v1/me", params=query).json()
        rights = {name: me[name] for name in ("can_edit", "can_delete", "can_run", "can_change_runs")}
        assert rights == {"can_edit": False, "can_delete": False, "can_run": True, "can_change_runs": True}
    answer = client.post("/api/v1/workflows/bulk", json={"action": "disable", "ids": [id_]})
    assert answer.status_code == 403
