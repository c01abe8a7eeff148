"""Every route demands a logged-in user with the right permission."""

from __future__ import annotations

import pytest

from airflow_product import Product
from api_routes import ALL, OWN, READ, body_of, request_of

HIDDEN = {"GET /", "GET /static/{name}", "GET /api/v1/openapi.json"}  # of which the API's description says nothing


def test_every_route_is_listed(product: Product) -> None:
    schema = product.api.get("/openapi.json").json()
    found = {f"{method.upper()} {path}" for path, methods in schema["paths"].items() for method in methods}
    assert sorted(found | HIDDEN) == ALL


def test_anonymous_calls_are_401(product: Product) -> None:
    client = product.anonymous("/media-workflows")
    client.headers["sec-fetch-site"] = "same-origin"
    answers = {route: client.request(*request_of(route), **body_of(route)).status_code for route in ALL}
    assert set(answers.values()) == {401}, answers


def test_a_viewer_may_read_and_nothing_else(product: Product) -> None:
    viewer = product.client("viewer", "/media-workflows")
    for route in ALL:
        status = viewer.request(*request_of(route), **body_of(route)).status_code
        assert (status not in (401, 403)) if route in READ | OWN else (status == 403), route


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
    assert "cross-site" in answer.json()["message"]


def test_airflow_s_own_origin_passes(product: Product) -> None:
    headers = {"sec-fetch-site": "same-origin", "origin": product.layout.airflow_url}
    assert product.api.post("/workflows", json={}, headers=headers).status_code == 422


def test_the_session_cookie_alone_changes_nothing(product: Product) -> None:
    """As a browser sends it along with a form of another site that hides where it comes from."""
    token = product.api.headers["authorization"].removeprefix("Bearer ")
    browser = product.anonymous("/media-workflows/api/v1")
    browser.cookies.set("_token", token)
    assert browser.get("/workflows").status_code == 200
    assert browser.post("/workflows", json={}).status_code == 403
    assert browser.post("/workflows", json={}, headers={"sec-fetch-site": "same-origin"}).status_code == 422
