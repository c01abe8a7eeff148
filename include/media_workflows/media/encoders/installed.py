"""Encoders that the ffmpeg in use has, and the errors of those it does not have."""

from __future__ import annotations

import subprocess
from functools import lru_cache

from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.errors import EncodeError, EncoderUnavailableError, MediaError
from media_workflows.media.encoders import audio, hardware, video
from media_workflows.media.encoders.pictures import ANIMATIONS, PICTURES
from media_workflows.media.ffmpeg.run import ffmpeg_binary

_SOFTWARE = {"video": video.ENCODERS, "audio": audio.ENCODERS, "picture": PICTURES, "animation": ANIMATIONS}
_HEAD_END = "------"  # after it, `ffmpeg -encoders` lists them: " V....D libx264   libx264 H.264 ..."


def encoder_name(encoding: Encoding) -> str:
    """The name of the encoder in ffmpeg."""
    if encoding.encoder != "software":
        return hardware.encoder_name(encoding.codec, encoding.encoder)
    return _SOFTWARE[encoding.medium][encoding.codec]


def encoder_error(encoding: Encoding, ffmpeg_path: str) -> MediaError | None:
    """Why the ffmpeg of setting `ffmpeg_path` cannot encode this; None = it has the encoder.

    Hardware is not opened: ffmpeg may have the encoder on a machine without the device.
    """
    name = encoder_name(encoding)
    try:
        if name in _encoders(ffmpeg_binary(ffmpeg_path)):
            return None
    except EncodeError as error:
        return error
    if encoding.encoder != "software":
        return EncoderUnavailableError(
            "the ffmpeg of the api-server has no hardware encoder {encoder}: the workers of setting hardware_queue "
            "must have one that has it (setting ffmpeg_path), or set `encoder` to 'software'",
            encoder=name,
        )
    return EncoderUnavailableError(
        "the ffmpeg in use has no encoder {encoder}: set ffmpeg_path to an ffmpeg that has it, or choose another codec "
        "or format than {codec}",
        encoder=name,
        codec=encoding.codec,
    )


@lru_cache(maxsize=4)
def _encoders(binary: str) -> frozenset[str]:
    """The names that `ffmpeg -encoders` lists. Raises EncodeError."""
    command = [binary, "-hide_banner", "-encoders"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise EncodeError(
            "cannot run {path} -encoders: {cause}; check the setting ffmpeg_path", path=binary, cause=error
        ) from error
    lines = done.stdout.partition(_HEAD_END)[2].splitlines()
    return frozenset(words[1] for words in map(str.split, lines) if len(words) > 1)
