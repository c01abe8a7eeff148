"""Subtitles drawn into the picture: every kind becomes an ASS script of the product's own, which libass draws.

The script is written anew from the cues, so that ffmpeg opens no file of a user here, and times
can be those of the part of the source that is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from media_workflows.domain.jobs.burned_in_subtitles import BurnedInSubtitles
from media_workflows.domain.media_info import MediaInfo, SubtitleStream
from media_workflows.domain.notice import Notice
from media_workflows.errors import MediaError, MissingGlyphError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, family_name
from media_workflows.media.ffmpeg.graph import Stream
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.filters.subtitles.fonts import add_fonts, drawable, runs_from_right, visible_text
from media_workflows.media.filters.subtitles.placement import MARGIN, placed
from media_workflows.media.plan import BuildContext
from media_workflows.media.source.colour import graphics_level
from media_workflows.media.source.subtitles.cues import Cue, Cues
from media_workflows.media.source.subtitles.notices import cue_notices
from media_workflows.media.source.subtitles.webvtt_ass import lost_in_ass

_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
    "Encoding"
)
_EVENT_FORMAT = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_BOTTOM_CENTRE = 2
_DIRECTION_BY_TEXT = -1  # as an encoding: a line runs as its first letter does
_OUTLINE = 1 / 16  # of the font size


@dataclass(frozen=True)
class Picture:
    """What is drawn on: its size on the screen, whatever the shape of the pixels; the moment of the source at which
    it begins, in seconds; its transfer function by ffmpeg's name, where that may be HDR's."""

    size: Size
    start_s: float = 0.0
    transfer: str = ""


def burn_in(
    stream: Stream, asked: BurnedInSubtitles | None, picture: Picture, context: BuildContext, assets: Assets
) -> Stream:
    """Draw the cues over a picture.

    Raises MediaError when the file or the track is not there, cannot be read or holds no text, MissingGlyphError for
    a font that cannot be read and for characters that no font has.
    """
    if asked is None:
        return stream
    cues = _cues(asked, context)
    shown = [cue for cue in cues.cues if cue.end_s > picture.start_s]
    try:
        drawn = drawable(shown, context.fonts)
        text = visible_text(drawn)
        add_fonts(text, None if cues.header else context.font, context.fonts, assets)
    except MissingGlyphError as error:
        raise MissingGlyphError(f"burned_in_subtitles: {_name(asked)}: {error}") from None
    header = cues.header or _header(asked, picture, family_name(context.font), runs_from_right(text))
    if not cues.header:
        font_px = _font_px(asked, picture)
        drawn = [replace(cue, rest=placed(cue.rest, cue.settings, picture.size, font_px)) for cue in drawn]
    content = script(header, replace(cues, cues=tuple(drawn)), picture.start_s)
    options = {"filename": assets.add(content.encode(), ".ass")}
    options |= {"original_size": f"{picture.size.width}x{picture.size.height}", **_fonts(context, assets)}
    # libass reads a script itself: `subtitles` guesses the format by its head, which is a user's here. It alone
    # breaks lines of Chinese, though.
    return stream.filter("ass", **options) if cues.header else stream.filter("subtitles", wrap_unicode=1, **options)


def notices(asked: BurnedInSubtitles | None, context: BuildContext) -> list[Notice]:
    """What of the cues is repaired, re-encoded or not drawn."""
    if asked is None:
        return []
    cues = _cues(asked, context)
    lost = {one for cue in cues.cues for one in lost_in_ass(cue.markup, cue.settings)}
    lost |= {"STYLE and REGION blocks"} if cues.blocks else set()
    return list(cue_notices(f"burned_in_subtitles: {_name(asked)}", cues, lost, becomes="burned-in text"))


def _font_px(asked: BurnedInSubtitles, picture: Picture) -> int:
    return max(1, round(picture.size.height * asked.font_size_percent / 100))


def _fonts(context: BuildContext, assets: Assets) -> dict[str, str]:
    """The font of the setting, by itself: libass would load all that lie beside it. The bundled ones it knows."""
    if context.font == BUNDLED_FONT:
        return {}
    return {"fontsdir": assets.add_alone(context.font.read_bytes(), context.font.suffix)}


def script(header: str, cues: Cues, start_s: float) -> str:
    """An ASS script of the cues that show from `start_s` on, which becomes its 0."""
    styles, _, events = header.partition("[Events]")
    format_ = next((line for line in events.splitlines() if line.startswith("Format:")), _EVENT_FORMAT)
    lines = [_line(cue, start_s) for cue in cues.cues if cue.end_s > start_s]
    return "\n".join([styles.rstrip(), "", "[Events]", format_, *lines, ""])


def _line(cue: Cue, start_s: float) -> str:
    start, end = (_clock(max(0.0, moment_s - start_s)) for moment_s in (cue.start_s, cue.end_s))
    rest = cue.rest.replace("\r", "").replace("\n", "\\N")  # one event is one line
    return f"Dialogue: {cue.layer},{start},{end},{rest}"


def _clock(moment_s: float) -> str:
    """H:MM:SS.cc"""
    hundredths = round(moment_s * 100)
    minutes, left = divmod(hundredths, 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{left // 100:02}.{left % 100:02}"


def _cues(asked: BurnedInSubtitles, context: BuildContext) -> Cues:
    name = _name(asked)
    track = _text_track(context, asked.key) if asked.key else _source_track(context.info, asked)
    try:
        cues = context.cues(asked.key, track.index)
    except MediaError as error:
        raise MediaError(f"burned_in_subtitles: {name} {error}") from None
    if not cues.cues:
        raise MediaError(f"burned_in_subtitles: {name} holds no cue: name another one, or leave it out")
    return cues


def _name(asked: BurnedInSubtitles) -> str:
    return repr(asked.key) if asked.key else f"track {asked.track}"


def _text_track(context: BuildContext, key: str) -> SubtitleStream:
    text = next((one for one in context.extra_input(key).info.subtitles if one.is_text), None)
    if text is None:
        raise MediaError(f"burned_in_subtitles: {key!r} holds no text subtitles: name an .srt, .vtt or .ass file")
    return text


def _source_track(info: MediaInfo, asked: BurnedInSubtitles) -> SubtitleStream:
    tracks, number = info.subtitles, asked.track or 0
    if number >= len(tracks):
        raise MediaError(
            f"burned_in_subtitles: the source has {len(tracks)} subtitle tracks and no number {number} (they count "
            "from 0): name another one, or a file by `key`"
        )
    if not tracks[number].is_text:
        raise MediaError(
            f"burned_in_subtitles: track {number} of the source holds pictures ({tracks[number].codec}), and only text "
            "is drawn: name a text track, or a file by `key`"
        )
    return tracks[number]


def _header(asked: BurnedInSubtitles, picture: Picture, family: str, from_right: bool) -> str:
    size = picture.size
    font_px = _font_px(asked, picture)
    colour, black = (_colour(color, asked.font_alpha, picture.transfer) for color in (asked.font_color, "0x000000"))
    style = ["Default", family.replace(",", " "), font_px, colour, colour, black, black, 0, 0, 0, 0, 100, 100, 0, 0, 1]
    margins = [round(size.width * MARGIN), round(size.width * MARGIN), round(size.height * MARGIN)]
    style += [f"{font_px * _OUTLINE:.2f}", 0, _BOTTOM_CENTRE, *margins, _DIRECTION_BY_TEXT if from_right else 1]
    return (
        f"[Script Info]\nScriptType: v4.00+\nPlayResX: {size.width}\nPlayResY: {size.height}\n"
        f"ScaledBorderAndShadow: yes\n\n[V4+ Styles]\nFormat: {_STYLE_FIELDS}\n"
        f"Style: {','.join(map(str, style))}"
    )


def _colour(color: str, alpha: float, transfer: str) -> str:
    """ASS counts transparency, and blue first. The outline is as transparent as the text."""
    levels = [graphics_level(int(color[at : at + 2], 16) / 255, transfer) for at in (6, 4, 2)]
    return "&H" + "".join(f"{round(level * 255):02X}" for level in (1 - alpha, *levels))
