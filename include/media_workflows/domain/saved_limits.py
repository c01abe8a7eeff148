"""What is refused when a definition or a template is saved, and not when it is loaded: earlier versions have stored it.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from media_workflows.domain.base import invalid
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingParameters
from media_workflows.domain.jobs.stream_limits import SAVED_VIDEO_LIMITS, TS_AAC_CHANNELS
from media_workflows.domain.jobs.streams import AudioParameters, VideoParameters
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters, changes_sound
from media_workflows.domain.placed_items import PlacedItem
from media_workflows.errors import FieldProblem


def saved_item_problems(placed: Iterable[PlacedItem]) -> Iterator[FieldProblem]:
    """Of items, with the parameters of their templates."""
    for place, item, _ in placed:
        yield from _kept_sound_problems(place, item)
        has_own = item.template is None or getattr(item, "override", None)
        for problem in saved_parameter_problems(item.parameters):
            if has_own:
                holder = "parameters" if item.template is None else "override"
                yield replace(problem, field=f"{place}.{holder}.{problem.field}")
            else:
                yield replace(problem, field=f"{place}.template", got=str(item.template))


def saved_parameter_problems(parameters: Any) -> Iterator[FieldProblem]:
    """Of the parameters of an item or a template of any kind; fields are relative to them."""
    for place, video in _videos(parameters):
        for limit in SAVED_VIDEO_LIMITS:
            if limit.is_exceeded(video):
                problem = limit.problem(video)
                yield problem.at(f"{place}.{problem.field}", repr(getattr(video, problem.field)))
    for place, audio, container in _sounds(parameters):
        if container == "ts" and audio.codec == "aac" and audio.channels > TS_AAC_CHANNELS:
            surround = invalid(
                "codec 'aac' has 5.1 channels at most in MPEG-TS: channels must be 6 or fewer, or choose mp4 segments "
                "or another container"
            )
            yield surround.at(f"{place}.channels", repr(audio.channels))


def _videos(parameters: Any) -> Iterator[tuple[str, VideoParameters]]:
    """The video settings of a rendition or a ladder, each with its place."""
    found: dict[str, VideoParameters | None] = {}
    if isinstance(parameters, TranscodeParameters):
        found = {"video": parameters.video}
    if isinstance(parameters, AdaptiveDynamicStreamingParameters):
        found = {f"streams[{number}].video": stream.video for number, stream in enumerate(parameters.streams)}
    return ((place, video) for place, video in found.items() if video is not None)


def _sounds(parameters: Any) -> Iterator[tuple[str, AudioParameters, str]]:
    """The audio settings of a rendition or a ladder, each with its place and its container."""
    if isinstance(parameters, TranscodeParameters) and parameters.audio:
        yield "audio", parameters.audio, parameters.audio_container
    if isinstance(parameters, AdaptiveDynamicStreamingParameters):
        for number, stream in enumerate(parameters.streams):
            if stream.audio:
                yield f"streams[{number}].audio", stream.audio, parameters.container


def _kept_sound_problems(place: str, item: Any) -> Iterator[FieldProblem]:
    if not isinstance(item, TranscodeItem) or item.on_larger != "keep_source" or item.parameters is None:
        return
    audio = item.parameters.audio
    if changes_sound(item.parameters) or (audio and audio.source_language):
        problem = invalid(
            "the source has a sound of its own, with all tracks: leave out loudness_lufs, channel_mix and "
            "source_language, or set on_larger to fail or publish"
        )
        yield problem.at(f"{place}.on_larger", "'keep_source'")
