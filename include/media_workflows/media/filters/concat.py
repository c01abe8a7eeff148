"""Concatenation of clips: one size, frame rate and audio format for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ffmpeg

from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext, ExtraInput
from media_workflows.media.filters.geometry import Size, display_size, fit_into
from media_workflows.media.filters.source_picture import drawn, source_picture
from media_workflows.media.filters.source_sound import source_sound
from media_workflows.media.source.sound_segment import SoundSegment, whole_track
from media_workflows.media.source.undecodable import require_decodable

CHANNELS = {"stereo": 2, "5.1": 6}  # of the layouts of joined files
_SURROUND = frozenset({"5.1", "5.1(side)"})


def joined_layout(tracks: Iterable[AudioStream | None]) -> str:
    """The layout of joined files: 5.1 where all that have sound have it, else stereo."""
    layouts = {track.channel_layout for track in tracks if track}
    return "5.1" if layouts and layouts <= _SURROUND else "stereo"


def joined_sound(layout: str) -> dict[str, int | str]:
    """The format of the sound of joined files, as `aformat` has it."""
    return {"sample_rates": 48_000, "channel_layouts": layout, "sample_fmts": "fltp"}


@dataclass(frozen=True)
class TargetFormat:
    """The video format that all clips are converted to: size, fill type, frames per second, pixel format.

    `fps` is written as ffmpeg reads it: '25', '30000/1001'.
    """

    size: Size
    fill_type: str
    fps: str
    pixel_format: str

    def applied(self, picture: Stream) -> Stream:
        """A picture that has the size already, at the frame rate and in the pixel format."""
        return picture.filter("fps", fps=self.fps).filter("format", self.pixel_format)

    def fitted(self, picture: Stream, video: VideoStream) -> Stream:
        """A prepared picture of another clip at the size, with bars or cropped where its shape differs."""
        return drawn(picture, video, fit_into(self.size, display_size(video), self.fill_type), out_range="limited")


@dataclass(frozen=True)
class Clip:
    """One of the concatenated clips; a stream may be missing. `segment` is what its sound is verified against.

    `is_exact`: picture and sound last as long as they must, to the frame and the sample, and have one format.
    """

    picture: Stream | None
    sound: Stream | None
    duration_s: float
    segment: SoundSegment | None = None
    is_exact: bool = False


def extra_clip(context: BuildContext, key: str, target: TargetFormat | None) -> Clip:
    """A clip by its key; with a `target` it must have a picture. Raises MediaError."""
    extra = context.extra_input(key)
    track = extra.info.main_audio
    sound = source_sound(extra.input()[str(track.index)], track.start_s) if track else None
    picture = None if target is None else _picture(extra, key, target)
    segment = whole_track(extra.path, extra.info, track) if track else None
    return Clip(picture, sound, extra.info.duration_s, segment)


def require_picture(info: MediaInfo, key: str) -> VideoStream:
    """The video of a clip that is concatenated with others that have one. Raises MediaError when it has none."""
    if info.video is None:
        require_decodable("video", info, f"'{key}'")
        raise MediaError(
            "'{key}' has no video and cannot be concatenated with one: name a clip that has a video track", key=key
        )
    return info.video


def _picture(extra: ExtraInput, key: str, target: TargetFormat) -> Stream:
    video = require_picture(extra.info, key)
    return target.applied(target.fitted(source_picture(extra.input()[str(video.index)], video), video))


def concatenate(
    clips: Sequence[Clip], with_picture: bool, with_sound: bool, layout: str
) -> tuple[Stream | None, Stream | None]:
    """Picture and sound of all clips, one after the other, the sound in this layout; a clip without sound is silent.

    The filter lets each clip last as long as the longer of its streams. With exact clips picture and sound go alone:
    the rest of a frame at the end of each clip would add up.
    """
    pictures = [clip.picture for clip in clips] if with_picture else []
    sounds = [_sound(clip, joined_sound(layout)) for clip in clips] if with_sound else []
    if all(clip.is_exact for clip in clips):
        picture = _in_a_row(pictures, len(clips), 1, 0)[0] if with_picture else None
        return picture, _in_a_row(sounds, len(clips), 0, 1)[0] if with_sound else None
    streams = [stream for clip in zip(*filter(None, (pictures, sounds)), strict=True) for stream in clip]
    whole = _in_a_row(streams, len(clips), int(with_picture), int(with_sound))
    return whole[0] if with_picture else None, whole[int(with_picture)] if with_sound else None


def _in_a_row(streams: Sequence[Stream], count: int, pictures: int, sounds: int) -> Any:
    return ffmpeg.filter_multi_output(streams, "concat", n=count, v=pictures, a=sounds)


def _sound(clip: Clip, form: Mapping[str, int | str]) -> Stream:
    if clip.is_exact:
        return clip.sound
    if clip.sound is not None:
        return clip.sound.filter("aformat", **form)
    silence = ffmpeg.input("anullsrc=r=48000:cl=stereo", format="lavfi", t=f"{clip.duration_s:.3f}")
    return silence.filter("aformat", **form)
