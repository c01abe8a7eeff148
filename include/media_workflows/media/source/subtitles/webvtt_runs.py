"""The text of a WebVTT cue as runs of one style, for formats with other markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import ImageColor

from media_workflows.media.source.subtitles.webvtt_ass import COLOURS, TextStyle

# Possessive: of a text with thousands of "<", each way to divide it would be tried otherwise.
_TAG = re.compile(r"<(/?)([^<>.\s]*+)((?:\.[^<>.\s]++)*+)([^<>]*+)>")
_RULE = re.compile(r"::cue(?:\(([^()]*+)\))?+\s*+\{([^{}]*+)\}")
_TIME = re.compile(r"\d++:")
_ALPHA = re.compile(r"(?<=rgb)a?+(\([^,]*+,[^,]*+,[^,)]*+),[^)]*+\)")
_STYLES = {"b": "bold", "i": "italic", "u": "underlined"}
_LOST_TAGS = {"ruby": "ruby text", "rt": "ruby text"}
_SPEC_BACKGROUND = "bg_"  # of the colour classes of W3C WebVTT, section 5.1: bg_black
_PLAIN = TextStyle()
_BACKGROUND = frozenset({"background-color", "background"})
_BACKGROUND_COLOURS = "background colours"


@dataclass(frozen=True)
class Run:
    """Text of one style, with its line breaks. `voice` is who speaks, `language` BCP 47; '' = not stated."""

    text: str
    style: TextStyle = _PLAIN
    voice: str = ""
    language: str = ""


@dataclass
class Runs:
    """The runs of a cue; `lost` lists the features that a run cannot hold."""

    runs: list[Run] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Sheet:
    """The STYLE blocks of a file: the style of each class; `lost` lists what runs cannot hold of them."""

    classes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


def style_sheet(blocks: str) -> Sheet:
    """The classes that `::cue(.name)` rules define; rules of another form, and other properties, are lost."""
    classes: dict[str, dict[str, Any]] = {}
    lost: set[str] = set()
    for selector, body in _RULE.findall(blocks):
        names = [one.strip() for one in selector.split(",")]
        found, is_whole = _properties(body, lost)
        if not is_whole or (found and not all(_is_class(name) for name in names)):
            lost.add("rules of STYLE blocks")
        for name in names if found else ():
            if _is_class(name):
                classes.setdefault(name.removeprefix("."), {}).update(found)
    return Sheet(classes, frozenset(lost))


def runs_of(markup: str, sheet: Sheet) -> Runs:
    """The runs of a cue's text. Tags that are not closed last to the end of the cue, as in players."""
    made, at = Runs(), 0
    opened: list[tuple[str, Run]] = [("", Run(""))]
    for match in _TAG.finditer(markup):
        _add(made, opened[-1][1], markup[at : match.start()])
        at = match.end()
        closes, name, classes, annotation = match.groups()
        if closes:
            _close(opened, name)
        elif _TIME.match(name):
            made.lost.add("karaoke times")
        else:
            made.lost |= {_LOST_TAGS[name]} if name in _LOST_TAGS else set()
            opened.append((name, _opened(opened[-1][1], name, classes, annotation.strip(), sheet, made.lost)))
    _add(made, opened[-1][1], markup[at:])
    return made


def _is_class(selector: str) -> bool:
    return bool(re.fullmatch(r"\.[\w-]++", selector))


def _properties(body: str, lost: set[str]) -> tuple[dict[str, Any], bool]:
    """The fields of a text style that a rule sets, and whether it sets nothing else but a background."""
    found: dict[str, Any] = {}
    is_whole = True
    for declaration in filter(str.strip, body.split(";")):
        name, _, value = (part.strip().lower() for part in declaration.partition(":"))
        if name == "color" and (colour := _rgb(value)):
            found["colour"] = colour
        elif name == "font-weight" and value in ("bold", "normal"):
            found["bold"] = value == "bold"
        elif name == "font-style" and value in ("italic", "normal"):
            found["italic"] = value == "italic"
        elif name == "text-decoration" and value in ("underline", "none"):
            found["underlined"] = value == "underline"
        elif name in _BACKGROUND:  # players draw a black one behind captions in any case
            lost |= set() if value == "transparent" or _rgb(value) == "000000" else {_BACKGROUND_COLOURS}
        else:
            is_whole = False
    return found, is_whole


def _rgb(value: str) -> str:
    """A CSS colour as RRGGBB, without its alpha, which may be "0.8" or "80%"; '' = unknown."""
    try:
        red, green, blue, *_alpha = ImageColor.getrgb(_ALPHA.sub(r"\1)", value))
    except ValueError:
        return ""
    return f"{red:02X}{green:02X}{blue:02X}"


def _close(opened: list[tuple[str, Run]], name: str) -> None:
    """Close the innermost tag, as players do, unless the end tag names another one."""
    if opened[-1][0] == name and len(opened) > 1:
        opened.pop()


def _opened(run: Run, name: str, classes: str, annotation: str, sheet: Sheet, lost: set[str]) -> Run:
    """An empty run inside a tag."""
    changes: dict[str, Any] = {_STYLES[name]: True} if name in _STYLES else {}
    style = replace(run.style, **changes)
    for one in filter(None, classes.split(".")):
        if one in sheet.classes:
            style = replace(style, **sheet.classes[one])
        elif one in COLOURS:
            style = replace(style, colour=COLOURS[one])
        elif one.removeprefix(_SPEC_BACKGROUND) in COLOURS and one != f"{_SPEC_BACKGROUND}black":
            lost.add(_BACKGROUND_COLOURS)
    if name == "v":
        return replace(run, style=style, voice=html.unescape(annotation))
    return replace(run, style=style, language=annotation if name == "lang" else run.language)


def _add(made: Runs, like: Run, text: str) -> None:
    if text:
        made.runs.append(replace(like, text=html.unescape(text)))


def lines_of(runs: list[Run]) -> Iterator[list[Run]]:
    """The runs of each line."""
    line: list[Run] = []
    for run in runs:
        first, *others = run.text.split("\n")
        line.append(replace(run, text=first))
        for text in others:
            yield line
            line = [replace(run, text=text)]
    yield line
