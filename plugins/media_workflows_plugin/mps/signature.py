"""The two signatures of the vendor's API: TC3-HMAC-SHA256 of a JSON body, and HmacSHA256 or HmacSHA1 of a form.

TC3 signs the time, the headers content-type and host, and the hash of the body, but not the action.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from media_workflows_plugin.mps.errors import InvalidAuthorizationError, InvalidCallError

SERVICE = "mps"
REQUIRED_HEADERS = {"content-type", "host"}
# A virtual host may map any path to ours, and the signed one is always this.
PATH = "/"
MAX_TIME_S = 253_402_300_799  # the last second of the year 9999
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 +Credential=(?P<secret_id>[\w-]{1,64})/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>\w+)/tc3_request, *"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]{1,1000}), *Signature=(?P<signature>[0-9a-f]{64})",
    re.ASCII,
)
_FORM_DIGESTS = {"HmacSHA256": hashlib.sha256, "HmacSHA1": hashlib.sha1}
_TEMPORARY = (
    "temporary credentials are not supported: leave X-TC-Token or Token out, and sign with an API key from here"
)


@dataclass(frozen=True)
class Tc3Signature:
    """The signature in the header Authorization, and the headers that it covers."""

    secret_id: str
    time_s: int
    date: str
    headers: tuple[tuple[str, str], ...]
    signature: str

    def fits(self, secret_key: str, body: bytes) -> bool:
        """Whether the signature was made with this key, of this body. Takes the same time for all wrong signatures.

        The vendor's documents sign header values in lower case, its SDKs as they are sent.
        """
        sent = self.made_with(secret_key, body, self.headers)
        lowered = self.made_with(secret_key, body, tuple((name, value.lower()) for name, value in self.headers))
        return hmac.compare_digest(self.signature, sent) | hmac.compare_digest(self.signature, lowered)

    def made_with(self, secret_key: str, body: bytes, headers: tuple[tuple[str, str], ...]) -> str:
        """The signature of a request with this body and these signed headers."""
        lines = "".join(f"{name}:{value}\n" for name, value in headers)
        names = ";".join(name for name, _ in headers)
        request = f"POST\n{PATH}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"TC3-HMAC-SHA256\n{self.time_s}\n{self.date}/{SERVICE}/tc3_request\n{digest}"
        key = f"TC3{secret_key}".encode()
        for part in (self.date, SERVICE, "tc3_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256").hex()


def read_tc3(headers: Mapping[str, str]) -> Tc3Signature:
    """The signature of a request with these headers. Raises InvalidAuthorizationError, InvalidCallError."""
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", "").strip())
    if found is None:
        raise InvalidAuthorizationError(
            "the header Authorization must be `TC3-HMAC-SHA256 Credential=<SecretId>/<date>/mps/tc3_request, "
            "SignedHeaders=content-type;host, Signature=<64 hexadecimal digits>`"
        )
    names = found["headers"].split(";")
    if not REQUIRED_HEADERS <= set(names) <= set(headers):
        raise InvalidAuthorizationError(
            "SignedHeaders must name content-type and host, and only headers of the request: got {names}",
            names=found["headers"],
        )
    if headers.get("x-tc-content-sha256") == "UNSIGNED-PAYLOAD":
        raise InvalidAuthorizationError("the body must be signed: set `unsignedPayload` of the client profile to False")
    if headers.get("x-tc-token"):
        raise InvalidAuthorizationError(_TEMPORARY)
    time_s = timestamp(headers.get("x-tc-timestamp", ""), "X-TC-Timestamp")
    if found["service"] != SERVICE or found["date"] != f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d}":
        raise InvalidAuthorizationError(
            "the scope of Credential must be the UTC date of X-TC-Timestamp and the service mps: got {date}/{service}",
            date=found["date"],
            service=found["service"],
        )
    signed = tuple((name, headers[name].strip()) for name in names)
    return Tc3Signature(found["secret_id"], time_s, found["date"], signed, found["signature"])


@dataclass(frozen=True)
class FormSignature:
    """The signature in a form, and the text that it signs."""

    secret_id: str
    time_s: int
    method: str
    text: str
    signature: str

    def fits(self, secret_key: str, _body: bytes) -> bool:
        """Whether the signature was made with this key. Takes the same time for all wrong signatures."""
        made = hmac.digest(secret_key.encode(), self.text.encode(), _FORM_DIGESTS[self.method])
        return hmac.compare_digest(self.signature.encode(), base64.b64encode(made))


def read_form_signature(host: str, fields: Mapping[str, str]) -> FormSignature:
    """The signature of a form that was sent to this host. Raises InvalidAuthorizationError, InvalidCallError."""
    method = fields.get("SignatureMethod", "HmacSHA1")
    secret_id, signature = fields.get("SecretId", ""), fields.get("Signature", "")
    if method not in _FORM_DIGESTS or not secret_id or not signature:
        raise InvalidAuthorizationError(
            "a form must have SecretId, Signature and SignatureMethod, which is HmacSHA256 or HmacSHA1"
        )
    if fields.get("Token"):
        raise InvalidAuthorizationError(_TEMPORARY)
    signed = sorted((name.replace("_", "."), value) for name, value in fields.items() if name != "Signature")
    text = f"POST{host}{PATH}?" + "&".join(f"{name}={value}" for name, value in signed)
    return FormSignature(secret_id, timestamp(fields.get("Timestamp", ""), "Timestamp"), method, text, signature)


def timestamp(text: str, name: str) -> int:
    """Seconds since 1970. Raises InvalidCallError."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_TIME_S)) and int(text) <= MAX_TIME_S):
        raise InvalidCallError("{name} must be the time in seconds since 1970", name=name)
    return int(text)
