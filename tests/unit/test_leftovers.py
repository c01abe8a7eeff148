"""What a test leaves behind is found: the guard of every other test."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

import leftovers as module
from leftovers import Resources, leftovers, processes_with

CHILD = [sys.executable, "-c", "import sys; sys.stdin.read()"]


@pytest.fixture(autouse=True)
def _no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_S", 0.1)


def test_a_thread() -> None:
    before, end = Resources.now(), threading.Event()
    thread = threading.Thread(target=end.wait, name="left")
    thread.start()
    assert leftovers(before) == ["thread left"]
    end.set()
    thread.join()
    assert leftovers(before) == []


def test_a_process_and_one_that_nothing_has_waited_for() -> None:
    before = Resources.now()
    with subprocess.Popen(CHILD, stdin=subprocess.PIPE) as child:
        (found,) = leftovers(before)
        assert found.startswith(f"process {child.pid}: ")
        assert child.stdin is not None
        child.stdin.close()
        (found,) = leftovers(before)
    assert leftovers(before) == []


def test_a_temporary_file() -> None:
    before = Resources.now()
    with tempfile.NamedTemporaryFile(prefix="left-") as file:
        assert leftovers(before) == [f"temporary file {Path(file.name).name}"]
    assert leftovers(before) == []


def test_a_process_is_found_by_its_environment() -> None:
    with subprocess.Popen(CHILD, stdin=subprocess.PIPE, env={"MARK": "here"}) as child:
        _wait_until_it_runs(child)
        (found,) = processes_with("MARK", "here")
        assert found.startswith(f"process {child.pid}: ")
        assert processes_with("MARK", "elsewhere") == []
        child.communicate()


def _wait_until_it_runs(child: subprocess.Popen[bytes]) -> None:
    """Until the child runs its own program: before, /proc shows this one's environment."""
    environment = Path(f"/proc/{child.pid}/environ")
    while b"MARK=" not in environment.read_bytes():
        assert child.poll() is None
