"""The demo's services, and the buckets and queue they need."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Sequence

import httpx

from media_workflows.demo.layout import HOST, INPUT_BUCKET, OUTPUT_BUCKET, QUEUE, Layout
from media_workflows.demo.supervisor import Service
from media_workflows.errors import DemoError
from media_workflows.storage.clients import Clients

AIRFLOW_COMPONENTS = ("scheduler", "dag-processor", "triggerer", "api-server")
READY_TIMEOUT_S = 180.0


def _service(layout: Layout, name: str, command: list[str], environment: dict[str, str] | None = None) -> Service:
    return Service(name, command, environment or layout.environment, layout.data / "logs" / f"{name}.log")


def database_service(layout: Layout) -> Service:
    """The PostgreSQL service in the foreground; SIGINT is its fast shutdown."""
    service = _service(layout, "postgres", layout.database.command())
    service.popen_arguments = layout.database.popen_arguments()
    service.stop_signal = signal.SIGINT
    return service


def storage_service(layout: Layout) -> Service:
    """The MiniStack service: S3, SQS and SNS with data on disk. It checks no signatures, so it binds to loopback."""
    environment = {
        "TMPDIR": str(layout.data / "tmp"),
        "GATEWAY_PORT": str(layout.s3_port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "MINISTACK_REGION": "us-east-1",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(layout.data / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(layout.data / "s3-state"),
        "SERVICES": "s3,sqs,sns",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }
    return _service(layout, "s3", [sys.executable, "-m", "ministack"], environment)


def receiver_service(layout: Layout) -> Service:
    """The event receiver service."""
    command = [
        sys.executable,
        "-m",
        "media_workflows.demo.receiver",
        str(layout.receiver_port),
        str(layout.events_file),
    ]
    return _service(layout, "receiver", command)


def airflow_services(layout: Layout, components: Sequence[str] = AIRFLOW_COMPONENTS) -> list[Service]:
    """The Airflow services: scheduler (with its LocalExecutor), dag-processor, triggerer, api-server; or a subset."""
    return [_service(layout, name, [sys.executable, "-m", "airflow", name]) for name in components]


def wait_for(layout: Layout, what: str, ready: Callable[[], bool]) -> None:
    """Poll until `ready()`. Raises DemoError after 180 s."""
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not ready():
        if time.monotonic() > deadline:
            raise DemoError(
                "{service} did not become ready in {timeout_s} s; see {logs}",
                service=what,
                timeout_s=f"{READY_TIMEOUT_S:.0f}",
                logs=layout.shown_logs,
            )
        time.sleep(0.2)


def answers(url: str) -> bool:
    """Whether a GET request returns 200."""
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def airflow_is_healthy(layout: Layout) -> bool:
    """Whether every component reports healthy."""
    try:
        health = httpx.get(f"{layout.airflow_url}/api/v2/monitor/health", timeout=2).json()
    except (httpx.HTTPError, ValueError):
        return False
    return all(
        health[name]["status"] == "healthy" for name in ("metadatabase", "scheduler", "triggerer", "dag_processor")
    )


def prepare_storage(clients: Clients) -> None:
    """Create the buckets, the event queue and the bucket notification that fills it.

    Repeated at every start, because a killed server loses what it keeps in memory.
    """
    for bucket in (INPUT_BUCKET, OUTPUT_BUCKET):
        if bucket not in {found["Name"] for found in clients.s3.list_buckets()["Buckets"]}:
            clients.s3.create_bucket(Bucket=bucket)
    queue_url = clients.sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
    arn = clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    clients.s3.put_bucket_notification_configuration(
        Bucket=INPUT_BUCKET,
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )


def wait_for_storage(layout: Layout, clients: Clients) -> None:
    """Wait until the S3 server answers, then prepare it for the demo. Raises DemoError."""
    wait_for(layout, "the S3 server", lambda: answers(f"{layout.s3_url}/_ministack/health"))
    prepare_storage(clients)
