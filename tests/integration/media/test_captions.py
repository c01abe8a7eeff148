"""Captions of every kind in every format, compared with what their sources say; read back by other parsers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
import webvtt
from PIL import Image
from ttconv.imsc import reader

from caption_clips import captioned, pop_on, purposes
from caption_sources import ASS, BROKEN, CHINESE, HEBREW, OVERLAPS, RUSSIAN, SCC, SRT, TTML, WEBVTT, sup
from clip_making import H264, encode
from media_workflows.domain.jobs.captions import CaptionsItem
from media_workflows.errors import MediaError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

KEY = "subs/a"
FORMATS = ("vtt", "srt", "ttml")
TT = "{http://www.w3.org/ns/ttml}"
STYLED_RUSSIAN = f"1\n00:00:01,000 --> 00:00:02,000\n{RUSSIAN}\n"
STYLED_CHINESE = f"1\n00:00:01,000 --> 00:00:02,000\n{CHINESE}\n"
SRT_CUES = [(1.0, 2.0, "Top yellow"), (3.0, 4.5, "Two|lines")]
SRT_STYLES = {
    "vtt": ["line:0", "<i>Top</i>", "<c.yellow>yellow</c>"],
    "srt": ["{\\an8}<i>Top</i>", '<font color="#ffff00">yellow</font>'],
    "ttml": ['tts:fontStyle="italic">Top', 'tts:color="#ffff00">yellow', 'tts:displayAlign="before"'],
}
# ffmpeg writes neither colours nor places into mov_text.
ITALIC_TOP = {"vtt": ["<i>Top</i>"], "srt": ["<i>Top</i>"], "ttml": ['tts:fontStyle="italic">Top']}
TOP_BAR = {"vtt": ["line:0\n40x8"], "srt": ["{\\an8}40x8"], "ttml": ['tts:displayAlign="before"']}
WHITE_BAR = [[0] * 4 + [1] * 32 + [0] * 4] * 8


class Row(NamedTuple):
    """A source: how it is made, its cues (start and end in seconds, lines divided by |), and what each format holds.

    `notices` are the codes of the notices for WebVTT.
    """

    make: Callable[[Path], Path]
    cues: list[tuple[float, float, str]]
    holds: dict[str, list[str]] = {}  # noqa: RUF012 (never changed)
    notices: tuple[str, ...] = ()
    parameters: dict[str, Any] = {}  # noqa: RUF012


def text_file(name: str, text: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    def make(directory: Path) -> Path:
        path = directory / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


def mov_text(directory: Path) -> Path:
    words = ["-i", str(text_file("a.srt", SRT)(directory)), "-c:s", "mov_text", "-metadata:s:s:0", "language=eng"]
    encode("-f", "lavfi", "-i", "color=black:s=96x64:r=5:d=5", *words, *H264, str(directory / "mov.mp4"))
    return directory / "mov.mp4"


def closed(directory: Path) -> Path:
    pairs = {**pop_on("HELLO", 1.0, 2.0), **pop_on("(MUSIC)", 2.6, 3.6, top=True, italic=True)}
    return captioned(directory / "cc.ts", 4, pairs)


def pictures(directory: Path) -> Path:
    bare = sup(directory / "a.sup", [(0.0, 1.0, WHITE_BAR, 20), (2.0, 3.5, WHITE_BAR, 150)])
    film = ["-f", "lavfi", "-i", "color=black:s=320x180:r=5:d=5", "-i", str(bare)]
    encode(*film, *H264, "-c:s", "copy", str(directory / "pgs.mkv"))
    return directory / "pgs.mkv"


def audiences(directory: Path) -> Path:
    return purposes(directory / "audiences.mkv", text_file("a.srt", SRT)(directory))


ROWS = {
    "SRT in UTF-16": Row(text_file("a.srt", SRT, "utf-16"), SRT_CUES, SRT_STYLES, ("TextReencoded",)),
    "SRT in GB18030": Row(
        text_file("a.srt", STYLED_CHINESE, "gb18030"), [(1.0, 2.0, CHINESE)], notices=("TextReencoded",)
    ),
    "SRT in Windows-1251": Row(
        text_file("a.srt", STYLED_RUSSIAN, "cp1251"), [(1.0, 2.0, RUSSIAN)], notices=("TextReencoded",)
    ),
    "WebVTT": Row(
        text_file("a.vtt", WEBVTT),
        [(1.0, 2.0, "Hi there & you"), (3.0, 4.5, "Here")],
        {
            "vtt": ["::cue(.loud)", "<v Fred>Hi <c.loud>there</c>", "position:10%,line-left line:0 align:start"],
            "srt": ['{\\an7}Hi <b><font color="#ff8000">there</font></b>', "{\\an5}Here"],
            "ttml": [">Fred</ttm:name>", 'tts:fontWeight="bold" tts:color="#ff8000">there', 'tts:origin="10% 0%"'],
        },
    ),
    "ASS with drawings": Row(
        text_file("a.ass", ASS),
        [(1.0, 2.0, "UP <here>"), (3.0, 4.5, "down")],
        {"vtt": ["line:0", "<b>UP</b>"], "srt": ["{\\an8}<b>UP</b>"], "ttml": ['tts:fontWeight="bold">UP']},
        ("CueLeftOut", "StyleLeftOut"),
    ),
    "mov_text": Row(mov_text, [(1.0, 2.0, "Top yellow"), (3.0, 4.5, "Two|lines")], ITALIC_TOP),
    "TTML": Row(
        text_file("a.ttml", TTML),
        [(1.0, 2.0, "A < B & C"), (3.0, 4.5, "down|under")],
        {
            "vtt": ["<v Fred>A &lt; B &amp; </v>", "#ff8000", "line:10%,start", "<i>under</i>"],
            "srt": ['<font color="#ff8000">C</font>', "{\\an8}A"],
            "ttml": [">Fred</ttm:name>", 'tts:color="#ff8000"', 'tts:displayAlign="before"'],
        },
    ),
    "SCC": Row(text_file("a.scc", SCC), [(1.3, 3.0, "Hello")]),
    "CEA-608": Row(
        closed,
        [(1.0, 2.0, "HELLO"), (2.6, 3.6, "(MUSIC)")],
        {
            "vtt": ["line:84%,start align:left\nHELLO", "line:10%,start align:left\n<i>(MUSIC)</i>"],
            "srt": ["{\\an1}HELLO", "{\\an7}<i>(MUSIC)</i>"],
            "ttml": ['tts:origin="10% 84%"', 'tts:origin="12% 10%"', 'tts:fontStyle="italic">(MUSIC)'],
        },
    ),
    "PGS": Row(pictures, [(0.0, 1.0, "40x8"), (2.0, 3.5, "40x8")], TOP_BAR),
    "broken times": Row(
        text_file("a.srt", BROKEN),
        [(0.0, 1.0, "from zero"), (3.0, 7.0, "backwards"), (7.0, 8.0, "last")],
        notices=("CueRepaired", "CueBeforeStart", "CueEmpty"),
    ),
    "overlaps": Row(
        text_file("a.srt", OVERLAPS),
        [(1.0, 3.0, "first"), (3.0, 5.5, "second|third"), (3.5, 4.5, "above")],
        {"vtt": ["line:0\nabove"], "srt": ["{\\an8}above"], "ttml": ['tts:displayAlign="before"']},
        notices=("CueOverlaps",),
    ),
    "right to left": Row(
        text_file("a.srt", HEBREW),
        [(1.0, 2.0, "שלום, עולם!")],
        {
            "vtt": ["<i>עולם</i>"],
            "srt": ["<i>עולם</i>"],
            "ttml": ['tts:direction="rtl"', 'tts:fontStyle="italic">עולם'],
        },
    ),
    "forced": Row(audiences, SRT_CUES, SRT_STYLES, parameters={"forced": True}),
    "hearing impaired": Row(audiences, SRT_CUES, SRT_STYLES, parameters={"hearing_impaired": True}),
}


def read_size(png: bytes) -> list[str]:
    """An OCR engine that says how large the white part of a picture is."""
    with Image.open(io.BytesIO(png)) as picture:
        left, top, right, bottom = picture.point(lambda level: 255 * (level > 100)).getbbox() or (0, 0, 0, 0)
        return [f"{right - left + 8}x{bottom - top}"]


def made(source: Path, work: Path, parameters: dict[str, Any], key: Path | None = None, **item: Any) -> ItemOutcome:
    item = {"parameters": parameters, **({"key": KEY} if key else {}), **item}
    items = [CaptionsItem.model_validate(item)]
    extra = {KEY: key} if key else {}
    request = JobRequest("captions", items, source, "in/a.mp4", work, extra, read_text=read_size)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


@pytest.fixture(scope="module")
def black(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("black") / "black.mp4"
    encode("-f", "lavfi", "-i", "color=black:s=96x64:r=5:d=1", *H264, str(path))
    return path


def cues_of(path: Path) -> list[tuple[float, float, str]]:
    """The cues of a file as another parser reads them."""
    if path.suffix == ".vtt":
        return [
            (one.start_in_seconds + ms(one.start), one.end_in_seconds + ms(one.end), plain(one.text))
            for one in webvtt.read(str(path)).captions
        ]
    if path.suffix == ".srt":
        return [srt_cue(block) for block in path.read_text("utf-8").strip().split("\n\n")]
    root = ElementTree.parse(path)
    assert reader.to_model(root), "the reader of the W3C's format accepts it"
    return [(seconds(p.attrib["begin"]), seconds(p.attrib["end"]), lines_of(p)) for p in root.iter(f"{TT}p")]


def ms(clock: str) -> float:
    """webvtt-py's seconds are whole ones."""
    return int(clock.rpartition(".")[2]) / 1000


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def srt_cue(block: str) -> tuple[float, float, str]:
    _number, times, *lines = block.split("\n")
    start, _, end = times.partition(" --> ")
    text = re.sub(r"</?(?:[biu]|font[^>]*)>|\{\\an\d\}", "", "\n".join(lines))
    return seconds(start), seconds(end), text.replace("\n", "|").replace("\u2060", "")


def plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\n", "|")


def lines_of(paragraph: ElementTree.Element) -> str:
    for line_break in paragraph.iter(f"{TT}br"):
        line_break.text = "|"
    return "".join(paragraph.itertext())


@pytest.mark.parametrize("name", ROWS)
def test_each_source_in_each_format(name: str, black: Path, tmp_path: Path) -> None:
    row = ROWS[name]
    source = row.make(tmp_path)
    is_video = source.suffix in (".mp4", ".ts", ".mkv")
    for form in FORMATS:
        key = None if is_video else source
        outcome = made(source if is_video else black, tmp_path / form, {"format": form, **row.parameters}, key)
        (file,) = outcome.files
        found = cues_of(file.path)
        assert [text for _, _, text in found] == [text for _, _, text in row.cues], form
        times = [moment for start, end, _ in row.cues for moment in (start, end)]
        assert [moment for start, end, _ in found for moment in (start, end)] == pytest.approx(times, abs=0.04), form
        content = file.path.read_text("utf-8")
        assert [one for one in row.holds.get(form, ()) if one not in content] == [], content
        if form == "vtt":
            assert tuple(one.code for one in outcome.notices) == row.notices


def test_one_file_for_each_track_with_its_language(tmp_path: Path) -> None:
    film = audiences(tmp_path)
    outcome = made(film, tmp_path / "all", {})
    assert [(one.variables["number"], one.variables["language"]) for one in outcome.files] == [
        ("0", "en"), ("1", "en"), ("2", "en"),
    ]  # fmt: skip
    assert len(made(film, tmp_path / "one", {}, track=1).files) == 1
    with pytest.raises(MediaError, match="no captions that fit"):
        made(film, tmp_path / "none", {"language": "de"})
    with pytest.raises(MediaError, match="has no subtitle track 3"):
        made(film, tmp_path / "third", {}, track=3)


