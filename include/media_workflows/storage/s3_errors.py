"""Translation of botocore's exceptions into this product's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from media_workflows.errors import SourceGoneError, StorageAccessError, StorageConfigurationError, StorageError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

NOT_SET = "cannot {action} {object}: {cause}; set aws_conn_id or the AWS_* environment"
_GONE = {"404", "NoSuchKey", "NoSuchVersion", "NotFound", "412", "PreconditionFailed"}
_REDIRECTED = {"301", "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
# Codes that S3 and its clones send for refused credentials with a status other than 401 and 403. "400" alone is the
# response to a HEAD whose token has expired: it has no body, and this product's requests are well-formed.
_REFUSED = {"400", "ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired", "RequestExpired"}
# Codes for options of an object: what a server does not have, or does not accept as it is.
_OPTION = {
    "AccessControlListNotSupported",
    "InvalidStorageClass",
    "InvalidTag",
    "InvalidEncryptionAlgorithmError",
    "KMS.NotFoundException",
    "KMS.DisabledException",
    "MetadataTooLarge",
    "NotImplemented",
}


def is_refusal(code: str, status: int) -> bool:
    """Whether a response refuses the credentials or their permissions. A response to HEAD has a status only."""
    return status in (401, 403) or code in _REFUSED


@contextmanager
def storage_errors(action: str, bucket: str, key: str = "", endpoint: str = "") -> Iterator[None]:
    """Translate botocore's exceptions in the context into StorageError or a subclass; `action` completes "cannot …".

    A missing object, or one that no longer has the requested ETag, is SourceGoneError; missing or refused
    credentials are StorageAccessError; a missing bucket and a wrong region are StorageConfigurationError.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _refused(error, action, bucket, key) from error
    except BotoCoreError as error:
        raise _unsent(error, action, bucket, key, endpoint) from error


def _where(bucket: str, key: str) -> str:
    if not bucket:
        return "of these credentials"
    return f"s3://{bucket}/{key}" if key else f"s3://{bucket}"


def _refused(error: ClientError, action: str, bucket: str, key: str) -> StorageError:
    """The error for a response that reports one."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    request = {"action": action, "object": _where(bucket, key)}
    # An answer to HEAD has no body, so a missing bucket shows only as 404 on a request that names no key.
    if code == "NoSuchBucket" or (status == 404 and not key):
        return StorageConfigurationError(
            "cannot {action} {object}: the bucket does not exist; create it, or correct its name",
            **request,
        )
    if code in _GONE:
        return SourceGoneError(
            "cannot {action} {object}: it was deleted or replaced; upload it again to start a new run", **request
        )
    if code in _REDIRECTED or status == 301:
        return StorageConfigurationError(
            "cannot {action} {object}: the bucket is in another region; set the connection's region, or setting "
            "aws_region, to the bucket's ({cause})",
            **request,
            cause=error,
        )
    if code in _OPTION:
        return StorageConfigurationError(
            "cannot {action} {object}: the storage does not accept an option of the object ({cause}): correct it in "
            "`objects`, or leave it out",
            **request,
            cause=error,
        )
    if is_refusal(code, status):
        return StorageAccessError(
            "cannot {action} {object}: access denied ({cause}); grant these credentials read, write and list on the "
            "bucket, or use other credentials (setting aws_conn_id, or the AWS_* environment)",
            **request,
            cause=code or status,
        )
    return StorageError(
        "cannot {action} {object}: the storage answered {status} {code}; it may work later ({cause})",
        **request,
        status=status,
        code=code,
        cause=error,
    )


def _unsent(error: BotoCoreError, action: str, bucket: str, key: str, endpoint: str) -> StorageError:
    """The error for a request without a complete response."""
    from botocore.exceptions import (
        CredentialRetrievalError,
        NoCredentialsError,
        NoRegionError,
        ParamValidationError,
        PartialCredentialsError,
    )

    request = {"action": action, "object": _where(bucket, key), "cause": str(error)}
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return StorageAccessError(NOT_SET, **request)
    if isinstance(error, NoRegionError):
        return StorageConfigurationError(NOT_SET, **request)
    if isinstance(error, ParamValidationError):
        return StorageConfigurationError("cannot {action} {object}: the request is not valid ({cause})", **request)
    return StorageError(
        "cannot {action} {object}: no complete response from {endpoint}: {cause}; check that it runs and is reachable "
        "from here",
        **request,
        endpoint=endpoint or "the provider's endpoint",
    )
