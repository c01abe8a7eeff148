"""TTML (EBU-TT-D, IMSC, DFXP) and Scenarist SCC files as WebVTT, which is read like any other WebVTT file."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from ttconv.imsc import reader as imsc
from ttconv.model import ContentDocument
from ttconv.scc import reader as scc
from ttconv.vtt import writer as webvtt
from ttconv.vtt.config import VTTWriterConfiguration

from media_workflows.errors import CaptionsError
from media_workflows.media.source.subtitles.ttml_cues import local_name, with_own_times

_SCC_HEAD = "Scenarist_SCC"
_TTML_ROOT = re.compile(r"<(?:\w++:)?+tt[\s>]")
_DECLARATION = re.compile(r"\A\s*+<\?xml[^>]*+\?>")  # its encoding is not that of the decoded text
_HEAD_CHARS = 4096
_TTM = "http://www.w3.org/ns/ttml#metadata"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_ID, _LANGUAGE = f"{_XML}id", f"{_XML}lang"
_TEXT_ELEMENTS = frozenset({"p", "span"})
_FONT_ATTRIBUTES = frozenset({"fontFamily", "fontSize", "textOutline", "textShadow"})
_CENTRE, _CENTRE_SLACK = 50.0, 1.0  # per cent of the picture's width

# It logs each attribute that it does not support; what is lost is named by a notice.
logging.getLogger("ttconv").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class TimedText:
    """A file as WebVTT; `codec` is the format that it had, `lost` lists the features that WebVTT cannot hold.

    `language` is BCP 47, '' = not stated; `repaired_s` and `unread` are as in `TtmlRepairs`.
    """

    webvtt: str
    codec: str
    lost: frozenset[str]
    language: str = ""
    repaired_s: tuple[float, ...] = ()
    unread: tuple[str, ...] = ()


def timed_text(text: str) -> TimedText | None:
    """The file as WebVTT; None when it is neither TTML nor SCC. Raises CaptionsError when it cannot be read."""
    head = text[:_HEAD_CHARS].lstrip("\ufeff \t\r\n")
    if head.startswith(_SCC_HEAD):
        return _converted(lambda: (scc.to_model(text), _settings(text=True, line=True)), "scc", frozenset())
    if not (head.startswith("<") and _TTML_ROOT.search(head)):
        return None
    root = _root(text)
    lost = frozenset(_lost(root))
    config = _settings(_uses(root, "textAlign"), any(local_name(one) == "region" for one in root.iter()))
    try:
        repairs = with_own_times(root)
    except RecursionError:
        raise _broken("ttml", "its elements are nested too deeply") from None
    except Exception as error:  # the library raises any of wrong attributes of the document
        raise _broken("ttml", error) from None
    _keep_voices(root)
    tree: Any = ElementTree.ElementTree(root)
    made = _converted(lambda: (imsc.to_model(tree), config), "ttml", lost)
    return replace(
        made, language=root.get(_LANGUAGE, ""), repaired_s=tuple(repairs.repaired_s), unread=tuple(repairs.unread)
    )


def _settings(text: bool, line: bool) -> VTTWriterConfiguration:
    """Places only where the file states them: TTML's default is the top left, and no author means that."""
    return VTTWriterConfiguration(line_position=line, text_align=text, cue_id=False)


def _converted(read: Any, codec: str, lost: frozenset[str]) -> TimedText:
    try:
        model, config = read()
        if not isinstance(model, ContentDocument):
            raise ValueError("no captions")
        return TimedText(webvtt.from_model(model, config), codec, lost)
    except Exception as error:  # the library raises any of a broken document
        raise _broken(codec, error) from None


def _broken(codec: str, cause: object) -> CaptionsError:
    return CaptionsError(
        "{track} is no valid {format} ({cause}): correct it and upload it again",
        track="the subtitle track",
        format=codec.upper(),
        cause=str(cause) or type(cause).__name__,
    )


def _root(text: str) -> ElementTree.Element:
    """The root of the document. Text in it is escaped as WebVTT requires, which the library does not do."""
    try:
        root: ElementTree.Element = fromstring(_DECLARATION.sub("", text.lstrip("\ufeff")), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise _broken("ttml", error) from None
    for one in root.iter():
        one.text, one.tail = (html.escape(part, quote=False) if part else part for part in (one.text, one.tail))
    return root


def _keep_voices(root: ElementTree.Element) -> None:
    """Write who speaks around each text, as WebVTT's voice tags: the library does not know agents."""
    names = {
        agent.get(_ID, ""): "".join(agent.itertext()).strip() for agent in root.iter() if local_name(agent) == "agent"
    }
    if any(names.values()):
        _mark_voices(root, names)


def _mark_voices(root: ElementTree.Element, names: dict[str, str]) -> None:
    rest: list[tuple[ElementTree.Element, str]] = [(root, "")]
    while rest:
        element, outer = rest.pop()
        voice = names.get(element.get(f"{{{_TTM}}}agent", ""), outer)
        if voice and local_name(element) in _TEXT_ELEMENTS:
            element.text = _spoken(element.text, voice)
            for child in element:
                child.tail = _spoken(child.tail, voice)
        rest += [(child, voice) for child in element]


def _spoken(text: str | None, voice: str) -> str | None:
    return f"<v {voice.replace('>', '')}>{text}</v>" if text and text.strip() else text


def _uses(root: ElementTree.Element, *names: str) -> bool:
    return any(key.rpartition("}")[2] in names for one in root.iter() for key in one.attrib)


def _lost(root: ElementTree.Element) -> Iterator[str]:
    """What of the document WebVTT cannot hold."""
    if _uses(root, *_FONT_ATTRIBUTES):
        yield "fonts and sizes"
    if _uses(root, "backgroundImage") or any(local_name(one) == "image" for one in root.iter()):
        yield "pictures"
    if any(str(value).startswith("tb") for one in root.iter() for value in one.attrib.values()):
        yield "vertical text"
    if any(_is_off_centre(one) for one in root.iter() if local_name(one) == "region"):
        yield "horizontal positions of regions"


def _is_off_centre(region: ElementTree.Element) -> bool:
    """Whether a region lies to the left or right: only its line is kept."""
    sizes = {key.rpartition("}")[2]: value for one in region.iter() for key, value in one.attrib.items()}
    origin, extent = (re.match(r"([\d.]++)%", sizes.get(name, "")) for name in ("origin", "extent"))
    if not origin or not extent:
        return False
    try:
        return abs(float(origin[1]) + float(extent[1]) / 2 - _CENTRE) > _CENTRE_SLACK
    except ValueError:
        return False
