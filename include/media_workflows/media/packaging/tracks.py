"""The sound and subtitle tracks of a ladder: the source's, then the add-ons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from media_workflows.domain.jobs.adaptive_dynamic_streaming import (
    AdaptiveDynamicStreamingItem,
    AddOnAudio,
    AddOnSubtitle,
)
from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream, SubtitleStream
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.source_sound import kept_audio, source_sound
from media_workflows.media.packaging.labels import Label, Purpose, group_labels, label
from media_workflows.media.plan import BuildContext
from media_workflows.media.source.subtitles.cues import Cues
from media_workflows.media.verify.expected_sound import SoundPiece, whole


@dataclass(frozen=True)
class Track:
    """A sound to encode. `duration_s` is that of the file it is in, `piece` what an output holds of it."""

    stream: Stream
    info: AudioStream
    piece: SoundPiece
    label: Label
    duration_s: float
    of_source: bool = True


@dataclass(frozen=True)
class TextTrack:
    """A subtitle to convert. `name` is what its owner calls it."""

    cues: Cues
    label: Label
    name: str


def sound_tracks(context: BuildContext, item: AdaptiveDynamicStreamingItem, asked: AudioParameters) -> list[Track]:
    """The tracks that a setting of sound has; one of them is the default. Raises MediaError on an unreadable add-on."""
    info = context.info
    tracks = [
        Track(
            source_sound(context.source_input()[str(audio.index)], audio.start_s),
            audio,
            whole(context.source, info, audio),
            label(asked.language or audio.language, asked.name or audio.title, "Audio", purpose=_audio_purpose(audio)),
            info.duration_s,
        )
        for audio in kept_audio(asked, info)
    ]
    tracks += [_added(context, add_on) for add_on in item.add_on_audios]
    labels = group_labels([track.label for track in tracks], needs_default=True)
    return [replace(track, label=one) for track, one in zip(tracks, labels, strict=True)]


def _added(context: BuildContext, add_on: AddOnAudio) -> Track:
    extra = context.extra_input(add_on.key)
    audio = extra.info.main_audio
    if audio is None:
        raise MediaError(f"the add-on {add_on.key!r} has no audio that decodes: name a file that has, or leave it out")
    purpose = _audio_purpose(audio) | Purpose(visual_impaired=add_on.visual_impaired, commentary=add_on.commentary)
    shown = label(add_on.language or audio.language, add_on.name or audio.title, "Audio", add_on.default, purpose)
    piece = whole(extra.path, extra.info, audio)
    stream = source_sound(extra.input()[str(audio.index)], audio.start_s)
    return Track(stream, audio, piece, shown, extra.info.duration_s, of_source=False)


def text_tracks(context: BuildContext, item: AdaptiveDynamicStreamingItem) -> list[TextTrack]:
    """The subtitles that were asked for; pictures of text are left out. Raises MediaError on an unreadable add-on."""
    asked = context.info.subtitles if item.resolved_parameters.subtitles == "source" else ()
    tracks = [
        _text_track(
            context,
            "",
            one,
            f"subtitle track {one.index}",
            label(one.language, one.title, "Subtitles", purpose=_text_purpose(one)),
        )
        for one in asked
        if one.is_text
    ]
    tracks += [_added_text(context, add_on) for add_on in item.add_on_subtitles if _has_cues(context, add_on)]
    labels = group_labels([track.label for track in tracks], needs_default=False)
    return [replace(track, label=one) for track, one in zip(tracks, labels, strict=True)]


def _has_cues(context: BuildContext, add_on: AddOnSubtitle) -> bool:
    """Where nothing was said, there is nothing to show. A file that somebody named has to be there."""
    return add_on.source == "object" or add_on.input_key in context.extra


def _added_text(context: BuildContext, add_on: AddOnSubtitle) -> TextTrack:
    extra = context.extra_input(add_on.input_key)
    text = next((one for one in extra.info.subtitles if one.is_text), None)
    if text is None:
        raise MediaError(f"the add-on {add_on.key!r} holds no text subtitles: name an .srt, .vtt or .ass file")
    purpose = _text_purpose(text) | Purpose(forced=add_on.forced, hearing_impaired=add_on.hearing_impaired)
    shown = label(add_on.language or text.language, add_on.name or text.title, "Subtitles", add_on.default, purpose)
    return _text_track(context, add_on.input_key, text, f"the add-on {(add_on.key or add_on.source)!r}", shown)


def _text_track(context: BuildContext, key: str, text: SubtitleStream, name: str, shown: Label) -> TextTrack:
    try:
        return TextTrack(context.cues(key, text.index), shown, name)
    except MediaError as error:
        raise MediaError(f"{name} {error}") from None


def _audio_purpose(audio: AudioStream) -> Purpose:
    return Purpose(
        hearing_impaired=audio.is_hearing_impaired,
        visual_impaired=audio.is_visual_impaired,
        commentary=audio.is_commentary,
    )


def _text_purpose(text: SubtitleStream) -> Purpose:
    return Purpose(forced=text.is_forced, hearing_impaired=text.is_hearing_impaired, commentary=text.is_commentary)
