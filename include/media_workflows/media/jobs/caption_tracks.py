"""The caption tracks that an item converts: which there are, and which of them it chooses. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import langcodes

from media_workflows.domain.jobs.captions import CaptionsItem, CaptionsParameters
from media_workflows.domain.media_info import MediaInfo, SubtitleStream
from media_workflows.domain.notice import Notice
from media_workflows.errors import MediaError
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.packaging.labels import bcp47
from media_workflows.media.source.subtitles.bitmap_cues import READABLE_CODEC
from media_workflows.media.source.subtitles.cues import CEA608

_SAME_LANGUAGE = 10  # langcodes' distance up to which one is understood as the other: 'zh' and 'zh-Hans', 'no' and 'nb'
_REASONS = {READABLE_CODEC: "ocr_off", CEA608: "cea608_track"}
_WHY = {
    "no_cue": "it has no cue",
    "ocr_off": "bitmap_ocr is off",
    "bitmap": "only PGS among bitmap subtitles can be read",
    "cea608_track": "CEA-608 is read from the picture, not from a track beside it",
}


@dataclass(frozen=True)
class CaptionTrack:
    """A track to convert: text, bitmap subtitles, or closed captions in the picture. `name` names it in messages.

    `input` is the local file, `index` the stream in it, `language` as the file states it; `start_s` is when the
    picture starts, which closed captions count from.
    """

    kind: Literal["text", "bitmap", "closed"]
    input: Path
    index: int
    name: str
    language: str = ""
    start_s: float = 0.0


def chosen_tracks(
    context: BuildContext, item: CaptionsItem, parameters: CaptionsParameters
) -> tuple[list[CaptionTrack], list[Notice]]:
    """The tracks in the order of the file, closed captions last, and a notice for each that fits but is left out.

    Raises MediaError when none is left.
    """
    extra = context.extra_input(item.key) if item.key else None
    path, info = (extra.path, extra.info) if extra else (context.source, context.info)
    where = f"'{item.key}'" if item.key else "the source"
    if info.video is None and not info.audio:  # a caption file: one track, which states nothing about itself
        tracks = [_track(path, one, where, parameters.language) for one in info.subtitles]
        return _some(tracks, where, parameters, info, []), []
    asked = [one for number, one in enumerate(info.subtitles) if item.track in (None, number)]
    if item.track is not None and not asked:
        raise MediaError(
            "{where} has no subtitle track {track} (they count from 0, and there are {count}): name another one",
            where=where,
            track=item.track,
            count=len(info.subtitles),
        )
    fitting = [one for one in asked if _fits(one, parameters)]
    notices = [_unreadable(one) for one in fitting if not _is_readable(one, parameters)]
    tracks = [_track(path, one) for one in fitting if _is_readable(one, parameters)]
    if item.track is None:
        tracks += _closed(path, info, parameters)
    return _some(tracks, where, parameters, info, notices), notices


def _some(
    tracks: list[CaptionTrack], where: str, parameters: CaptionsParameters, info: MediaInfo, notices: Sequence[Notice]
) -> list[CaptionTrack]:
    if tracks:
        return tracks
    if notices:
        raise MediaError(
            "{where} has no captions that can be converted: {reasons}",
            where=where,
            reasons="; ".join(one.message for one in notices),
        )
    there = [*map(_name, info.subtitles), *(one.name for one in _closed(Path(), info, CaptionsParameters()))]
    raise MediaError(
        "{where} has no captions that fit `language`, `forced` and `hearing_impaired` (it has: {tracks}): change them, "
        "or leave the job out with a condition",
        where=where,
        tracks=", ".join(there) or "none",
    )


def _track(path: Path, one: SubtitleStream, name: str = "", language: str = "") -> CaptionTrack:
    kind: Literal["text", "bitmap"] = "text" if one.is_text else "bitmap"
    return CaptionTrack(kind, path, one.index, name or _name(one), language or one.language)


def _fits(one: SubtitleStream, parameters: CaptionsParameters) -> bool:
    flags = ((one.is_forced, parameters.forced), (one.is_hearing_impaired, parameters.hearing_impaired))
    return all(wanted in (None, flag) for flag, wanted in flags) and _speaks(one.language, parameters.language)


def _speaks(language: str, wanted: str) -> bool:
    if not wanted:
        return True
    tag = bcp47(language)
    return bool(tag) and langcodes.tag_distance(bcp47(wanted), tag) <= _SAME_LANGUAGE


def _is_readable(one: SubtitleStream, parameters: CaptionsParameters) -> bool:
    if one.is_text:
        return one.codec != CEA608
    return one.codec == READABLE_CODEC and parameters.bitmap_ocr


def _closed(path: Path, info: MediaInfo, parameters: CaptionsParameters) -> Iterator[CaptionTrack]:
    """The closed captions of the picture. They state no language, and describe sounds; they are never forced."""
    video = info.video
    if video is None or not video.has_closed_captions or not parameters.closed_captions:
        return
    if parameters.forced or parameters.hearing_impaired is False:
        return
    name = f"closed captions (CEA-608) of video track {video.index}"
    yield CaptionTrack("closed", path, video.index, name, parameters.language, video.start_s)


def _unreadable(one: SubtitleStream) -> Notice:
    return left_out(_name(one), one.index, one.codec, one.language, _REASONS.get(one.codec, "bitmap"))


def left_out(name: str, index: int, codec: str, language: str, reason: str) -> Notice:
    """The notice of captions that no file holds; `name` begins its sentence."""
    return Notice(
        code="TrackLeftOut",
        message=f"{name} is left out: {_WHY[reason]}",
        parameters={"index": index, "type": "subtitle", "codec": codec, "language": language, "reason": reason},
    )


def _name(one: SubtitleStream) -> str:
    """For example 'subtitle track 3 (subrip, eng)'."""
    details = ", ".join(detail for detail in (one.codec, one.language) if detail)
    return f"subtitle track {one.index}" + (f" ({details})" if details else "")
