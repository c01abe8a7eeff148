"""Encoders and libvmaf of the ffmpeg in use, and the errors of what it does not have."""

from __future__ import annotations

from media_workflows.domain.jobs.encoding import Encoding
from media_workflows.errors import EncodeError, EncoderUnavailableError, MediaError
from media_workflows.media.encoders import audio, hardware, video
from media_workflows.media.encoders.pictures import ANIMATIONS, PICTURES
from media_workflows.media.ffmpeg.run import encoder_names, ffmpeg_binary, filter_names

_SOFTWARE = {"video": video.ENCODERS, "audio": audio.ENCODERS, "picture": PICTURES, "animation": ANIMATIONS}


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
        if name in encoder_names(ffmpeg_binary(ffmpeg_path)):
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


def vmaf_error(ffmpeg_path: str) -> MediaError | None:
    """Why the ffmpeg of setting `ffmpeg_path` cannot measure VMAF; None = it can."""
    try:
        if "libvmaf" in filter_names(ffmpeg_binary(ffmpeg_path)):
            return None
    except EncodeError as error:
        return error
    return EncoderUnavailableError(
        "the ffmpeg in use has no filter libvmaf, which target_vmaf and ladder 'auto' require: set ffmpeg_path to an "
        "ffmpeg that has it, or set crf, or the streams of the ladder, instead"
    )
