"""Clients and secrets inside Airflow: by an Airflow connection when one is named, else from the settings."""

from __future__ import annotations

import os
import time
from functools import lru_cache

from media_workflows.errors import NotificationError
from media_workflows.events.delivery import Credentials, credentials_of_settings
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import Clients, clients_from_session, make_clients

CLIENTS_LIFE_S = 60


def read_stored_connections() -> None:
    """Let this process find connections in Airflow's database, as Airflow's own servers do.

    A task or trigger asks the api-server instead and must not call this; a command line has nobody to ask.
    """
    os.environ["_AIRFLOW_PROCESS_CONTEXT"] = "server"  # internal to Airflow; covered by an integration test


def airflow_clients(settings: Settings | None = None) -> Clients:
    """S3, SQS and SNS clients. The connection goes through the Amazon provider's own hook."""
    settings = settings or get_settings()
    if not settings.aws_conn_id:
        return make_clients(settings)
    from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook

    hook = AwsBaseHook(aws_conn_id=settings.aws_conn_id, client_type="s3")
    return clients_from_session(hook.get_session(), settings, hook.conn_config.endpoint_url or "")


def shared_clients() -> Clients:
    """The same clients for a minute: making them takes longer than most requests, and credentials may change."""
    return _clients_of(int(time.monotonic() // CLIENTS_LIFE_S))


@lru_cache(maxsize=1)
def _clients_of(_minute: int) -> Clients:
    return airflow_clients()


def receiver_credentials(connection: str | None) -> Credentials:
    """What signs the events for a target: of its connection, else of the settings. Raises NotificationError.

    The connection's password holds webhook secrets separated by spaces, its extra `notify_key` a NotifyKey.
    """
    if connection is None:
        return credentials_of_settings(get_settings())
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException
    from airflow.sdk.log import mask_secret

    try:
        found = BaseHook.get_connection(connection)
    except AirflowNotFoundException:
        message = (
            f"there is no Airflow connection {connection!r}: create it, or correct the notification's `connection`"
        )
        raise NotificationError(message) from None
    credentials = Credentials(tuple((found.password or "").split()), str(found.extra_dejson.get("notify_key", "")))
    for secret in (*credentials.webhook_secrets, credentials.notify_key):
        mask_secret(secret)
    return credentials
