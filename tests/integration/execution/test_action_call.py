"""Calls of functions, with a real HTTP server and PostgreSQL: what is sent, what is kept, what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from event_schema import BODIES
from http_servers import serving
from media_workflows.domain.step_decision import StepDecision
from media_workflows.errors import ForbiddenAddressError, FunctionAnswerError, NotificationError
from media_workflows.execution.action_step import run_action
from media_workflows.execution.actions.call import MAX_ANSWER_BYTES, parsed_answer
from media_workflows.execution.running_step import Resources
from media_workflows.notifications.transports import http
from media_workflows.notifications.transports.credentials import Credentials
from media_workflows.notifications.transports.http import client_of_one_call
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.engine import transaction
from receiver import RESET, Receiver
from step_requests import action_request, graph

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def function(database: str) -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


def resources(*allowed: str) -> Resources:
    credentials = Credentials((SECRET,), headers={"X-Token": "t"})
    settings = Settings(callback_allowed_hosts=list(allowed))
    return Resources(make_clients(settings), lambda _line: None, settings, credentials_of=lambda _target: credentials)


def called(function: Receiver, **settings: Any) -> Any:
    """The answer."""
    flow = graph({"id": "ask", "call": {"url": function.url, **settings}})
    result = run_action(action_request(flow, "ask"), resources("127.0.0.1"))
    assert not isinstance(result, StepDecision)
    return result.answer


def answers(function: Receiver, body: bytes, status: int = 200) -> None:
    function.answers = [(status, body, {"content-type": "application/json"})]


def test_the_run_is_sent_and_the_answer_kept_for_conditions(function: Receiver) -> None:
    answers(function, '{"verdict": "好", "score": 0.5, "tags": ["a", 1], "none": null, "ok": true}'.encode())
    expected = {"verdict": "好", "score": "0.5", "tags": '["a",1]', "none": "null", "ok": "true"}
    assert called(function, headers={"X-Team": "sport"}) == expected
    assert called(function) == expected
    (_, headers, body), (_, again, _) = function.requests
    BODIES.validate(json.loads(body))
    assert (headers["x-team"], headers["x-token"], headers["content-type"]) == ("sport", "t", "application/json")
    assert headers["webhook-signature"].startswith("v1,")
    assert headers["webhook-id"] == again["webhook-id"]  # a retry can be recognised
    flow = graph(
        {"id": "ask", "call": {"url": function.url}},
        {"id": "next", "approval": {"message": "?"}, "after": ["ask"], "when": "steps.ask.answer.verdict == 'no'"},
    )
    decision = run_action(action_request(flow, "next", ask="success"), resources())
    assert isinstance(decision, StepDecision)
    assert decision.skipped == "condition"


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (200, b"[1]", FunctionAnswerError, r"answered '\[1\]', and an answer must be a JSON object"),
        (200, b"fine", FunctionAnswerError, "must be a JSON object"),
        (200, b'{"a": "' + b"x" * MAX_ANSWER_BYTES + b'"}', FunctionAnswerError, "more than 65536 bytes"),
        (500, b"broken", NotificationError, "answered 500: 'broken'"),
        (302, b"", NotificationError, "answered 302"),
        (RESET, b"", NotificationError, "reachable from the worker"),
    ],
)
def test_another_answer_is_an_error(
    function: Receiver, status: int, body: bytes, error: type[Exception], words: str
) -> None:
    answers(function, body, status)
    with pytest.raises(error, match=words):
        called(function)
    with transaction() as session:
        result = actions_of_run(session, "wf_1", "r1")["ask"]
    assert (result.status, result.answer) == ("FAIL", None)


def test_a_slow_function_is_given_up(function: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever takes the time: the limit of connecting has an error of its own, and is out of the way here."""
    monkeypatch.setattr(http, "client_of_one_call", lambda _connect_s: client_of_one_call(60))
    function.pause_s = 0.5
    answers(function, b"{" + b" " * 10_000 + b"}")
    with pytest.raises(FunctionAnswerError, match=r"did not answer within 1 s"):
        called(function, timeout_s=1)


def test_private_addresses_are_refused(function: Receiver) -> None:
    flow = graph({"id": "ask", "call": {"url": function.url}})
    with pytest.raises(ForbiddenAddressError):
        run_action(action_request(flow, "ask"), resources())
    assert function.requests == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", {}),
        ('{"a\\u0000": "\\ud800"}', {"a\N{REPLACEMENT CHARACTER}": "?"}),
        ('{"a": {"b": []}}', {"a": '{"b":[]}'}),
    ],
)
def test_answers_are_stored_as_texts(text: str, answer: dict[str, str]) -> None:
    assert parsed_answer(text, "https://a") == answer


def test_a_deeply_nested_answer_is_an_error() -> None:
    with pytest.raises(FunctionAnswerError):
        parsed_answer("[" * 60_000, "https://a")
