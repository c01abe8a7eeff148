"""Rules of a ladder's parameters that join several of them: packaging, codecs, what all streams share. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from media_workflows.domain.invalid import InvalidValueError, invalid
from media_workflows.domain.jobs.encryption import Encryption
from media_workflows.domain.jobs.streams import VideoParameters

if TYPE_CHECKING:
    from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
        AdaptiveDynamicStreamingParameters,
        StreamParameters,
    )

# What a stream of ladder 'auto' leaves to it.
_AUTO_CHOOSES = (
    *("width", "height", "mode", "bitrate_kbps", "crf", "target_vmaf", "max_bitrate_kbps", "buffer_s"),
    "resolution_adaptive",
)
_INDEXED_SEGMENTS = ("mp4-byterange", "mp4-mp4-byterange")
_VIDEO_CODECS = {"ts": ("h264", "h265"), "mp4": ("h264", "h265", "av1")}
_AUDIO_CODECS = {"ts": ("aac", "he-aac", "mp3", "ac3", "eac3"), "mp4": ("aac", "he-aac", "ac3", "eac3", "flac", "opus")}


def ladder_problems(parameters: AdaptiveDynamicStreamingParameters) -> Iterator[InvalidValueError]:
    """Each rule that the parameters break."""
    yield from _package_problems(parameters)
    yield from _codec_problems(parameters)
    videos = [stream.video for stream in parameters.streams if stream.video]
    audios = [stream.audio for stream in parameters.streams if stream.audio]
    if parameters.pure_audio == bool(videos):
        yield invalid("pure_audio must be set if and only if no stream has video")
    if len({video.fps for video in videos}) > 1:
        rates = ", ".join(f"{rate:g}" for rate in sorted({video.fps for video in videos}))
        yield invalid("all streams must have the same fps, or segments would not align; got {rates}", rates=rates)
    if len({video.edit for video in videos}) > 1:
        yield invalid("all streams must have the same video.edit: players switch between their pictures")
    if len({audio.tracks for audio in audios}) > 1:
        yield invalid("all streams must have the same audio.tracks: each audio choice needs the same tracks")
    if len({audio.source_language for audio in audios}) > 1:
        yield invalid("all streams must have the same audio.source_language: each audio choice needs the same tracks")
    if any(audio.tracks == "all" for audio in audios) and not parameters.separate_audio:
        yield invalid("audio.tracks 'all' requires a segment_type that separates audio, such as ts-ts-segment")


def _package_problems(parameters: AdaptiveDynamicStreamingParameters) -> Iterator[InvalidValueError]:
    if parameters.indexed and parameters.segments not in _INDEXED_SEGMENTS:
        yield invalid(
            "segment_type of {format} must be one of: {choices}; got '{segment_type}'",
            format=parameters.format,
            choices=", ".join(_INDEXED_SEGMENTS),
            segment_type=parameters.segment_type,
        )
    if parameters.i_frame_playlists and parameters.format == "dash":
        yield invalid("i_frame_playlists are an option of HLS: leave them out, or choose format 'hls' or 'cmaf'")
    if parameters.i_frame_playlists and parameters.pure_audio:
        yield invalid("pure_audio has no picture: leave out i_frame_playlists")
    if parameters.thumbnails and parameters.pure_audio:
        yield invalid("pure_audio has no picture: leave out thumbnails")
    if parameters.encryption:
        yield from _encryption_problems(parameters, parameters.encryption)
    if parameters.auto_ladder and parameters.ladder != "auto":
        yield invalid("auto_ladder has the limits of ladder 'auto': leave it out, or set ladder to 'auto'")
    if parameters.ladder == "auto":
        yield from _auto_problems(parameters.streams)


def _auto_problems(streams: Sequence[StreamParameters]) -> Iterator[InvalidValueError]:
    if len(streams) != 1 or streams[0].video is None:
        yield invalid("ladder 'auto' requires exactly one stream, with video: the others are made like it")
        return
    video = streams[0].video
    if set_ := [name for name in _AUTO_CHOOSES if getattr(video, name) != VideoParameters.model_fields[name].default]:
        yield invalid("ladder 'auto' chooses sizes and quality: leave out {fields}", fields=", ".join(set_))
    if video.encoder != "software" or video.hdr == "keep":
        yield invalid("ladder 'auto' requires encoder 'software' and hdr 'sdr'")


def _encryption_problems(
    parameters: AdaptiveDynamicStreamingParameters, encryption: Encryption
) -> Iterator[InvalidValueError]:
    if parameters.indexed and not encryption.encrypts_samples:
        yield invalid("encryption by AES-128 is an HLS method: choose method 'cenc' or 'cbcs', or format 'hls'")
    if not parameters.indexed and encryption.encrypts_samples:
        yield invalid(
            "encryption by {method} requires format 'dash' or 'cmaf': cmaf has an HLS playlist, too",
            method=encryption.method,
        )
    if parameters.i_frame_playlists and not encryption.encrypts_samples:
        yield invalid("i_frame_playlists name parts of segments, which AES-128 encrypts as a whole: leave out one")
    if parameters.format == "cmaf" and encryption.connection and not encryption.key_uri:
        yield invalid("the key of a `connection` is not published: set `key_uri`, from where players of HLS get it")


def _codec_problems(parameters: AdaptiveDynamicStreamingParameters) -> Iterator[InvalidValueError]:
    for index, stream in enumerate(parameters.streams):
        for kind, chosen, rules in (("video", stream.video, _VIDEO_CODECS), ("audio", stream.audio, _AUDIO_CODECS)):
            codecs = rules[parameters.container]
            if chosen is not None and chosen.codec not in codecs:
                yield invalid(
                    "{field} must be one of: {choices} in {container} segments; got '{codec}'",
                    field=f"streams[{index}].{kind}.codec",
                    choices=", ".join(codecs),
                    container=parameters.container,
                    codec=chosen.codec,
                )
