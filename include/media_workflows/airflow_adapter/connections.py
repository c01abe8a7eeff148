"""Clients and secrets inside Airflow: from an Airflow connection when one is named, else from the settings."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from media_workflows.domain.content_key import StoredKey
from media_workflows.domain.notification import AnyTarget, ChatTarget, EmailTarget, HttpTarget, is_http_url
from media_workflows.errors import AirflowStateError, NotificationError, WorkerError
from media_workflows.notifications.transports.credentials import Credentials, credentials_of_settings
from media_workflows.notifications.transports.email import MailServer
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import Clients, clients_from_session, make_clients

if TYPE_CHECKING:
    from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
    from airflow.sdk import Connection

CLIENTS_LIFE_S = 60


def read_stored_connections() -> None:
    """Let this process find connections in Airflow's database, as Airflow's own servers do.

    A task or trigger asks the api-server instead and must not call this; a command line has no api-server to ask.
    """
    os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"  # internal to Airflow; covered by an integration test


def airflow_clients(settings: Settings | None = None) -> Clients:
    """New S3, SQS and SNS clients; a connection is read by the Amazon provider's own hook.

    Raises AirflowStateError when the connection does not exist, WorkerError when Airflow could not read it.
    """
    settings = settings or get_settings()
    if not settings.aws_conn_id:
        return make_clients(settings)
    from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

    hook = AwsBaseHook(aws_conn_id=settings.aws_conn_id, client_type="s3")
    require_connection(hook)
    return clients_from_session(hook.get_session(), settings, hook.conn_config.endpoint_url or "")


def require_connection(hook: AwsBaseHook) -> None:
    """Raises AirflowStateError where the hook's connection does not exist: Airflow takes the environment instead.

    Raises WorkerError as `_require_answer`.
    """
    if hook.aws_conn_id and not hook.conn_config:
        _require_answer(hook.aws_conn_id)
        raise AirflowStateError(
            "there is no Airflow connection '{connection}': create it, or correct `aws_conn_id`",
            connection=hook.aws_conn_id,
        )


def shared_clients() -> Clients:
    """The process's clients, replaced every minute: making them is slow, and credentials may change."""
    return _clients_of(int(time.monotonic() // CLIENTS_LIFE_S))


@lru_cache(maxsize=1)
def _clients_of(_minute: int) -> Clients:
    return airflow_clients()


def receiver_credentials(target: AnyTarget) -> Credentials:
    """The credentials for a target: from its connection, else from the settings. Raises NotificationError.

    The connection's password holds webhook secrets separated by spaces; its extra may contain `notify_key` (a
    NotifyKey), `headers` (name -> value) and `query` (added to the URL's), if the receiver requires them. Its host
    must be the callback's: otherwise an editor of a workflow could send another receiver's secrets to a host of their
    own. That of a chat robot has its webhook URL as the password, and `sign_secret` in its extra; that of e-mail is of
    type SMTP.
    """
    if target.connection is None:
        return credentials_of_settings(get_settings())
    found = _connection(target.connection)
    if isinstance(target, ChatTarget):
        return _masked(_robot(found, target))
    if isinstance(target, EmailTarget):
        return _masked(Credentials(mail_server=_mail_server(found, target)))
    if isinstance(target, HttpTarget) and (found.host or "").lower() != target.host:
        raise NotificationError(
            "connection '{connection}' is for host '{connection_host}', the request goes to '{host}': "
            "set the connection's host to it, or name another connection",
            connection=target.connection,
            connection_host=found.host or "(none)",
            host=target.host,
        )
    return _masked(_credentials(found))


def stored_key(name: str) -> StoredKey:
    """The key of an encryption: the connection's password, with `key_id` in its extra. Raises NotificationError."""
    found = _connection(name)
    key = found.password or ""
    _mask([key] if key else [])
    return StoredKey(key, str(found.extra_dejson.get("key_id", "")))


def _connection(name: str) -> Connection:
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return BaseHook.get_connection(name)
    except AirflowNotFoundException:
        _require_answer(name)
        raise NotificationError(
            "there is no Airflow connection '{connection}': create it, or correct `connection`",
            connection=name,
        ) from None


def _require_answer(name: str) -> None:
    """Require that Airflow itself says that there is no such connection. Raises WorkerError.

    Airflow takes each failure of its api-server, as while its database is away, for a connection that does not exist.
    """
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection

    comms = getattr(task_runner, "SUPERVISOR_COMMS", None)
    if comms is None:  # no task: this process reads Airflow's database, or its environment
        return
    try:
        answer = comms.send(GetConnection(conn_id=name))
    except AirflowRuntimeError as error:
        answer = error.error
    if not isinstance(answer, ErrorResponse) or answer.error != ErrorType.CONNECTION_NOT_FOUND:
        raise WorkerError(
            "Airflow's api-server could not read connection '{connection}': see its log; the task is tried again",
            connection=name,
        )


def _credentials(connection: Connection) -> Credentials:
    extra = connection.extra_dejson
    return Credentials(
        webhook_secrets=tuple((connection.password or "").split()),
        notify_key=str(extra.get("notify_key", "")),
        headers={str(name): str(value) for name, value in (extra.get("headers") or {}).items()},
        query=str(extra.get("query", "")).removeprefix("?"),
    )


def _robot(connection: Connection, target: ChatTarget) -> Credentials:
    """Raises NotificationError where the password is no URL: a secret of another kind is never sent anywhere."""
    url = connection.password or ""
    if not is_http_url(url):
        raise NotificationError(
            "the password of Airflow connection '{connection}' is not the webhook URL of a robot: copy it from the "
            "robot's settings",
            connection=target.connection,
        )
    return Credentials(robot_url=url, sign_secret=str(connection.extra_dejson.get("sign_secret", "")))


def _mail_server(connection: Connection, target: EmailTarget) -> MailServer:
    """Raises NotificationError where the connection is not that of a mail server."""
    extra = connection.extra_dejson
    sender = str(extra.get("from_email") or connection.login or "")
    if connection.conn_type not in ("smtp", "email") or not connection.host or not sender:
        raise NotificationError(
            "Airflow connection '{connection}' cannot send e-mail: it must be of type SMTP, with a host and, in its "
            "extra, `from_email`",
            connection=target.connection,
        )
    return MailServer(
        host=connection.host,
        port=connection.port or 0,
        sender=sender,
        user=connection.login or "",
        password=connection.password or "",
        uses_ssl=not extra.get("disable_ssl", False),
        uses_starttls=not extra.get("disable_tls", False),
        verifies=extra.get("ssl_context") != "none",
    )


def _masked(credentials: Credentials) -> Credentials:
    """The same credentials, after registering them for masking in Airflow's logs."""
    _mask(credentials.secrets)
    return credentials


def _mask(secrets: Iterable[str]) -> None:
    from airflow.sdk.log import mask_secret

    for secret in secrets:
        mask_secret(secret)
