"""The cues of a TTML document written so that ttconv keeps each: with times of their own, and with a region."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from xml.etree import ElementTree

from ttconv.imsc import attributes

_ID = "{http://www.w3.org/XML/1998/namespace}id"
_TTS = "{http://www.w3.org/ns/ttml#styling}"
_COMMA = re.compile(r"(?<=:\d\d),(?=\d++$)")  # as SubRip writes times; TTML has a point
_TIMES = ("begin", "end", "dur")
_DEFAULT_S = 5  # of a cue that ends before it begins, at most
_MAX_S = 10**6  # eleven days: no captions have such a time
_MAX_WRITTEN = 40  # characters of a time that a notice shows
# Where a cue without a place of its own is shown: the bottom centre of the safe area.
DEFAULT_REGION = {"origin": "10% 10%", "extent": "80% 80%", "displayAlign": "after", "textAlign": "center"}
_DEFAULT_ID = "default-of-cues-without-a-region"


@dataclass
class TtmlRepairs:
    """`repaired_s` are the starts (seconds) of cues that ended before they began; `unread` the times, as written, of
    cues that are removed: no time, or outside of the times of their container."""

    repaired_s: list[float] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Span:
    """Seconds from the start of the document; `end_s` None = open. `region` is the id of the container's."""

    begin_s: Fraction = Fraction(0)
    end_s: Fraction | None = None
    region: str = ""


