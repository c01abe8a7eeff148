"""Which SVGs are taken: complete drawings, and nothing that refers outside."""

from __future__ import annotations

import contextlib
import time

import pytest

from media_workflows.domain.jobs.svg import parse_svg
from media_workflows.domain.jobs.svg_cost import MAX_DEPTH, MAX_DRAWN, MAX_EFFECTS

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def svg(body: str = "", attributes: str = 'viewBox="0 0 20 10"', head: str = "") -> str:
    return f"{head}<svg {NS} {attributes}>{body}</svg>"


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 20 10"', (20, 10)),
        ('viewBox="-5,-5,20.5,1"', (20.5, 1)),
        ('width="30" height="40px"', (30, 40)),
        ('width="1in" height="72pt" viewBox="0 0 1 1"', (96, 96)),
        ('width="100%" height="100%" viewBox="0 0 4 2"', (4, 2)),
    ],
)
def test_own_size(attributes: str, size: tuple[float, float]) -> None:
    drawing = parse_svg(svg(attributes=attributes))
    assert (drawing.width, drawing.height) == pytest.approx(size)


def test_a_long_length_takes_no_minutes() -> None:
    begun_s = time.process_time()
    for width in ("1" * 900_000 + "x", "1" + " " * 900_000 + "x"):
        parse_svg(svg(attributes=f'width="{width}" height="1" viewBox="0 0 4 2"'))
    assert time.process_time() - begun_s < 30


ENDLESS = "9" * 400  # no number that floating point has


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'viewBox="0 0 0 1"',
        'width="3"',
        'width="50%" height="50%"',
        f'width="10" height="{ENDLESS}"',
        f'viewBox="0 0 {ENDLESS} {ENDLESS}"',
        f'viewBox="0 0 1 .{"0" * 300}1"',
    ],
)
def test_a_drawing_without_size(attributes: str) -> None:
    with pytest.raises(ValueError, match="viewBox"):
        parse_svg(svg(attributes=attributes))


@pytest.mark.parametrize(
    "body",
    [
        '<defs><linearGradient id="g"/></defs><rect fill="url(#g)"/>',
        '<g id="a"/><use xlink:href="#a"/><use href="#a"/>',
        f'<image href="{PIXEL}"/>',
        "<style>rect { fill: url( '#g' ) }</style>",
        '<metadata><rdf xmlns="r" about="http://example.org/"/></metadata>',
        '<text font-family="Helvetica">hello</text>',
    ],
)
def test_complete_drawings(body: str) -> None:
    parse_svg(svg(body))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ('<image href="/etc/passwd"/>', "href"),
        ('<image xlink:href="file:///etc/passwd"/>', "must not refer to external"),
        ('<image href="http://127.0.0.1/x.png"/>', "must not refer to external"),
        ('<image href="//host/x.png"/>', "must not refer to external"),
        ('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>', "must not refer to external"),
        ('<use href="other.svg#a"/>', "must not refer to external"),
        ('<feImage href="x.png"/>', "must not refer to external"),
        ('<g xml:base="file:///etc/"/>', "must not refer to external"),
        ("<rect fill=\"url('http://host/p.svg#a')\"/>", "must not refer to external"),
        ('<rect style="fill: URL( file:///etc/x )"/>', "must not refer to external"),
        ("<style>@IMPORT 'x.css';</style>", "@import"),
        ("<style>@font-face { src: url(http://host/f.ttf) }</style>", "must not refer to external"),
        ("<script>1</script>", "<script>"),
        ('<rect onclick="x()"/>', "script"),
        ("<foreignObject/>", "foreignObject"),
        ('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>', "<include>"),
        ("<g>" * MAX_DEPTH + "</g>" * MAX_DEPTH, "deep"),
    ],
)
def test_what_refers_outside_is_refused(body: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_svg(svg(body))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd">%p;]>',
    ],
)
def test_entities_are_refused(head: str) -> None:
    with pytest.raises(ValueError, match="without DOCTYPE"):
        parse_svg(svg("<text>&a;</text>", head=head))


@pytest.mark.parametrize("content", ["hello", "<svg/>", "<html/>", "<svg", f"<svg {NS}></svg><svg/>"])
def test_other_documents(content: str) -> None:
    with pytest.raises(ValueError, match="must be an"):
        parse_svg(content)


def test_the_document_is_written_anew() -> None:
    """Processing instructions, comments and another declared encoding cannot reach the rasteriser."""
    head = '<?xml version="1.0" encoding="utf-16"?><?xml-stylesheet href="file:///etc/x.css"?><!-- c -->'
    document = parse_svg(svg("<text>é</text>", head=head)).document
    assert document.decode().endswith("<text>é</text></svg>")
    assert b"stylesheet" not in document
    assert b"utf-16" not in document


