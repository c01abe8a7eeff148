"""clients/python: its models are those of the API, and each method calls the API as its description says."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from enum import StrEnum
from typing import Any, get_args, get_type_hints

import httpx
import pytest

import media_workflows
from client_document import DOCUMENT, PACKAGE, client_document
from media_workflows.store.run_list import RunState as ApiRunState
from media_workflows_client import ApiError, Client, RunState
from media_workflows_client import client as client_module
from media_workflows_client.models import LinkedFile

FILE = LinkedFile(
    of="output",
    bucket="b",
    key="out/a b.mp4",
    size_bytes=1,
    role="main",
    step_id=None,
    kind=None,
    item=None,
    time_offset_s=None,
    is_early=False,
    content_type="video/mp4",
    url="",
    path="workflows/wf/runs/r%2F1/content/out/a%20b.mp4",
    playlist=None,
)
CALLS: dict[str, Callable[[Client], Any]] = {
    "workflows": lambda client: client.workflows("a", enabled=True, bucket="b", offset=1, limit=2),
    "workflow": lambda client: client.workflow("wf"),
    "create_workflow": lambda client: client.create_workflow({"name": "a"}),
    "update_workflow": lambda client: client.update_workflow("wf", 3, {"name": "a"}),
    "delete_workflow": lambda client: client.delete_workflow("wf"),
    "enable_workflow": lambda client: client.enable_workflow("wf"),
    "disable_workflow": lambda client: client.disable_workflow("wf"),
    "uploads": lambda client: client.uploads(workflow="wf", bucket="b", key="k"),
    "runs": lambda client: client.runs(workflow="wf", state=["failed", "queued"], search="a"),
    "run": lambda client: client.run("r/1", "wf"),
    "cancel_run": lambda client: client.cancel_run("r/1", "wf"),
    "retry_run": lambda client: client.retry_run("r/1", "wf", force=True, step="a"),
    "run_files": lambda client: client.run_files("r/1", "wf"),
    "read": lambda client: client.read(FILE),
    "process": lambda client: client.process({"bucket": "b"}),
    "process_state": lambda client: client.process_state("q"),
    "process_objects": lambda client: client.process_objects("q", after="k"),
    "cancel_process": lambda client: client.cancel_process("q"),
}
OPERATIONS = {
    (method, path): call
    for path, methods in json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].items()
    for method, call in methods.items()
}


class Asked(Exception):
    """Ends a call when its request is seen."""

    def __init__(self, request: httpx.Request) -> None:
        self.method, self.query = request.method.lower(), set(request.url.params)
        self.path = request.url.raw_path.decode().partition("?")[0].removeprefix("/media-workflows")
        self.body = request.read()
        super().__init__(str(request.url))


def asked(name: str) -> Asked:
    def see(request: httpx.Request) -> httpx.Response:
        raise Asked(request)

    with Client("https://a.example", "t", transport=httpx.MockTransport(see)) as client, pytest.raises(Asked) as seen:
        CALLS[name](client)
    return seen.value


def operation(call: Asked) -> tuple[str, str]:
    """The described one that a request is; that with the fewest parameters where a path fits several."""
    fitting = [
        (method, path)
        for method, path in OPERATIONS
        if method == call.method
        and re.fullmatch(re.sub(r"{key}", ".+", re.sub(r"{(?!key)\w+}", "[^/]+", path)), call.path)
    ]
    return min(fitting, key=lambda one: one[1].count("{"))


@pytest.mark.parametrize("name", CALLS)
def test_a_method_calls_what_is_described(name: str) -> None:
    call = asked(name)
    described = OPERATIONS[operation(call)]
    parameters = {one["name"]: one for one in described["parameters"] if one["in"] == "query"}
    assert call.query <= parameters.keys()
    assert {key for key, one in parameters.items() if one["required"]} <= call.query
    assert bool(call.body) <= ("requestBody" in described)
    (answer,) = described["responses"].values() or [{}]
    model = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    returned = get_type_hints(getattr(Client, name))["return"]
    assert model == (returned.__name__ if name not in ("read", "delete_workflow") else "")


def test_everything_described_is_called() -> None:
    assert {operation(asked(name)) for name in CALLS} == OPERATIONS.keys()
    waits = {"wait_for_run", "wait_for_process"}
    own = {name for name in vars(Client) if not name.startswith("_")} - {"login", "close"}
    assert own == CALLS.keys() | waits


def test_the_models_are_those_of_the_api() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == client_document(), "the API has changed: run `make client`"
    made_of = hashlib.sha256(text.encode()).hexdigest()
    first = (PACKAGE / "models.py").read_text(encoding="utf-8").partition("\n")[0]
    assert first == f"# Made by make client of openapi.json: {made_of}"


def test_a_refusal_is_an_error_with_its_code_and_fields() -> None:
    body = {"code": "NotFound", "message": "there is no workflow 'x'", "problems": [{"field": "name"}]}
    transport = httpx.MockTransport(lambda _request: httpx.Response(404, json=body))
    with Client("https://a.example/", "t", transport=transport) as client, pytest.raises(ApiError) as refused:
        client.workflow("x")
    assert (refused.value.status, refused.value.code) == (404, "NotFound")
    assert refused.value.problems == [{"field": "name"}]
    assert str(refused.value) == "404 NotFound: there is no workflow 'x'"


def test_an_answer_of_something_else_is_an_error_too() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(502, text="<html>bad gateway</html>"))
    with Client("https://a.example", "t", transport=transport) as client, pytest.raises(ApiError, match="bad gateway"):
        client.workflows()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"location": "https://login.example"}),
        httpx.Response(200, text="<html>log in</html>"),
        *(httpx.Response(200, text=text) for text in ("null", "[]", "{}", '{"access_token": null}')),
    ],
    ids=["redirect", "page", "null", "list", "object", "null token"],
)
def test_what_another_service_answers_is_no_success(answer: httpx.Response, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = httpx.MockTransport(lambda _request: answer)
    why = r"302|not an answer of this API; check the address"
    with Client("https://a.example", "t", transport=transport) as client, pytest.raises(ApiError, match=why):
        client.workflow("wf_1")
    monkeypatch.setattr(httpx, "post", lambda *_, **__: answer)
    with pytest.raises(ApiError, match=why):
        Client.login("https://a.example", "user", "password")


@pytest.mark.parametrize("body", [{"code": None, "message": None, "problems": None}, {}, []])
def test_a_refusal_without_its_parts_has_empty_ones(body: Any) -> None:
    refused = ApiError(400, body)
    assert (refused.code, refused.problems) == ("", [])


def test_a_redirect_deletes_nothing() -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(302, headers={"location": "https://a.example"}))
    with Client("http://a.example", "t", transport=transport) as client, pytest.raises(ApiError, match="302"):
        client.delete_workflow("wf_1")


def test_fields_of_a_newer_server_are_ignored() -> None:
    body = {"total": 0, "buckets": [], "items": [], "newer": {"a": 1}}
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=body))
    with Client("https://a.example", "t", transport=transport) as client:
        assert client.workflows().items == []


def test_a_wait_ends_in_time() -> None:
    body = {"total": 0}
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=body))
    with Client("https://a.example", "t", transport=transport) as client:
        client.run = lambda *_: type("Report", (), {"state": "running"})  # type: ignore[assignment]
        with pytest.raises(TimeoutError, match="run 'r' of wf is running: it has not ended in time"):
            client.wait_for_run("r", "wf", timeout_s=0)


class AirflowState(StrEnum):
    """As Airflow's own enumeration has it."""

    FAILED = "failed"


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ((), []),
        ("failed", ["failed"]),
        (RunState.FAILED, ["failed"]),
        (AirflowState.FAILED, ["failed"]),
        (["queued", RunState.RUNNING], ["queued", "running"]),
        ({"success"}, ["success"]),
    ],
)
def test_a_state_may_be_given_as_it_comes(given: Any, sent: list[str]) -> None:
    body = {"total": 0, "total_is_exact": True, "items": []}
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=body)

    with Client("https://a.example", "t", transport=httpx.MockTransport(answer)) as client:
        client.runs(state=given)
    assert seen[0].url.params.get_list("state") == sent


