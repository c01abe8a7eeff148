"""Selection of the source's tracks that an item keeps or converts, with a notice for each other track. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.containers import MANY_TRACKS, TEXT_CODECS
from media_workflows.domain.jobs.transcode import TranscodeItem, TranscodeParameters
from media_workflows.domain.media_info import AudioStream, FurtherStream, MediaInfo, SubtitleStream
from media_workflows.domain.notice import Notice
from media_workflows.media.encoders.codecs import can_hold
from media_workflows.media.filters.source_sound import kept_audio
from media_workflows.media.source.language_codes import written_language

Reason = Literal["not_selected", "container", "one_track", "not_convertible", "joined", "cover", "data"]
Track = AudioStream | SubtitleStream | FurtherStream

_WHY: dict[Reason, str] = {
    "not_selected": "this item keeps only the main track",
    "container": "{container} cannot hold it",
    "one_track": "{container} holds one track of its type",
    "not_convertible": "it cannot be converted to text, which {container} requires",
    "joined": "joined clips have one audio track",
    "cover": "cover pictures are kept by a remux to mp4 only",
    "data": "data tracks are not carried over",
}
_WHY_SUBTITLES = "this item writes no subtitles"

_OTHERS: dict[str, Reason] = {"cover": "cover", "data": "data"}

# Tracks beside the main video and audio that ffmpeg's muxers support.
_MANY_AUDIO = MANY_TRACKS | {"webm"}
_MANY_VIDEO = frozenset({"mp4", "mov", "mkv", "webm", "ts"})
_COVERS = {"mp4": frozenset({"mjpeg", "png"})}  # Matroska's muxer would write it as a normal video track
_ATTACHMENTS = frozenset({"mkv"})
_COPIED_SUBTITLES = {
    "mkv": frozenset({"subrip", "ass", "webvtt", "hdmv_pgs_subtitle", "hdmv_text_subtitle", "dvd_subtitle"})
    | frozenset({"dvb_subtitle"}),
    "mp4": frozenset({"mov_text", "dvd_subtitle"}),
    "mov": frozenset({"mov_text"}),
    "webm": frozenset({"webvtt"}),
    "ts": frozenset({"dvb_subtitle", "dvb_teletext"}),
}
# Text subtitles that ffmpeg decodes.
_DECODABLE_TEXT = frozenset({"subrip", "text", "ass", "webvtt", "mov_text", "eia_608", "microdvd", "sami", "realtext"})


@dataclass(frozen=True)
class Selection:
    """The tracks of an output: `audio`, and further tracks (`copied`, by index), in the order of the output.

    `options` are the output options of the further tracks.
    """

    audio: tuple[AudioStream, ...]
    notices: tuple[Notice, ...] = ()
    copied: tuple[int, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


def selection(parameters: TranscodeParameters, item: TranscodeItem, info: MediaInfo) -> Selection:
    """The tracks of a transcode; where video and audio are copied, all tracks that the container supports.

    A track is left out without a notice only where the item removes video or audio on purpose. Raises MediaError when
    no audio can be decoded.
    """
    if parameters.copies_video and parameters.audio is not None and parameters.audio.codec == "copy":
        return _Remux(parameters.container, info).selection(kept_audio(parameters.audio, info))
    audio = kept_audio(parameters.audio, info)
    if item.concatenates:
        audio = audio[:1]
    notices = [*_audio_left_out(parameters, info, audio, item.concatenates)]
    if parameters.subtitles == "source":
        return _Remux(parameters.container, info).texts(audio, [*notices, *further_left_out(info.further)])
    if parameters.video is not None:
        burned = item.burned_in_subtitles.track if item.burned_in_subtitles else None
        shown = {track.index for number, track in enumerate(info.subtitles) if number == burned}
        notices += [left_out(t, "not_selected") for t in info.subtitles if t.index not in shown]
        notices += further_left_out(info.further)
    return Selection(audio, _in_order(notices))


def ladder_notices(item: AdaptiveDynamicStreamingItem, info: MediaInfo) -> tuple[Notice, ...]:
    """A notice for each track of the source that a ladder leaves out."""
    parameters = item.resolved_parameters
    settings = [stream.audio for stream in parameters.streams if stream.audio]
    kept = {track.index for setting in settings for track in kept_audio(setting, info)}
    notices = [left_out(t, "not_selected") for t in _decodable(info) if settings and t.index not in kept]
    if parameters.pure_audio:
        return tuple(notices)
    if parameters.subtitles == "source":
        pictures = [track for track in info.subtitles if not track.is_text]
        notices += [left_out(track, "not_convertible", "WebVTT") for track in pictures]
    else:
        notices += [left_out(track, "not_selected") for track in info.subtitles]
    return _in_order([*notices, *further_left_out(info.further)])


def _audio_left_out(
    parameters: TranscodeParameters, info: MediaInfo, kept: Sequence[AudioStream], is_concatenated: bool
) -> Iterator[Notice]:
    if parameters.audio is None:
        return
    indices = {track.index for track in kept}
    for track in _decodable(info):
        if track.index not in indices:
            is_requested = is_concatenated and parameters.audio.tracks == "all"
            yield left_out(track, "joined" if is_requested else "not_selected")


def _decodable(info: MediaInfo) -> Iterator[AudioStream]:
    """The audio tracks that an item could keep; `undecodable.notices` names the others."""
    return (track for track in info.audio if track.is_decodable)


def further_left_out(tracks: Iterable[FurtherStream]) -> list[Notice]:
    """A notice for each further track."""
    return [left_out(track, _OTHERS.get(track.type, "not_selected")) for track in tracks]


class _Remux:
    """The selection of all tracks that a container supports, copied or converted to its text subtitles."""

    def __init__(self, container: str, info: MediaInfo) -> None:
        self.container, self.info = container, info
        self.notices: list[Notice] = []
        self.copied: list[int] = []
        self.options: dict[str, Any] = {}

    def selection(self, main: Sequence[AudioStream]) -> Selection:
        """The selection; the audio tracks `main` are always kept."""
        audio = tuple(track for track in _decodable(self.info) if track in main or self._keeps_audio(track))
        for one in self.info.further:
            if self._keeps(one):
                self.copied.append(one.index)
                self.options["c:t" if one.type == "attachment" else "c:v"] = "copy"
            else:
                self.notices.append(left_out(one, _OTHERS.get(one.type, "container"), self.container))
        for number, track in enumerate(t for t in self.info.subtitles if self._keeps_subtitle(t)):
            self._add_subtitle(track, number)
        # Attachments come last: their streams have no packets.
        attached = {one.index for one in self.info.further if one.type == "attachment"}
        copied = tuple(sorted(self.copied, key=attached.__contains__))
        # An explicit disposition prevents ffmpeg from making the first subtitle track a default one.
        options = self.options | ({"disposition:v:0": "default"} if self.info.video else {})
        return Selection(audio, _in_order(self.notices), copied, options)

    def texts(self, audio: tuple[AudioStream, ...], notices: Sequence[Notice]) -> Selection:
        """These audio tracks and the text subtitles, beside an encode; `notices` name what else is left out."""
        codec = TEXT_CODECS[self.container]
        kept = [one for one in self.info.subtitles if one.is_text and self._keeps_subtitle(one)]
        for number, track in enumerate(kept):
            self._add_subtitle(track, number)
        pictures = [left_out(one, "not_convertible", codec) for one in self.info.subtitles if not one.is_text]
        options = self.options | ({"disposition:v:0": "default"} if kept else {})
        return Selection(audio, _in_order([*notices, *self.notices, *pictures]), tuple(self.copied), options)

    def _keeps_audio(self, track: AudioStream) -> bool:
        if self.container in _MANY_AUDIO and can_hold(self.container, track.codec):
            return True
        reason: Reason = "container" if self.container in _MANY_AUDIO else "one_track"
        self.notices.append(left_out(track, reason, self.container))
        return False

    def _keeps(self, track: FurtherStream) -> bool:
        if track.type == "attachment" and self.container in _ATTACHMENTS:
            return True
        if track.type == "cover":
            return track.codec in _COVERS.get(self.container, ())
        return track.type == "video" and self.container in _MANY_VIDEO and can_hold(self.container, track.codec)

    def _keeps_subtitle(self, track: SubtitleStream) -> bool:
        if track.codec in _COPIED_SUBTITLES.get(self.container, ()):
            return True
        if self.container in TEXT_CODECS and track.codec in _DECODABLE_TEXT:
            return True
        reason: Reason = "not_convertible" if self.container in TEXT_CODECS else "container"
        self.notices.append(left_out(track, reason, self.container))
        return False

    def _add_subtitle(self, track: SubtitleStream, number: int) -> None:
        self.copied.append(track.index)
        if (language := written_language(track.language, self.container)) != track.language:
            self.options[f"metadata:s:s:{number}"] = f"language={language}"
        if track.codec in _COPIED_SUBTITLES.get(self.container, ()):
            self.options[f"c:s:{number}"] = "copy"
            return
        self.options[f"c:s:{number}"] = codec = TEXT_CODECS[self.container]
        self.notices.append(_converted(track, codec, self.container))


def _in_order(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """The notices sorted by track."""
    return tuple(sorted(notices, key=lambda notice: notice.parameters["index"]))


def left_out(track: Track, reason: Reason, container: str = "") -> Notice:
    """The notice of a track that is not in the output."""
    why = _WHY[reason].format(container=container)
    if isinstance(track, SubtitleStream) and reason == "not_selected":
        why = _WHY_SUBTITLES
    return Notice(
        code="TrackLeftOut",
        message=f"{_name(track)} is left out: {why}",
        parameters={**_parameters(track), "reason": reason, "container": container},
    )


def _converted(track: SubtitleStream, codec: str, container: str) -> Notice:
    return Notice(
        code="TrackConverted",
        message=f"{_name(track)} is converted to {codec}, the text subtitles of {container}",
        parameters={**_parameters(track), "to": codec, "container": container},
    )


def _type(track: Track) -> str:
    if isinstance(track, FurtherStream):
        return track.type
    return "audio" if isinstance(track, AudioStream) else "subtitle"


def _parameters(track: Track) -> dict[str, str | int | float]:
    return {"index": track.index, "type": _type(track), "codec": track.codec, "language": track.language}


def _name(track: Track) -> str:
    """For example 'subtitle track 3 (subrip, eng)'."""
    details = ", ".join(detail for detail in (track.codec, track.language) if detail)
    return f"{_type(track)} track {track.index}" + (f" ({details})" if details else "")
