"""The health checks of docker-compose.yaml, on what it runs: they pass, cost little, and fail elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

import pytest

from airflow_product import Product, eventually
from media_workflows.cluster.layout import COMPONENTS, WORKERS, ComposeLayout
from processor_time import least_cpu_s

MAX_CPU_S = 0.2  # as docs/operations.md says; Airflow's own check takes seconds


def check(product: Product, service: str, host: str = "") -> subprocess.CompletedProcess[str]:
    """The check of a service, as its container runs it."""
    layout = product.layout
    assert isinstance(layout, ComposeLayout)
    environment = os.environ | layout.environment_of(service) | ({"HOSTNAME": host} if host else {})
    kind, *command = (part.replace("$$", "$") for part in layout.services[service]["healthcheck"]["test"])
    ports = {
        "127.0.0.1:8080": f"127.0.0.1:{layout.airflow_port}",
        "127.0.0.1:8974": f"127.0.0.1:{environment['AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT']}",
    }
    for there, here in ports.items():
        command = [layout.native(part.replace(there, here), layout.data) for part in command]
    if kind == "CMD-SHELL":
        command = ["/bin/sh", "-c", *command]
    command = [sys.executable if part == "python" else part for part in command]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def passes(product: Product, service: str, host: str = "") -> bool:
    return check(product, service, host).returncode == 0


def passes_cheaply(product: Product, service: str, host: str = "") -> None:
    eventually(partial(passes, product, service, host))
    assert least_cpu_s(partial(check, product, service, host)) < MAX_CPU_S


@pytest.mark.parametrize("service", COMPONENTS)
def test_a_component(product: Product, service: str) -> None:
    passes_cheaply(product, service)


def test_the_workers(product: Product) -> None:
    """Each by its own name: another one's heartbeat is not its own."""
    for name, service in WORKERS.items():
        passes_cheaply(product, service, name)
        assert not passes(product, service, f"{name}-gone")


def test_the_product(product: Product) -> None:
    """Uploads are detected and events are sent, whatever other tests do to single receivers."""
    product.enable(product.create("healthy"))
    health = eventually(lambda: (answer := product.api.get("/health").json())["detection"] == "ok" and answer)
    assert health["outbox_age_s"] < 300
    text = product.api.get("/metrics").raise_for_status().text
    assert 'media_workflows_component_up{component="scheduler"} 1.0' in text.splitlines()
