"""Errors of the vendor's API, and the vendor's codes for ours."""

from __future__ import annotations

from media_workflows.errors import (
    BusyError,
    DatabaseUnavailableError,
    EnabledError,
    MediaWorkflowsError,
    NotPermittedError,
    RequestTooLargeError,
    SourceUrlError,
    UnauthenticatedError,
)


class InvalidAuthorizationError(UnauthenticatedError):
    """The call has no signature of a form that is known here."""

    code = "AuthFailure.InvalidAuthorization"


class SignatureFailureError(UnauthenticatedError):
    """The signature is not that of this request with this key."""

    code = "AuthFailure.SignatureFailure"


class SignatureExpiredError(UnauthenticatedError):
    """The signature is too old, or was used already."""

    code = "AuthFailure.SignatureExpire"


class SecretIdNotFoundError(UnauthenticatedError):
    """There is no such key, or it has expired."""

    code = "AuthFailure.SecretIdNotFound"


class TooManyCallsError(BusyError):
    """A key calls too often."""


class InvalidCallError(MediaWorkflowsError):
    """The parameters of a call cannot be read, or it is one of another version of the API."""

    code = "InvalidParameter"


class UnknownActionError(MediaWorkflowsError):
    """The API has no such action."""

    code = "InvalidAction"


class UnsupportedActionError(MediaWorkflowsError):
    """The vendor has the action and this product has not."""

    code = "UnsupportedOperation"


# The first match counts. An error whose own code is one of the vendor's needs no entry.
_CODES: list[tuple[type[MediaWorkflowsError], str]] = [
    (NotPermittedError, "UnauthorizedOperation"),
    (EnabledError, "UnsupportedOperation"),
    (BusyError, "RequestLimitExceeded"),
    (DatabaseUnavailableError, "InternalError.AccessDBError"),
    (RequestTooLargeError, "RequestSizeLimitExceeded"),
    (SourceUrlError, "InvalidParameterValue"),
]
_VENDOR_CODES = {
    *("AuthFailure", "FailedOperation", "InternalError", "InvalidAction", "InvalidParameter", "InvalidParameterValue"),
    *("LimitExceeded", "MissingParameter", "RequestLimitExceeded", "ResourceInsufficient", "ResourceNotFound"),
    *("UnauthorizedOperation", "UnknownParameter", "UnsupportedOperation"),
}
# Our codes of conflicts, sources and storages, where the vendor has none: the call is right, and cannot be done now.
_OTHER = "FailedOperation"


def vendor_code(error: MediaWorkflowsError) -> str:
    """The vendor's code for an error: by class, else its own code, else the nearest."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            return code
    return error.code if error.code.partition(".")[0] in _VENDOR_CODES else _OTHER