def local_name(element: ElementTree.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def with_own_times(root: ElementTree.Element) -> TtmlRepairs:
    """Change the document: each cue gets the times that it has by those of its containers, which lose theirs, and a
    region of the document. Cues whose times cannot be read are removed.

    A document whose containers show their cues in sequence keeps its times.
    """
    if any(one.get("timeContainer") == "seq" for one in root.iter()):
        return TtmlRepairs()
    document = _Document(root)
    for body in [one for one in root if local_name(one) == "body"]:
        document.walk(body, _Span())
    document.finish()
    return document.made


class _Document:
    def __init__(self, root: ElementTree.Element) -> None:
        self.made = TtmlRepairs()
        self._times = attributes.TemporalAttributeParsingContext(
            attributes.FrameRateAttribute.extract(root),
            attributes.TickRateAttribute.extract(root),
            attributes.TimeBaseAttribute.extract(root),
            attributes.DropModeAttribute.extract(root),
        )
        self._layout = next((one for one in root.iter() if local_name(one) == "layout"), None)
        regions = (one for one in root.iter() if local_name(one) == "region")
        self._regions = {one.get(_ID, "") for one in regions} - {""}
        self._cues: list[tuple[ElementTree.Element, _Span]] = []

    def walk(self, element: ElementTree.Element, outer: _Span) -> None:
        """A container (body or div) and all in it."""
        try:
            span = self._span(element, outer)
        except ValueError:
            self.made.unread += [_written(element)] * sum(local_name(one) == "p" for one in element.iter())
            element[:] = []
            span = outer
        if outer.end_s is not None:
            span = replace(span, end_s=outer.end_s if span.end_s is None else min(span.end_s, outer.end_s))
        for name in (*_TIMES, "region"):
            element.attrib.pop(name, None)
        kept: list[ElementTree.Element] = []
        for child in list(element):
            if local_name(child) == "div":
                self.walk(child, span)
                kept += _dissolved(child) if local_name(element) == "div" else [child]
            elif local_name(child) != "p" or self._add(child, span):
                kept.append(child)
        element[:] = kept

    def finish(self) -> None:
        """Write the times of the cues: one that ends before it begins is shown until the next one begins."""
        starts_s = sorted({round(span.begin_s, 3) for _, span in self._cues})
        for cue, exact in self._cues:
            span = _in_ms(exact)
            if span.end_s is not None and span.end_s <= span.begin_s:
                at = bisect_right(starts_s, span.begin_s)
                following_s = starts_s[at : at + 1]
                span = replace(span, end_s=min([span.begin_s + _DEFAULT_S, *following_s]))
                self.made.repaired_s.append(float(span.begin_s))
            self._write_inner(cue, exact)
            _write(cue, span)

    def _write_inner(self, outer: ElementTree.Element, outer_span: _Span) -> None:
        """Round the times inside a cue as its own: what is left between them would be a cue of no length."""
        for inner in outer:
            span = self._span(inner, outer_span)
            self._write_inner(inner, span)
            if any(name in inner.attrib for name in _TIMES):
                _write(inner, _in_ms(span), round(outer_span.begin_s, 3))

    def _add(self, cue: ElementTree.Element, outer: _Span) -> bool:
        """Whether the cue is kept."""
        try:
            span = self._span(cue, outer)
            for inner in cue.iter():
                self._span(inner, span)
        except ValueError:
            self.made.unread.append(next(filter(None, map(_written, cue.iter())), ""))
            return False
        if outer.end_s is not None:
            if span.begin_s >= outer.end_s:
                self.made.unread.append(_written(cue))
                return False
            span = replace(span, end_s=outer.end_s if span.end_s is None else min(span.end_s, outer.end_s))
        self._place(cue, span.region)
        self._cues.append((cue, span))
        return True

    def _span(self, element: ElementTree.Element, outer: _Span) -> _Span:
        """Raises ValueError for a time that cannot be read."""
        begin_s, end_s, length_s = (self._seconds(element.get(name)) for name in _TIMES)
        start_s = outer.begin_s + (begin_s or 0)
        ends_s = [outer.begin_s + end_s] if end_s is not None else []
        ends_s += [start_s + length_s] if length_s is not None else []
        return _Span(start_s, min(ends_s, default=None), element.get("region", outer.region))

    def _seconds(self, written: str | None) -> Fraction | None:
        """Raises ValueError for a time that cannot be read."""
        if written is None:
            return None
        try:
            moment_s: Fraction = attributes.parse_time_expression(self._times, _COMMA.sub(".", written.strip()), False)
        except ZeroDivisionError:  # ttp:frameRate="0"
            raise ValueError(written) from None
        if moment_s > _MAX_S:
            raise ValueError(written)
        return moment_s

    def _place(self, cue: ElementTree.Element, region: str) -> None:
        """Give the cue a region of the document. Without any region in it, cues are at the default place anyway."""
        cue.attrib.pop("region", None)
        if self._layout is None or not self._regions:
            return
        if region not in self._regions:
            if any(one.get("region") in self._regions for one in cue.iter()):  # a part in another region is not shown
                return
            region = _DEFAULT_ID
            self._regions.add(region)
            namespace = self._layout.tag.rpartition("}")[0]
            style = {f"{_TTS}{name}": value for name, value in DEFAULT_REGION.items()}
            ElementTree.SubElement(self._layout, f"{namespace}}}region", {_ID: region, **style})
        cue.set("region", region)


def _dissolved(inner: ElementTree.Element) -> list[ElementTree.Element]:
    """The cues of a div inside another one, with its styles, in its place: the library's writer skips them there."""
    cues = [one for one in inner if local_name(one) == "p"]
    for cue in cues:
        styles = f"{inner.get('style', '')} {cue.get('style', '')}".strip()
        own = {**inner.attrib, **cue.attrib, **({"style": styles} if styles else {})}
        own.pop(_ID, None)
        cue.attrib.clear()
        cue.attrib.update(own)
    return cues


def _in_ms(span: _Span) -> _Span:
    """The span in whole milliseconds, as WebVTT has them."""
    end_s = None if span.end_s is None else round(span.end_s, 3)
    return replace(span, begin_s=round(span.begin_s, 3), end_s=end_s)


def _write(element: ElementTree.Element, span: _Span, from_s: Fraction = Fraction(0)) -> None:
    """Write the times of an element, from `from_s` of its container on."""
    for name in _TIMES:
        element.attrib.pop(name, None)
    element.set("begin", f"{float(span.begin_s - from_s):.3f}s")
    if span.end_s is not None:
        element.set("end", f"{float(span.end_s - from_s):.3f}s")


def _written(element: ElementTree.Element) -> str:
    """The times of an element as they are written, for example "abc-6s"."""
    found: Iterator[str] = (element.get(name, "") for name in ("begin", "end"))
    return ("-".join(filter(None, found)) or element.get("dur", ""))[:_MAX_WRITTEN]