def test_what_a_format_cannot_hold_is_named(black: Path, tmp_path: Path) -> None:
    outcome = made(black, tmp_path, {"format": "srt"}, text_file("a.vtt", WEBVTT)(tmp_path))
    (notice,) = outcome.notices
    assert (notice.code, notice.parameters["lost"]) == ("StyleLeftOut", "exact positions, voices")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("entities.ttml", b'<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "b">]><tt xmlns="http://www.w3.org/ns/ttml">&a;</tt>'),
        ("cut.ttml", TTML[:300].encode()),
        ("empty.ttml", b'<tt xmlns="http://www.w3.org/ns/ttml"/>'),
        ("bad.scc", b"Scenarist_SCC V1.0\n\nno time\tzzzz\n"),
        ("empty.srt", b"1\n00:00:01,000 --> 00:00:02,000\n\n\n"),
    ],
)  # fmt: skip
def test_files_without_captions_are_refused(name: str, content: bytes, black: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MediaError):
        made(black, tmp_path, {}, path)


def test_bitmaps_without_an_engine_are_refused_by_name(tmp_path: Path) -> None:
    source = pictures(tmp_path)
    items = [CaptionsItem.model_validate({"parameters": {}})]
    (outcome,) = run_job(JobRequest("captions", items, source, "in/a.mkv", tmp_path), lambda _: None, Settings()).items
    assert outcome.error is not None
    assert "no OCR engine is installed" in str(outcome.error)
    with pytest.raises(MediaError, match="bitmap_ocr is off"):
        made(source, tmp_path, {"bitmap_ocr": False})
