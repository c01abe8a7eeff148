"""Reading a user's file in a child: its value, its error, its limits, and nothing left of it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from leftovers import Resources
from media_workflows.errors import LimitExceededError, MediaError, UnreadableSourceError, WorkerError
from media_workflows.media.source import isolated as isolation
from media_workflows.media.source.isolated import isolated
from media_workflows.settings import get_settings


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    def set_one(name: str, value: str) -> None:
        monkeypatch.setenv(f"MEDIA_WORKFLOWS_{name}", value)
        get_settings.cache_clear()

    yield set_one
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x")
    return path


@isolated
def perform(path: Path, action: Callable[[Path], Any]) -> Any:
    return action(path)


def test_the_value(source: Path) -> None:
    pid, content = perform(source, lambda path: (os.getpid(), path.read_bytes() * 1_000_000))
    assert pid != os.getpid()
    assert content == b"x" * 1_000_000
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_one_call_within_another_stays_in_its_child(source: Path) -> None:
    assert perform(source, lambda path: os.getpid() == perform(path, lambda _: os.getpid()))


def test_an_error_of_the_product_keeps_its_template(source: Path) -> None:
    def fail(path: Path) -> None:
        raise MediaError("{name} is {{bad}}", name=path.name)

    with pytest.raises(MediaError, match=r"^a\.mp4 is {bad}$") as caught:
        perform(source, fail)
    assert (caught.value.template, caught.value.parameters) == ("{name} is {{bad}}", {"name": "a.mp4"})


def test_any_other_error_names_its_place(source: Path) -> None:
    with pytest.raises(IndexError) as caught:
        perform(source, lambda _: [][1])
    assert "test_isolated.py" in caught.value.__notes__[0]


class _Uncopied(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first}, {second}")


def test_an_error_that_cannot_be_copied(source: Path) -> None:
    def fail(_: Path) -> None:
        raise _Uncopied("a", "b")

    with pytest.raises(RuntimeError, match="_Uncopied: a, b"):
        perform(source, fail)


def grow(_: Path) -> None:
    held = []
    while True:
        held.append(b"x" * 4_000_000)
        time.sleep(0.002)


@pytest.mark.parametrize(
    ("name", "value", "action", "message"),
    [
        ("PROBE_TIMEOUT_S", "0.3", lambda _: time.sleep(60), r"reading 'a\.mp4' took more than 0 s"),
        ("PROBE_MEMORY_BYTES", "50000000", grow, r"reading 'a\.mp4' took more than 47 MiB of memory"),
    ],
)
def test_a_limit(limit: Any, source: Path, name: str, value: str, action: Any, message: str) -> None:
    limit(name, value)
    began = time.monotonic()
    with pytest.raises(LimitExceededError, match=message) as caught:
        perform(source, action)
    assert time.monotonic() - began < 40
    assert (caught.value.code, caught.value.retryable) == ("LimitExceeded", False)


def test_time_in_which_the_parent_stood_still_does_not_count(monkeypatch: pytest.MonkeyPatch, source: Path) -> None:
    """Its machine or container was paused, and the child with it."""
    monkeypatch.setattr(isolation, "time", SimpleNamespace(monotonic=count(0, 3600).__next__))
    monkeypatch.setattr(isolation, "_IDLE_S", 100.0)

    def read(path: Path) -> bytes:
        time.sleep(0.5)
        return path.read_bytes()

    assert perform(source, read) == b"x"


@pytest.mark.parametrize(
    ("sent", "error", "message"),
    [
        (signal.SIGSEGV, UnreadableSourceError, r"crashed \(SIGSEGV\): it is damaged"),
        (signal.SIGKILL, WorkerError, "ended by SIGKILL from outside"),
    ],
)
def test_a_child_that_dies(source: Path, sent: signal.Signals, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        perform(source, lambda _: os.kill(os.getpid(), sent))


def test_a_crash_ends_the_child_whatever_the_parent_does_with_its_own(source: Path) -> None:
    former = signal.signal(signal.SIGSEGV, lambda *_: None)
    try:
        with pytest.raises(UnreadableSourceError, match="SIGSEGV"):
            perform(source, lambda _: os.kill(os.getpid(), signal.SIGSEGV))
    finally:
        signal.signal(signal.SIGSEGV, former or signal.SIG_DFL)


def test_a_child_that_hangs_is_forked_again(monkeypatch: pytest.MonkeyPatch, source: Path, tmp_path: Path) -> None:
    monkeypatch.setattr(isolation, "_IDLE_S", 0.5)
    begun = tmp_path / "begun"

    def hang_once(_: Path) -> str:
        if begun.exists():
            return "read"
        begun.touch()
        threading.Event().wait()
        return "never"

    assert perform(source, hang_once) == "read"


def test_nothing_of_the_parent_is_freed_in_a_child(monkeypatch: pytest.MonkeyPatch, source: Path) -> None:
    """A decoder in a reference cycle: to free it in the child would wait for threads that the child lacks."""

    class Decoder:
        def __init__(self) -> None:
            self.cycle = self
            self.process = os.getpid()

        def __del__(self) -> None:
            if os.getpid() != self.process:
                time.sleep(60)

    threshold = gc.get_threshold()
    monkeypatch.setattr(os, "setsid", lambda: [[] for _ in range(100_000)])  # the child's first step, enough to collect
    gc.set_threshold(50_000)  # more than the parent allocates in this call
    try:
        Decoder()
        assert perform(source, lambda path: path.read_bytes()) == b"x"
        assert gc.isenabled()
    finally:
        gc.set_threshold(*threshold)


def test_children_that_all_hang(monkeypatch: pytest.MonkeyPatch, source: Path) -> None:
    monkeypatch.setattr(isolation, "_IDLE_S", 0.3)
    with pytest.raises(WorkerError, match=r"reading 'a\.mp4' made no progress for 0 s, 3 times") as caught:
        perform(source, lambda _: threading.Event().wait())
    assert caught.value.retryable


def test_a_slow_child_that_reads_does_not_hang(monkeypatch: pytest.MonkeyPatch, source: Path) -> None:
    monkeypatch.setattr(isolation, "_IDLE_S", 1.0)

    def read_slowly(path: Path) -> bytes:
        for _ in range(20):
            content = path.read_bytes()
            time.sleep(0.1)
        return content

    assert perform(source, read_slowly) == b"x"


def is_socket(number: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def test_it_holds_none_of_its_parents_connections(source: Path) -> None:
    mine, others = socket.socketpair()
    with mine, others:
        held = perform(source, lambda _: [is_socket(number) for number in range(3, 100)])
    assert not any(held)


def test_an_interrupted_parent_leaves_no_child(monkeypatch: pytest.MonkeyPatch, source: Path, tmp_path: Path) -> None:
    begun, waits, children = tmp_path / "begun", threading.Event(), Resources.now().children
    usage = vars(isolation)["usage"]

    def noted(pid: int) -> Any:
        waits.set()
        return usage(pid)

    monkeypatch.setattr(isolation, "usage", noted)
    monkeypatch.setattr(isolation, "_IDLE_S", 120.0)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def interrupt_later() -> None:
        """Not while it forks: an exception within Python's own hooks is ignored, and logging stays locked."""
        while not begun.exists():
            time.sleep(0.01)
        waits.wait()
        os.kill(os.getpid(), signal.SIGUSR1)

    def sleep(_: Path) -> None:
        begun.touch()
        threading.Event().wait()

    before = signal.signal(signal.SIGUSR1, interrupt)
    interrupter = threading.Thread(target=interrupt_later)
    interrupter.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            perform(source, sleep)
    finally:
        interrupter.join()
        signal.signal(signal.SIGUSR1, before)
    assert Resources.now().children <= children