def test_text_is_reported() -> None:
    assert parse_svg(svg("<title>no</title><text>a<tspan>b</tspan>c</text>")).text == "abc"


def test_filters_that_take_minutes() -> None:
    effects = '<feMorphology operator="dilate" radius="50"/><feGaussianBlur stdDeviation="80"/>'
    parse_svg(svg(f"<filter>{effects * (MAX_EFFECTS // 2)}</filter>"))
    with pytest.raises(ValueError, match=r"must have at most 50 filter effects .*; got 800: simplify its filters"):
        parse_svg(svg(f"<filter>{effects * 400}</filter>"))


FILTER = '<filter id="f"><feGaussianBlur stdDeviation="80"/></filter>'


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        (FILTER, '<rect filter="url(#f)"/>'),
        (FILTER, "<rect filter=\"url( '#f' )\"/>"),
        (FILTER, '<rect style="filter:url(#f)"/>'),
        (FILTER, '<rect style="f\\69lter:u\\72l(#f)"/>'),
        (FILTER, '<rect style="filter:/* */url(#f)"/>'),
        (f"{FILTER}<style>rect {{ filter: url(#f) }}</style>", "<rect/>"),
        (f"{FILTER}<style>@media all {{ g .a:not(.b) {{ filter: url(#f) }} }}</style>", '<rect class="c a"/>'),
        (f"{FILTER}<style>[x] {{ filter: url(#f) }} /* not closed</style>", "<rect/>"),
        ("", '<rect style="filter: blur(80px)"/>'),
        ("<style>* { filter: drop-shadow(1px 2px 3px red) }</style>", "<rect/>"),
        (f'{FILTER}<defs><g id="a" filter="url(#f)"/></defs>', '<use href="#a"/>'),
        (f'{FILTER}<mask id="m"><g filter="url(#f)"/></mask>', '<rect mask="url(#m)"/>'),
        (f'{FILTER}<marker id="m"><g filter="url(#f)"/></marker>', '<path d="M0 0L1 1" marker-mid="url(#m)"/>'),
    ],
)
def test_an_effect_counts_as_often_as_it_is_applied(head: str, shape: str) -> None:
    few = 10
    parse_svg(svg(head + shape * few))
    with pytest.raises(ValueError, match=r"must have at most 50 filter effects .*; got \d{3}: simplify its filters"):
        parse_svg(svg(head + shape * 300))


def test_elements_count_as_often_as_they_are_used() -> None:
    """`parse_svg` itself takes no longer for billions of them."""

    def nested(levels: int) -> str:
        groups = "".join(f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, levels))
        return svg(f'<defs><rect id="g0" width="1" height="1"/>{groups}</defs><use href="#g{levels - 1}"/>')

    parse_svg(nested(5))
    with pytest.raises(ValueError, match=r"must draw at most 50000 elements, .*; got \d{30,}: simplify it"):
        parse_svg(nested(31))
    with pytest.raises(ValueError, match=f"at most {MAX_DEPTH} levels deep"):
        parse_svg(nested(2 * MAX_DEPTH))
    with pytest.raises(ValueError, match="must draw at most 50000 elements"):
        parse_svg(svg("<g/>" * MAX_DRAWN))


def test_a_drawing_that_uses_itself() -> None:
    """The rasteriser draws nothing there."""
    parse_svg(svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>'))


SELECTORS = ",".join(f".a.b{number}" for number in range(20_000))
STYLES = f"<style>{SELECTORS}{{filter:url(#f)}}</style>"


@pytest.mark.parametrize(
    "body",
    [
        f"<style>{'/* ' * 300_000}</style>",
        f"<style>{'[' * 900_000}</style>",
        f"<style>{'{' * 900_000}</style>",
        f"<style>{'a' * 900_000}</style>",
        f"<style>{'[' * 900_000}{{filter:url(#f)}}</style>",
        f'<rect fill="url({" " * 900_000}"/>',
        f'<rect fill="{"url( " * 200_000}"/>',
        STYLES + '<g class="a"/>' * 20_000,
        f'<marker id="m"/><path d="{"M0 0 " * 100_000}" style="{"fill:url(#m);" * 20_000}"/>',
    ],
    ids=["comments", "brackets", "braces", "letters", "a selector", "blanks", "urls", "styles", "markers"],
)
def test_reading_takes_no_minutes(body: str) -> None:
    begun_s = time.process_time()
    with contextlib.suppress(ValueError):
        parse_svg(svg(body))
    assert (
        time.process_time() - begun_s < 30
    )  # 1 to 2 s, some times that with coverage; what grows with the square of the length takes minutes
