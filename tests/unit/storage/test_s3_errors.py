"""botocore's errors become ours, told apart."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
)

from media_workflows.errors import SourceGoneError, StorageAccessError, StorageConfigurationError, StorageError
from media_workflows.storage.s3_errors import storage_errors


def _refusal(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Operation")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("error", "key", "kind", "says"),
    [
        (_refusal("NoSuchBucket", 404), "k", StorageConfigurationError, "bucket does not exist; create it"),
        (_refusal("404", 404), "", StorageConfigurationError, "s3://b: the bucket does not exist"),
        (_refusal("404", 404), "k", SourceGoneError, "s3://b/k: it was deleted or replaced"),
        (_refusal("NoSuchKey", 404), "k", SourceGoneError, "deleted or replaced"),
        (_refusal("PreconditionFailed", 412), "k", SourceGoneError, "deleted or replaced"),
        (_refusal("AccessDenied", 403), "k", StorageAccessError, "access denied (AccessDenied); grant"),
        (_refusal("InvalidAccessKeyId", 403), "k", StorageAccessError, "access denied (InvalidAccessKeyId); grant"),
        (_refusal("SignatureDoesNotMatch", 403), "k", StorageAccessError, "access denied (SignatureDoesNotMatch)"),
        (_refusal("RequestTimeTooSkewed", 403), "k", StorageAccessError, "access denied (RequestTimeTooSkewed)"),
        (_refusal("ExpiredToken", 400), "k", StorageAccessError, "access denied (ExpiredToken); grant"),
        (_refusal("403", 403), "", StorageAccessError, "access denied (403); grant"),
        (_refusal("401", 401), "k", StorageAccessError, "access denied (401); grant"),
        (_refusal("400", 400), "k", StorageAccessError, "access denied (400); grant"),
        (_refusal("InvalidRequest", 400), "k", StorageError, "answered 400 InvalidRequest"),
        (_refusal("PermanentRedirect", 301), "k", StorageConfigurationError, "another region"),
        (_refusal("NoSuchUpload", 404), "k", StorageError, "answered 404 NoSuchUpload"),
        (_refusal("SlowDown", 503), "k", StorageError, "answered 503 SlowDown"),
        (EndpointConnectionError(endpoint_url="http://s3"), "k", StorageError, "no complete response from http://s3"),
        (NoCredentialsError(), "k", StorageAccessError, "set aws_conn_id"),
        (CredentialRetrievalError(provider="iam", error_msg="no"), "k", StorageAccessError, "set aws_conn_id"),
        (NoRegionError(), "k", StorageConfigurationError, "set aws_conn_id"),
        (ParamValidationError(report="bad"), "k", StorageConfigurationError, "the request is not valid"),
    ],
)
def test_each_error_has_its_kind(error: Exception, key: str, kind: type[StorageError], says: str) -> None:
    with pytest.raises(StorageError, match="cannot read") as caught, storage_errors("read", "b", key, "http://s3"):
        raise error
    assert type(caught.value) is kind
    assert says in str(caught.value)


def test_refused_credentials_may_pass_and_are_no_missing_bucket() -> None:
    assert (StorageAccessError.retryable, StorageAccessError.code) == (True, "PermissionDenied")


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), storage_errors("read", "b"):
        raise ZeroDivisionError
