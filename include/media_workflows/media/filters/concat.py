"""Concatenation of clips before and after a rendition: one size, frame rate and audio format for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ffmpeg

from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext, ExtraInput
from media_workflows.media.filters.geometry import Size, display_size, fit_into
from media_workflows.media.filters.source_picture import drawn, source_picture
from media_workflows.media.filters.source_sound import source_sound
from media_workflows.media.source.sound_segment import SoundSegment, whole_track
from media_workflows.media.source.undecodable import require_decodable

_SOUND = {"sample_rates": 48_000, "channel_layouts": "stereo", "sample_fmts": "fltp"}


@dataclass(frozen=True)
class TargetFormat:
    """The video format that all clips are converted to: size, fill type, frames per second, pixel format."""

    size: Size
    fill_type: str
    fps: float
    pixel_format: str

    def applied(self, picture: Stream) -> Stream:
        """A picture that has the size already, at the frame rate and in the pixel format."""
        return picture.filter("fps", fps=f"{self.fps:g}").filter("format", self.pixel_format)


@dataclass(frozen=True)
class Clip:
    """One of the concatenated clips; a stream may be missing. `segment` is what its sound is verified against."""

    picture: Stream | None
    sound: Stream | None
    duration_s: float
    segment: SoundSegment | None = None


def extra_clip(context: BuildContext, key: str, target: TargetFormat | None) -> Clip:
    """A clip by its key; with a `target` it must have a picture. Raises MediaError."""
    extra = context.extra_input(key)
    track = extra.info.main_audio
    sound = source_sound(extra.input()[str(track.index)], track.start_s) if track else None
    picture = None if target is None else _picture(extra, key, target)
    segment = whole_track(extra.path, extra.info, track) if track else None
    return Clip(picture, sound, extra.info.duration_s, segment)


def _picture(extra: ExtraInput, key: str, target: TargetFormat) -> Stream:
    video = extra.info.video
    if video is None:
        require_decodable("video", extra.info, f"'{key}'")
        raise MediaError(
            "'{key}' has no video and cannot be concatenated with one: name a clip that has a video track", key=key
        )
    stream = source_picture(extra.input()[str(video.index)], video)
    shape = fit_into(target.size, display_size(video), target.fill_type)
    return target.applied(drawn(stream, video, shape, out_range="limited"))


def concatenate(clips: Sequence[Clip], with_picture: bool, with_sound: bool) -> tuple[Stream | None, Stream | None]:
    """Picture and sound of all clips, one after the other; a clip without sound is silent."""
    streams: list[Stream] = []
    for clip in clips:
        streams += [clip.picture] if with_picture else []
        streams += [_sound(clip)] if with_sound else []
    whole: Any = ffmpeg.filter_multi_output(streams, "concat", n=len(clips), v=int(with_picture), a=int(with_sound))
    picture = whole[0] if with_picture else None
    return picture, whole[int(with_picture)] if with_sound else None


def _sound(clip: Clip) -> Stream:
    if clip.sound is not None:
        return clip.sound.filter("aformat", **_SOUND)
    silence = ffmpeg.input("anullsrc=r=48000:cl=stereo", format="lavfi", t=f"{clip.duration_s:.3f}")
    return silence.filter("aformat", **_SOUND)
