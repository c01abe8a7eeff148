"""Captions with a place for each row, and cues that are not shown, in each format."""

from __future__ import annotations

import re

import pytest

from media_workflows.domain.jobs.add_ons import AddOnSubtitle
from media_workflows.domain.jobs.captions import CaptionFormat
from media_workflows.domain.media_info import MediaInfo, SubtitleStream
from media_workflows.media.packaging.caption_file import caption_file
from media_workflows.media.packaging.tracks import add_on_text
from media_workflows.media.packaging.webvtt_file import vtt_file
from media_workflows.media.source.subtitles.cues import CEA608, Cue, Cues
from media_workflows.media.source.subtitles.notices import cue_notices

PLAIN = "Default,,0,0,0,,"


def row(text: str, y: int, x: int = 38) -> str:
    """A row as ffmpeg writes it."""
    return f"{{\\an7}}{{\\pos({x},{y})}}{text}"


def closed(*rows: str) -> Cues:
    return Cues("", (Cue(1, 3, "0", PLAIN + "\\N".join(rows)),), CEA608)


FOUR = closed(row("twelve", 197), row("thirteen", 213), row("fourteen", 228), row("fifteen", 243))
COLUMNS = closed(row("{\\i1}♪ La la ♪", 28), row("{\\i0}café", 44, x=115))
ITALIC = closed(row("{\\i1}up", 28), row("down", 243))


def test_a_block_of_rows_begins_at_its_first_row() -> None:
    vtt = caption_file(FOUR, "vtt", "")
    assert "position:10% line:68%,start align:left\ntwelve\nthirteen\nfourteen\nfifteen\n" in vtt.text
    assert caption_file(FOUR, "srt", "").text.endswith("{\\an1}twelve\nthirteen\nfourteen\nfifteen\n")


@pytest.mark.parametrize("cues", [FOUR, COLUMNS, ITALIC, closed(row("a", 228), row("b", 243))])
def test_each_line_fits_into_its_region(cues: Cues) -> None:
    """A line is 80 % of 1/15 of the height, times 125 %."""
    text = caption_file(cues, "ttml", "").text
    heights = {name: float(high) for name, high in re.findall(r'xml:id="(r\d+)".*?extent="[\d.]+% ([\d.]+)%', text)}
    cues_of_text = re.findall(r'<p .*?region="(r\d+)".*?</p>', text)
    lines = [one.count("<br") + 1 for one in re.findall(r"<p .*?</p>", text)]
    assert len(cues_of_text) == len(lines) > 0
    assert all(heights[name] >= count * 100 / 15 for name, count in zip(cues_of_text, lines, strict=True))


def test_rows_of_different_columns_have_their_own() -> None:
    vtt = caption_file(COLUMNS, "vtt", "").text
    assert "position:10% line:10%,start align:left\n<i>♪ La la ♪</i>\n" in vtt
    assert "position:30% line:15%,start align:left\ncafé\n" in vtt
    assert caption_file(COLUMNS, "srt", "").text.count(" --> ") == 1


def test_a_row_keeps_the_style_of_the_row_above() -> None:
    assert caption_file(ITALIC, "vtt", "").text.endswith("line:84%,start align:left\n<i>down</i>\n")


@pytest.mark.parametrize("form", ["vtt", "srt", "ttml"])
def test_a_drawing_does_not_end_a_text(form: CaptionFormat) -> None:
    text = Cue(1, 4, "0", f"{PLAIN}Long text")
    drawing = Cue(1.2, 4, "1", f"{PLAIN}{{\\p1}}m 0 0 l 100 0 100 100{{\\p0}}")
    made = caption_file(Cues("", (text, drawing), "ass"), form, "")
    assert re.search(r"00:00:01[.,]000\W.*00:00:04[.,]000", made.text)
    assert (made.count, made.left_out_s, made.overlaps_s) == (1, (1.2,), ())


def test_identifiers_of_webvtt_are_kept() -> None:
    cue = Cue(1, 2, "0", f"{PLAIN}Hi", "Hi", "", "intro")
    assert "\n\nintro\n00:00:01.000 --> " in caption_file(Cues("", (cue,), "webvtt"), "vtt", "").text


def test_ladders_show_each_row() -> None:
    track = SubtitleStream(index=0, codec=CEA608, is_text=True)
    info = MediaInfo(container="srt", duration_s=3, size_bytes=1, bitrate_bps=0, subtitles=(track,))
    text = add_on_text(info, lambda _index: COLUMNS, AddOnSubtitle(key="a.mov"), 0)
    assert vtt_file(text.cues).text == caption_file(COLUMNS, "vtt", "").text


def test_times_that_a_notice_shows_are_limited() -> None:
    times = tuple("x" * 40 for _ in range(9))
    (notice,) = cue_notices("t", Cues("", (), unread=times))
    assert notice.message.endswith("and 4 more)")
    assert len(str(notice.parameters["times"])) < 300


def test_notices_agree_with_their_number() -> None:
    cues = Cues("", (), repaired_s=(1.0,), negative_s=(1.0, 2.0), empty_s=(3.0,), unread=("abc-6s",))
    messages = [one.message for one in cue_notices("t", cues, overlaps_s=[4.0], left_out_s=[5.0])]
    assert [re.split(r"[;,(]| the ", one)[0].strip() for one in messages] == [
        "t has 1 cue that ends before it begins",
        "t has 2 cues that begin before 0",
        "t has 1 cue that overlaps",
        "t has 1 cue without a text",
        "t has 1 cue whose time cannot be read or lies outside of its container",
        "t has 1 cue that is a drawing",
    ]
