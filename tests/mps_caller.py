"""Calls of the vendor's API as the vendor's own SDK signs them, and clients of the SDK."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from unittest.mock import patch

from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.mps.v20190612 import models
from tencentcloud.mps.v20190612.mps_client import MpsClient

VERSION = "2019-06-12"
TC3 = "TC3-HMAC-SHA256"


class Pair(NamedTuple):
    """A key."""

    secret_id: str
    secret_key: str


class Signed(NamedTuple):
    """A request that the SDK made and did not send."""

    headers: dict[str, str]
    body: bytes


def signed(
    pair: Pair,
    action: str,
    parameters: Mapping[str, Any],
    *,
    host: str = "airflow.example",
    method: str = TC3,
    at_s: float | None = None,
    version: str = VERSION,
) -> Signed:
    """The request of an action, signed by the SDK's common library at a time."""
    profile = ClientProfile(signMethod=method, httpProfile=HttpProfile(endpoint=host))
    client = CommonClient("mps", version, Credential(*pair), "ap-guangzhou", profile)
    request = RequestInternal(host, "POST", "/", header={})
    signed_at_s = time.time() if at_s is None else at_s
    with patch("tencentcloud.common.abstract_client.time.time", lambda: signed_at_s):
        client._build_req_inter(action, dict(parameters), request)
    body = request.data if isinstance(request.data, bytes) else request.data.encode()
    return Signed({"Host": host, **request.header}, body)


def call(client: Any, request: Signed, path: str = "/mps") -> dict[str, Any]:
    """What the endpoint answers, without the envelope."""
    headers = {name: value.encode("latin-1") for name, value in request.headers.items()}
    answer = client.post(path, content=request.body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    response: dict[str, Any] = answer.json()["Response"]
    assert response.pop("RequestId")
    return response


def refusal(client: Any, request: Signed, path: str = "/mps") -> str:
    """The code with which the endpoint refuses a call."""
    return str(call(client, request, path)["Error"]["Code"])


def with_body(request: Signed, body: Mapping[str, Any]) -> Signed:
    """The same request with another body."""
    return Signed(request.headers, json.dumps(body).encode())


def sdk_client(pair: Pair, endpoint: str, method: str = TC3) -> Any:
    """The unmodified SDK, which calls an endpoint over HTTP."""
    profile = ClientProfile(signMethod=method, httpProfile=HttpProfile(protocol="http", endpoint=endpoint))
    return MpsClient(Credential(*pair), "ap-guangzhou", profile)


def called(client: Any, action: str, **parameters: Any) -> Any:
    """The answer of an action to a client of the SDK."""
    request = getattr(models, f"{action}Request")()
    request.from_json_string(json.dumps(parameters))
    return getattr(client, action)(request)
