"""Every route demands a logged-in user with the right permission."""

from __future__ import annotations

import re
from typing import Any

import pytest

from airflow_product import Product

READ_METHODS = {"GET"}
READ_ROUTES = {("POST", "/api/v1/workflows/wf_0/dry-run")}  # writes nothing
EXTRA_ROUTES = [("GET", "/"), ("GET", "/static/app.js"), ("GET", "/api/v1/openapi.json")]


def _routes(product: Product) -> list[tuple[str, str]]:
    """(method, path) of every route; path parameters are filled in."""
    schema = product.api.get("/openapi.json").json()
    found = [(method.upper(), path) for path, methods in schema["paths"].items() for method in methods]
    return [(method, _filled(path)) for method, path in found] + EXTRA_ROUTES


def _filled(path: str) -> str:
    values = {"workflow_id": "wf_0", "run_id": "r0", "kind": "transcode", "template_id": "1000000", "event_id": "evt_0"}
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], path)


def _json(method: str) -> dict[str, Any]:
    return {} if method in READ_METHODS | {"DELETE"} else {"json": {"revision": 1, "definition": {}}}


def test_all_the_documented_routes_are_there(product: Product) -> None:
    routes = {f"{method} {path}" for method, path in _routes(product)}
    assert routes >= {
        "GET /api/v1/workflows",
        "POST /api/v1/workflows",
        "GET /api/v1/workflows/wf_0",
        "PUT /api/v1/workflows/wf_0",
        "DELETE /api/v1/workflows/wf_0",
        "POST /api/v1/workflows/wf_0/enable",
        "POST /api/v1/workflows/wf_0/disable",
        "GET /api/v1/templates",
        "POST /api/v1/templates",
        "GET /api/v1/templates/transcode/1000000",
        "PUT /api/v1/templates/transcode/1000000",
        "DELETE /api/v1/templates/transcode/1000000",
        "POST /api/v1/workflows/wf_0/dry-run",
        "POST /api/v1/dry-run",
        "GET /api/v1/uploads",
        "GET /api/v1/runs",
        "GET /api/v1/runs/r0",
        "POST /api/v1/runs/r0/cancel",
        "POST /api/v1/runs/r0/retry",
        "GET /api/v1/deliveries",
        "GET /api/v1/events/evt_0",
        "POST /api/v1/deliveries/resend",
        "POST /api/v1/notification/test",
        "GET /api/v1/function-callback",
        "PUT /api/v1/function-callback",
        "DELETE /api/v1/function-callback",
        "POST /api/v1/function-callback/test",
    }


def test_anonymous_calls_are_401(product: Product) -> None:
    client = product.anonymous("/media-workflows")
    answers = {
        f"{method} {path}": client.request(method, path, **_json(method)).status_code
        for method, path in _routes(product)
    }
    assert set(answers.values()) == {401}, answers


def test_a_viewer_may_read_and_nothing_else(product: Product) -> None:
    viewer = product.client("viewer", "/media-workflows")
    for method, path in _routes(product):
        status = viewer.request(method, path, **_json(method)).status_code
        if method in READ_METHODS or (method, path) in READ_ROUTES:
            assert status != 401, path
            assert status != 403, path
        else:
            assert status == 403, (method, path)


def test_fastapi_s_own_public_pages_are_off(product: Product) -> None:
    client = product.client("admin", "/media-workflows")
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}],
    ids=["cross-site", "same-site", "foreign-origin"],
)
def test_another_site_cannot_make_a_browser_change_state(product: Product, headers: dict[str, str]) -> None:
    answer = product.api.post("/workflows", json={}, headers=headers)
    assert answer.status_code == 403
    assert "cross-site" in answer.json()["detail"]


def test_airflow_s_own_origin_passes(product: Product) -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": product.layout.airflow_url}
    assert product.api.post("/workflows", json={}, headers=headers).status_code == 422
