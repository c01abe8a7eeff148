"""Burned-in subtitles: every format is converted to a new ASS script, which libass draws.

The script is written from the cues, so that ffmpeg opens no user's file here, and times are relative to the start of
the output.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from media_workflows.domain.jobs.burned_in_subtitles import BurnedInSubtitles
from media_workflows.domain.media_info import MediaInfo, SubtitleStream
from media_workflows.domain.notice import Notice
from media_workflows.errors import ExtraObjectError, MediaError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, family_name
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.filters.subtitles.cost import require_drawable
from media_workflows.media.filters.subtitles.fonts import add_fonts, drawable, runs_from_right, visible_text
from media_workflows.media.filters.subtitles.placement import MARGIN, placed
from media_workflows.media.source.colour import graphics_level
from media_workflows.media.source.subtitles.cues import Cue, Cues, with_track_name
from media_workflows.media.source.subtitles.notices import cue_notices
from media_workflows.media.source.subtitles.webvtt_ass import lost_in_ass

_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
    "Encoding"
)
_EVENT_FORMAT = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_BOTTOM_CENTRE = 2
_DIRECTION_BY_TEXT = -1  # as an encoding: the direction of a line is that of its first letter
_OUTLINE = 1 / 16  # of the font size


@dataclass(frozen=True)
class Picture:
    """The video to draw on: its size on the screen, in square pixels; the moment of the source at which it starts, in
    seconds; its transfer function by ffmpeg's name, where that may be HDR."""

    size: Size
    start_s: float = 0.0
    transfer: str = ""


def burn_in(
    stream: Stream, subtitles: BurnedInSubtitles | None, picture: Picture, context: BuildContext, assets: Assets
) -> Stream:
    """The stream with the cues drawn over it.

    Raises MediaError when the file or the track is missing, cannot be read or holds no text, LimitExceededError for
    cues that are too long or too large, MissingGlyphError for a font that cannot be read and for characters that no
    font has.
    """
    if subtitles is None:
        return stream
    cues = _cues(subtitles, context)
    shown = [cue for cue in cues.cues if cue.end_s > picture.start_s]
    drawn = drawable(shown, context.fonts, _name(subtitles))
    text = visible_text(drawn)
    add_fonts(text, None if cues.header else context.font, context.fonts, assets)
    header = cues.header or _header(subtitles, picture, family_name(context.font), runs_from_right(text))
    require_drawable(header, drawn, _name(subtitles))
    if not cues.header:
        font_px = _font_px(subtitles, picture)
        drawn = [replace(cue, rest=placed(cue.rest, cue.settings, picture.size, font_px)) for cue in drawn]
    content = script(header, replace(cues, cues=tuple(drawn)), picture.start_s)
    options = {"filename": assets.add(content.encode(), ".ass")}
    options |= {"original_size": f"{picture.size.width}x{picture.size.height}", **_fonts(context, assets)}
    # `ass` for a script with a user's header: `subtitles` would guess the format from it. Only `subtitles` can break
    # lines of Chinese, though.
    return stream.filter("ass", **options) if cues.header else stream.filter("subtitles", wrap_unicode=1, **options)


def notices(subtitles: BurnedInSubtitles | None, context: BuildContext) -> list[Notice]:
    """A notice for each kind of change to the cues: repaired, re-encoded or not drawn."""
    if subtitles is None:
        return []
    cues = _cues(subtitles, context)
    lost = {one for cue in cues.cues for one in lost_in_ass(cue.markup, cue.settings)}
    lost |= {"STYLE and REGION blocks"} if cues.blocks else set()
    return list(cue_notices(f"burned_in_subtitles: {_name(subtitles)}", cues, lost, becomes="burned-in text"))


def _font_px(subtitles: BurnedInSubtitles, picture: Picture) -> int:
    return max(1, round(picture.size.height * subtitles.font_size_percent / 100))


def _fonts(context: BuildContext, assets: Assets) -> dict[str, str]:
    """The directory of the setting's font alone: libass loads whole directories, and finds the bundled fonts itself."""
    if context.font == BUNDLED_FONT:
        return {}
    return {"fontsdir": assets.add_alone(context.font.read_bytes(), context.font.suffix)}


