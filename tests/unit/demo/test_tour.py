"""The demo's sample run ends with one message, whatever Airflow answers."""

from __future__ import annotations

import socket
from pathlib import Path

import boto3
import pytest
from rich.console import Console

from media_workflows.demo.layout import Layout
from media_workflows.demo.tour import Tour
from media_workflows.errors import DemoError
from media_workflows.storage.clients import Clients


@pytest.mark.parametrize("answers", [False, True])
def test_an_airflow_without_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: bool) -> None:
    monkeypatch.setattr("media_workflows.demo.api.TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DEMO_AIRFLOW_PORT", str(silent.getsockname()[1]))
        if not answers:
            silent.close()
        with pytest.raises(DemoError, match=r"^POST /auth/token has no answer \(.+\): if this machine is busy"):
            Tour(Layout(tmp_path, tmp_path), Clients(boto3.Session(), region="eu-west-3"), Console())
