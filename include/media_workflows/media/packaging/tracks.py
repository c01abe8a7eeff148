"""The audio and subtitle tracks of a ladder: the source's, then the add-ons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.add_ons import AddOn, AddOnAudio, AddOnSubtitle
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo, SubtitleStream
from media_workflows.errors import ExtraObjectError, MediaError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.source_sound import kept_audio, padded_sound, source_sound
from media_workflows.media.packaging.labels import Label, Purpose, label
from media_workflows.media.source.sound_segment import SoundSegment, whole_track
from media_workflows.media.source.subtitles.caption_rows import by_place
from media_workflows.media.source.subtitles.cues import CEA608, Cues, with_track_name


@dataclass(frozen=True)
class Track:
    """An audio track to encode. `duration_s` is that of its file, `segment` the part of it that an output holds.

    `place` is its place in order, in which an add-on has one also while it is missing.
    """

    stream: Stream
    info: AudioStream
    segment: SoundSegment
    label: Label
    duration_s: float
    place: int
    of_source: bool = True


@dataclass(frozen=True)
class TextTrack:
    """A subtitle track to convert. `name` names it in messages.

    `place` is its place in order, in which an add-on has one also while it is missing.
    """

    cues: Cues
    label: Label
    name: str
    place: int


def sound_tracks(
    context: BuildContext, item: AdaptiveDynamicStreamingItem, setting: AudioParameters, until_s: float
) -> list[Track]:
    """The tracks of an audio setting, at least `until_s` long. Raises MediaError on an unreadable add-on."""
    info = context.info
    of_source = kept_audio(setting, info)
    tracks = [
        Track(
            padded_sound(source_sound(context.source_input()[str(audio.index)], audio.start_s), audio, until_s),
            audio,
            whole_track(context.source, info, audio),
            label(
                setting.language or audio.language,
                setting.name or audio.title,
                "Audio",
                purpose=_audio_purpose(audio),
                preferred=audio.is_default,
            ),
            info.duration_s,
            place,
        )
        for place, audio in enumerate(of_source)
    ]
    missing = missing_add_ons(context, item)
    for place, add_on in enumerate(item.add_on_audios, start=len(of_source)):
        if add_on not in missing:
            tracks.append(add_on_sound(context, add_on, place, until_s))
    return tracks


def add_on_sound(context: BuildContext, add_on: AddOnAudio, place: int, until_s: float) -> Track:
    """The track of an add-on's file, at least `until_s` long. Raises ExtraObjectError when it has none."""
    extra = context.extra_input(add_on.key)
    audio = extra.info.main_audio
    if audio is None:
        raise ExtraObjectError(
            "the add-on '{key}' has no audio that can be decoded: name a file that has, or leave it out", key=add_on.key
        )
    purpose = _audio_purpose(audio) | Purpose(visual_impaired=add_on.visual_impaired, commentary=add_on.commentary)
    shown = label(add_on.language or audio.language, add_on.name or audio.title, "Audio", add_on.default, purpose)
    segment = whole_track(extra.path, extra.info, audio)
    stream = padded_sound(source_sound(extra.input()[str(audio.index)], audio.start_s), audio, until_s)
    return Track(stream, audio, segment, shown, extra.info.duration_s, place, of_source=False)


def text_tracks(context: BuildContext, item: AdaptiveDynamicStreamingItem) -> list[TextTrack]:
    """The requested subtitle tracks, without bitmap subtitles. Raises MediaError on an unreadable add-on."""
    of_source = source_texts(context, item)
    tracks = [
        _text_track(
            partial(context.cues, ""),
            one,
            f"subtitle track {one.index}",
            label(one.language, one.title, "Subtitles", purpose=_text_purpose(one)),
            place,
        )
        for place, one in enumerate(of_source)
    ]
    missing = missing_add_ons(context, item)
    for place, add_on in enumerate(item.add_on_subtitles, start=len(of_source)):
        if add_on not in missing and _has_cues(context, add_on):
            extra = context.extra_input(add_on.input_key)
            cues = partial(context.cues, add_on.input_key, language=add_on.language)
            tracks.append(add_on_text(extra.info, cues, add_on, place))
    return tracks


def source_texts(context: BuildContext, item: AdaptiveDynamicStreamingItem) -> list[SubtitleStream]:
    """The source's subtitles that the ladder gets."""
    of_source = context.info.subtitles if item.resolved_parameters.subtitles == "source" else ()
    return [one for one in of_source if one.is_text]


def missing_add_ons(context: BuildContext, item: AdaptiveDynamicStreamingItem) -> list[AddOn]:
    """The add-ons without a readable object that the ladder may be made without."""
    return [one for one in item.optional_add_ons if one.key not in context.extra]


def _has_cues(context: BuildContext, add_on: AddOnSubtitle) -> bool:
    """Whether an add-on has cues. Recognised speech may have none; a file that the item names must exist."""
    return add_on.source == "object" or add_on.input_key in context.extra


def add_on_text(info: MediaInfo, cues: Callable[[int], Cues], add_on: AddOnSubtitle, place: int) -> TextTrack:
    """The track of an add-on's file, whose `cues` are read by the index of a stream. Raises MediaError."""
    text = next((one for one in info.subtitles if one.is_text), None)
    if text is None:
        raise ExtraObjectError(
            "the add-on '{key}' holds no text subtitles: name an .srt, .vtt or .ass file", key=add_on.key
        )
    purpose = _text_purpose(text) | Purpose(forced=add_on.forced, hearing_impaired=add_on.hearing_impaired)
    shown = label(add_on.language or text.language, add_on.name or text.title, "Subtitles", add_on.default, purpose)
    return _text_track(cues, text, f"the add-on '{add_on.key or add_on.source}'", shown, place)


def _text_track(cues: Callable[[int], Cues], text: SubtitleStream, name: str, shown: Label, place: int) -> TextTrack:
    try:
        found = cues(text.index)
    except MediaError as error:
        raise with_track_name(error, name) from None
    if found.codec == CEA608:
        found = replace(found, cues=tuple(by_place(found.cues)))
    return TextTrack(found, shown, name, place)


def _audio_purpose(audio: AudioStream) -> Purpose:
    return Purpose(
        hearing_impaired=audio.is_hearing_impaired,
        visual_impaired=audio.is_visual_impaired,
        commentary=audio.is_commentary,
    )


def _text_purpose(text: SubtitleStream) -> Purpose:
    return Purpose(forced=text.is_forced, hearing_impaired=text.is_hearing_impaired, commentary=text.is_commentary)
