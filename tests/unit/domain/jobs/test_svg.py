"""Which SVGs are taken: complete drawings, and nothing that refers outside."""

from __future__ import annotations

import pytest

from media_workflows.domain.jobs.svg import MAX_DEPTH, MAX_EFFECTS, parse_svg

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


@pytest.mark.parametrize("attributes", ["", 'viewBox="0 0 0 1"', 'width="3"', 'width="50%" height="50%"'])
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
