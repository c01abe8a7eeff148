"""Preparation of the source's sound: on the clock, from the start, without gaps."""

from __future__ import annotations

from collections.abc import Iterator

from media_workflows.domain.jobs.streams import AudioParameters
from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.domain.notice import Notice
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.source.language_codes import language_tag
from media_workflows.media.source.undecodable import require_decodable

_JITTER_S = 0.1  # aresample's min_hard_comp: smaller gaps and overlaps are left as they are


def source_sound(stream: Stream, late_s: float, least_late_s: float = _JITTER_S) -> Stream:
    """An audio stream with silence in its gaps, and before it where it starts `late_s` seconds late.

    Up to `least_late_s` it counts as in time.

    Not every container can express a gap, and not every player respects it: without the silence, the sound after
    it would move up. Where a broadcast changes its format, ffmpeg rebuilds its filters, and with `first_pts` 0 the
    stream would get the silence once more: the option is set for late streams only.
    """
    begins = {"first_pts": 0} if late_s > least_late_s else {}
    return stream.filter("aresample", **{"async": 1, **begins})


def padded_sound(stream: Stream, track: AudioStream, until_s: float, from_s: float = 0.0) -> Stream:
    """An audio stream, read from `from_s` of the source on, with silence where its track ends before `until_s`.

    For segmented outputs: some players end the presentation where the first of its tracks ends.
    """
    if until_s - (track.start_s + track.duration_s) <= _JITTER_S or not track.duration_s:
        return stream
    # Cut by timestamps: where ffmpeg rebuilds its filters, a padding of a given length would start again.
    return stream.filter("apad").filter("atrim", end=f"{until_s - from_s:.6f}")


def kept_audio(parameters: AudioParameters | None, info: MediaInfo) -> tuple[AudioStream, ...]:
    """The audio tracks that the parameters keep. Raises UndecodableError when no audio can be decoded."""
    if parameters is None:
        return ()
    if info.main_audio is None:
        require_decodable("audio", info)
    if parameters.tracks == "all":
        return tuple(track for track in info.audio if track.is_decodable)
    kept = in_language(parameters.source_language, info) or info.main_audio
    return (kept,) if kept else ()


def in_language(language: str, info: MediaInfo) -> AudioStream | None:
    """The track in a language: film sound before audio description and comments, then the default one, then the first.

    A track in the same language of another region or script counts where there is no closer one.
    """
    wanted = language_tag(language)
    found = [
        track
        for track in info.audio
        if track.is_decodable and _language(language_tag(track.language)) == _language(wanted)
    ]
    if not wanted or not found:
        return None
    return min(
        found, key=lambda track: (_is_extra(track), language_tag(track.language) != wanted, not track.is_default)
    )


def _is_extra(track: AudioStream) -> bool:
    return track.is_visual_impaired or track.is_commentary


def _language(tag: str) -> str:
    return tag.partition("-")[0]


def language_notices(parameters: AudioParameters | None, info: MediaInfo) -> Iterator[Notice]:
    """A notice where the source has no track in the language that is asked for."""
    if parameters is None or not parameters.source_language or in_language(parameters.source_language, info):
        return
    languages = ", ".join(track.language or "?" for track in info.audio)
    yield Notice(
        code="LanguageMissing",
        message=f"no audio in '{parameters.source_language}', only in {languages}: the main track is kept",
        parameters={"language": parameters.source_language, "found": languages},
    )
