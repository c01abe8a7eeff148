"""Subtitle files as they come: broken times, drawings, places, other encodings. What is changed is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from clip_making import H264, encode, picture
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import MediaError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

KEY = "subs/a.srt"
SRT = """1
00:00:00,200 --> 00:00:00,600
{\\an8}<i>top</i> <font color="#ffff00">yellow</font>

2
00:00:01,000 --> 00:00:01,400
plain

3
00:00:02,500 --> 00:00:02,100
last
"""
VTT = """WEBVTT

STYLE
::cue(.loud) { color: red }

NOTE not shown

REGION
id:left
width:40%

one
00:00.200 --> 00:00.600 position:10% line:0 align:start
<v Fred>Hi <c.yellow.loud>there</c> &amp; <i>you</i></v>

00:01.000 --> 00:01.400 region:left
<v Ann>Here
"""
ASS = """[Script Info]
PlayResX: 160
PlayResY: 120

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Alignment
Style: Up,Arial,30,&H0000FF00,&H00000000,8

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.20,0:00:00.60,Up,{\\p1}m 0 0 l 100 0 100 100{\\p0}
Dialogue: 0,0:00:01.00,0:00:01.40,Up,{\\b1}UP{\\b0} <here>
Dialogue: 0,0:00:02.00,0:00:02.40,Up,{\\an2\\fs40}down
"""
FRENCH = "C'est l'été à Besançon, où les garçons étaient… Ça va très bien. Je ne sais pas où tu étais hier soir."
CHINESE = "大家好，欢迎收看今天的节目。今天我们来谈谈天气。我们回家吧，已经很晚了。"
TAIWANESE = "大家好，歡迎收看今天的節目。今天我們來談談天氣。我們回家吧，已經很晚了。"


@pytest.fixture(scope="module")
def black(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("black") / "black.mp4"
    encode("-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=1", *H264, str(path))
    return path


def made(item: Any, source: Path, work: Path, extra: Path | None) -> ItemOutcome:
    files = {KEY: extra} if extra else {}
    request = JobRequest(item.kind, [item], source, "in/a.mp4", work, files)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    if outcome.error:
        raise outcome.error
    return outcome


def converted(
    source: Path, work: Path, extra: Path | None = None, form: str = "hls"
) -> tuple[str, list[tuple[str, str]]]:
    """The WebVTT of a ladder's one subtitle without its head, and code and message of the notices."""
    add_ons = [{"key": KEY}] if extra else []
    item = AdaptiveDynamicStreamingItem.model_validate(
        {
            "parameters": {
                "format": form,
                "streams": [{"video": {"width": 160, "crf": 40}}],
                "subtitles": "none" if extra else "source",
            },
            "add_on_subtitles": add_ons,
        }
    )
    outcome = made(item, source, work, extra)
    (file,) = (file for file in outcome.files if file.path.suffix == ".vtt")
    _, _, cues = file.path.read_text("utf-8").partition("\n\n")
    return cues, [(one.code, one.message) for one in outcome.notices]


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


