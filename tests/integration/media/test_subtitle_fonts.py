"""Burned-in subtitles in scripts that the bundled fonts lack: refused by name, drawn where a font is there."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from clip_making import H264, encode
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import MissingGlyphError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.settings import Settings

KEY = "a.srt"
ARABIC_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")  # Debian: fonts-dejavu-core
SCRIPT = """[Script Info]
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Alignment
Style: Mine,Arial,40,&H00FFFFFF,&H00000000,5

[Events]
Format: Layer, Start, End, Style, Text
"""


@pytest.fixture(scope="module")
def black(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("black") / "black.mp4"
    encode("-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=0.4", *H264, str(path))
    return path


def srt(path: Path, text: str) -> Path:
    path.write_text(f"1\n00:00:00,000 --> 00:00:02,000\n{text}\n", "utf-8")
    return path


def ass(path: Path, text: str) -> Path:
    path.write_text(f"{SCRIPT}Dialogue: 0,0:00:00.00,0:00:02.00,Mine,{text}\n", "utf-8")
    return path


def drawn(source: Path, work: Path, subtitles: Path, fonts: list[str]) -> np.ndarray[Any, Any]:
    """The first frame's luma. Raises the item's error."""
    item = TranscodeItem.model_validate(
        {
            "parameters": {"container": "mp4", "video": {"codec": "h264", "crf": 4}},
            "burned_in_subtitles": {"key": KEY, "font_size_percent": 30},
        }
    )
    settings = Settings(extra_fonts=fonts)
    extra = {KEY: subtitles}
    (outcome,) = run_job(JobRequest("transcode", [item], source, "a.mp4", work, extra), lambda _: None, settings).items
    if outcome.error:
        raise outcome.error
    with av.open(str(outcome.files[0].path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


def blocks_font(path: Path, letters: str) -> Path:
    """A font whose every letter is a filled square of an em, of a family of its own."""
    names = [".notdef", *(f"u{ord(letter):04X}" for letter in letters)]
    pen = TTGlyphPen(None)
    for number, point in enumerate([(0, 0), (0, 1000), (1000, 1000), (1000, 0)]):
        pen.lineTo(point) if number else pen.moveTo(point)
    pen.closePath()
    square, empty = pen.glyph(), TTGlyphPen(None).glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): name for letter, name in zip(letters, names[1:], strict=True)})
    builder.setupGlyf({name: empty if name == ".notdef" else square for name in names})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=1000, descent=0)
    builder.setupNameTable({"familyName": "Test Blocks", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=1000, usWinAscent=1000, usWinDescent=0)
    builder.setupPost()
    builder.save(path)
    return path


@pytest.mark.parametrize(
    ("text", "script", "code"),
    [("العربية", "Arabic", "U+0627"), ("हिन्दी", "Devanagari", "U+0939"), ("ไทย", "Thai", "U+0E44")],
)
@pytest.mark.parametrize("write", [srt, ass])
def test_a_script_without_a_font_is_an_error(
    black: Path, tmp_path: Path, write: Any, text: str, script: str, code: str
) -> None:
    with pytest.raises(MissingGlyphError) as caught:
        drawn(black, tmp_path, write(tmp_path / "a.srt", f"Hello 😀 {text}"), [])
    message = str(caught.value)
    assert message.startswith(f"burned_in_subtitles: '{KEY}': none of the fonts")
    for word in (script, code, "extra_fonts"):
        assert word in message
    assert "U+1F600" not in message


@pytest.mark.parametrize("write", [srt, ass])
def test_a_font_of_the_setting_draws_what_the_others_lack(black: Path, tmp_path: Path, write: Any) -> None:
    """Three squares side by side, at the place of the words; an empty box would be hollow."""
    font = blocks_font(tmp_path / "odd [x], y.ttf", "ไทย")
    luma = drawn(black, tmp_path / "work", write(tmp_path / "a.srt", "ไทย"), [str(font)])
    filled = luma > 200
    ys, xs = filled.nonzero()
    assert xs.max() - xs.min() > 2 * (ys.max() - ys.min())
    assert filled[ys.min() + 2 : ys.max() - 1, xs.min() + 2 : xs.max() - 1].all()


def test_emoji_need_no_setting(black: Path, tmp_path: Path) -> None:
    assert (drawn(black, tmp_path, srt(tmp_path / "a.srt", "A 😀 ❤️ 👍🏽"), []) > 200).sum() > 300


def test_spaces_of_every_width_are_spaces(black: Path, tmp_path: Path) -> None:
    text = "A" + "".join(chr(code) for code in range(0x2000, 0x2010)) + "\u202f\u00a0\u3000\x07B"
    assert unicodedata.category(text[1]) == "Zs"
    assert (drawn(black, tmp_path, srt(tmp_path / "a.srt", text), []) > 200).any()


@pytest.mark.skipif(not ARABIC_FONT.exists(), reason=f"{ARABIC_FONT} (Debian: fonts-dejavu-core) is not installed")
class TestRightToLeft:
    def test_letters_join(self, black: Path, tmp_path: Path) -> None:
        """Joined letters are narrower, and leave fewer gaps between columns, than the same ones kept apart."""
        font = [str(ARABIC_FONT)]
        joined = drawn(black, tmp_path / "a", srt(tmp_path / "a.srt", "ببب"), font) > 128
        apart = drawn(black, tmp_path / "b", srt(tmp_path / "b.srt", "\u200c".join("ببب")), font) > 128
        assert gaps(joined) == 0
        assert gaps(apart) >= 2

    def test_words_run_from_the_right(self, black: Path, tmp_path: Path) -> None:
        """The tall alif is the first letter of the first word: it has to stand at the right, the flat bāʾ left."""
        luma = drawn(black, tmp_path, srt(tmp_path / "a.srt", "ا ب"), [str(ARABIC_FONT)]) > 128
        ys, xs = luma.nonzero()
        top = xs[ys < ys.min() + 5]
        assert top.min() > (xs.min() + xs.max()) / 2

    def test_a_line_ends_at_the_left(self, black: Path, tmp_path: Path) -> None:
        """Its full stop, low and narrow, is left of the tall alif."""
        luma = drawn(black, tmp_path, srt(tmp_path / "a.srt", "ا ."), [str(ARABIC_FONT)]) > 128
        ys, xs = luma.nonzero()
        assert xs[ys < ys.min() + 5].min() > (xs.min() + xs.max()) / 2


def gaps(mask: np.ndarray[Any, Any]) -> int:
    """Empty columns inside, as stretches."""
    columns: np.ndarray[Any, Any] = np.any(mask, axis=0)
    inside = columns[columns.argmax() : len(columns) - columns[::-1].argmax()]
    return int((np.diff(inside.astype(int)) == -1).sum())
