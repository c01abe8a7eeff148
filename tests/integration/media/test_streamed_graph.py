"""An ffmpeg whose output is read as it comes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import ffmpeg
import pytest

from media_workflows.errors import EncodeError, JobCancelledError
from media_workflows.media.ffmpeg import run
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.run import ffmpeg_binary, streamed_graph

BINARY = ffmpeg_binary("")


def endless_frames() -> Any:
    return ffmpeg.input("testsrc2=s=320x180", f="lavfi").output("pipe:1", format="rawvideo", pix_fmt="gray")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The processes that were started."""
    processes: list[Any] = []
    spawn = run._spawn
    monkeypatch.setattr(run, "_spawn", lambda *given: processes.append(spawn(*given)) or processes[-1])
    return processes


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_all_of_it_is_read(tmp_path: Path) -> None:
    graph = ffmpeg.input("testsrc2=s=320x180:d=2:r=10", f="lavfi").output("pipe:1", format="rawvideo", pix_fmt="gray")
    with streamed_graph(graph, tmp_path, BINARY, CancelToken()) as running:
        read = len(running.stdout.read())
    assert read == 20 * 320 * 180
    assert running.cpu_s > 0


def test_a_body_that_raises_leaves_no_process(tmp_path: Path, started: list[Any]) -> None:
    def body() -> None:
        with streamed_graph(endless_frames(), tmp_path, BINARY, CancelToken()) as running:
            running.stdout.read(1000)
            raise KeyError

    with pytest.raises(KeyError):
        body()
    assert not is_alive(started[0].pid)


def test_cancelled_while_it_is_read(tmp_path: Path, started: list[Any]) -> None:
    cancellation = CancelToken()

    def body() -> None:
        with streamed_graph(endless_frames(), tmp_path, BINARY, cancellation) as running:
            running.stdout.read(1000)
            cancellation.cancel()
            running.stdout.read()  # it ends, or the test never would

    with pytest.raises(JobCancelledError):
        body()
    assert not is_alive(started[0].pid)


def test_a_failure_comes_with_last_words(tmp_path: Path) -> None:
    graph = ffmpeg.input("file:none.mp4").output("pipe:1", format="rawvideo")
    with (
        pytest.raises(EncodeError, match="No such file"),
        streamed_graph(graph, tmp_path, BINARY, CancelToken()) as running,
    ):
        assert running.stdout.read() == b""
