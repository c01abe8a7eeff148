"""The one translation of botocore's errors into ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from media_workflows.errors import SourceGoneError, StorageConfigurationError, StorageError

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

_GONE = {"404", "NoSuchKey", "NoSuchVersion", "NotFound", "412", "PreconditionFailed"}
_REDIRECTED = {"301", "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
_NO_BUCKET = "the bucket does not exist; create it, or correct its name in the workflow"
_FORBIDDEN = (
    "the storage forbids it; grant these credentials read, write and list on the bucket, or use other credentials "
    "(setting aws_conn_id, or the AWS_* environment)"
)
_WRONG_REGION = "the bucket lies in another region; set the connection's region, or setting aws_region, to the bucket's"


@contextmanager
def storage_errors(action: str, bucket: str, key: str = "", endpoint: str = "") -> Iterator[None]:
    """Raise what goes wrong inside as StorageError or a subclass of it; `action` completes "cannot …".

    A missing object, or one that no longer meets the asked ETag, is SourceGoneError; a missing or
    forbidden bucket, bad credentials and a wrong region are StorageConfigurationError.
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
    return f"s3://{bucket}/{key}" if key else f"bucket {bucket!r}"


def _refused(error: ClientError, action: str, bucket: str, key: str) -> StorageError:
    """The server answered, with an error."""
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    start = f"cannot {action} {_where(bucket, key)}"
    # An answer to HEAD has no body, so a missing bucket shows only as 404 on a request that names no key.
    if code == "NoSuchBucket" or (status == 404 and not key):
        return StorageConfigurationError(f"{start}: {_NO_BUCKET}")
    if code in _GONE:
        return SourceGoneError(f"{start}: it was deleted or replaced; upload it again to start a new run")
    if code in _REDIRECTED or status == 301:
        return StorageConfigurationError(f"{start}: {_WRONG_REGION} ({error})")
    if status == 403:
        return StorageConfigurationError(f"{start}: {_FORBIDDEN} ({code or status})")
    return StorageError(f"{start}: the storage answered {status} {code}; it may work later ({error})")


def _unsent(error: BotoCoreError, action: str, bucket: str, key: str, endpoint: str) -> StorageError:
    """No answer, or none that could be read to its end."""
    from botocore.exceptions import (
        NoCredentialsError,
        NoRegionError,
        ParamValidationError,
        PartialCredentialsError,
    )

    start = f"cannot {action} {_where(bucket, key)}"
    if isinstance(error, NoCredentialsError | PartialCredentialsError | NoRegionError):
        return StorageConfigurationError(f"{start}: {error}; set aws_conn_id or the AWS_* environment")
    if isinstance(error, ParamValidationError):
        return StorageConfigurationError(f"{start}: not a valid request ({error})")
    at = endpoint or "the provider's endpoint"
    return StorageError(f"{start}: no whole answer from {at}: {error}; check that it runs and is reachable from here")
