"""Real ffmpeg on hardware encoders: it knows every option we give, and says why none works here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from media_workflows.domain.jobs.stream_limits import HARDWARE_CODECS
from media_workflows.domain.jobs.streams import VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import HardwareUnavailableError
from media_workflows.media.encoders import hardware, hardware_check
from media_workflows.media.encoders.hardware_check import require_encoder
from media_workflows.media.ffmpeg.run import Runner, ffmpeg_binary
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings
from probed import video_stream

VIDEO = video_stream(640, 360)
PAIRS = [(codec, encoder) for encoder, codecs in HARDWARE_CODECS.items() for codec in sorted(codecs)]
# Of ffmpeg's own, for every encoder.
GENERIC = {"c", "b", "maxrate", "minrate", "bufsize", "g", "bf", "level", "profile", "global_quality"}
GENERIC |= {"fps_mode", "enc_time_base"}
ASKED: list[dict[str, Any]] = [
    {"crf": 20, "gop_s": 2, "no_scene_cut": True},
    {"bitrate_kbps": 800, "mode": "cbr"},
    {"bitrate_kbps": 800},
    {},
]


def has_device() -> bool:
    return any(Path("/dev").glob("nvidia*")) or any(Path("/dev").glob("dri/render*"))


NO_DEVICE = pytest.mark.skipif(has_device(), reason="there is a GPU here")


def help_of(name: str) -> str:
    command = [ffmpeg_binary(""), "-hide_banner", "-h", f"encoder={name}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("codec", "encoder"), PAIRS)
def test_ffmpeg_knows_the_options_and_pixel_formats(codec: str, encoder: str) -> None:
    text = help_of(hardware.encoder_name(codec, encoder))
    known = set(re.findall(r"^  -([\w-]+) ", text, re.MULTILINE))
    for asked in ASKED:
        parameters = VideoParameters.model_validate({"codec": codec, "encoder": encoder, **asked})
        given = {name.split(":")[0] for name in hardware.options(parameters, VIDEO)}
        assert given <= known | GENERIC
        taken = "vaapi" if encoder == "vaapi" else hardware.pixel_format(parameters)
        assert re.search(rf"Supported pixel formats:.* {taken}\b", text)


@pytest.mark.parametrize("encoder", ["nvenc", "vaapi"])
@pytest.mark.parametrize(("codec", "level"), [("h264", "4.1"), ("h264", "1"), ("h265", "6.2"), ("h265", "1")])
def test_ffmpeg_knows_the_levels(codec: str, encoder: str, level: str) -> None:
    text = help_of(hardware.encoder_name(codec, encoder))
    assert re.search(rf"^     {re.escape(level)} +\d", text, re.MULTILINE)


@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
@pytest.mark.parametrize("encoder", list(HARDWARE_CODECS))
def test_ffmpeg_knows_the_profiles(encoder: str, profile: str) -> None:
    asked = VideoParameters.model_validate({"encoder": encoder, "profile": profile})
    name = hardware.options(asked, VIDEO)["profile:v"]
    assert re.search(rf"^     {name} +\d", help_of(f"h264_{encoder}"), re.MULTILINE)


@NO_DEVICE
@pytest.mark.parametrize(
    ("codec", "encoder", "says"),
    [("h264", "nvenc", "libcuda"), ("h265", "qsv", "MFX session"), ("av1", "vaapi", "(va|VA)")],
)
def test_the_reason_of_ffmpeg_is_reported(codec: str, encoder: str, says: str) -> None:
    parameters = VideoParameters.model_validate({"codec": codec, "encoder": encoder})
    with pytest.raises(HardwareUnavailableError, match=rf"_{encoder} does not work on this worker: .*{says}") as caught:
        require_encoder(ffmpeg_binary(""), parameters)
    assert "'software'" in str(caught.value)
    assert " @ 0x" not in str(caught.value)


@NO_DEVICE
def test_an_encoder_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []
    real = Runner.run
    monkeypatch.setattr(Runner, "run", lambda *given: (tries.append(1), real(*given)))
    hardware_check._problem.cache_clear()
    for _ in range(3):
        with pytest.raises(HardwareUnavailableError):
            require_encoder(ffmpeg_binary(""), VideoParameters(codec="h264", encoder="nvenc", crf=20))
    assert len(tries) == 1


def test_an_ffmpeg_without_the_encoder(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\necho \"Unknown encoder 'h264_nvenc'\" >&2\nexit 8\n")
    program.chmod(0o755)
    with pytest.raises(HardwareUnavailableError, match="worker: Unknown encoder 'h264_nvenc'"):
        require_encoder(str(program), VideoParameters(codec="h264", encoder="nvenc"))


def test_a_driver_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    monkeypatch.setattr(hardware_check, "TIMEOUT_S", 0.3)
    with pytest.raises(HardwareUnavailableError, match="did not end within"):
        require_encoder(str(program), VideoParameters(codec="h264", encoder="nvenc"))


def test_software_needs_no_test() -> None:
    require_encoder("/no/such/program", VideoParameters())


@NO_DEVICE
def test_the_item_fails_alone_and_before_any_work(clips: Clips, tmp_path: Path) -> None:
    def item(encoder: str, crf: int) -> TranscodeItem:
        video = {"encoder": encoder, "crf": crf}
        return TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video}})

    items = [item("nvenc", 20), item("software", 21)]
    request = JobRequest("transcode", items, clips.plain, "a.mp4", tmp_path)
    bad, good = run_job(request, lambda _: None, Settings()).items
    assert isinstance(bad.error, HardwareUnavailableError)
    assert [file.path.name for file in good.files] == ["item1.mp4"]
    assert not list(tmp_path.glob("item0*"))