class TestWebVtt:
    def test_srt(self, black: Path, tmp_path: Path) -> None:
        text, notices = converted(black, tmp_path, written(tmp_path / "a.srt", SRT))
        assert text == (
            "00:00:00.200 --> 00:00:00.600 line:0\n<i>top</i> <c.yellow>yellow</c>\n\n"
            "00:00:01.000 --> 00:00:01.400\nplain\n\n"
            "00:00:02.500 --> 00:00:07.500\nlast\n"
        )
        ((code, message),) = notices
        assert code == "CueRepaired"
        assert KEY in message
        assert "at 2.5 s" in message

    @pytest.mark.parametrize("form", ["hls", "dash"])
    def test_webvtt_stays_as_it_is(self, black: Path, tmp_path: Path, form: str) -> None:
        text, notices = converted(black, tmp_path, written(tmp_path / "a.vtt", VTT), form)
        assert "STYLE\n::cue(.loud) { color: red }\n\nREGION\nid:left\nwidth:40%\n\n" in text
        assert (
            "00:00:00.200 --> 00:00:00.600 position:10% line:0 align:start\n"
            "<v Fred>Hi <c.yellow.loud>there</c> &amp; <i>you</i></v>\n\n"
            "00:00:01.000 --> 00:00:01.400 region:left\n<v Ann>Here\n"
        ) in text
        assert "NOTE" not in text
        assert notices == []

    def test_webvtt_inside_a_source_too(self, tmp_path: Path) -> None:
        source = tmp_path / "a.mkv"
        subtitles = written(tmp_path / "a.vtt", VTT)
        encode(*picture(seconds=2), "-i", str(subtitles), "-map", "0", "-map", "1", *H264, "-c:s", "copy", str(source))
        text, _ = converted(source, tmp_path / "work")
        assert "position:10% line:0 align:start\n<v Fred>Hi <c.yellow.loud>there" in text

    def test_ass(self, black: Path, tmp_path: Path) -> None:
        text, notices = converted(black, tmp_path, written(tmp_path / "a.ass", ASS))
        assert text == (
            "00:00:01.000 --> 00:00:01.400 line:0\n<b>UP</b> &lt;here&gt;\n\n00:00:02.000 --> 00:00:02.400\ndown\n"
        )
        assert [code for code, _ in notices] == ["CueLeftOut", "StyleLeftOut"]
        assert "at 0.2 s" in notices[0][1]
        assert "fonts and sizes" in notices[1][1]

    @pytest.mark.parametrize(
        ("text", "encoding", "named"),
        [
            (FRENCH, "latin-1", "cp1252"),
            (FRENCH + " “ok” €", "cp1252", "cp1252"),
            (CHINESE, "gbk", "gb18030"),
            (TAIWANESE, "big5", "big5"),
            (CHINESE, "utf-16", "utf-16"),
            (CHINESE, "utf-16-le", "utf-16-le"),
            (FRENCH, "utf-16-be", "utf-16-be"),
            (FRENCH, "utf-8-sig", ""),
        ],
    )
    def test_every_encoding_becomes_utf_8(
        self, black: Path, tmp_path: Path, text: str, encoding: str, named: str
    ) -> None:
        text = text.replace("…", "...") if encoding == "latin-1" else text
        file = written(tmp_path / "a.srt", f"1\n00:00:00,000 --> 00:00:01,000\n{text}\n", encoding)
        found, notices = converted(black, tmp_path, file)
        assert found == f"00:00:00.000 --> 00:00:01.000\n{text}\n"
        assert [code for code, _ in notices] == (["TextReencoded"] if named else [])
        assert not named or (named in notices[0][1] and KEY in notices[0][1])

    def test_an_encoding_that_is_unclear_is_an_error(self, black: Path, tmp_path: Path) -> None:
        file = written(tmp_path / "a.srt", "1\n00:00:00,000 --> 00:00:01,000\n你好\n", "gbk")
        with pytest.raises(MediaError, match=rf"'{KEY}' is not UTF-8.*save it as UTF-8"):
            converted(black, tmp_path, file)


class TestBurnedIn:
    def drawn(self, source: Path, work: Path, file: Path, at_s: float = 0.4) -> tuple[np.ndarray[Any, Any], list[str]]:
        """A frame as RGB, and the codes of the notices."""
        item = TranscodeItem.model_validate(
            {
                "parameters": {"container": "mp4", "video": {"codec": "h264", "crf": 4}},
                "burned_in_subtitles": {"key": KEY, "font_size_percent": 12},
            }
        )
        outcome = made(item, source, work, file)
        with av.open(str(outcome.files[0].path)) as container:
            frame = next(one for one in container.decode(video=0) if one.time >= at_s)
        return frame.to_ndarray(format="rgb24").astype(int), [one.code for one in outcome.notices]

    def test_webvtt_stands_where_it_says(self, black: Path, tmp_path: Path) -> None:
        image, notices = self.drawn(black, tmp_path, written(tmp_path / "a.vtt", VTT))
        ys, xs = (image.max(axis=2) > 150).nonzero()
        assert ys.max() < 60
        assert 25 < xs.min() < 45  # 10 % of 320
        yellow = (image[..., 0] > 200) & (image[..., 1] > 200) & (image[..., 2] < 80)
        assert yellow.sum() > 50
        assert notices == ["StyleLeftOut"]  # STYLE and REGION

    def test_srt_at_the_top(self, black: Path, tmp_path: Path) -> None:
        image, notices = self.drawn(black, tmp_path, written(tmp_path / "a.srt", SRT))
        assert (image.max(axis=2) > 150).nonzero()[0].max() < 60
        assert notices == ["CueRepaired"]

    def test_a_cue_that_ends_before_it_begins_is_seen(self, black: Path, tmp_path: Path) -> None:
        file = written(tmp_path / "a.vtt", "WEBVTT\n\n00:00.300 --> 00:00.100\nback\n")
        image, notices = self.drawn(black, tmp_path, file)
        assert (image > 150).any()
        assert notices == ["CueRepaired"]

    def test_another_encoding(self, black: Path, tmp_path: Path) -> None:
        file = written(tmp_path / "a.srt", f"1\n00:00:00,000 --> 00:00:02,000\n{CHINESE}\n", "gbk")
        image, notices = self.drawn(black, tmp_path, file)
        assert (image > 150).any()
        assert notices == ["TextReencoded"]
