"""What an SVG costs to draw: its elements and filter effects, each as often as references and styles repeat it.

A few lines can ask for billions of shapes: groups that use each other, or one filter on hundreds of elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree.ElementTree import Element

from media_workflows.domain.invalid import invalid

MAX_EFFECTS = 50  # a drop shadow has five; an expensive one takes three CPU seconds in a picture of 1000x1000 pixels
MAX_DRAWN = 50_000  # elements
MAX_DEPTH = 200  # levels, those of referenced elements included
_MAX_SELECTOR = 1000  # characters; a longer one counts as matching every element
_MAX_COMPARED = 1_000_000  # pairs of a style and an element

# What is drawn only where another element refers to it.
_BY_REFERENCE = frozenset(
    {"defs", "symbol", "filter", "clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient"}
)
_COMMENT = re.compile(r"/\*(?:.*?\*/|.*)", re.DOTALL)  # one that is not closed lasts to the end
_ESCAPE = re.compile(r"\\(?:(?P<code>[0-9a-fA-F]{1,6})\s?|(?P<char>.))", re.DOTALL)
_URL = re.compile(r"url\(\s*(?:['\"]\s*)?#(?P<id>[^)'\"\s]+)", re.IGNORECASE)
_EFFECT_FUNCTION = re.compile(
    r"\b(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)\(", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")


def local_name(name: str) -> str:
    """A name without its XML namespace."""
    return name.rpartition("}")[2]


def plain_css(css: str) -> str:
    """CSS without comments and escapes, which hide names from a search."""
    return _ESCAPE.sub(_unescaped, _COMMENT.sub(" ", css))


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape["code"], 16) if escape["code"] else 0
    return chr(code) if 0 < code < 0xD800 else escape["char"] or "\N{REPLACEMENT CHARACTER}"


def require_cheap(root: Element) -> None:
    """Raises ValueError for a drawing that would take minutes, or gigabytes."""
    drawn = _Costs(root).of(root)
    written = sum(local_name(element.tag).startswith("fe") for element in root.iter())
    if (effects := max(drawn.effects, written)) > MAX_EFFECTS:
        raise invalid(
            "must have at most {limit} filter effects (<feGaussianBlur> and others), each counted as often as it is "
            "applied; got {count}: simplify its filters, or apply them to fewer elements",
            limit=MAX_EFFECTS,
            count=effects,
        )
    if drawn.elements > MAX_DRAWN:
        raise invalid(
            "must draw at most {limit} elements, each counted as often as it is used; got {count}: simplify it",
            limit=MAX_DRAWN,
            count=drawn.elements,
        )


class Cost(NamedTuple):
    """What is drawn of an element with all that it holds and refers to."""

    elements: int = 0
    effects: int = 0

    def plus(self, other: Cost, times: int = 1) -> Cost:
        return Cost(self.elements + times * other.elements, self.effects + times * other.effects)


@dataclass(frozen=True)
class _Style:
    """A style of a style sheet, by the last element that its selector names. Ancestors count as matching."""

    tag: str
    classes: frozenset[str]
    ids: frozenset[str]
    declarations: str

    @property
    def key(self) -> str:
        """One of the `_keys` that an element must have to match."""
        return next((f"#{id_}" for id_ in self.ids), next((f".{one}" for one in self.classes), self.tag or "*"))

    def matches(self, element: Element) -> bool:
        return (
            self.tag in ("", "*", local_name(element.tag))
            and self.classes <= set(element.get("class", "").split())
            and self.ids <= {element.get("id")}
        )


def _keys(element: Element) -> Iterator[str]:
    yield from ("*", local_name(element.tag), f"#{element.get('id')}")
    yield from (f".{name}" for name in element.get("class", "").split())


def _styles(root: Element) -> set[_Style]:
    """The styles of a document that refer to something, or have effects."""
    sheets = (element.text or "" for element in root.iter() if local_name(element.tag) == "style")
    found = set()
    for rule in plain_css(" ".join(sheets)).split("}"):
        before, _, declarations = rule.rpartition("{")
        if _URL.search(declarations) or _EFFECT_FUNCTION.search(declarations):
            selectors = before.rpartition("{")[2].split(",")  # inside @media, if it is
            found |= {_style(selector.strip(), declarations) for selector in selectors}
    return found


def _style(selector: str, declarations: str) -> _Style:
    """Conditions such as :not() and [attribute] are left out: the style then counts for more elements."""
    plain = re.sub(r"\[[^]]*\]|:.*", "", selector) if len(selector) <= _MAX_SELECTOR else "*"
    last = re.split(r"[\s>+~]+", plain)[-1]
    classes, ids = re.findall(r"\.([^.#]+)", last), re.findall(r"#([^.#]+)", last)
    return _Style(re.split(r"[.#]", last)[0], frozenset(classes), frozenset(ids), declarations)


class _Costs:
    """The costs of a document's elements. A reference to an element around it draws nothing."""

    def __init__(self, root: Element) -> None:
        self._by_id: dict[str, Element] = {}
        for element in root.iter():
            self._by_id.setdefault(element.get("id", ""), element)
        self._styles: dict[str, list[_Style]] = {}
        for style in _styles(root):
            self._styles.setdefault(style.key, []).append(style)
        self._compared = 0
        self._known: dict[Element, Cost] = {}
        self._open: set[Element] = set()

    def of(self, element: Element, depth: int = 1) -> Cost:
        """The cost of an element at this depth. Raises ValueError when that is too deep."""
        if element in self._open:
            return Cost()
        if depth > MAX_DEPTH:
            raise invalid("must have elements at most {limit} levels deep", limit=MAX_DEPTH)
        if element not in self._known:
            self._open.add(element)
            self._known[element] = self._sum(element, depth)
            self._open.discard(element)
        return self._known[element]

    def _sum(self, element: Element, depth: int) -> Cost:
        cost = Cost(1, int(local_name(element.tag).startswith("fe")))
        for child in element:
            if local_name(child.tag) not in _BY_REFERENCE:
                cost = cost.plus(self.of(child, depth + 1))
        points = _points(element)
        for declarations in self._declarations(element):
            cost = cost.plus(Cost(0, len(_EFFECT_FUNCTION.findall(declarations))))
            for reference in _URL.finditer(declarations):
                if (target := self._by_id.get(reference["id"])) is not None:
                    # A marker stands at each point of a line.
                    times = points if local_name(target.tag) == "marker" else 1
                    cost = cost.plus(self.of(target, depth + 1), times)
        for target in self._used(element):
            cost = cost.plus(self.of(target, depth + 1))
        return cost

    def _declarations(self, element: Element) -> Iterator[str]:
        """What styles an element: its attributes, and the styles that may match it. Raises ValueError if too many."""
        yield from (plain_css(value) for value in element.attrib.values())
        for style in (style for key in dict.fromkeys(_keys(element)) for style in self._styles.get(key, ())):
            self._compared += 1
            if self._compared > _MAX_COMPARED:
                raise invalid("must have fewer styles that apply filters, masks or patterns: simplify its <style>")
            if style.matches(element):
                yield style.declarations

    def _used(self, element: Element) -> Iterator[Element]:
        for name, value in element.attrib.items():
            if local_name(name) == "href" and (target := self._by_id.get(value.strip().removeprefix("#"))) is not None:
                yield target


def _points(element: Element) -> int:
    """How many points a line has, about."""
    return max(1, (len(_NUMBER.findall(f"{element.get('d', '')} {element.get('points', '')}")) + 1) // 2)
