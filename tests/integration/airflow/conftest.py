"""A real Airflow (scheduler, triggerer, dag-processor, api-server) with real PostgreSQL and S3, once per session."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_product import POLL_INTERVAL_S, Product
from clips import Clips
from media_workflows.demo.layout import Layout
from media_workflows.demo.stack import Stack

CONNECTION = "media_s3"  # a stored one, so that every process is seen to find it
ROOT = Path(__file__).parents[3]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Everything up, on free ports, with data of its own; users admin and viewer."""
    data = Path(tempfile.mkdtemp(prefix="mw-"))
    saved = dict(os.environ)
    for name in ("DEMO_AIRFLOW_PORT", "DEMO_S3_PORT", "DEMO_RECEIVER_PORT"):
        os.environ[name] = str(_free_port())
    layout = Layout(ROOT, data)
    (data / "airflow").mkdir()
    (data / "airflow" / "passwords.json").write_text(json.dumps({"viewer": "viewer"}))
    layout.environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] = "admin:admin,viewer:viewer"
    layout.environment["MEDIA_WORKFLOWS_UPLOAD_POLL_INTERVAL_S"] = str(POLL_INTERVAL_S)
    layout.environment["MEDIA_WORKFLOWS_NOTIFY_RETRIES"] = "0"
    layout.environment["MEDIA_WORKFLOWS_AWS_CONN_ID"] = CONNECTION
    stack = Stack(layout, print)
    try:
        stack.start()
        os.environ.clear()
        os.environ.update(saved)
        product = Product(stack)
        product.add_connection(CONNECTION)
        yield product
    finally:
        os.environ.clear()
        os.environ.update(saved)
        stack.stop()
        os.environ.get("KEEP") or shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good, small clip."""
    return Clips(tmp_path_factory.mktemp("clip")).plain
