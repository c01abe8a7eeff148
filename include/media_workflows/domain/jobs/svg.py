"""SVG watermarks: only drawings that are complete in themselves are taken.

The rasteriser (librsvg, given the bytes and no address) loads nothing either; this check exists to say
what will not work, and to hand over a document that no second parser reads otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MAX_DEPTH = 200
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)

_FOREIGN = {"script", "foreignObject", "handler", "iframe", "include"}
_REFERENCES = {"href", "src", "base"}
_OWN_REFERENCE = re.compile(r"^\s*(#|data:image/(png|jpeg|gif|webp);base64,)")
_CSS_REFERENCE = re.compile(r"url\(\s*['\"]?\s*(?P<target>[^)'\"]*)", re.IGNORECASE)
_LENGTH = re.compile(r"^\s*(?P<number>\d*\.?\d+)\s*(?P<unit>px|pt|pc|mm|cm|in)?\s*$")
_PX_BY_UNIT = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


@dataclass(frozen=True)
class Drawing:
    """A checked SVG: its own size in pixels, the text it shows and the document itself (UTF-8)."""

    width: float
    height: float
    text: str
    document: bytes


def parse_svg(content: str) -> Drawing:
    """Raises ValueError for what is no SVG, has no size, or refers to anything outside itself."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise ValueError("wants an SVG without DOCTYPE and entities: remove the <!DOCTYPE ...> line") from None
    except ElementTree.ParseError as error:
        raise ValueError(f"wants an SVG document; this is not well-formed XML ({error})") from None
    if root.tag != f"{{{SVG}}}svg":
        raise ValueError(f'wants an <svg xmlns="{SVG}"> document, got <{_local(root.tag)}>')
    for element in _elements(root):
        _check(element)
    width, height = _own_size(root)
    return Drawing(width, height, _text(root), ElementTree.tostring(root, encoding="utf-8"))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _elements(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """All elements. Raises ValueError on one deeper than `MAX_DEPTH`, which would exhaust the stack of others."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ValueError(f"wants elements at most {MAX_DEPTH} deep")
        yield element
        waiting += [(child, depth + 1) for child in element]


def _check(element: ElementTree.Element) -> None:
    tag = _local(element.tag)
    if tag in _FOREIGN:
        raise ValueError(f"wants a drawing alone, got <{tag}>: remove it")
    for name, value in element.attrib.items():
        attribute = _local(name)
        if attribute.startswith("on"):
            raise ValueError(f"wants a drawing alone, got a script in <{tag} {attribute}>: remove it")
        if attribute in _REFERENCES and not _OWN_REFERENCE.match(value):
            raise ValueError(
                f"wants an SVG that refers to nothing outside itself, got <{tag} {attribute}={value[:80]!r}>: "
                "embed images as data:image/png;base64,... (or jpeg, gif, webp), remove links"
            )
        _check_css(tag, value)
    if tag == "style":
        _check_css(tag, element.text or "")


def _check_css(tag: str, css: str) -> None:
    if "@import" in css.lower():
        raise ValueError(f"wants an SVG that refers to nothing outside itself, got @import in <{tag}>: remove it")
    for reference in _CSS_REFERENCE.finditer(css):
        if not _OWN_REFERENCE.match(reference["target"]):
            raise ValueError(
                f"wants an SVG that refers to nothing outside itself, got {reference[0][:80]!r} in <{tag}>: remove it"
            )


def _own_size(root: ElementTree.Element) -> tuple[float, float]:
    """`width` and `height`, else those of the viewBox."""
    sides = [_LENGTH.match(root.get(name, "")) for name in ("width", "height")]
    found = [float(side["number"]) * _PX_BY_UNIT[side["unit"] or "px"] for side in sides if side]
    if len(found) < 2:
        found = [float(side) for side in re.findall(r"-?\d*\.?\d+", root.get("viewBox", ""))][2:4]
    if len(found) < 2 or min(found) <= 0:
        raise ValueError("wants an <svg> with a viewBox, or with a width and a height")
    return found[0], found[1]


def _text(root: ElementTree.Element) -> str:
    return "".join(part for element in root.iter(f"{{{SVG}}}text") for part in element.itertext())
