"""`ladder`: the renditions of a ladder for a source, with their sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters, StreamParameters
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.media_info import MediaInfo, VideoStream
from media_workflows.errors import MediaError, NoVideoError
from media_workflows.media.filters.geometry import WHOLE, Fit, Size
from media_workflows.media.filters.picture_edit import BlackBars, kept_size
from media_workflows.media.filters.source_sound import kept_audio
from media_workflows.media.filters.video_frames import encoded_shape, streaming_rate
from media_workflows.media.source.undecodable import require_decodable


@dataclass(frozen=True)
class Picture:
    """A video encode; `shape` is its size, `source` that of the source after its changes."""

    parameters: VideoParameters
    shape: Fit
    source: Size


@dataclass(frozen=True)
class Rung:
    """A rendition for this source. `number` is its position in the template, even if others were left out."""

    number: int
    picture: Picture | None
    audio: AudioParameters | None


def ladder(
    parameters: AdaptiveDynamicStreamingParameters,
    info: MediaInfo,
    further_audio: bool = False,
    black_bars: BlackBars = lambda: WHOLE,
) -> list[Rung]:
    """The rungs, at least one. `further_audio`: add-ons have audio, also where the source has none.

    Raises NoVideoError or MediaError when the source lacks the streams of the ladder."""
    if info.video is None and not parameters.pure_audio:
        require_decodable("video", info)
        raise NoVideoError("the source has no video: use a ladder with pure_audio")
    rungs = [_rung(number, stream, info, further_audio, black_bars) for number, stream in enumerate(parameters.streams)]
    rungs = [rung for rung in rungs if rung.picture or rung.audio]
    if not rungs:
        raise MediaError(
            "the source has no audio, and the template has audio only: no stream would be left; use a template with "
            "video"
        )
    return _fitting(rungs, parameters, info)


def _rung(number: int, stream: StreamParameters, info: MediaInfo, further_audio: bool, black_bars: BlackBars) -> Rung:
    """A rung without the streams that the source lacks."""
    has_audio = bool(kept_audio(stream.audio, info))
    if stream.video is None or info.video is None:
        return Rung(number, None, stream.audio if has_audio else None)
    audio = stream.audio if has_audio or further_audio else None
    # A key frame between the segments' starts would start a segment in one rendition and not in another.
    video = streaming_rate(stream.video.model_copy(update={"no_scene_cut": True}), info.video)
    shape = encoded_shape(video, info.video, black_bars)
    return Rung(number, Picture(video, shape, kept_size(info.video, shape.kept, shape.turn)), audio)


def _fitting(rungs: list[Rung], parameters: AdaptiveDynamicStreamingParameters, info: MediaInfo) -> list[Rung]:
    """The rungs without those above the source where the parameters disable them; the lowest one always stays."""
    video = info.video
    if video is None:
        return rungs
    kept = rungs
    if parameters.disable_higher_video_resolution:
        kept = _up_to(kept, _scale, 1.0)
    if parameters.disable_higher_video_bitrate and (source_kbps := _video_kbps(video, info)):
        kept = _up_to(kept, _bitrate_kbps, source_kbps)
    return kept


def _up_to(rungs: Sequence[Rung], measure: Callable[[Picture], float], limit: float) -> list[Rung]:
    pictures = [rung.picture for rung in rungs if rung.picture]
    lowest = min(pictures, key=measure, default=None)
    return [r for r in rungs if r.picture is None or r.picture is lowest or measure(r.picture) <= limit]


def _scale(picture: Picture) -> float:
    """The short side of the output over that of the source."""
    size, source = picture.shape.outer, picture.source
    return min(size.width, size.height) / min(source.width, source.height)


def _bitrate_kbps(picture: Picture) -> int:
    """The bitrate; 0 for constant quality, which never exceeds the source."""
    return picture.parameters.bitrate_kbps


def _video_kbps(video: VideoStream, info: MediaInfo) -> float:
    """The video bitrate of the source; 0 = unknown."""
    sound_bps = sum(audio.bitrate_bps for audio in info.audio)
    return (video.bitrate_bps or max(0, info.bitrate_bps - sound_bps)) / 1000
