"""No route without a check of who asks, and none that another site can make a browser call."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api_routes import ALL, BODY, OWN, READ, SIGNED, WRITING, body_of, request_of

ORIGIN = "http://airflow.example"
FORMS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "TEXT/PLAIN;charset=utf-8",
)


def routes(app: Any) -> dict[str, APIRoute]:
    """By 'METHOD /path'."""
    found = [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(found) == len(app.routes), "a mount or a plain route, which FastAPI's dependencies do not guard"
    return {f"{method} {route.path_format}": route for route in found for method in route.methods - {"HEAD"}}


def checks(dependant: Dependant) -> set[Any]:
    """All that FastAPI calls before the route."""
    return {dependant.call}.union(*(checks(inner) for inner in dependant.dependencies))


def unguarded(app: Any) -> list[str]:
    """Routes that ask neither for a signature, nor for a role on a DAG and for a cross-site call."""
    from media_workflows_plugin.api.access import refuse_cross_site, require_some
    from media_workflows_plugin.mps.authentication import signed_call

    def guarded(route: APIRoute) -> bool:
        asked = checks(route.dependant)
        if signed_call in asked:
            return True
        by_role = require_some in asked or any(
            getattr(call, "__qualname__", "").startswith("dag_access.") for call in asked
        )
        return by_role and refuse_cross_site in asked

    return [name for name, route in routes(app).items() if not guarded(route)]


def anonymous(app: Any, **headers: str) -> TestClient:
    return TestClient(app, ORIGIN, headers=headers)


def test_every_route_says_who_may_call_it(app: Any) -> None:
    assert sorted(routes(app)) == sorted({*ALL, *SIGNED})
    assert unguarded(app) == []


def test_signed_routes_know_no_session(app: Any) -> None:
    """What a browser with the session cookie of an administrator sends, whatever it says about its origin."""
    client = anonymous(app, **{"x-user": "admin", "sec-fetch-site": "same-origin"})
    for route in SIGNED:
        for headers in ({"content-type": "application/json"}, {"content-type": FORMS[0]}, {}):
            answer = client.post(request_of(route)[1], content="{}", headers=headers)
            assert answer.json()["Response"]["Error"]["Code"] == "AuthFailure.InvalidAuthorization"


def test_a_route_without_a_check_would_be_found() -> None:
    from media_workflows_plugin.api.access import ReadableWorkflows
    from media_workflows_plugin.api.app import create_app

    app = create_app()
    router = APIRouter()

    @router.get("/open")
    def open_() -> None: ...

    @router.get("/half-open")
    def half_open(readable: ReadableWorkflows) -> None: ...

    app.include_router(router)
    assert unguarded(app) == ["GET /open", "GET /half-open"]


def test_roles(app: Any, viewer: Any) -> None:
    """Nobody: 401. A user without a role: 403. A viewer: what only shows."""
    stranger = anonymous(app, **{"sec-fetch-site": "same-origin"})
    nobody = anonymous(app, **{"sec-fetch-site": "same-origin", "x-user": "nobody"})

    def answers(client: TestClient) -> dict[str, int]:
        return {route: client.request(*request_of(route), **body_of(route)).status_code for route in ALL}

    assert answers(stranger) == dict.fromkeys(ALL, 401)
    assert answers(nobody) == dict.fromkeys(ALL, 403)
    for route, status in answers(viewer).items():
        assert (status not in (401, 403)) if route in READ | OWN else (status == 403), (route, status)


FOREIGN = {
    "cross": {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    "same-site": {"sec-fetch-site": "same-site", "origin": "http://other.example"},
    "no-origin": {"sec-fetch-site": "cross-site"},
    "own-origin": {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    "evil-origin": {"origin": "https://evil.example"},
    "port": {"origin": "http://airflow.example:81"},
    "null": {"origin": "null"},
    "basic": {"authorization": "Basic eA=="},
    "no-headers": {},
}


def _status_from_elsewhere(app: Any, headers: dict[str, str], route: str) -> int:
    """The user is known, as by the session cookie, and may do everything."""
    client = anonymous(app, **{"x-user": "admin"} | headers)
    return int(client.request(*request_of(route), **body_of(route)).status_code)


def test_no_other_site_can_make_a_browser_change_anything(app: Any) -> None:
    """Each writing route by the headers of one foreign site; the next test has all combinations."""
    pairs = zip(WRITING, cycle(FOREIGN.values()), strict=False)
    answers = {route: _status_from_elsewhere(app, headers, route) for route, headers in pairs}
    assert answers == dict.fromkeys(WRITING, 403)


@pytest.mark.full
@pytest.mark.parametrize("site", FOREIGN)
def test_no_foreign_site_reaches_any_writing_route(app: Any, site: str) -> None:
    answers = {route: _status_from_elsewhere(app, FOREIGN[site], route) for route in WRITING}
    assert answers == dict.fromkeys(WRITING, 403)


@pytest.mark.parametrize("kind", FORMS)
def test_forms_are_not_read(app: Any, kind: str) -> None:
    """What a page of another site may send without being asked, had the browser sent a wrong origin."""
    client = anonymous(app, **{"x-user": "admin", "sec-fetch-site": "same-origin", "content-type": kind})
    posts = [route for route in WRITING if route.startswith("POST")]
    answers = {route: client.post(request_of(route)[1], content='{"a": 1}').status_code for route in posts}
    assert answers == dict.fromkeys(posts, 415)


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}, {"origin": ORIGIN}, {"authorization": "Bearer x"}],
    ids=["same-origin", "typed", "origin", "token"],
)
def test_our_own_pages_and_programs_pass(app: Any, headers: dict[str, str]) -> None:
    client = anonymous(app, **{"x-user": "admin"} | headers)
    assert client.post("/api/v1/workflows/validate", json=BODY).status_code == 200


def test_an_editor_of_one_workflow_changes_no_other(app: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an auth manager that knows permissions on single DAGs."""
    from airflow.api_fastapi.app import get_auth_manager

    mine, other = create("mine"), create("other")

    def allowed(*, method: str, details: Any, **_: Any) -> bool:
        return method == "GET" or (details is not None and details.id == mine)

    monkeypatch.setattr(get_auth_manager(), "is_authorized_dag", allowed)
    client = anonymous(app, **{"x-user": "user", "sec-fetch-site": "same-origin"})
    answer = client.post("/api/v1/workflows/bulk", json={"action": "delete", "ids": [mine, other]})
    assert [(item["id"], item["ok"], item["code"]) for item in answer.json()["items"]] == [
        (mine, True, ""),
        (other, False, "AuthFailure.UnauthorizedOperation"),
    ]
    assert client.post("/api/v1/workflows/import", json={"yaml": "name: x"}).status_code == 403
    assert client.get("/api/v1/me", params={"workflow": mine}).json()["can_edit"] is True
    assert client.get("/api/v1/me", params={"workflow": other}).json()["can_edit"] is False
    assert client.put(f"/api/v1/workflows/{other}/upload/a.mp4", content=b"x").status_code == 403


