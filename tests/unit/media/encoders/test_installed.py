"""Encoders of the ffmpeg in use."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from media_workflows.domain.jobs.base import ImageFormat
from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.domain.jobs.stream_limits import HARDWARE_CODECS
from media_workflows.domain.jobs.streams import AudioCodec, VideoCodec
from media_workflows.media.encoders.installed import encoder_error, encoder_name, vmaf_error

ALL = [
    *(Encoding("video", codec) for codec in get_args(VideoCodec) if codec != "copy"),
    *(Encoding("audio", codec) for codec in get_args(AudioCodec) if codec != "copy"),
    *(Encoding("picture", format_) for format_ in get_args(ImageFormat)),
    *(Encoding("animation", format_) for format_ in ("gif", "webp")),
]


@pytest.fixture
def small_ffmpeg(tmp_path: Path) -> str:
    """An ffmpeg with two encoders."""
    program = tmp_path / "ffmpeg"
    program.write_text(
        "#!/bin/sh\ncat <<EOF\nEncoders:\n V..... = Video\n ------\n V....D libx264   H.264\n A....D aac   AAC\nEOF\n"
    )
    program.chmod(0o755)
    return str(program)


def test_the_included_ffmpeg_has_all_software_encoders() -> None:
    """But for HE-AAC, whose encoder is not free software."""
    missing = {one.codec: str(error) for one in ALL if (error := encoder_error(one, ""))}
    assert missing.keys() == {"he-aac"}
    assert (
        "no encoder libfdk_aac: set ffmpeg_path to an ffmpeg that has it, or choose another codec" in missing["he-aac"]
    )


def test_every_hardware_encoder_has_a_name() -> None:
    names = {
        encoder_name(Encoding("video", codec, kind)) for kind, codecs in HARDWARE_CODECS.items() for codec in codecs
    }
    assert {"h264_nvenc", "hevc_qsv", "vp9_vaapi"} <= names


def test_a_missing_encoder_is_named_with_the_setting(small_ffmpeg: str) -> None:
    assert encoder_error(Encoding("video", "h264"), small_ffmpeg) is None
    assert encoder_error(Encoding("audio", "aac"), small_ffmpeg) is None
    missing = encoder_error(Encoding("video", "h265"), small_ffmpeg)
    assert "no encoder libx265: set ffmpeg_path" in str(missing)
    hardware = encoder_error(Encoding("video", "h264", "nvenc"), small_ffmpeg)
    assert "h264_nvenc" in str(hardware)
    assert "hardware_queue" in str(hardware)


def test_an_ffmpeg_that_does_not_run_is_the_error(tmp_path: Path) -> None:
    assert "ffmpeg_path" in str(encoder_error(Encoding("picture", "jpg"), str(tmp_path / "none")))


def test_libvmaf(small_ffmpeg: str, tmp_path: Path) -> None:
    assert vmaf_error("") is None
    assert "no filter libvmaf, which target_vmaf and ladder 'auto' require: set ffmpeg_path" in str(
        vmaf_error(small_ffmpeg)
    )
    assert "ffmpeg_path" in str(vmaf_error(str(tmp_path / "none")))
