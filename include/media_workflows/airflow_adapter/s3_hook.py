"""The Amazon provider's S3 hook over this service's clients. Imports boto3: for tasks and triggers, not DAG files."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from airflow.providers.amazon.aws.hooks.s3 import S3Hook

from media_workflows.airflow_adapter.connections import airflow_clients, require_connection
from media_workflows.settings import get_settings
from media_workflows.storage.clients import s3_config, with_shared_descriptions

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class MediaS3Hook(S3Hook):
    """`S3Hook` that reaches the same storage as the operators, with their addressing, retries and timeouts.

    Without `aws_conn_id` its client is that of the service's settings, and `region_name`, `verify` and `config` do not
    apply. With one, the settings' `s3_endpoint_url` applies if the connection names no endpoint.
    """

    @cached_property
    def conn(self) -> S3Client:
        """The client, made at its first use."""
        if not self.aws_conn_id:
            return airflow_clients().s3
        require_connection(self)
        endpoint_url = self.conn_config.get_service_endpoint_url("s3") or get_settings().s3_endpoint_url
        session = with_shared_descriptions(self.get_session(region_name=self.region_name))
        return session.client(
            "s3",
            endpoint_url=endpoint_url or None,
            config=s3_config().merge(self.config) if self.config else s3_config(),
            verify=self.verify,
        )