def script(header: str, cues: Cues, start_s: float) -> str:
    """An ASS script of the cues that end after `start_s`, which becomes time 0."""
    styles, _, events = header.partition("[Events]")
    format_ = next((line for line in events.splitlines() if line.startswith("Format:")), _EVENT_FORMAT)
    lines = [_line(cue, start_s) for cue in cues.cues if cue.end_s > start_s]
    return "\n".join([styles.rstrip(), "", "[Events]", format_, *lines, ""])


def _line(cue: Cue, start_s: float) -> str:
    start, end = (_clock(max(0.0, moment_s - start_s)) for moment_s in (cue.start_s, cue.end_s))
    rest = cue.rest.replace("\r", "").replace("\n", "\\N")  # one event is one line
    return f"Dialogue: {cue.layer},{start},{end},{rest}"


def _clock(moment_s: float) -> str:
    """A time as H:MM:SS.cc."""
    hundredths = round(moment_s * 100)
    minutes, left = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{left // 100:02}.{left % 100:02}"


def _cues(subtitles: BurnedInSubtitles, context: BuildContext) -> Cues:
    name = _name(subtitles)
    track = _text_track(context, subtitles.key) if subtitles.key else _source_track(context.info, subtitles)
    try:
        cues = context.cues(subtitles.key, track.index)
    except MediaError as error:
        raise with_track_name(error, f"burned_in_subtitles: {name}") from None
    if not cues.cues:
        raise MediaError(
            "burned_in_subtitles: {track} holds no cue: name another track, or leave it out",
            track=name,
        )
    return cues


def _name(subtitles: BurnedInSubtitles) -> str:
    """The track in messages."""
    return f"'{subtitles.key}'" if subtitles.key else f"track {subtitles.track}"


def _text_track(context: BuildContext, key: str) -> SubtitleStream:
    text = next((one for one in context.extra_input(key).info.subtitles if one.is_text), None)
    if text is None:
        raise ExtraObjectError(
            "burned_in_subtitles: '{key}' holds no text subtitles: name an .srt, .vtt or .ass file", key=key
        )
    return text


def _source_track(info: MediaInfo, subtitles: BurnedInSubtitles) -> SubtitleStream:
    tracks, number = info.subtitles, subtitles.track or 0
    if number >= len(tracks):
        raise MediaError(
            "burned_in_subtitles: the source has no subtitle track {track} (they count from 0, and there are {count}): "
            "name another one, or a file by `key`",
            count=len(tracks),
            track=number,
        )
    if not tracks[number].is_text:
        raise MediaError(
            "burned_in_subtitles: track {track} of the source holds bitmap subtitles ({codec}), and only text can be "
            "drawn: name a text track, or a file by `key`",
            track=number,
            codec=tracks[number].codec,
        )
    return tracks[number]


def _header(subtitles: BurnedInSubtitles, picture: Picture, family: str, from_right: bool) -> str:
    size = picture.size
    font_px = _font_px(subtitles, picture)
    colour, black = (
        _colour(color, subtitles.font_alpha, picture.transfer) for color in (subtitles.font_color, "0x000000")
    )
    style = ["Default", family.replace(",", " "), font_px, colour, colour, black, black, 0, 0, 0, 0, 100, 100, 0, 0, 1]
    margins = [round(size.width * MARGIN), round(size.width * MARGIN), round(size.height * MARGIN)]
    style += [f"{font_px * _OUTLINE:.2f}", 0, _BOTTOM_CENTRE, *margins, _DIRECTION_BY_TEXT if from_right else 1]
    return (
        f"[Script Info]\nScriptType: v4.00+\nPlayResX: {size.width}\nPlayResY: {size.height}\n"
        f"ScaledBorderAndShadow: yes\n\n[V4+ Styles]\nFormat: {_STYLE_FIELDS}\n"
        f"Style: {','.join(map(str, style))}"
    )


def _colour(color: str, alpha: float, transfer: str) -> str:
    """The colour as ASS writes it: transparency, blue, green, red. The outline is as transparent as the text."""
    levels = [graphics_level(int(color[at : at + 2], 16) / 255, transfer) for at in (6, 4, 2)]
    return "&H" + "".join(f"{round(level * 255):02X}" for level in (1 - alpha, *levels))
