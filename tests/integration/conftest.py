"""Servers that integration tests talk to over HTTP, and what makes their media jobs cheap."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from resource_report import PLUGIN, SERVERS, ResourceReport

if TYPE_CHECKING:
    from media_workflows.domain.jobs.streams import VideoParameters

LOOPBACK = "127.0.0.1"
READY_WITHIN_S = 120
STARTS = 3


def _environment(port: int, home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "TMPDIR": str(home),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "MINISTACK_HOST": LOOPBACK,
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "s3"),
        "PERSIST_STATE": "1",
        "STATE_DIR": str(home / "state"),
        "SERVICES": "s3,sqs,sns",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }


def _is_ready(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Whether it comes to answer: not when it has ended, or not in time."""
    deadline = time.monotonic() + READY_WITHIN_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/_ministack/health", timeout=10):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def _started(home: Path) -> tuple[str, subprocess.Popen[bytes]]:
    """The URL and the process of a server. Another process may take a free port first: then it has another."""
    from media_workflows.cluster.layout import free_port

    log = home / "server.log"
    for _ in range(STARTS):
        port = free_port()
        url = f"http://{LOOPBACK}:{port}"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=_environment(port, home),
                cwd=home,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if _is_ready(url, process):
            return url, process
        has_ended = process.poll() is not None
        _stop(process)
        if not has_ended:
            break
    pytest.fail(f"ministack is not ready at {url}; it said:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the whole process group, also when its leader is gone already."""
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
            process.wait(timeout=20)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait(timeout=60)


@pytest.fixture(scope="session")
def aws_environment() -> Iterator[None]:
    """Credentials the test servers accept, and nothing of the developer's own AWS configuration."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("NO_PROXY", f"{LOOPBACK},localhost")
        yield


@pytest.fixture(scope="session")
def s3_server(request: pytest.FixtureRequest, aws_environment: None) -> Iterator[str]:
    """The endpoint URL of a MiniStack (S3, SQS, SNS) of this test session's own."""
    with tempfile.TemporaryDirectory(prefix="ministack-", ignore_cleanup_errors=True) as home_name:
        url, process = _started(Path(home_name))
        try:
            yield url
        finally:
            report = request.config.pluginmanager.get_plugin(PLUGIN)
            assert isinstance(report, ResourceReport)
            with report.counting(SERVERS):
                _stop(process)


@pytest.fixture(scope="session")
def moto_server(aws_environment: None) -> Iterator[str]:
    """The endpoint URL of a moto server in a thread: the second opinion on S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address=LOOPBACK, port=0)
    server.start()
    try:
        yield f"http://{LOOPBACK}:{server.get_host_and_port()[1]}"
    finally:
        server.stop()


@pytest.fixture(
    scope="session",
    params=[pytest.param("s3_server", id="ministack"), pytest.param("moto_server", id="moto", marks=pytest.mark.full)],
)
def endpoint(request: pytest.FixtureRequest) -> str:
    """The endpoint URL of each S3 server in turn."""
    return str(request.getfixturevalue(request.param))


# Enough of an encoder for the tests: profiles, rates and structure are those of the slower presets.
FASTEST: dict[str, dict[str, Any]] = {
    "h264": {"preset": "superfast"},
    "h265": {"preset": "ultrafast"},
    "av1": {"preset": 10},  # from 12 on, streams of crf 1 and small frames do not decode
    "vp8": {"cpu-used": 8},
    "vp9": {"cpu-used": 8},
}


@pytest.fixture(autouse=True)
def _fastest_presets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Encoders at their fastest, unless a test is marked `real_presets`."""
    if request.node.get_closest_marker("real_presets"):
        return
    from media_workflows.media.encoders import video as video_encoders

    def fastest(codec: str) -> Callable[[VideoParameters], dict[str, Any]]:
        options = video_encoders.TUNING[codec]
        return lambda parameters: {**options(parameters), **FASTEST[codec]}

    monkeypatch.setattr(video_encoders, "TUNING", video_encoders.TUNING | {codec: fastest(codec) for codec in FASTEST})


@pytest.fixture(autouse=True)
def _reads_in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Media files are read without a child process for each reading, unless a test is marked `isolates`.

    A job reads some eight times, and to fork the process that holds all tests costs as much as a small encode. The
    running products and `make test-full` fork for each.
    """
    if request.node.get_closest_marker("isolates") or settings.get_current_profile_name() == "full":
        return
    from media_workflows.media.source import isolated

    monkeypatch.setattr(isolated, "_is_child", True)
