"""`Clients`: the clients of a process for S3, SQS, SNS and Lambda, created on first use."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

from media_workflows.settings import Settings

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

MAX_ATTEMPTS = 5
CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60
MESSAGING_READ_TIMEOUT_S = 10
MAX_CONNECTIONS = 16  # publishing uses several threads on one client


@dataclass(frozen=True)
class ConnectionCredentials:
    """The values of a stored connection; for an empty field the AWS_* environment or the settings apply."""

    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)
    region: str = ""
    endpoint_url: str = ""


def client_config() -> Config:
    """The S3 client's configuration: path-style addressing, standard retries and bounded timeouts.

    Checksums beyond Content-MD5 are sent only where S3 demands them: several S3-compatible servers
    reject or store wrongly the trailing CRC32 that botocore adds by default.
    """
    from botocore.config import Config

    return Config(
        s3={"addressing_style": "path"},
        retries={"mode": "standard", "total_max_attempts": MAX_ATTEMPTS},
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=MAX_CONNECTIONS,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def s3_config() -> Config:
    """The S3 configuration for presigned URLs: Signature Version 4, as many servers refuse botocore's default, 2."""
    from botocore.config import Config

    return client_config().merge(Config(signature_version="s3v4"))


def messaging_config() -> Config:
    """The configuration for sending events, with short timeouts: no thread waits long for a service."""
    from botocore.config import Config

    return client_config().merge(
        Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=MESSAGING_READ_TIMEOUT_S)
    )


@lru_cache(maxsize=1)
def _descriptions() -> Any:
    """botocore's loader of its descriptions of services, which keeps what it has parsed."""
    from botocore.session import Session

    return Session().get_component("data_loader")


def with_shared_descriptions(session: boto3.Session) -> boto3.Session:
    """The same session with the process's loader.

    Each session has one of its own, and to list and parse the descriptions again is three quarters of the cost of a
    client.
    """
    session._session.register_component("data_loader", _descriptions())  # boto3 has no public way to it
    return session


class Clients:
    """Lazy clients over one boto3 session. Safe to share between threads."""

    def __init__(
        self,
        session: boto3.Session,
        *,
        region: str,
        s3_endpoint_url: str = "",
        s3_public_endpoint_url: str = "",
        messaging_endpoint_url: str = "",
        lambda_endpoint_url: str = "",
    ) -> None:
        """An empty endpoint URL means the provider's default."""
        self._session = with_shared_descriptions(session)
        self._region = region
        self._s3_endpoint_url = s3_endpoint_url or None
        self._s3_public_endpoint_url = s3_public_endpoint_url or self._s3_endpoint_url
        self._messaging_endpoint_url = messaging_endpoint_url or None
        self._lambda_endpoint_url = lambda_endpoint_url or None
        self._messaging: dict[tuple[str, str], Any] = {}
        # A boto3 session must not create clients in two threads at once.
        self._making = threading.Lock()

    @cached_property
    def s3(self) -> S3Client:
        with self._making:
            return self._session.client(
                "s3", region_name=self._region, endpoint_url=self._s3_endpoint_url, config=s3_config()
            )

    @cached_property
    def public_s3(self) -> S3Client:
        """The client for links only: it signs for the endpoint under which browsers reach the storage."""
        if self._s3_public_endpoint_url == self._s3_endpoint_url:
            return self.s3
        with self._making:
            return self._session.client(
                "s3", region_name=self._region, endpoint_url=self._s3_public_endpoint_url, config=s3_config()
            )

    @cached_property
    def sqs(self) -> SQSClient:
        with self._making:
            return self._session.client(
                "sqs", region_name=self._region, endpoint_url=self._messaging_endpoint_url, config=client_config()
            )

    @overload
    def messaging(self, service: Literal["sqs"], region: str | None) -> SQSClient: ...
    @overload
    def messaging(self, service: Literal["sns"], region: str | None) -> SNSClient: ...
    @overload
    def messaging(self, service: Literal["lambda"], region: str | None) -> LambdaClient: ...
    def messaging(self, service: Literal["sqs", "sns", "lambda"], region: str | None) -> Any:
        """A client to send events with: one attempt with a short timeout, as the sender retries.

        `region` None = the connection's.
        """
        place = service, region or self._region
        with self._making:
            if place not in self._messaging:
                self._messaging[place] = self._session.client(
                    service,
                    region_name=place[1],
                    endpoint_url=self._lambda_endpoint_url if service == "lambda" else self._messaging_endpoint_url,
                    config=messaging_config(),
                )
            return self._messaging[place]


def clients_from_session(session: boto3.Session, settings: Settings, endpoint_url: str = "") -> Clients:
    """Clients over an existing session (of an Airflow connection); `endpoint_url` overrides the settings'."""
    s3_endpoint_url = endpoint_url or settings.s3_endpoint_url
    messaging_endpoint_url = settings.sqs_endpoint_url or s3_endpoint_url
    return Clients(
        session,
        region=session.region_name or settings.aws_region,
        s3_endpoint_url=s3_endpoint_url,
        s3_public_endpoint_url=settings.s3_public_endpoint_url,
        messaging_endpoint_url=messaging_endpoint_url,
        lambda_endpoint_url=settings.lambda_endpoint_url or messaging_endpoint_url,
    )


class _Prepared(NamedTuple):
    """Clients, and what they were made from."""

    settings: Settings
    environment: Mapping[str, str]
    clients: Clients


_prepared: _Prepared | None = None
_ENVIRONMENT_CREDENTIALS = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})


def prepare_clients(settings: Settings) -> None:
    """Before this process forks: make an S3 client, without a request. Its children find the descriptions parsed.

    They use the client itself where its credentials are in the environment. Others, as those of a file or a role,
    may change while this process lives: each child reads them.
    """
    global _prepared
    environment = _aws_environment()
    if environment.keys() >= _ENVIRONMENT_CREDENTIALS:
        _prepared = _Prepared(settings, environment, make_clients(settings))
        _ = _prepared.clients.s3
    else:
        _ = make_clients(settings, ConnectionCredentials(access_key_id="none", secret_access_key="none")).s3


def _aws_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_") and value}


def make_clients(settings: Settings, credentials: ConnectionCredentials | None = None) -> Clients:
    """Clients from the settings and, where given, a connection; other values come from the AWS_* environment."""
    import boto3

    if credentials is None and _prepared and _prepared[:2] == (settings, _aws_environment()):
        return _prepared.clients

    given = credentials or ConnectionCredentials()
    session = boto3.Session(
        aws_access_key_id=given.access_key_id or None,
        aws_secret_access_key=given.secret_access_key or None,
        aws_session_token=given.session_token or None,
        region_name=given.region or None,
    )
    return clients_from_session(session, settings, given.endpoint_url)