def test_who_may_only_start_runs_replaces_nothing(app: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.api_fastapi.app import get_auth_manager

    id_ = create("runs")
    monkeypatch.setattr(get_auth_manager(), "is_authorized_dag", lambda *, method, **_: method in ("GET", "POST"))
    client = anonymous(app, **{"x-user": "user", "sec-fetch-site": "same-origin"})
    path, file = f"/api/v1/workflows/{id_}/upload", {"name": "fresh.mp4", "size": 5}
    assert client.post(path, json=file).status_code == 200
    assert client.post(path, json=file | {"overwrite": True}).status_code == 403
    assert client.put(f"{path}/fresh.mp4?overwrite=true", content=b"x").status_code == 403


def test_a_refusal_holds_template_and_parameters(app: Any) -> None:
    """Clients translate errors by the template, also errors that no service raised."""
    client = anonymous(app, **{"x-user": "nobody", "sec-fetch-site": "same-origin"})
    refused = client.get("/api/v1/workflows").json()
    assert refused == {
        "code": "AuthFailure.UnauthorizedOperation",
        "message": "your Airflow role lacks the permission can_read on DAGs: ask an administrator of Airflow for it",
        "template": "your Airflow role lacks the permission {permission}: ask an administrator of Airflow for it",
        "parameters": {"permission": "can_read on DAGs"},
    }
    refused = client.put("/api/v1/workflows/films", json={"revision": 1, "definition": {}}).json()
    assert refused["parameters"] == {"permission": "can_edit on DAGs or can_edit on DAG:films"}
    form = client.post("/api/v1/workflows/validate", content="a=1", headers={"content-type": FORMS[0]})
    assert (form.status_code, form.json()["parameters"]) == (415, {"content_type": FORMS[0]})
