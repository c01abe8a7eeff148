"""SVG watermarks: only self-contained drawings are accepted.

The rasteriser (librsvg, which gets the bytes and no address) loads nothing either. This check reports what will not
work, and passes on a document that a second parser cannot read differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.svg_cost import MAX_DEPTH, local_name, plain_css, require_cheap

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)

_FOREIGN = {"script", "foreignObject", "handler", "iframe", "include"}
_REFERENCES = {"href", "src", "base"}
_OWN_REFERENCE = re.compile(r"^\s*(#|data:image/(png|jpeg|gif|webp);base64,)")
_CSS_REFERENCE = re.compile(r"url\(\s*['\"]?\s*(?P<target>[^)'\"]*)", re.IGNORECASE)
_LENGTH = re.compile(r"^\s*+(?P<number>\d++(?:\.\d++)?+|\.\d++)\s*+(?P<unit>px|pt|pc|mm|cm|in)?+\s*+$")
_LEAST_SIDE, _MOST_SIDE = 1e-6, 1e9  # in its own units: what floating point can scale
_PX_BY_UNIT = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}


@dataclass(frozen=True)
class Drawing:
    """A valid SVG: its size in pixels, its text and the document itself (UTF-8)."""

    width: float
    height: float
    text: str
    document: bytes


def parse_svg(content: str) -> Drawing:
    """Parse an SVG. Raises ValueError if it is not SVG, has no size, or refers to an external resource."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise invalid("must be an SVG without DOCTYPE and entities: remove the <!DOCTYPE ...> line") from None
    except ElementTree.ParseError as error:
        raise invalid("must be an SVG document; this is not well-formed XML ({error})", error=error) from None
    if root.tag != f"{{{SVG}}}svg":
        raise invalid(
            'must be an <svg xmlns="{namespace}"> document; got <{tag}>', namespace=SVG, tag=local_name(root.tag)
        )
    for element in _elements(root):
        _check(element)
    require_cheap(root)
    width, height = _own_size(root)
    return Drawing(width, height, _text(root), ElementTree.tostring(root, encoding="utf-8"))


def _elements(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """All elements. Raises ValueError on one deeper than `MAX_DEPTH`, which would overflow the stack elsewhere."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise invalid("must have elements at most {limit} levels deep", limit=MAX_DEPTH)
        yield element
        waiting += [(child, depth + 1) for child in element]


def _check(element: ElementTree.Element) -> None:
    tag = local_name(element.tag)
    if tag in _FOREIGN:
        raise invalid("must be a drawing only; got <{tag}>: remove it", tag=tag)
    for name, value in element.attrib.items():
        attribute = local_name(name)
        if attribute.startswith("on"):
            raise invalid(
                "must be a drawing only; got a script in <{tag} {attribute}>: remove it", tag=tag, attribute=attribute
            )
        if attribute in _REFERENCES and not _OWN_REFERENCE.match(value):
            raise invalid(
                "must not refer to external resources; got <{tag} {attribute}={value}>: "
                "embed images as data:image/png;base64,... (or jpeg, gif, webp), remove links",
                tag=tag,
                attribute=attribute,
                value=repr(value[:80]),
            )
        _check_css(tag, value)
    if tag == "style":
        _check_css(tag, element.text or "")


def _check_css(tag: str, css: str) -> None:
    css = plain_css(css)
    if "@import" in css.lower():
        raise invalid(
            "must not refer to external resources; got {reference} in <{tag}>: remove it", reference="@import", tag=tag
        )
    for reference in _CSS_REFERENCE.finditer(css):
        if not _OWN_REFERENCE.match(reference["target"]):
            raise invalid(
                "must not refer to external resources; got {reference} in <{tag}>: remove it",
                reference=repr(reference[0][:80]),
                tag=tag,
            )


def _own_size(root: ElementTree.Element) -> tuple[float, float]:
    """`width` and `height`, else those of the viewBox."""
    sides = [_LENGTH.match(root.get(name, "")) for name in ("width", "height")]
    found = [float(side["number"]) * _PX_BY_UNIT[side["unit"] or "px"] for side in sides if side]
    if len(found) < 2:
        found = [float(side) for side in re.findall(r"-?\d*\.?\d+", root.get("viewBox", ""))][2:4]
    if len(found) < 2 or min(found) < _LEAST_SIDE or max(found) > _MOST_SIDE:
        raise invalid("must be an <svg> with a viewBox, or with a width and a height")
    return found[0], found[1]


def _text(root: ElementTree.Element) -> str:
    return "".join(part for element in root.iter(f"{{{SVG}}}text") for part in element.itertext())
