"""Bodies of requests: read only of known users, and up to a limit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from api_definitions import BUCKET, OTHER_BUCKET, definition
from api_routes import WRITING, request_of

LIMIT = 2048
TARGET = {"type": "http", "url": "https://receiver.example/", "mode": "change"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, app: Any) -> None:
    """A low limit."""
    from media_workflows.settings import get_settings

    monkeypatch.setenv("MEDIA_WORKFLOWS_API_MAX_BODY_BYTES", str(LIMIT))
    get_settings.cache_clear()


def status_without_reading(app: Any, route: str) -> int:
    """The status of an anonymous call whose body fails the test when it is read."""
    method, path = request_of(route)
    statuses: list[int] = []

    async def receive() -> Any:
        raise AssertionError("the body was read")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    headers = [(b"sec-fetch-site", b"same-origin"), (b"content-type", b"application/json"), (b"host", b"a")]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [*headers, (b"content-length", b"32000000")],
        "scheme": "http",
        "server": ("a", 80),
        "client": ("b", 1),
        "root_path": "",
        "http_version": "1.1",
    }
    asyncio.run(app(scope, receive, send))
    return statuses[0]


def test_no_body_is_read_before_the_user_is_known(app: Any) -> None:
    assert {route: status_without_reading(app, route) for route in WRITING} == dict.fromkeys(WRITING, 401)


def test_every_route_with_a_body_is_limited(app: Any) -> None:
    from media_workflows_plugin.api.guarded_route import GuardedRoute

    with_body = [route for route in app.routes if isinstance(route, APIRoute) and route.body_field is not None]
    assert with_body
    assert [route.path for route in with_body if not isinstance(route, GuardedRoute)] == []


def test_a_large_body_is_refused_also_in_chunks(small: None, admin: Any) -> None:
    body = b'{"definition": "' + b"x" * LIMIT + b'"}'
    path = "/api/v1/workflows/validate"

    def chunks() -> Iterator[bytes]:
        yield body[:100]
        yield body[100:]

    for content in (body, chunks()):
        answer = admin.post(path, content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["parameters"] == {"max_bytes": str(LIMIT)}
    assert admin.post(path, json={"definition": "x" * (LIMIT - 100)}).status_code == 200


def test_files_and_pictures_have_limits_of_their_own(small: None, admin: Any, create: Any) -> None:
    id_ = create("large-files")
    sent = admin.put(f"/api/v1/workflows/{id_}/upload/a.mp4", content=b"x" * LIMIT * 2)
    assert sent.status_code == 200, sent.text
    assert admin.post("/api/v1/persons", json={"name": "x", "faces": [{"content": "x" * LIMIT}]}).status_code == 422


def test_a_function_callback_is_put_as_it_was_got(admin: Any) -> None:
    path = "/api/v1/function-callback"
    assert admin.put(path, json=TARGET).json()["source"] == "store"
    got = admin.get(path).json()
    again = admin.put(path, json=got).json()
    assert again == got | {"version": again["version"]}
    assert admin.put(path, json={"target": None}).json()["target"] is None


def test_the_second_of_two_editors_of_the_function_callback_is_refused(admin: Any) -> None:
    """Also where none was stored, or where it has been removed meanwhile. Without a version nothing is compared."""
    path = "/api/v1/function-callback"
    admin.delete(path)
    none = admin.get(path).json()
    stored = admin.put(path, json=none | {"target": TARGET}).json()
    assert none["version"] == "" != stored["version"]
    for outdated in (none, stored | {"version": "another"}):
        refused = admin.put(path, json=outdated | {"target": None})
        assert (refused.status_code, refused.json()["problems"][0]["field"]) == (409, "version")
        assert admin.get(path).json() == stored
    admin.delete(path)
    assert admin.put(path, json=stored).status_code == 409
    assert admin.put(path, json=TARGET).status_code == 200
    admin.delete(path)


def test_every_answer_of_a_workflow_names_its_region(admin: Any) -> None:
    """Both buckets are in the region of the test server; one bucket of a region that was never asked for."""
    from media_workflows.services import buckets

    buckets._regions.clear()
    created = admin.post("/api/v1/workflows", json=definition("region")).json()
    path = f"/api/v1/workflows/{created['id']}"
    moved = definition("region", trigger={"bucket": OTHER_BUCKET}, output={"bucket": BUCKET, "directory": "out/"})
    answers = [
        created,
        admin.put(path, json={"revision": 1, "definition": moved}).json(),
        admin.post(f"{path}/enable").json(),
        admin.post(f"{path}/disable").json(),
    ]
    expected = admin.get(path).json()["region"]
    assert expected
    assert [answer["region"] for answer in answers] == [expected] * 4


def test_an_anonymous_client_is_refused(app: Any) -> None:
    stranger = TestClient(app, "http://airflow.example", headers={"sec-fetch-site": "same-origin"})
    assert stranger.post("/api/v1/workflows/validate", content=b"x" * 10_000_000).status_code == 401
