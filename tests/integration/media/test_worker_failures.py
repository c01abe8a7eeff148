"""Failures of the worker while ffmpeg runs: retryable, and named as the worker's."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import ffmpeg
import pytest

from clips import Clips
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import WorkerError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.limits import ffmpeg_limits
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

pytestmark = pytest.mark.isolates

SLOW = {"container": "mp4", "video": {"codec": "h265", "crf": 5, "width": 4096, "height": 2160, "fps": 120}}


def _ffmpeg_below(work_dir: Path) -> int:
    """The id of the ffmpeg process whose directory is `work_dir`, once it encodes."""
    for _ in range(600):
        for process in Path("/proc").glob("[0-9]*"):
            try:
                program = (process / "exe").readlink().name
                if program.startswith("ffmpeg") and (process / "cwd").readlink() == work_dir:
                    return int(process.name)
            except OSError:
                continue
        time.sleep(0.05)
    raise AssertionError("ffmpeg did not start")


def _wait_until_it_handles_sigterm(process: int) -> None:
    """It does so once it has set itself up."""
    status = Path(f"/proc/{process}/status")
    for _ in range(600):
        handled = next(line for line in status.read_text().splitlines() if line.startswith("SigCgt:"))
        if int(handled.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.05)
    raise AssertionError("ffmpeg does not handle SIGTERM")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_an_ffmpeg_that_others_end_is_the_workers_failure(clips: Clips, tmp_path: Path, sent: signal.Signals) -> None:
    def end_it() -> None:
        process = _ffmpeg_below(tmp_path)
        _wait_until_it_handles_sigterm(process)
        os.kill(process, sent)

    ender = threading.Thread(target=end_it)
    ender.start()
    item = TranscodeItem.model_validate({"parameters": SLOW})
    with pytest.raises(WorkerError, match="from outside") as caught:
        run_job(JobRequest("transcode", [item], clips.plain, "in/a.mp4", tmp_path), lambda _: None, Settings())
    ender.join()
    assert caught.value.retryable


def test_a_full_disk_is_the_workers_failure(tmp_path: Path) -> None:
    picture: Any = ffmpeg.input("testsrc2=size=640x360:rate=25:duration=2", format="lavfi")
    graph = picture.output("/dev/full", format="mpegts", vcodec="mpeg2video")
    runner = Runner(ffmpeg_binary(""), ffmpeg_limits(Settings(), 2), CancelToken())
    with pytest.raises(WorkerError, match="no space left on the worker's disk; free space below the setting data_dir"):
        runner.run(graph, tmp_path)
