"""The HLS master playlist (RFC 8216, section 4.3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from media_workflows.media.packaging.hls.i_frames import IFrameEntry
from media_workflows.media.packaging.labels import Label
from media_workflows.media.packaging.stream_stats import CEA_708_SERVICE, StreamStats, caption_channels
from media_workflows.media.packaging.subtitle_entry import SubtitleEntry
from media_workflows.media.packaging.thumbnail_entry import ThumbnailEntry

SUBTITLE_GROUP = "subtitles"
CAPTION_GROUP = "captions"
_SERVICE_VERSION = 7  # of the playlist: INSTREAM-ID of CEA-708
_SUBTITLES_FOR_DEAF = "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
_AUDIO_DESCRIPTION = "public.accessibility.describes-video"
_CLEAR_SPEECH = "public.accessibility.enhances-speech-intelligibility"  # Apple's HLS authoring specification, 2.28


@dataclass(frozen=True)
class VariantEntry:
    """A variant stream with its stats and its audio group ('' = none)."""

    uri: str
    stats: StreamStats
    audio_group: str = ""


@dataclass(frozen=True)
class AudioEntry:
    """An audio track of a group. `label` and `number` (of the sub-stream) are as those of a subtitle."""

    uri: str
    stats: StreamStats
    group: str
    label: Label
    number: int


@dataclass(frozen=True)
class MasterPlaylist:
    """A master playlist. Audio and subtitles have the labels that they have beside each other."""

    version: int
    variants: Sequence[VariantEntry]
    audio: Sequence[AudioEntry]
    subtitles: Sequence[SubtitleEntry]
    i_frames: Sequence[IFrameEntry] = ()
    session_key_tags: Sequence[str] = ()
    thumbnails: ThumbnailEntry | None = None

    def text(self) -> str:
        """What players read."""
        version, captions = self.version, caption_channels(variant.stats for variant in self.variants)
        if any(channel.startswith(CEA_708_SERVICE) for channel in captions):
            version = max(version, _SERVICE_VERSION)
        lines = ["#EXTM3U", f"#EXT-X-VERSION:{version}", "#EXT-X-INDEPENDENT-SEGMENTS", *self.session_key_tags]
        lines += [_audio_line(entry) for entry in self.audio]
        lines += [_subtitle_line(entry) for entry in self.subtitles]
        lines += [_caption_line(channel, first=channel == captions[0]) for channel in captions]
        for variant in self.variants:
            group = [entry.stats for entry in self.audio if entry.group == variant.audio_group]
            lines += [_variant_line(variant, group, self.subtitles, bool(captions)), variant.uri]
        lines += [_i_frame_line(entry) for entry in self.i_frames]
        lines += [_thumbnails_line(self.thumbnails)] if self.thumbnails else []
        return "\n".join([*lines, ""])


def _caption_line(channel: str, first: bool) -> str:
    """The line of a caption channel, named after the channel: the stream does not state the language."""
    media = {"TYPE": "CLOSED-CAPTIONS", **_media(CAPTION_GROUP, Label("", channel, autoselect=first))}
    return _tag("EXT-X-MEDIA", {**media, "INSTREAM-ID": _quoted(channel)})


def _audio_line(entry: AudioEntry) -> str:
    channels = {"CHANNELS": _quoted(str(entry.stats.channels))}
    purpose = entry.label.purpose
    traits = _characteristics({_AUDIO_DESCRIPTION: purpose.visual_impaired, _CLEAR_SPEECH: purpose.hearing_impaired})
    media = {"TYPE": "AUDIO", **_media(entry.group, entry.label), **traits}
    return _tag("EXT-X-MEDIA", {**media, **channels, **_uri(entry.uri)})


def _subtitle_line(entry: SubtitleEntry) -> str:
    purpose = entry.label.purpose
    media = {"TYPE": "SUBTITLES", **_media(SUBTITLE_GROUP, entry.label), "FORCED": _yes(purpose.forced)}
    traits = _characteristics({_SUBTITLES_FOR_DEAF: purpose.hearing_impaired})
    return _tag("EXT-X-MEDIA", {**media, **traits, **_uri(entry.uri)})


def _characteristics(traits: Mapping[str, bool]) -> dict[str, str]:
    found = [trait for trait, applies in traits.items() if applies]
    return {"CHARACTERISTICS": _quoted(",".join(found))} if found else {}


def _yes(applies: bool) -> str:
    return "YES" if applies else "NO"


def _media(group: str, label: Label) -> dict[str, str]:
    language = {"LANGUAGE": _quoted(label.language)} if label.language else {}
    return {
        "GROUP-ID": _quoted(group),
        **language,
        "NAME": _quoted(label.name),
        "DEFAULT": _yes(label.default),
        "AUTOSELECT": _yes(label.autoselect),
    }


def _uri(uri: str) -> dict[str, str]:
    return {"URI": _quoted(uri)}


def _variant_line(
    variant: VariantEntry, group: Sequence[StreamStats], subtitles: Sequence[SubtitleEntry], captions: bool
) -> str:
    """`captions`: a variant has closed captions, this one or another. Then none may state NONE (RFC 8216, 4.3.4.2)."""
    own = variant.stats
    # An audio-only variant plays the audio of its group, not both.
    bases = group if group and own.picture is None else [own]
    extra_peak = max((stats.peak_bps for stats in group), default=0) if own.picture else 0
    extra_average = max((stats.average_bps for stats in group), default=0) if own.picture else 0
    text_bps = max((entry.peak_bps for entry in subtitles), default=0)
    attributes = {
        "BANDWIDTH": str(max(stats.peak_bps for stats in bases) + extra_peak + text_bps),
        "AVERAGE-BANDWIDTH": str(max(stats.average_bps for stats in bases) + extra_average + text_bps),
        "CODECS": _quoted(",".join(dict.fromkeys(codec for stats in (own, *group) for codec in stats.codecs))),
        **_picture(own),
    }
    if group:
        attributes["AUDIO"] = _quoted(variant.audio_group)
    if subtitles:
        attributes["SUBTITLES"] = _quoted(SUBTITLE_GROUP)
    if own.picture and (own.picture.captions or not captions):
        attributes["CLOSED-CAPTIONS"] = _quoted(CAPTION_GROUP) if captions else "NONE"
    return _tag("EXT-X-STREAM-INF", attributes)


def _i_frame_line(entry: IFrameEntry) -> str:
    stats, picture = entry.stats, _picture(entry.stats)
    del picture["FRAME-RATE"]  # not one of the tag's attributes (RFC 8216, section 4.3.4.3)
    rates = {"BANDWIDTH": str(stats.peak_bps), "AVERAGE-BANDWIDTH": str(stats.average_bps)}
    codecs = {"CODECS": _quoted(",".join(stats.codecs))}
    return _tag("EXT-X-I-FRAME-STREAM-INF", {**rates, **codecs, **picture, **_uri(entry.uri)})


def _thumbnails_line(entry: ThumbnailEntry) -> str:
    """By the specification of image media playlists, an extension that other players ignore; the size of a tile."""
    size = f"{entry.tile.width}x{entry.tile.height}"
    attributes = {"BANDWIDTH": str(entry.peak_bps), "RESOLUTION": size, "CODECS": _quoted("jpeg"), **_uri(entry.uri)}
    return _tag("EXT-X-IMAGE-STREAM-INF", attributes)


def _picture(stats: StreamStats) -> dict[str, str]:
    picture = stats.picture
    if picture is None:
        return {}
    return {
        "RESOLUTION": f"{picture.shown_width}x{picture.height}",
        "FRAME-RATE": f"{picture.fps:.3f}",
        "VIDEO-RANGE": picture.range,
    }


def _tag(name: str, attributes: Mapping[str, str]) -> str:
    return f"#{name}:" + ",".join(f"{key}={value}" for key, value in attributes.items())


def _quoted(text: str) -> str:
    return f'"{text}"'
