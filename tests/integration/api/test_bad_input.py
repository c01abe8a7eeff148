"""No request makes the server fail, whatever it holds, and every refusal has the API's own body."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from requests import Request
from sqlalchemy import text

from media_workflows.domain.plain_data import MAX_DEPTH, MAX_INTEGER
from media_workflows.store.engine import transaction

LONE_SURROGATE = "must not contain a lone surrogate: it is no Unicode character"
NUL = "must not contain a NUL character"
BODIES = {
    rb'{"a": ["\u0000"]}': NUL,
    rb'{"a": ["\ud800"]}': LONE_SURROGATE,
    rb'{"a\u0000": 1}': NUL,
    rb'{"a": 9007199254740993}': "must be an integer between -{limit} and {limit}",
    rb'{"a": 1e400}': "must be a finite number",
    b'{"a": %b1%b}' % (b"[" * MAX_DEPTH, b"]" * MAX_DEPTH): "must have at most {limit} levels",
}
FULL = "full"
# Of each operation. `full` takes 92 s of this process's own processor time (measured).
EXAMPLES = {"ci": 1, FULL: 25}
ANSWERS = {*range(200, 500), 502, 503}  # 502: the storage refuses; 503: there is no engine for faces


class Call(NamedTuple):
    method: str
    path: str
    parameters: list[dict[str, Any]]
    has_body: bool

    def names(self, place: str, kind: str) -> Iterator[str]:
        for parameter in self.parameters:
            types = [parameter["schema"], *parameter["schema"].get("anyOf", [])]
            if parameter["in"] == place and any(part.get("type") == kind for part in types):
                yield parameter["name"]


@pytest.fixture
def calls(app: Any) -> list[Call]:
    """Every operation of the API."""
    return [
        Call(method.upper(), path, call.get("parameters", []), "requestBody" in call)
        for path, methods in app.openapi()["paths"].items()
        for method, call in methods.items()
    ]


def refused(client: Any, method: str, url: str, status: int = 422, **request: Any) -> dict[str, Any]:
    """The body of a refusal."""
    answer = client.request(method, url, **request)
    assert answer.status_code == status, f"{method} {url}: {answer.status_code} {answer.text}"
    body: dict[str, Any] = answer.json()
    assert {"code", "message", "template", "parameters"} <= body.keys(), f"{method} {url}: {body}"
    assert body["message"] == (
        body["template"].format(**body["parameters"]) if body["parameters"] else body["template"]
    )
    return body


def problem_of(body: dict[str, Any]) -> str:
    (problem,) = body["problems"]
    return str(problem["template"])


def filled(call: Call, **values: str) -> str:
    names = {parameter["name"]: "1" for parameter in call.parameters if parameter["in"] == "path"}
    return call.path.replace(":path}", "}").format(**(names | values))


def test_no_path_or_query_may_hold_nul(admin: Any, calls: list[Call]) -> None:
    tried = 0
    for call in calls:
        for name in call.names("path", "string"):
            assert problem_of(refused(admin, call.method, filled(call, **{name: "a%00b"}))) == NUL
            tried += 1
        for name in call.names("query", "string"):
            assert problem_of(refused(admin, call.method, f"{filled(call)}?{name}=a%00b")) == NUL
            tried += 1
    assert tried > 50, "the API's description names fewer texts than it has"


def test_no_body_may_hold_what_cannot_be_stored(admin: Any, calls: list[Call]) -> None:
    with_body = [call for call in calls if call.has_body]
    assert len(with_body) > 15
    for call in with_body:
        for content, template in BODIES.items():
            headers = {"content-type": "application/json"}
            body = refused(admin, call.method, filled(call), content=content, headers=headers)
            assert problem_of(body) == template, f"{call}: {body}"


@pytest.mark.parametrize(
    ("time", "status"),
    [
        ("2000-01-01T00:00:00%2B23:59", 200),
        ("2000-01-01T00:00:00", 200),
        ("0001-01-01T00:00:00%2B23:59", 422),
        ("9999-12-31T23:59:59-23:59", 422),
    ],
)
def test_times_of_queries_may_have_any_offset(admin: Any, calls: list[Call], time: str, status: int) -> None:
    tried = 0
    for call in calls:
        for parameter in call.parameters:
            if "date-time" in str(parameter["schema"]):
                answer = admin.request(call.method, f"{filled(call)}?{parameter['name']}={time}")
                assert answer.status_code == status, f"{call} {parameter['name']}: {answer.text}"
                tried += 1
    assert tried >= 4


def test_integers_of_paths_and_queries_have_limits(admin: Any, calls: list[Call]) -> None:
    for call in calls:
        urls = [filled(call, **{name: str(2**63)}) for name in call.names("path", "integer")]
        urls += [f"{filled(call)}?{name}={2**63}" for name in call.names("query", "integer")]
        for url in urls:
            answer = admin.request(call.method, url)
            assert answer.status_code in (404, 422), f"{call.method} {url}: {answer.status_code} {answer.text}"
        for parameter in call.parameters:
            if parameter["schema"].get("type") == "integer":
                assert parameter["schema"]["maximum"] <= MAX_INTEGER, f"{call}: {parameter}"


def test_refusals_that_are_not_ours_have_our_body(admin: Any, app: Any, create: Any) -> None:
    nothing = refused(admin, "GET", "/api/v1/nothing", 404)
    assert (nothing["code"], nothing["template"]) == ("ResourceNotFound", "there is no route {path}")
    method = refused(admin, "PATCH", "/api/v1/workflows", 405)
    assert method["parameters"] == {"path": "/api/v1/workflows", "method": "PATCH"}
    json = {"content-type": "application/json"}
    assert (
        "UTF-8" in refused(admin, "POST", "/api/v1/workflows", 400, content=b'{"a": "\xff"}', headers=json)["message"]
    )
    assert "UTF-8" in refused(admin, "POST", "/api/v1/workflows", 400, content=b"[" * 100_000, headers=json)["message"]
    broken = refused(admin, "POST", "/api/v1/workflows", content=b'{"a": ', headers=json)
    assert (broken["problems"][0]["field"], problem_of(broken)) == ("body", "must be valid JSON: {error}")
    missing = refused(admin, "POST", "/api/v1/workflows/bulk", json={"action": "none"})
    assert [(each["field"], each["expected"]) for each in missing["problems"]] == [
        ("action", "must be one of: 'enable', 'disable', 'delete'"),
        ("ids", "is required"),
    ]
    refused(admin, "GET", "/api/v1/workflows", 401, headers={"x-user": ""})


@pytest.fixture
def outside(app: Any, admin: Any) -> Any:
    """A client that sees what one on the network sees: an answer of 500 instead of the server's exception."""
    from fastapi.testclient import TestClient

    return TestClient(app, "http://airflow.example", headers=dict(admin.headers), raise_server_exceptions=False)


