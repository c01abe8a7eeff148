"""Text pictures: whatever the text, its own pixels and nothing else."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, features

from media_workflows.domain.jobs.watermark import TextWatermark
from media_workflows.errors import MissingGlyphError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT, EMOJI_FONT, font_chain, font_runs, missing_glyphs
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.text_image import png_bytes, text_image

FONTS = font_chain(BUNDLED_FONT)
CANVAS = Size(4000, 2000)
PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\t"), min_size=1, max_size=100)
KNOWN = "aZ09 中文字日本語がñéßЖΩ'\"`:;%{}[]()\\/|$#@!,.~^&*<>?=+-_©€"


def mark(text: str, **fields: object) -> TextWatermark:
    return TextWatermark.model_validate({"type": "text", "text": text, "font_size_px": 20, **fields})


def drawn(text: str, **fields: object) -> Image.Image:
    return text_image(mark(text, **fields), FONTS, CANVAS)


def plain_pillow(text: str, size_px: int = 20) -> Image.Image:
    """The coverage of one line in the bundled font, cropped to the ink."""
    font = ImageFont.truetype(BUNDLED_FONT, size_px, layout_engine=ImageFont.Layout.BASIC)
    page = Image.new("L", (4000, 200))
    ImageDraw.Draw(page).text((50, 100), text, fill=255, font=font, anchor="ls")
    return page.crop(page.getbbox())


@given(PRINTABLE.filter(lambda text: text.strip()))
@settings(max_examples=80, deadline=None)
def test_any_text_is_drawn_or_refused(text: str) -> None:
    try:
        image = drawn(text)
    except MissingGlyphError:
        return
    assert image.getchannel("A").getbbox() == (0, 0, *image.size)
    assert png_bytes(image) == png_bytes(drawn(text))


@given(st.text(KNOWN, min_size=1, max_size=100).filter(lambda text: text.strip()))
@settings(max_examples=40, deadline=None)
def test_a_line_is_what_pillow_draws(text: str) -> None:
    assert drawn(text).getchannel("A").tobytes() == plain_pillow(text).tobytes()


@pytest.mark.parametrize("text", ["😀", "a😀b", "👍🏽", "👨\u200d👩\u200d👧", "☺\ufe0f", "🇨🇳", "中😀文"])
def test_emoji(text: str) -> None:
    assert drawn(text).getchannel("A").getbbox() is not None
    assert any(font == EMOJI_FONT for font, _ in font_runs(FONTS, text))


def test_a_selector_asks_for_the_emoji_font() -> None:
    assert [font for font, _ in font_runs(FONTS, "©")] == [BUNDLED_FONT]
    assert [font for font, _ in font_runs(FONTS, "©\ufe0f")] == [EMOJI_FONT]
    assert drawn("©\ufe0f").tobytes() != drawn("©").tobytes()


def test_composed_and_decomposed_letters_are_one() -> None:
    assert drawn("e\u0301").tobytes() == drawn("é").tobytes()


@pytest.mark.skipif(not features.check("raqm"), reason="marks that do not compose take FriBiDi")
def test_marks_that_do_not_compose_are_drawn() -> None:
    assert drawn("x\u0301").height > drawn("x").height


def test_ignorable_characters_leave_no_trace() -> None:
    assert drawn("a\u200bb\u200ec\ufeff").tobytes() == drawn("abc").tobytes()


def test_lines_and_tabs() -> None:
    one, two, tab = drawn("国"), drawn("国\n国"), drawn("国\t国")
    assert two.width == one.width
    assert two.height > 2 * one.height
    assert tab.tobytes() == drawn("国   国").tobytes()


def test_colour_and_alpha() -> None:
    image = drawn("国", font_color="0x12aBfF", font_alpha=0.5)
    pixels: Any = image.get_flattened_data()
    *_, (darkest, alpha) = sorted((pixel[3], pixel) for pixel in pixels)
    assert (alpha[:3], darkest) == ((0x12, 0xAB, 0xFF), 128)


def test_no_larger_than_the_canvas() -> None:
    image = text_image(mark("国" * 100, font_size_px=500), FONTS, Size(160, 120))
    assert image.width <= 160
    assert image.height <= 120


@pytest.mark.parametrize("text", ["שלום", "نص", "क्षि", "\U00013000", "a\ue000"])
def test_a_missing_glyph_is_named(text: str) -> None:
    first = missing_glyphs(FONTS, text)[0]
    with pytest.raises(MissingGlyphError, match=f"U\\+{ord(first):04X}"):
        drawn(text)


@pytest.mark.parametrize("text", ["\u200d", "\u200b\ufe0f"])
def test_a_text_that_shows_nothing_is_refused(text: str) -> None:
    assert not unicodedata.category(text[0]).startswith("Z")
    with pytest.raises(MissingGlyphError, match="draws no pixel"):
        drawn(text)


def test_without_fribidi_only_simple_scripts_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda _: False)
    assert drawn("abc 👨\u200d👩").width > 0
    with pytest.raises(MissingGlyphError, match="libfribidi0"):
        drawn("x\u0301")


def test_a_font_that_is_none(tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"nothing")
    with pytest.raises(MissingGlyphError, match=r"bad\.ttf cannot be read"):
        text_image(mark("a"), font_chain(bad), CANVAS)
