"""Signatures of the vendor's API, as the SDK makes them, and the parameters in forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.datastructures import Headers

from media_workflows_plugin.mps.call_rate import CallRate
from media_workflows_plugin.mps.errors import InvalidAuthorizationError, InvalidCallError, TooManyCallsError
from media_workflows_plugin.mps.form import parameters_of, read_form
from media_workflows_plugin.mps.signature import Tc3Signature, read_form_signature, read_tc3
from mps_caller import TC3, Pair, Signed, signed

PAIR = Pair("AKMWtest", "secret")
TIME_S = 1_800_000_000
TRIGGER = {
    "Type": "CosFileUpload",
    "CosFileUploadTrigger": {"Bucket": "输入-1", "Dir": "/a b/", "Formats": ["mp4", "*"]},
}
CREATE = {"WorkflowName": "名 & =", "Trigger": TRIGGER, "TaskPriority": -3}


def tc3(request: Signed) -> Tc3Signature:
    return read_tc3(Headers(request.headers))


@pytest.mark.parametrize("host", ["mps.example", "127.0.0.1:8080", "Airflow.example:8080/media-workflows/mps"])
def test_the_sdks_signature_fits(host: str) -> None:
    request = signed(PAIR, "CreateWorkflow", CREATE, host=host, at_s=TIME_S)
    read = tc3(request)
    assert (read.secret_id, read.time_s) == (PAIR.secret_id, TIME_S)
    assert read.fits(PAIR.secret_key, request.body)
    assert not read.fits("secreT", request.body)
    assert not read.fits(PAIR.secret_key, request.body + b" ")
    assert not replace(read, time_s=TIME_S + 1).fits(PAIR.secret_key, request.body)
    assert not replace(read, headers=(read.headers[0], ("host", "other"))).fits(PAIR.secret_key, request.body)


def test_a_known_signature() -> None:
    """Computed once by the SDK (3.1.195); it fixes the algorithm should the library change."""
    request = signed(PAIR, "DescribeWorkflows", {"Limit": 10}, host="mps.example", at_s=TIME_S)
    assert request.headers["Authorization"].endswith(
        "Signature=21dfc5bfefaa8c0cf4666497fe670f64ff9503458edf744d606f07b488b48ae7"
    )
    assert tc3(request).fits(PAIR.secret_key, b'{"Limit": 10}')


def test_header_values_in_lower_case_fit_too() -> None:
    """As the vendor's documents sign, which name the action among the signed headers."""
    request = signed(PAIR, "DescribeWorkflows", {}, host="MPS.example", at_s=TIME_S)
    signed_names = ("content-type", "host", "x-tc-action")
    lowered = tuple((name, Headers(request.headers)[name].lower()) for name in signed_names)
    made = replace(tc3(request), headers=lowered)
    signature = made.made_with(PAIR.secret_key, request.body, lowered)
    headers = tuple((name, Headers(request.headers)[name]) for name in signed_names)
    assert replace(made, headers=headers, signature=signature).fits(PAIR.secret_key, request.body)


AUTHORIZATION = (
    f"{TC3} Credential=AKMWtest/2027-01-15/mps/tc3_request, SignedHeaders=content-type;host, Signature={'a' * 64}"
)


@pytest.mark.parametrize(
    "change",
    [
        {"authorization": ""},
        {"authorization": "Bearer x"},
        {"authorization": AUTHORIZATION.replace("content-type;host", "host")},
        {"authorization": AUTHORIZATION.replace("content-type;host", "content-type;host;x-missing")},
        {"authorization": AUTHORIZATION.replace("/mps/", "/cvm/")},
        {"authorization": AUTHORIZATION.replace("-15/", "-16/")},
        {"authorization": AUTHORIZATION[:-1]},
        {"x-tc-content-sha256": "UNSIGNED-PAYLOAD"},
        {"x-tc-token": "of-temporary-credentials"},
    ],
)
def test_other_authorizations_are_refused(change: dict[str, str]) -> None:
    right = {
        "authorization": AUTHORIZATION,
        "content-type": "application/json",
        "host": "a",
        "x-tc-timestamp": str(TIME_S),
    }
    assert read_tc3(Headers(right)).date == "2027-01-15"
    with pytest.raises(InvalidAuthorizationError):
        read_tc3(Headers(right | change))


@pytest.mark.parametrize("text", ["", "x", "-1", "1e9", "²", "9" * 13, "1.5"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidCallError):
        read_tc3(Headers({"authorization": AUTHORIZATION, "content-type": "a", "host": "a", "x-tc-timestamp": text}))


@pytest.mark.parametrize("method", ["HmacSHA256", "HmacSHA1"])
def test_the_sdks_forms_fit_and_hold_the_parameters(method: str) -> None:
    host = "127.0.0.1:8080/media-workflows/mps"
    request = signed(PAIR, "CreateWorkflow", CREATE, host=host, method=method, at_s=TIME_S)
    fields = read_form(request.body)
    read = read_form_signature(host, fields)
    assert read.fits(PAIR.secret_key, b"")
    assert not read.fits("secreT", b"")
    assert not read_form_signature("other", fields).fits(PAIR.secret_key, b"")
    assert not read_form_signature(host, fields | {"WorkflowName": "x"}).fits(PAIR.secret_key, b"")
    assert parameters_of(fields) == CREATE


@pytest.mark.parametrize(
    ("form", "parameters"),
    [
        ("WorkflowIds.1=2&WorkflowIds.0=1", {"WorkflowIds": [1, 2]}),
        ("WorkflowIds.1=2", {"WorkflowIds": {"1": "2"}}),
        ("SubTaskHasFailed=True&Limit=x", {"SubTaskHasFailed": True, "Limit": "x"}),
        ("Score=95&StartTimeOffset=-1.5", {"Score": 95, "StartTimeOffset": -1.5}),
        ("TaskId=12&Width=10%25&Height=720", {"TaskId": "12", "Width": "10%", "Height": 720}),
        ("A.0.B.0.C=x", {"A": [{"B": [{"C": "x"}]}]}),
        ("Definition=" + "9" * 30, {"Definition": "9" * 30}),
        ("Comment=", {"Comment": ""}),
        ("", {}),
    ],
)
def test_fields_become_parameters(form: str, parameters: dict[str, Any]) -> None:
    assert parameters_of(read_form(form.encode())) == parameters


@pytest.mark.parametrize(
    "form", [b"A=1&A=2", b"A=1&A.B=2", b"A.B=2&A=1", b"a." * 60 + b"a=1", b"A=\xff", b"Action=%00"]
)
def test_forms_that_mean_nothing_are_refused(form: bytes) -> None:
    with pytest.raises(InvalidCallError):
        parameters_of(read_form(form))


@pytest.mark.parametrize("change", [{"SignatureMethod": "HmacMD5"}, {"Signature": ""}, {"SecretId": ""}])
def test_forms_without_a_signature_are_refused(change: dict[str, str]) -> None:
    right = {"SignatureMethod": "HmacSHA256", "Signature": "a", "SecretId": "a", "Timestamp": "1"}
    with pytest.raises(InvalidAuthorizationError):
        read_form_signature("a", read_form(urlencode(right | change).encode()))


def test_the_rate_of_calls_is_limited_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows.settings import get_settings

    limit, now = get_settings().api_key_calls_per_s, [0.0]
    rate = CallRate(clock=lambda: now[0])
    for _ in range(limit):
        rate.require("a")
    with pytest.raises(TooManyCallsError):
        rate.require("a")
    rate.require("b")
    now[0] = 1.5 / limit
    rate.require("a")
    with pytest.raises(TooManyCallsError):
        rate.require("a")
