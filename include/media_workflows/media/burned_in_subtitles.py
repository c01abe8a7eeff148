"""Subtitles drawn into the picture: every kind becomes an ASS script of the product's own, which libass draws.

The script is written anew from the cues, so that ffmpeg opens no file of a user here, and times
can be those of the part of the source that is shown.
"""

from __future__ import annotations

from fontTools.ttLib import TTFont

from media_workflows.errors import MediaError
from media_workflows.media.fonts import BUNDLED_FONT
from media_workflows.media.geometry import Size
from media_workflows.media.graph import Stream
from media_workflows.media.plan import BuildContext
from media_workflows.media.subtitle_cues import Cue, Cues
from media_workflows.media.watermark import Assets
from media_workflows.model.jobs.burned_in_subtitles import BurnedInSubtitles
from media_workflows.model.media_info import MediaInfo, SubtitleStream

_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
    "Encoding"
)
_EVENT_FORMAT = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_BLACK = "&H00000000"
_BOTTOM_CENTRE = 2
_OUTLINE = 1 / 16  # of the font size
_MARGIN = 0.05  # of the picture


def burn_in(
    stream: Stream,
    asked: BurnedInSubtitles | None,
    size: Size,
    start_s: float,
    context: BuildContext,
    assets: Assets,
) -> Stream:
    """Draw the cues over a picture of `size` that begins at `start_s` of the source.

    Raises MediaError when the file or the track is not there, or holds no text.
    """
    if asked is None:
        return stream
    cues = _cues(asked, context)
    header = cues.header or _header(asked, size, _family(context))
    name = assets.add(script(header, cues, start_s).encode(), ".ass")
    fonts = {} if context.font == BUNDLED_FONT else {"fontsdir": str(context.font.parent)}
    return stream.filter("ass", filename=name, **fonts)


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
    if asked.key:
        extra = context.extra_input(asked.key)
        name, cues = repr(asked.key), context.cues(extra.path, _text_track(extra.info, asked.key).index)
    else:
        name, cues = f"track {asked.track}", context.cues(context.source, _source_track(context.info, asked).index)
    if not cues.cues:
        raise MediaError(f"burned_in_subtitles: {name} holds no cue: name another one, or leave it out")
    return cues


def _text_track(info: MediaInfo, key: str) -> SubtitleStream:
    text = next((one for one in info.subtitles if one.is_text), None)
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


def _header(asked: BurnedInSubtitles, size: Size, family: str) -> str:
    font_px = max(1, round(size.height * asked.font_size_percent / 100))
    style = ["Default", family, font_px, _colour(asked), _colour(asked), _BLACK, _BLACK, 0, 0, 0, 0, 100, 100, 0, 0, 1]
    margins = [round(size.width * _MARGIN), round(size.width * _MARGIN), round(size.height * _MARGIN)]
    style += [f"{font_px * _OUTLINE:.2f}", 0, _BOTTOM_CENTRE, *margins, 1]
    return (
        f"[Script Info]\nScriptType: v4.00+\nPlayResX: {size.width}\nPlayResY: {size.height}\n"
        f"ScaledBorderAndShadow: yes\n\n[V4+ Styles]\nFormat: {_STYLE_FIELDS}\n"
        f"Style: {','.join(map(str, style))}"
    )


def _colour(asked: BurnedInSubtitles) -> str:
    """ASS counts transparency, and blue first."""
    red, green, blue = (asked.font_color[at : at + 2] for at in (2, 4, 6))
    return f"&H{round((1 - asked.font_alpha) * 255):02X}{blue}{green}{red}".upper()


def _family(context: BuildContext) -> str:
    with TTFont(context.font, lazy=True, fontNumber=0) as font:
        return str(font["name"].getDebugName(1) or "").replace(",", " ")