def test_the_servers_own_failures_have_our_body(outside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows.services import workflows

    monkeypatch.setattr(workflows, "list_workflows", lambda *_given, **_named: 1 / 0)
    assert refused(outside, "GET", "/api/v1/workflows", 500)["parameters"] == {"cause": "ZeroDivisionError"}


@pytest.mark.parametrize(
    ("code", "status"),
    [("57P02", 503), ("53300", 503), ("08006", 503), ("54000", 500), ("40P01", 500), ("42703", 500)],
)
def test_a_database_that_is_away_is_503(outside: Any, monkeypatch: pytest.MonkeyPatch, code: str, status: int) -> None:
    """PostgreSQL's message names hosts and users: it is in the log only. A limit or a deadlock is no such case."""
    from media_workflows.services import workflows

    def fail(*_given: Any, **_named: Any) -> None:
        with transaction() as session:
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'db.internal' USING ERRCODE = '{code}'; END $$"))

    logged: list[str] = []  # Airflow, once it is set up, leaves nothing to pytest's own handler
    monkeypatch.setattr(
        "media_workflows_plugin.api.errors.log.warning", lambda text, **values: logged.append(f"{text} {values}")
    )
    monkeypatch.setattr(workflows, "list_workflows", fail)
    body = refused(outside, "GET", "/api/v1/workflows", status)
    assert "db.internal" not in str(body)
    if status == 503:
        assert (body["code"], body["parameters"]) == ("FailedOperation", {})
        assert "db.internal" in logged[0]


def test_a_stopped_database_is_503(outside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows.store import engine

    gone = engine.make_engine("postgresql+psycopg2://media@127.0.0.1:1/media")
    monkeypatch.setattr(engine, "get_engine", lambda: gone)
    refused(outside, "GET", "/api/v1/workflows", 503)


@pytest.mark.no_cover
@pytest.mark.timeout(1500)  # a `full` run takes 10 minutes beside a load of 15; Hypothesis shrinks for 5 at most
def test_nothing_that_the_description_allows_fails(app: Any, outside: Any, create: Any) -> None:
    """Schemathesis: requests that fit the API's OpenAPI document, and requests that do not."""
    import schemathesis
    from schemathesis.generation import GenerationMode

    create("there")
    operations = [result.ok() for result in schemathesis.openapi.from_dict(app.openapi()).get_all_operations()]
    assert len(operations) > 50
    with outside:  # one event loop for all requests
        found = (failure(operation, mode, outside) for operation in operations for mode in _modes(GenerationMode))
        assert next(filter(None, found), None) is None  # the first one only: to shrink each takes up to 5 minutes


def _profile() -> str:
    return FULL if settings.get_current_profile_name() == FULL else "ci"


def _modes(modes: Any) -> list[Any]:
    """Requests that fit the description, and those that do not: both in `full`, else one of the two by chance."""
    return list(modes) if _profile() == FULL else [random.choice(list(modes))]


def failure(operation: Any, mode: Any, client: Any) -> str | None:
    """A request to one operation that the server failed to answer, the smallest that was found."""

    @settings(max_examples=EXAMPLES[_profile()], database=None, phases=[Phase.generate, Phase.shrink])
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        request = Request(**case.as_transport_kwargs(base_url="http://airflow.example")).prepare()
        answer = client.request(request.method, request.url, headers=dict(request.headers), content=request.body)
        assert answer.status_code in ANSWERS, f"{request.method} {request.url}: {answer.text}"

    try:
        attempt()
    except AssertionError as error:
        return str(error)
    return None


@pytest.mark.parametrize("path", ["%0a", "api/v1/me%0a", "api/v1/workflows/a%0ab", "static/%0D%0A", "x%0a/y"])
def test_a_path_with_a_line_break_is_refused_in_the_same_form(app: Any, path: str) -> None:
    """In Airflow's app, which mounts ours: the pattern of a mount ends at a line break."""
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from media_workflows_plugin import URL_PREFIX, MediaWorkflowsPlugin

    outer = FastAPI()
    outer.mount(URL_PREFIX, app)
    for one in MediaWorkflowsPlugin.fastapi_root_middlewares:
        outer.add_middleware(one["middleware"], **one["kwargs"])
    client = TestClient(outer, headers={"x-user": "admin"})
    answer = client.get(f"{URL_PREFIX}/{path}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "ResourceNotFound"
    assert answer.json()["template"] == "there is no route {path}"
    assert client.get(f"/other/{path}").json() == {"detail": "Not Found"}  # Airflow's own
    assert client.get(f"{URL_PREFIX}/api/v1/me").status_code == 200
