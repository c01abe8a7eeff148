"""Probe encodes: which commands are run, and what of them is left out. ffmpeg is the test's own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import ffmpeg
import pytest

from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import MediaInfo
from media_workflows.errors import EncodeError, LimitExceededError, MediaError
from media_workflows.media.ffmpeg.cancel import CancelToken
from media_workflows.media.ffmpeg.decode_log import DecodeLog
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.ffmpeg.limits import ProcessLimits
from media_workflows.media.ffmpeg.run import OnProgress, Runner
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.jobs.sample import Part
from media_workflows.media.jobs.target_vmaf.choice import Probe
from media_workflows.media.jobs.target_vmaf.probing import Prober
from media_workflows.media.jobs.target_vmaf.search import Rendition
from media_workflows.media.jobs.target_vmaf.windows import SourceRate, windows
from probed import video_stream

INFO = MediaInfo(container="mov,mp4", duration_s=60, size_bytes=1, bitrate_bps=1, video=video_stream())
WINDOWS = (Part(0, 1), Part(20, 1), Part(40, 1))
_LOG = re.compile(r"log_path=([^:\[\];]+)")
_NO_LIMITS = ProcessLimits(1, 1, 1, 1)


@dataclass(frozen=True)
class Ffmpeg(Runner):
    """Writes 1,000 bytes for each output, and as the score 100 less its crf; fails where `error` has one."""

    binary: str = "ffmpeg"
    limits: ProcessLimits = _NO_LIMITS
    cancellation: CancelToken = field(default_factory=CancelToken)
    error: Callable[[str], MediaError | None] = lambda _: None
    damaged: str = "nothing"
    commands: list[str] = field(default_factory=list)
    crfs: dict[str, int] = field(default_factory=dict)

    def run(
        self,
        graph: Stream,
        work_dir: Path,
        expected_duration_s: float = 0.0,
        on_progress: OnProgress = lambda _: None,
        log: DecodeLog | None = None,
    ) -> float:
        words = ffmpeg.compile(graph)
        self.commands.append(" ".join(words))
        if error := self.error(self.commands[-1]):
            raise error
        if log is not None and self.damaged in self.commands[-1]:
            log.feed("[h264 @ 0x1] error while decoding MB 2 1, bytestream 2135")
        for position, word in enumerate(words):
            if word.endswith(".mkv") and not word.startswith("file:"):
                (work_dir / word).write_bytes(b"0" * 1000)
                crf = words[: position + 1][::-1].index("-crf")
                self.crfs[word] = int(words[position - crf + 1])
        for name in _LOG.findall(self.commands[-1]):
            score = 100 - self.crfs[name.removesuffix(".vmaf.json")]
            (work_dir / name).write_text(json.dumps({"pooled_metrics": {"vmaf": {"mean": score}}}))
        return 0.5


def rendition(height: int = 0, windows: tuple[Part, ...] = WINDOWS) -> Rendition:
    item = TranscodeItem.model_validate(
        {"parameters": {"container": "mkv", "video": {"codec": "h264", "target_vmaf": 90, "height": height}}}
    )
    return Rendition(item, "h264", 90, windows, 3)


def prober(
    tmp_path: Path, runner: Ffmpeg, on_probe: Callable[[], None] = lambda: None, info: MediaInfo = INFO
) -> Prober:
    context = BuildContext(Path("/in/name.mp4"), info, tmp_path, BUNDLED_FONT)
    return Prober(context, runner, tmp_path / "probes", on_probe)


def test_a_window_is_encoded_and_measured_once_for_all_renditions(tmp_path: Path) -> None:
    runner, calls = Ffmpeg(), []
    probing = prober(tmp_path, runner, lambda: calls.append(len(runner.commands)))
    found = probing({(0, None): (rendition(), 20), (1, None): (rendition(360), 30)})
    assert found == {(0, None): Probe(20, 80.0, 8), (1, None): Probe(30, 70.0, 8)}
    assert calls == list(range(6))
    encode, measure = runner.commands[:2]
    assert encode.count("-i ") == 1  # one decode
    assert ("-crf 20 " in encode, "-crf 30 " in encode) == (True, True)
    assert measure.count("libvmaf=") == 2
    assert measure.count("/in/name.mp4") == 1
    assert "vmaf_v0.6.1neg" in measure
    assert probing.cpu_s == 3.0
    assert not (tmp_path / "probes").exists()


def test_the_renditions_of_a_command_share_the_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """libvmaf holds its buffers once for each thread."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    runner = Ffmpeg()
    prober(tmp_path, runner)({(number, None): (rendition(), 20) for number in range(3)})
    assert re.findall(r"n_threads=(\d+)", runner.commands[1]) == ["2"] * 3


def test_a_source_of_one_frame_without_a_duration(tmp_path: Path) -> None:
    info = INFO.model_copy(update={"duration_s": 0.0})
    whole = windows(Part(0.0, 0.0), SourceRate())
    probing = prober(tmp_path, Ffmpeg(), info=info)
    assert probing({(0, None): (rendition(windows=whole), 20)}) == {(0, None): Probe(20, 80.0, 200)}


def test_a_window_that_cannot_be_measured_is_left_out_of_that_rendition(tmp_path: Path) -> None:
    def error(command: str) -> MediaError | None:
        return EncodeError("no frame:\n{output}", output="") if "20." in command and "-crf 30" in command else None

    found = prober(tmp_path, Ffmpeg(error=error))({(0, None): (rendition(), 20), (1, None): (rendition(), 30)})
    assert found == {(0, None): Probe(20, 80.0, 8), (1, None): Probe(30, 70.0, 8)}


def test_a_window_with_damage_is_left_out(tmp_path: Path) -> None:
    """Of these three, the second."""
    runner = Ffmpeg(damaged="20.")
    assert prober(tmp_path, runner)({(0, None): (rendition(), 25)}) == {(0, None): Probe(25, 75.0, 8)}
    assert len(runner.commands) == 5
    broken = prober(tmp_path, Ffmpeg(damaged="name"))({(0, None): (rendition(), 25)})
    assert "two decodes of it differ" in str(broken[0, None])


def test_a_rendition_without_a_window_has_the_error(tmp_path: Path) -> None:
    failure = EncodeError("no frame:\n{output}", output="")
    found = prober(tmp_path, Ffmpeg(error=lambda _: failure))({(0, None): (rendition(), 20)})
    assert found == {(0, None): failure}
    empty = prober(tmp_path, Ffmpeg())({(0, None): (rendition(windows=(Part(99, 0),)), 20)})
    assert isinstance(empty[0, None], MediaError)


def test_a_limit_ends_all_probes_at_once(tmp_path: Path) -> None:
    limit = LimitExceededError("ffmpeg ran for too long")
    runner = Ffmpeg(error=lambda _: limit)
    found = prober(tmp_path, runner)({(0, None): (rendition(), 20), (1, None): (rendition(), 30)})
    assert set(map(id, found.values())) == {id(limit)}
    assert len(runner.commands) == 1


def test_other_errors_leave_nothing_behind(tmp_path: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prober(tmp_path, Ffmpeg(), stop)({(0, None): (rendition(), 20)})
    assert not (tmp_path / "probes").exists()
