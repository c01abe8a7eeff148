"""Conversion of cues between WebVTT and ASS: markup, colours and positions, and the features that are lost."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from media_workflows.media.source.subtitles.ass_text import escaped, spans, unescaped

# The colour classes that WebVTT players support (W3C WebVTT, section 5.1), as RRGGBB.
COLOURS = {
    "white": "FFFFFF",
    "lime": "00FF00",
    "cyan": "00FFFF",
    "red": "FF0000",
    "yellow": "FFFF00",
    "magenta": "FF00FF",
    "blue": "0000FF",
    "black": "000000",
}
_CLASS_OF = {colour: name for name, colour in COLOURS.items()}
# Possessive: of a text with thousands of "<", each way to divide it would be tried otherwise.
_MARKUP = re.compile(r"<(/?)([^<>.\s]*+)((?:\.[^<>.\s]++)*+)[^<>]*+>")
_BLANK_LINES = re.compile(r"\n\s*\n+")
_COLUMNS, _ROWS = {1: "left", 2: "", 0: "right"}, {0: "", 1: "line:50%", 2: "line:0"}
_FONTS, _OTHER_COLOURS, _EFFECTS, _DRAWINGS = "fonts and sizes", "colours", "effects", "drawings"
_FONT_TAGS = frozenset({"fn", "fs", "fscx", "fscy", "fsp", "fe"})
_COLOUR_TAGS = frozenset({"2c", "3c", "4c", "alpha", "1a", "2a", "3a", "4a"})
_PLAIN_TAGS = frozenset({"p", "q", "pbo"})  # no visible loss


@dataclass(frozen=True)
class TextStyle:
    """The style of a span of text."""

    bold: bool = False
    italic: bool = False
    underlined: bool = False
    colour: str = ""

    @property
    def tags(self) -> list[str]:
        """The WebVTT tags of the style, from the outside in."""
        on = {"b": self.bold, "i": self.italic, "u": self.underlined}
        return [*(tag for tag, applies in on.items() if applies), *([f"c.{self.colour}"] if self.colour else [])]


@dataclass
class VttText:
    """A cue's text and settings in WebVTT; `lost` lists the features that WebVTT cannot express."""

    text: str = ""
    settings: str = ""
    lost: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Place:
    """The default position of cues: ASS's alignment (1 to 9), and the script's size."""

    alignment: int = 2
    width: float = 384
    height: float = 288


def vtt_of(ass: str, place: Place) -> VttText:
    """The text of an ASS event as a WebVTT cue."""
    made, style, alignment, position = VttText(), TextStyle(), 0, ""
    for span in spans(ass):
        if span.kind == "drawing":
            made.lost.add(_DRAWINGS)
        elif span.kind == "break":
            made.text += "&nbsp;" if span.source == "\\h" else "\n"
        elif span.kind == "text":
            made.text += _marked(html.escape(unescaped(span.source), quote=False), style)
        else:
            for name, value in _tags(span.source):
                style = _style_after(name, value, style, made.lost)
                alignment = alignment or _alignment(name, value)  # the first one of a cue counts, as in libass
                position = position or (value if name == "pos" else "")
    made.text = _BLANK_LINES.sub("\n", made.text).strip("\n")
    made.settings = _settings(alignment or place.alignment, position, place)
    return made


def _marked(text: str, style: TextStyle) -> str:
    tags = style.tags
    return "".join(f"<{tag}>" for tag in tags) + text + "".join(f"</{tag[0]}>" for tag in reversed(tags))


def _tags(block: str) -> Iterator[tuple[str, str]]:
    """Names and values of the tags in a block; font and style values follow their tag without a separator."""
    for token in block.strip("{}").split("\\")[1:]:
        if match := re.match(r"(fn|r(?!nd)|[1-4]?[a-zA-Z]+)(.*)", token, re.DOTALL):
            yield match[1], match[2].strip()


def _style_after(name: str, value: str, style: TextStyle, lost: set[str]) -> TextStyle:
    is_on = value not in ("", "0")
    if name == "b":
        return replace(style, bold=is_on)
    if name == "i":
        return replace(style, italic=is_on)
    if name == "u":
        return replace(style, underlined=is_on)
    if name == "r":
        return TextStyle()
    if name in ("c", "1c"):
        digits = value.strip("&H").rjust(6, "0")
        colour = digits[4:6] + digits[2:4] + digits[0:2] if value else ""
        if colour and colour not in _CLASS_OF:
            lost.add(_OTHER_COLOURS)
        return replace(style, colour=_CLASS_OF.get(colour, ""))
    if name in _FONT_TAGS or name in _COLOUR_TAGS:
        lost.add(_FONTS if name in _FONT_TAGS else _OTHER_COLOURS)
    elif name not in _PLAIN_TAGS and name not in ("an", "a", "pos"):
        lost.add(_EFFECTS)
    return style


def _alignment(name: str, value: str) -> int:
    if name not in ("an", "a") or not value.isdigit():
        return 0
    return int(value) if name == "an" else numpad_alignment(int(value))


def numpad_alignment(old: int) -> int:
    """SSA's alignment (1 to 3, 5 to 7, 9 to 11) in ASS's numbering, that of a number pad."""
    column = old & 3 or 2
    return column + (6 if old & 4 else 3 if old & 8 else 0)


def _settings(alignment: int, position: str, place: Place) -> str:
    column, row = _COLUMNS.get(alignment % 3, ""), (alignment - 1) // 3
    numbers = re.findall(r"-?\d+(?:\.\d+)?", position)
    if len(numbers) >= 2 and place.width and place.height:
        across, down = (_percent(float(n), of) for n, of in zip(numbers, (place.width, place.height), strict=False))
        anchor = ("end", "center", "start")[row]
        found = [f"position:{across:.0f}%", f"line:{down:.0f}%,{anchor}"]
    else:
        found = [_ROWS.get(row, "")]
    return " ".join(one for one in (*found, f"align:{column}" if column else "") if one)


def _percent(value: float, of: float) -> float:
    return min(100.0, max(0.0, 100 * value / of))


def ass_of(payload: str) -> str:
    """The text of a WebVTT cue as ASS: bold, italic, underlined, colours and line breaks."""
    found: list[str] = []
    open_colours, at = [""], 0
    for match in _MARKUP.finditer(payload):
        found.append(escaped(html.unescape(payload[at : match.start()])))
        at = match.end()
        closes, name, classes = bool(match[1]), match[2], match[3]
        if name in ("b", "i", "u"):
            found.append(f"{{\\{name}{0 if closes else 1}}}")
        elif name == "c":
            colour = next((COLOURS[one] for one in classes.split(".") if one in COLOURS), open_colours[-1])
            if closes and len(open_colours) > 1:
                open_colours.pop()
            elif not closes:
                open_colours.append(colour)
            shown = open_colours[-1]
            found.append(f"{{\\c&H{shown[4:6]}{shown[2:4]}{shown[0:2]}&}}" if shown else "{\\c}")
    return "".join([*found, escaped(html.unescape(payload[at:]))])


def lost_in_ass(payload: str, settings: str) -> set[str]:
    """The features of a WebVTT cue that are not burned in."""
    names = {match[2] for match in _MARKUP.finditer(payload)}
    found = {"ruby text"} if "ruby" in names else set()
    found |= {"karaoke times"} if re.search(r"<\d+:", payload) else set()
    keys = {one.partition(":")[0] for one in settings.split()}
    return found | {f"the setting {key}" for key in keys & {"vertical", "region", "size"}}
