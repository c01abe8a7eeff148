"""Who calls: the signature of a request is checked, then the Airflow user of its key is loaded."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from media_workflows.airflow_adapter.users import load_user
from media_workflows.domain.plain_data import data_problems
from media_workflows.errors import InvalidRequestError
from media_workflows.services import api_keys
from media_workflows.services.api_keys import KeySecret
from media_workflows.settings import get_settings
from media_workflows_plugin.api.access import bind_places
from media_workflows_plugin.api.guarded_route import limited_body
from media_workflows_plugin.mps.action import Caller, Json
from media_workflows_plugin.mps.audit import note_call
from media_workflows_plugin.mps.call_rate import CALL_RATE
from media_workflows_plugin.mps.dispatch import changes_nothing
from media_workflows_plugin.mps.errors import (
    InvalidAuthorizationError,
    InvalidCallError,
    SecretIdNotFoundError,
    SignatureExpiredError,
    SignatureFailureError,
)
from media_workflows_plugin.mps.form import parameters_of, read_form
from media_workflows_plugin.mps.signature import FormSignature, Tc3Signature, read_form_signature, read_tc3

CLOCK_WINDOW_S = 300
MAX_FORM_BYTES = 1024**2  # as the vendor's: a form is read of anyone
# TC3 signs the time in seconds and the body, but neither a nonce nor the action. So what a client calls with the same
# body within a second (delete after disable, the same list twice) has one signature, which must serve for that moment.
REPEAT_WINDOW = timedelta(seconds=10)


@dataclass(frozen=True)
class Claim:
    """What a request says about itself."""

    signature: Tc3Signature | FormSignature
    action: str
    version: str
    fields: dict[str, str] | None = None  # of a form


@dataclass(frozen=True)
class SignedCall:
    """A call whose signature fits, and its user."""

    caller: Caller
    claim: Claim
    body: bytes

    def parameters(self) -> Json:
        """The parameters of the action. Raises InvalidCallError, InvalidRequestError."""
        fields = self.claim.fields
        found = _json_object(self.body) if fields is None else parameters_of(fields)
        if problems := data_problems(found):
            raise InvalidRequestError(problems)
        return found


async def signed_call(request: Request) -> SignedCall:
    """A dependency: the call of a request. Raises errors of its signature, its key, its user and its body.

    The body of a JSON request is read when its key is known; in a form, the body names the key.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    limit = get_settings().api_max_body_bytes
    if kind == "application/x-www-form-urlencoded":
        body = await limited_body(request, min(limit, MAX_FORM_BYTES))
        claim = await run_in_threadpool(_form_claim, request, body)
        key = await run_in_threadpool(_key_of, claim)
    elif kind == "application/json":
        claim = _json_claim(request)
        key = await run_in_threadpool(_key_of, claim)
        body = await limited_body(request, limit)
    else:
        raise InvalidAuthorizationError(
            "the content type must be application/json, signed with TC3-HMAC-SHA256, or "
            "application/x-www-form-urlencoded, signed with HmacSHA256 or HmacSHA1: got '{kind}'",
            kind=kind,
        )
    await run_in_threadpool(_accept, request, claim, key, body)
    user = load_user(key.claims)  # in the event loop, as Airflow does: FAB's cache of users has no lock
    await bind_places(user)
    return SignedCall(Caller(user, key.user_name, request), claim, body)


def _json_claim(request: Request) -> Claim:
    headers = request.headers
    return Claim(read_tc3(headers), headers.get("x-tc-action", ""), headers.get("x-tc-version", ""))


def _form_claim(request: Request, body: bytes) -> Claim:
    fields = read_form(body)
    signature = read_form_signature(request.headers.get("host", ""), fields)
    return Claim(signature, fields.get("Action", ""), fields.get("Version", ""), fields)


def _key_of(claim: Claim) -> KeySecret:
    """The key with which the request says it is signed, if that was a short time ago and the key is valid."""
    secret_id, time_s, now_s = claim.signature.secret_id, claim.signature.time_s, time.time()
    if abs(now_s - time_s) > CLOCK_WINDOW_S:
        raise SignatureExpiredError(
            "the request was signed at {signed_s}, and the server's time is {now_s}: a signature is valid for "
            "{window_s} s; set the client's clock",
            signed_s=time_s,
            now_s=int(now_s),
            window_s=CLOCK_WINDOW_S,
        )
    key = api_keys.find_secret(secret_id)
    if key is None:
        raise SecretIdNotFoundError("there is no API key '{secret_id}', or it was revoked", secret_id=secret_id)
    if key.expires_at <= datetime.now(UTC):
        raise SecretIdNotFoundError(
            "API key {secret_id} expired at {time}: create another", secret_id=secret_id, time=key.expires_at
        )
    return key


def _accept(request: Request, claim: Claim, key: KeySecret, body: bytes) -> None:
    """Check that the request is signed with the key, and for the first time; from then on it is recorded."""
    secret_id = claim.signature.secret_id
    if not claim.signature.fits(key.secret_key, body):
        raise SignatureFailureError(
            "the signature does not fit the request: check the SecretKey, and that proxies pass the header Host "
            "(here: '{host}') and the body unchanged",
            host=request.headers.get("host", ""),
        )
    CALL_RATE.require(secret_id)
    _refuse_replay(claim)
    note_call(request, key.user_name, secret_id, claim.action)


def _refuse_replay(claim: Claim) -> None:
    """Within the first moment, one signature serves for one call of each action, and for readings; later for none."""
    signature = claim.signature
    expires_at = datetime.fromtimestamp(signature.time_s, UTC) + timedelta(seconds=CLOCK_WINDOW_S)
    seen = api_keys.see_call(signature.secret_id, signature.signature, claim.action, expires_at)
    is_late = datetime.now(UTC) - seen.first_seen_at >= REPEAT_WINDOW
    if is_late or (seen.is_repeated and not changes_nothing(claim.action)):
        raise SignatureExpiredError(
            "a request with this signature was received before: sign each request again, and make the same change no "
            "more than once per second"
        )


def _json_object(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise InvalidCallError("the body must be a JSON object in UTF-8") from None
    if not isinstance(found, dict):
        raise InvalidCallError("the body must be a JSON object in UTF-8")
    return found
