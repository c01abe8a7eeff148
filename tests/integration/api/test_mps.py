"""The endpoint of the vendor's API: who may call it, how it answers, and what it records."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text
from starlette.applications import Starlette
from starlette.routing import Mount

from function_server import serve
from media_workflows.errors import NotFoundError
from media_workflows.store.engine import transaction
from media_workflows.store.tables import SeenSignatureRow
from mps_caller import Pair, Signed, call, refusal, sdk_client, signed, with_body

WORKFLOWS = {"TotalCount": 1, "WorkflowInfoSet": [{"WorkflowId": 7, "WorkflowName": "名"}]}


def describe_workflows(caller: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Stands for an action that reads."""
    if parameters.get("WorkflowIds") == [8]:
        raise NotFoundError("there is no workflow {number}", number=8)
    return WORKFLOWS


def enable_workflow(caller: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Stands for an action that changes a workflow."""
    from media_workflows_plugin.api.access import require
    from media_workflows_plugin.api.audit import note_workflows

    require(caller.user, "PUT", "wf_7")
    note_workflows(caller.request, ["wf_7"])
    return {}


def fail(caller: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Stands for an action with a bug."""
    raise ZeroDivisionError


STUBS = {"DescribeWorkflows": describe_workflows, "EnableWorkflow": enable_workflow, "DescribeTasks": fail}


@pytest.fixture(autouse=True)
def _stubs(key_users: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows_plugin.mps import authentication
    from media_workflows_plugin.mps.actions import ACTIONS
    from media_workflows_plugin.mps.call_rate import CallRate

    monkeypatch.setattr(authentication, "CALL_RATE", CallRate())
    for name, action in STUBS.items():
        monkeypatch.setitem(ACTIONS, name, action)


@pytest.fixture
def outside(app: Any) -> TestClient:
    """A client without a session, which sees the answers of errors."""
    return TestClient(app, "http://airflow.example", raise_server_exceptions=False)


def pair_of(client: Any) -> Pair:
    made = client.post("/api/v1/keys", json={"name": "test"}).json()
    return Pair(made["secret_id"], made["secret_key"])


@pytest.fixture
def key(admin: Any) -> Pair:
    return pair_of(admin)


def test_a_signed_call_is_answered(outside: Any, key: Pair) -> None:
    for method in ("TC3-HMAC-SHA256", "HmacSHA256", "HmacSHA1"):
        request = signed(key, "DescribeWorkflows", {"Limit": 1}, method=method)
        assert [call(outside, request, path) for path in ("/mps", "/mps/")] == [WORKFLOWS, WORKFLOWS]
        unknown = call(outside, signed(key, "DescribeWorkflows", {"WorkflowIds": [8]}, method=method))
        assert unknown == {"Error": {"Code": "ResourceNotFound", "Message": "there is no workflow 8"}}


def test_other_keys_bodies_and_hosts_are_refused(outside: Any, key: Pair) -> None:
    request = signed(key, "DescribeWorkflows", {"Limit": 1})
    assert refusal(outside, with_body(request, {"Limit": 2})) == "AuthFailure.SignatureFailure"
    other_host = Signed({**request.headers, "Host": "other.example"}, request.body)
    assert refusal(outside, other_host) == "AuthFailure.SignatureFailure"
    for method in ("TC3-HMAC-SHA256", "HmacSHA256"):
        wrong = signed(Pair(key.secret_id, "x" * 32), "DescribeWorkflows", {}, method=method)
        assert refusal(outside, wrong) == "AuthFailure.SignatureFailure"
        unknown = signed(Pair("AKMWunknown", key.secret_key), "DescribeWorkflows", {}, method=method)
        assert refusal(outside, unknown) == "AuthFailure.SecretIdNotFound"
    assert call(outside, request) == WORKFLOWS, "a refused call uses no signature up"


@pytest.mark.parametrize("shift_s", [-310, 310])
def test_old_and_future_times_are_refused(
    outside: Any, key: Pair, shift_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from media_workflows_plugin.mps import authentication

    now_s = time.time()
    monkeypatch.setattr(authentication, "time", SimpleNamespace(time=lambda: now_s))
    for method in ("TC3-HMAC-SHA256", "HmacSHA256"):
        request = signed(key, "DescribeWorkflows", {}, at_s=now_s + shift_s, method=method)
        assert refusal(outside, request) == "AuthFailure.SignatureExpire"
    near = signed(key, "DescribeWorkflows", {}, at_s=now_s + shift_s - shift_s / 31 * 2)
    assert call(outside, near) == WORKFLOWS


def test_a_change_is_never_replayed(outside: Any, key: Pair) -> None:
    for method in ("TC3-HMAC-SHA256", "HmacSHA256"):
        request = signed(key, "EnableWorkflow", {"WorkflowId": 7}, method=method)
        assert call(outside, request) == {}
        assert refusal(outside, request) == "AuthFailure.SignatureExpire"


def test_one_signature_serves_for_a_moment(outside: Any, key: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK signs calls of one second alike, also of two actions. Its retries are signed again, a second later."""
    from media_workflows_plugin.mps import authentication

    monkeypatch.setattr(authentication, "REPEAT_WINDOW", timedelta(minutes=5))
    request = signed(key, "DescribeWorkflows", {"WorkflowId": 7})
    enable = Signed({**request.headers, "X-TC-Action": "EnableWorkflow"}, request.body)
    assert [call(outside, each) for each in (request, request, enable)] == [WORKFLOWS, WORKFLOWS, {}]
    assert refusal(outside, enable) == "AuthFailure.SignatureExpire"
    monkeypatch.setattr(authentication, "REPEAT_WINDOW", timedelta(0))
    for late in (request, enable, Signed({**request.headers, "X-TC-Action": "DeleteWorkflow"}, request.body)):
        assert refusal(outside, late) == "AuthFailure.SignatureExpire"


def test_signatures_are_kept_for_the_clock_window_only(outside: Any, key: Pair) -> None:
    for number in range(3):
        call(outside, signed(key, "DescribeWorkflows", {"Offset": number}))
    with transaction() as session:
        session.execute(text("UPDATE seen_signature SET expires_at = now() - interval '1 s'"))
    for number in range(3, 6):
        call(outside, signed(key, "DescribeWorkflows", {"Offset": number}))
    with transaction() as session:
        assert len(session.scalars(select(SeenSignatureRow.signature)).all()) == 3


def test_a_revoked_or_expired_key_is_refused_at_once(outside: Any, admin: Any, key: Pair) -> None:
    other = pair_of(admin)
    assert call(outside, signed(key, "DescribeWorkflows", {})) == WORKFLOWS
    assert admin.get("/api/v1/keys").json()["items"][1]["last_used_at"] is not None
    admin.delete(f"/api/v1/keys/{key.secret_id}")
    assert refusal(outside, signed(key, "DescribeWorkflows", {"Offset": 1})) == "AuthFailure.SecretIdNotFound"
    with transaction() as session:
        session.execute(text("UPDATE api_key SET expires_at = now()"))
    expired = call(outside, signed(other, "DescribeWorkflows", {}))["Error"]
    assert (expired["Code"], "expired" in expired["Message"]) == ("AuthFailure.SecretIdNotFound", True)


def test_a_key_has_the_present_rights_of_its_user(
    outside: Any, viewer: Any, key: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewers = pair_of(viewer)
    assert call(outside, signed(viewers, "DescribeWorkflows", {})) == WORKFLOWS
    assert refusal(outside, signed(viewers, "EnableWorkflow", {})) == "UnauthorizedOperation"
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "admin:viewer,viewer:user")
    assert call(outside, signed(viewers, "EnableWorkflow", {"WorkflowId": 1})) == {}
    assert refusal(outside, signed(key, "EnableWorkflow", {"WorkflowId": 2})) == "UnauthorizedOperation"
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "viewer:user")
    assert refusal(outside, signed(key, "DescribeWorkflows", {"Offset": 3})) == "UnauthorizedOperation"


def test_a_key_whose_fernet_key_is_gone_says_so(outside: Any, key: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.models.crypto import get_fernet
    from cryptography.fernet import Fernet

    for fernet_key in (Fernet.generate_key().decode(), ""):
        monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", fernet_key)
        get_fernet.cache_clear()
        error = call(outside, signed(key, "DescribeWorkflows", {}))["Error"]
        assert (error["Code"], "Fernet" in error["Message"]) == ("FailedOperation", True)


def test_every_call_is_audited(outside: Any, viewer: Any, key: Pair, metadata: Any) -> None:
    from airflow.models.log import Log
    from sqlalchemy import delete

    viewers = pair_of(viewer)
    metadata.execute(delete(Log))
    metadata.commit()
    call(outside, signed(key, "EnableWorkflow", {"WorkflowId": 7, "Trigger": {"S3SecretId": "x", "Bucket": "b"}}))
    call(outside, signed(viewers, "EnableWorkflow", {"WorkflowId": 7}))
    call(outside, signed(viewers, "DescribeWorkflows", {"WorkflowIds": [7, 8]}))
    call(outside, signed(viewers, "EditMedia", {}))
    call(outside, signed(Pair(key.secret_id, "wrong"), "EnableWorkflow", {}))
    rows = metadata.scalars(select(Log).order_by(Log.id)).all()
    found = [(row.event.removeprefix("media_workflows."), row.owner, row.dag_id, json.loads(row.extra)) for row in rows]
    assert [(*row[:3], row[3]["outcome"]) for row in found] == [
        ("EnableWorkflow", "admin", "wf_7", "ok"),
        ("EnableWorkflow", "viewer", None, "UnauthorizedOperation"),
        ("DescribeWorkflows", "viewer", None, "ok"),
        ("EditMedia", "viewer", None, "UnsupportedOperation"),
    ]
    details = found[0][3]
    assert details.pop("request_id")
    objects = {"WorkflowId": 7, "Trigger.Bucket": "b", "secret_id": key.secret_id}
    assert details == {**objects, "outcome": "ok", "before": None, "after": None}  # the action is a stand-in
    assert found[2][3]["WorkflowIds"] == [7, 8]


def test_the_audit_has_the_states_of_words_persons_and_templates(outside: Any, key: Pair, metadata: Any) -> None:
    from airflow.models.log import Log
    from sqlalchemy import delete

    def made(action: str, **parameters: Any) -> Any:
        answer = call(outside, signed(key, action, parameters))
        assert "Error" not in answer, answer
        return answer

    metadata.execute(delete(Log))
    metadata.commit()
    made("CreateWordSamples", Usages=["All"], Words=[{"Keyword": "词"}])
    made("ModifyWordSample", Keyword="词", TagOperationInfo={"Type": "add", "Tags": ["t"]})
    made("DeleteWordSamples", Keywords=["词"])
    person = made("CreatePersonSample", Name="甲", Usages=["All"])["Person"]["PersonId"]
    made("ModifyPersonSample", PersonId=person, Name="乙")
    made("DeletePersonSample", PersonId=person)
    template = made("CreateSnapshotByTimeOffsetTemplate", Name="one")["Definition"]
    made("ModifySnapshotByTimeOffsetTemplate", Definition=template, Name="two")
    made("DeleteSnapshotByTimeOffsetTemplate", Definition=template)
    rows = [json.loads(row.extra) for row in metadata.scalars(select(Log).order_by(Log.id)).all()]
    word = {"usages": ["all"], "tags": []}
    of_person = {"name": "甲", "usages": ["all"], "tags": [], "faces": 0}
    assert [(row["before"], row["after"]) for row in rows] == [
        ({"词": None}, {"词": word}),
        (word, word | {"tags": ["t"]}),
        ({"词": word | {"tags": ["t"]}}, {"词": None}),
        (None, of_person),
        (of_person, of_person | {"name": "乙"}),
        (of_person | {"name": "乙"}, None),
        (None, {"name": "one", "revision": 1}),
        ({"name": "one", "revision": 1}, {"name": "two", "revision": 2}),
        ({"name": "two", "revision": 2}, None),
    ]


def test_errors_have_the_vendors_codes(outside: Any, key: Pair) -> None:
    assert refusal(outside, signed(key, "EditMedia", {})) == "UnsupportedOperation"
    assert refusal(outside, signed(key, "DropTable", {})) == "InvalidAction"
    assert refusal(outside, signed(key, "DescribeWorkflows", {}, version="2017-01-01")) == "InvalidParameter"
    assert refusal(outside, signed(key, "DescribeTasks", {})) == "InternalError"
    assert refusal(outside, signed(key, "DescribeWorkflows", {"Name": "a\0"})) == "InvalidParameterValue"
    assert refusal(outside, Signed({"content-type": "text/plain"}, b"x")) == "AuthFailure.InvalidAuthorization"
    assert outside.get("/mps").status_code == 405


def test_calls_and_bodies_have_limits(outside: Any, key: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows.settings import get_settings

    monkeypatch.setenv("MEDIA_WORKFLOWS_API_KEY_CALLS_PER_S", "1")
    monkeypatch.setenv("MEDIA_WORKFLOWS_API_MAX_BODY_BYTES", "1024")
    get_settings.cache_clear()
    assert refusal(outside, signed(key, "DescribeWorkflows", {"Name": "x" * 2000})) == "RequestSizeLimitExceeded"
    answers = [call(outside, signed(key, "DescribeWorkflows", {"Offset": number})) for number in range(3)]
    assert "RequestLimitExceeded" in [answer.get("Error", {}).get("Code") for answer in answers]


def test_the_body_of_an_unknown_key_is_not_read(outside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows_plugin.mps import authentication

    async def read(*_given: Any) -> bytes:
        raise AssertionError("the body was read")

    monkeypatch.setattr(authentication, "limited_body", read)
    request = signed(Pair("AKMWunknown", "x"), "DescribeWorkflows", {})
    assert refusal(outside, request) == "AuthFailure.SecretIdNotFound"


def virtual_host(app: Any) -> Any:
    """A proxy that maps `/` to the endpoint and passes the header Host."""

    async def mapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": "/media-workflows/mps" + scope["path"]}
        await app(scope, receive, send)

    return mapped


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/media-workflows/mps", "TC3-HMAC-SHA256"),
        pytest.param("", "TC3-HMAC-SHA256", marks=pytest.mark.full),
        pytest.param("", "HmacSHA256", marks=pytest.mark.full),
    ],
)
def test_the_unmodified_sdk(app: Any, key: Pair, path: str, method: str) -> None:
    """Over HTTP: below a path, as the plugin is mounted, and at the root, as behind a virtual host."""
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
    from tencentcloud.mps.v20190612 import models

    airflow = Starlette(routes=[Mount("/media-workflows", app)])
    with serve(airflow if path else virtual_host(airflow)) as url:
        client = sdk_client(key, url.removeprefix("http://").rstrip("/") + path, method)
        request = models.DescribeWorkflowsRequest()
        request.Limit, request.WorkflowIds = 1, [7]
        answer = client.DescribeWorkflows(request)
        assert (answer.TotalCount, answer.WorkflowInfoSet[0].WorkflowName) == (1, "名")
        assert answer.RequestId
        enable = models.EnableWorkflowRequest()
        enable.WorkflowId = 7
        assert client.EnableWorkflow(enable).RequestId
        with pytest.raises(TencentCloudSDKException) as refused:
            client.EditMedia(models.EditMediaRequest())
        assert (refused.value.get_code(), bool(refused.value.get_request_id())) == ("UnsupportedOperation", True)


ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**53 + 1,
    1e308,
    "",
    "\0",
    "\ud800",
    "名" * 300,
    [],
    [[]],
    {},
    {"": {"": None}},
    [1] * 50,
)


def bodies(count: int) -> Iterator[bytes]:
    """JSON and what looks like it, the same in each run."""
    dice = random.Random(18)

    def value(depth: int) -> Any:
        if depth == 0 or dice.random() < 0.5:
            return dice.choice(ODD)
        if dice.random() < 0.5:
            return [value(depth - 1) for _ in range(dice.randrange(4))]
        names = ("WorkflowId", "Trigger", "MediaProcessTask", "Definition", "Activities", "\udfff", "a.b")
        return {dice.choice(names): value(depth - 1) for _ in range(dice.randrange(5))}

    for _ in range(count):
        body = json.dumps(value(5)).encode()
        match dice.randrange(6):
            case 0:
                body = body[: dice.randrange(len(body) + 1)]
            case 1:
                at = dice.randrange(len(body) + 1)
                body = body[:at] + dice.randbytes(dice.randrange(8)) + body[at:]
            case 2:
                body = b"[" * dice.randrange(5000) + body
        yield body


FUZZED = [pytest.param(20), pytest.param(10_000, marks=[pytest.mark.full, pytest.mark.timeout(1800)])]


@pytest.mark.parametrize("count", FUZZED)
def test_no_body_makes_the_server_fail(outside: Any, key: Pair, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies of every kind, rightly signed, for all actions in turn; forms, too, and headers that are damaged."""
    from media_workflows.settings import get_settings
    from media_workflows_plugin.mps.actions import GROUPS

    monkeypatch.setenv("MEDIA_WORKFLOWS_API_KEY_CALLS_PER_S", "1000000")
    get_settings.cache_clear()
    real = {name: action for group in GROUPS.values() for name, action in group.items()}
    monkeypatch.setattr("media_workflows_plugin.mps.dispatch.ACTIONS", real)  # without this module's stubs
    dice, actions, codes = random.Random(19), sorted(real), set()
    with outside:  # one event loop for all requests
        for number, body in enumerate(bodies(count)):
            request = _signed_bytes(key, actions[number % len(actions)], body, number)
            if dice.random() < 0.1:
                name = dice.choice(sorted(request.headers))
                request.headers[name] = request.headers[name][: dice.randrange(20)] + chr(dice.randrange(32, 255))
            if dice.random() < 0.1:
                request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            codes.add(call(outside, request).get("Error", {}).get("Code", "ok"))
    assert not {code for code in codes if code.startswith("InternalError")}
    assert {"InvalidParameter", "InvalidParameterValue"} <= codes


def _signed_bytes(key: Pair, action: str, body: bytes, number: int) -> Signed:
    """A call with any body; the number, as the time within the clock window, makes equal bodies different."""
    from starlette.datastructures import Headers

    from media_workflows_plugin.mps.signature import read_tc3

    request = signed(key, action, {}, at_s=time.time() - number % 200)
    claimed = read_tc3(Headers(request.headers))
    right = claimed.made_with(key.secret_key, body, claimed.headers)
    headers = {**request.headers, "Authorization": request.headers["Authorization"].replace(claimed.signature, right)}
    return Signed(headers, body)
