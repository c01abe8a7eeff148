"""The sound and subtitle tracks of a ladder: the source's, then the add-ons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from media_workflows.errors import MediaError
from media_workflows.media.graph import Stream
from media_workflows.media.plan import BuildContext
from media_workflows.media.sound_expectation import SoundPiece, whole
from media_workflows.media.source_sound import kept_audio, source_sound
from media_workflows.media.streaming.labels import Label, distinct, label
from media_workflows.model.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem, AddOn, AddOnSubtitle
from media_workflows.model.jobs.streams import AudioParameters
from media_workflows.model.media_info import AudioStream


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
    """A subtitle to convert."""

    stream: Stream
    label: Label


def sound_tracks(context: BuildContext, item: AdaptiveDynamicStreamingItem, asked: AudioParameters) -> list[Track]:
    """The tracks that a setting of sound has; one of them is the default. Raises MediaError on an unreadable add-on."""
    info = context.info
    tracks = [
        Track(
            source_sound(context.source_input()[str(audio.index)]),
            audio,
            whole(context.source, info, audio),
            label(asked.language or audio.language, asked.name or audio.title, "Audio"),
            info.duration_s,
        )
        for audio in kept_audio(asked, info)
    ]
    tracks += [_added(context, add_on) for add_on in item.add_on_audios]
    labels = _labels([track.label for track in tracks], needs_default=True)
    return [replace(track, label=one) for track, one in zip(tracks, labels, strict=True)]


def _added(context: BuildContext, add_on: AddOn) -> Track:
    extra = context.extra_input(add_on.key)
    audio = extra.info.main_audio
    if audio is None:
        raise MediaError(f"the add-on {add_on.key!r} has no audio that decodes: name a file that has, or leave it out")
    shown = label(add_on.language or audio.language, add_on.name or audio.title, "Audio", add_on.default)
    piece = whole(extra.path, extra.info, audio)
    stream = source_sound(extra.input()[str(audio.index)])
    return Track(stream, audio, piece, shown, extra.info.duration_s, of_source=False)


def text_tracks(context: BuildContext, item: AdaptiveDynamicStreamingItem) -> list[TextTrack]:
    """The subtitles that were asked for; pictures of text are left out. Raises MediaError on an unreadable add-on."""
    asked = context.info.subtitles if item.recipe.subtitles == "source" else ()
    tracks = [
        TextTrack(context.source_input()[str(one.index)], label(one.language, one.title, "Subtitles"))
        for one in asked
        if one.is_text
    ]
    tracks += [_added_text(context, add_on) for add_on in item.add_on_subtitles if _has_cues(context, add_on)]
    labels = _labels([track.label for track in tracks], needs_default=False)
    return [replace(track, label=one) for track, one in zip(tracks, labels, strict=True)]


def _has_cues(context: BuildContext, add_on: AddOnSubtitle) -> bool:
    """Where nothing was said, there is nothing to show. A file that somebody named has to be there."""
    return add_on.source == "object" or add_on.input_key in context.extra


def _added_text(context: BuildContext, add_on: AddOnSubtitle) -> TextTrack:
    extra = context.extra_input(add_on.input_key)
    text = next((one for one in extra.info.subtitles if one.is_text), None)
    if text is None:
        raise MediaError(f"the add-on {add_on.key!r} holds no text subtitles: name an .srt, .vtt or .ass file")
    shown = label(add_on.language or text.language, add_on.name or text.title, "Subtitles", add_on.default)
    return TextTrack(extra.input()[str(text.index)], shown)


def _labels(labels: Sequence[Label], needs_default: bool) -> list[Label]:
    """Names made distinct, and at most one default: the first that claims it, else the first of all."""
    chosen = next((n for n, one in enumerate(labels) if one.default), 0 if needs_default else -1)
    return [replace(one, default=number == chosen) for number, one in enumerate(distinct(labels))]