@pytest.mark.parametrize("state", ["done", ["failed", "done"], ""])
def test_a_state_that_no_run_has_is_refused_before_the_call(state: Any) -> None:
    with (
        Client("https://a.example", "t", transport=httpx.MockTransport(lambda _request: httpx.Response(500))) as client,
        pytest.raises(ValueError, match=r"state '(done)?' is none of a run: use queued, running, success, failed"),
    ):
        client.runs(state=state)


def test_the_states_are_those_of_the_api() -> None:
    assert tuple(RunState) == get_args(ApiRunState)


WAITS: dict[str, Callable[[Client, float], Any]] = {
    "run": lambda client, limit: client.wait_for_run("r", "wf", timeout_s=limit),
    "process": lambda client, limit: client.wait_for_process("q", timeout_s=limit),
}


def busy(answers: list[Any]) -> httpx.MockTransport:
    """Gives these one after the other, the last one for ever; errors are raised."""

    def give(_request: httpx.Request) -> httpx.Response:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, json={"code": "busy"})

    return httpx.MockTransport(give)


TRANSIENT = [
    429,
    502,
    503,
    504,
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError(""),
]


@pytest.mark.parametrize("wait", WAITS)
def test_a_wait_goes_on_after_each_passing_error(wait: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it meets in the end is a refusal, which ends it."""
    monkeypatch.setattr(client_module, "POLL_S", 0.0)
    answers = [*TRANSIENT, 404]
    with Client("https://a.example", "t", transport=busy(answers)) as client, pytest.raises(ApiError) as refused:
        WAITS[wait](client, 600.0)
    assert (refused.value.status, answers) == (404, [404])


@pytest.mark.parametrize("wait", WAITS)
def test_a_wait_does_not_repeat_what_never_works(wait: str) -> None:
    with Client("localhost:1", "t") as client, pytest.raises(httpx.UnsupportedProtocol):
        WAITS[wait](client, 600.0)


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("error", [503, httpx.ConnectError("refused")], ids=["503", "connection"])
def test_a_wait_that_meets_nothing_else_ends_at_its_limit(wait: str, error: Any) -> None:
    with (
        Client("https://a.example", "t", transport=busy([error])) as client,
        pytest.raises(
            TimeoutError, match=r"^(run 'r' of wf|request 'q') cannot be read: .*(busy|503|refused)"
        ) as ended,
    ):
        WAITS[wait](client, 0.0)
    assert isinstance(ended.value.__cause__, ApiError | httpx.ConnectError)


def test_its_version_is_that_of_the_product() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == media_workflows.__version__
