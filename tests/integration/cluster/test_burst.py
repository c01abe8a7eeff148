"""`make cluster ARGS=--once`: two workers as two machines share each burst."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from media_workflows.cluster.layout import LOG_BUCKET, WORKERS, free_port
from media_workflows.demo.layout import PORT_DEFAULTS

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 840
BURSTS = 10


@pytest.fixture
def checkout() -> Iterator[Path]:
    """With a short path: that of a database's socket is limited, and a longer one lies elsewhere."""
    with tempfile.TemporaryDirectory(prefix="mw-") as directory:
        for name in ("dags", "plugins", "config", "docker-compose.yaml"):
            (Path(directory) / name).symlink_to(ROOT / name)
        yield Path(directory)


def _run_cluster(checkout: Path, timeout_s: float, *options: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {name: str(free_port()) for name in PORT_DEFAULTS}
    command = [sys.executable, "-m", "media_workflows.cluster", "--once", *options]
    return subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=timeout_s, check=False
    )


@pytest.mark.full
@pytest.mark.timeout(TIMEOUT_S + 60)
def test_both_machines_share_a_burst_and_no_directory(checkout: Path) -> None:
    """Run twice: what the first start has made is used again."""
    for uploads in (8, 2):
        ended = _run_cluster(checkout, TIMEOUT_S, "--uploads", str(uploads))
        shown = ended.stdout + ended.stderr
        if uploads == 8:  # two may be done by one
            assert ended.returncode == 0, shown
        assert f"{uploads} uploads were processed" in shown
        assert all(machine in shown for machine in WORKERS)
    data = checkout / ".cluster"
    of_machine = {name: {log.name for log in (data / name / "logs").rglob("attempt=*.log")} for name in WORKERS}
    assert all(of_machine.values())
    assert not list((data / "logs" / "airflow").rglob("task_id=transcode"))
    for task in ("upload", "transcode", "snapshot_by_time_offset"):
        assert list((data / "s3").glob(f"*/{LOG_BUCKET}/**/task_id={task}")), f"no log of {task} in the bucket"


@pytest.mark.full
@pytest.mark.timeout(3 * TIMEOUT_S + 60)
def test_both_machines_take_part_in_every_one_of_ten_bursts(checkout: Path) -> None:
    """By the names in Airflow's task instances: the command fails at the first burst that lacks one of them."""
    ended = _run_cluster(checkout, 3 * TIMEOUT_S, "--uploads", "8", "--bursts", str(BURSTS))
    shown = ended.stdout + ended.stderr
    assert ended.returncode == 0, shown
    assert f"burst {BURSTS} of {BURSTS}: all machines took part" in shown
    assert all(shown.count(machine) == BURSTS for machine in WORKERS), shown
