"""Subtitles in the picture, judged by the pixels of what real ffmpeg makes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import H264, encode, picture, tone
from clips import Clips
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import ExtraObjectError, MediaError
from media_workflows.media.ffmpeg.fonts import EMOJI_FONT
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

KEY = "subs/{inputName}.srt"
BIG = {"key": KEY, "font_size_percent": 30}
GREEN = {"font_color": "0x00FF00", "font_size_percent": 12}
STYLED = """[Script Info]
PlayResX: 160
PlayResY: 120

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, Alignment
Style: Mine,Arial,30,&H0000FF00,&H00000000,8

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.50,0:00:01.00,Mine,TOP
"""


def job(item: Any, source: Path, work_dir: Path, extra: Path | None, font: str = "") -> ItemOutcome:
    files = {KEY: extra} if extra else {}
    settings = Settings(watermark_font=font)
    request = JobRequest(item.kind, [item], source, "in/a.mp4", work_dir, files)
    (outcome,) = run_job(request, lambda _: None, settings).items
    if outcome.error:
        raise outcome.error
    return outcome


def transcoded(source: Path, work_dir: Path, extra: Path | None = None, font: str = "", **fields: Any) -> Path:
    """A rendition with green subtitles."""
    asked: dict[str, Any] = GREEN | fields.pop("burned_in_subtitles", {"key": KEY})
    parameters = {"container": "mp4", "video": {"codec": "h264", "crf": 4} | fields.pop("video", {})}
    item = TranscodeItem.model_validate({"parameters": parameters, "burned_in_subtitles": asked, **fields})
    return job(item, source, work_dir, extra, font).files[0].path


def green(path: Path) -> dict[float, list[tuple[int, int]]]:
    """The green pixels (x, y) of each frame that has some, by its time in seconds."""
    found = {}
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            image = frame.to_ndarray(format="rgb24").astype(int)
            mask = (image[..., 1] > 150) & (image[..., 0] < 110) & (image[..., 2] < 110)
            if mask.sum() > 10:
                found[round(frame.time - (container.start_time or 0) / av.time_base, 3)] = [
                    (int(x), int(y)) for y, x in zip(*mask.nonzero(), strict=True)
                ]
    return found


def span(path: Path) -> list[tuple[float, float]]:
    """When something green is seen: first and last frame of each stretch at 25 frames a second."""
    stretches: list[list[float]] = []
    for moment in green(path):
        if stretches and moment - stretches[-1][1] < 0.06:
            stretches[-1][1] = moment
        else:
            stretches.append([moment, moment])
    return [(first, last) for first, last in stretches]


def box(places: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is green."""
    xs, ys = [x for x, _ in places], [y for _, y in places]
    return min(xs), min(ys), max(xs), max(ys)


def one_cue(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file whose one cue, of the first 2 s, is `text`."""
    path.write_text(f"1\n00:00:00,000 --> 00:00:02,000\n{text}\n", encoding)
    return path


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """4 s of red and blue, nothing green."""
    path = tmp_path_factory.mktemp("red") / "red.mp4"
    encode(*picture(320, 180, seconds=4), *tone(4), *H264, "-c:a", "aac", str(path))
    return path


class TestTimes:
    """The cues: 1 to 2 s (English), 2.5 to 3.5 s (Chinese)."""

    def test_each_cue_is_seen_while_it_lasts(self, clips: Clips, red: Path, tmp_path: Path) -> None:
        assert span(transcoded(red, tmp_path, clips.subtitles)) == [(1.0, 1.96), (2.52, 3.48)]

    def test_a_part_of_the_source_shows_its_own_cues(self, clips: Clips, red: Path, tmp_path: Path) -> None:
        made = transcoded(red, tmp_path, clips.subtitles, start_offset_s=1.52, end_offset_s=3)
        assert span(made) == [(0.0, 0.44), (1.0, 1.44)]

    def test_joined_clips_have_none(self, clips: Clips, red: Path, tmp_path: Path) -> None:
        item: dict[str, Any] = {
            "parameters": {"container": "mp4", "video": {"codec": "h264", "crf": 4}, "audio": {"codec": "aac"}},
            "burned_in_subtitles": {"key": KEY} | GREEN,
            "head": ["head.mp4"],
        }
        files = {KEY: clips.subtitles, "head.mp4": clips.plain}
        (outcome,) = run_job(
            JobRequest("transcode", [TranscodeItem.model_validate(item)], red, "in/a.mp4", tmp_path, files),
            lambda _: None,
            Settings(),
        ).items
        (first, _), _second = span(outcome.files[0].path)
        assert first == pytest.approx(3.0, abs=0.05)  # the head lasts 2 s

    def test_a_track_of_a_source_that_starts_late(self, clips: Clips, tmp_path: Path) -> None:
        late = tmp_path / "late.mkv"
        maps = ["-map", "0", "-map", "1", "-map", "2", "-c:s", "srt", "-output_ts_offset", "5"]
        encode(*picture(seconds=4), *tone(4), "-i", str(clips.subtitles), *maps, *H264, str(late))
        made = transcoded(late, tmp_path / "work", burned_in_subtitles={"track": 0})
        assert span(made) == [(1.0, 1.96), (2.52, 3.48)]

    def test_frames_that_last_long_do_not_hold_a_cue(self, clips: Clips, tmp_path: Path) -> None:
        """25 frames a second but for a hole from 0.4 to 3 s, as in recordings of a screen."""
        source = tmp_path / "screen.mkv"
        hole = ["-vf", "select='lt(t,0.4)+gt(t,2.99)'", "-fps_mode", "vfr"]
        encode(*picture(320, 180, seconds=4), *tone(4), *hole, *H264, str(source))
        found = span(transcoded(source, tmp_path / "work", clips.subtitles))
        assert [pytest.approx(stretch, abs=0.045) for stretch in found] == [(1.0, 1.96), (2.52, 3.48)]

    def test_a_picture_that_begins_late(self, clips: Clips, tmp_path: Path) -> None:
        source = tmp_path / "late.mkv"
        late = ["-itsoffset", "1.6", *picture(320, 180, seconds=2.4), *tone(4)]
        encode(*late, *H264, str(source))
        found = span(transcoded(source, tmp_path / "work", clips.subtitles))
        assert [pytest.approx(stretch, abs=0.045) for stretch in found] == [(1.0, 1.96), (2.52, 3.48)]


class TestPlaces:
    def test_at_the_bottom_and_upright_on_a_rotated_source(self, clips: Clips, tmp_path: Path) -> None:
        first = tmp_path / "now.srt"
        first.write_text("1\n00:00:00,000 --> 00:00:02,000\nLLLL\n")
        places = green(transcoded(clips.rotated_90, tmp_path / "work", first))[0.0]  # shown 120x160
        xs, ys = [x for x, _ in places], [y for _, y in places]
        assert min(ys) > 160 * 0.75
        assert max(xs) - min(xs) > max(ys) - min(ys)
        assert (min(xs) + max(xs)) / 2 == pytest.approx(60, abs=6)

    @pytest.mark.parametrize("text", ["没有空格的长句也要在画面边缘换行" * 3, "a long line of words " * 5])
    def test_a_long_line_breaks_inside_the_picture(self, red: Path, tmp_path: Path, text: str) -> None:
        made = transcoded(red, tmp_path / "work", one_cue(tmp_path / "a.srt", text))
        left, top, right, bottom = box(green(made)[0.0])
        assert left >= 8
        assert right < 312
        assert bottom - top > 2 * 0.12 * 180 * 0.8  # more than two lines

    def test_unsqueezed_where_pixels_are_not_square(self, clips: Clips, red: Path, tmp_path: Path) -> None:
        file = one_cue(tmp_path / "a.srt", "口")  # as wide as high
        for name, source, video in (
            ("source", clips.anamorphic_sar, {}),
            ("output", red, {"width": 160, "height": 180, "sar": "2:1"}),
        ):
            made = transcoded(source, tmp_path / name, file, burned_in_subtitles=BIG, video=video)
            left, top, right, bottom = box(green(made)[0.0])
            wide = 2 if video else 1
            assert wide * (right - left + 1) / (bottom - top + 1) == pytest.approx(1, abs=0.2), name

    def test_in_the_font_of_the_setting_whatever_its_path(self, red: Path, tmp_path: Path) -> None:
        font = tmp_path / "odd: dir, [x];'\\ y" / "it's.ttf"
        font.parent.mkdir()
        shutil.copy(EMOJI_FONT, font)  # its digits are wider
        (font.parent / "other.ttf").write_bytes(b"no font")
        file = one_cue(tmp_path / "a.srt", "000")
        own = box(green(transcoded(red, tmp_path / "own", file, font=str(font)))[0.0])
        bundled = box(green(transcoded(red, tmp_path / "bundled", file))[0.0])
        assert own[2] - own[0] > 1.3 * (bundled[2] - bundled[0])

    def test_an_ass_file_keeps_its_own_styles(self, red: Path, tmp_path: Path) -> None:
        script = tmp_path / "styled.ass"
        script.write_text(STYLED)
        made = transcoded(red, tmp_path / "work", script, burned_in_subtitles={"key": KEY, "font_color": "0xFF00FF"})
        assert span(made) == [(0.52, 0.96)]
        assert max(y for _, y in green(made)[0.52]) < 90  # of 180: at the top

    def test_web_vtt(self, red: Path, tmp_path: Path) -> None:
        file = tmp_path / "a.vtt"
        file.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<b>Hello</b>\n")
        assert span(transcoded(red, tmp_path / "work", file)) == [(1.0, 1.96)]

    @pytest.mark.parametrize("video", [{"bit_depth": 10, "codec": "h265"}, {"sar": "4:3"}, {"fill_type": "gauss"}])
    def test_other_pictures(self, clips: Clips, red: Path, tmp_path: Path, video: dict[str, object]) -> None:
        made = transcoded(red, tmp_path, clips.subtitles, video={"width": 320, "height": 320, **video})
        assert [round(first) for first, _ in span(made)] == [1, 3]

    @pytest.mark.parametrize(("kind", "white"), [("hdr10", 0.58), ("hlg", 0.75)])
    def test_white_is_no_glare_where_hdr_is_kept(self, clips: Clips, tmp_path: Path, kind: str, white: float) -> None:
        """As BT.2408 requires it; the left half of the sources is darker."""
        asked = {"key": KEY, "font_size_percent": 30, "font_color": "0xFFFFFF"}
        video = {"codec": "h265", "bit_depth": 10, "hdr": "keep"}
        file = one_cue(tmp_path / "a.srt", "MMMM")
        made = transcoded(getattr(clips, kind), tmp_path / "work", file, burned_in_subtitles=asked, video=video)
        with av.open(str(made)) as container:
            luma = next(container.decode(video=0)).reformat(format="gray10le").to_ndarray()
        assert luma[:, :140].max() / 1023 == pytest.approx(white, abs=0.012)

    def test_every_rung_of_a_ladder(self, clips: Clips, red: Path, tmp_path: Path) -> None:
        rungs = [{"video": {"width": width, "crf": 4}} for width in (160, 320)]
        parameters = {"format": "dash", "streams": rungs}
        item = AdaptiveDynamicStreamingItem.model_validate(
            {"parameters": parameters, "burned_in_subtitles": {"key": KEY} | GREEN}
        )
        outcome = job(item, red, tmp_path, clips.subtitles)
        rungs_made = [file.path for file in outcome.files if file.path.suffix == ".mp4"]
        assert len(rungs_made) == 2
        for path in rungs_made:
            assert [round(first, 1) for first, _ in span(path)] == [1.0, 2.5]


class TestFaults:
    def test_a_file_that_is_not_there(self, red: Path, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match=r"'subs/\{inputName\}.srt'.*upload it or correct"):
            transcoded(red, tmp_path)

    def test_a_file_without_text(self, clips: Clips, red: Path, tmp_path: Path) -> None:
        with pytest.raises(ExtraObjectError, match="holds no text subtitles"):
            transcoded(red, tmp_path, clips.audio_only)

    def test_a_file_without_cues(self, red: Path, tmp_path: Path) -> None:
        empty = tmp_path / "empty.vtt"
        empty.write_text("WEBVTT\n\n")
        with pytest.raises(ExtraObjectError, match=r"holds no captions"):
            transcoded(red, tmp_path / "work", empty)

    @pytest.mark.parametrize("encoding", ["gbk", "latin-1"])
    def test_a_cue_in_an_unclear_encoding_is_not_lost_in_silence(
        self, red: Path, tmp_path: Path, encoding: str
    ) -> None:
        text = {"gbk": "你好", "latin-1": "été"}[encoding]
        file = one_cue(tmp_path / "a.srt", f"{text}\n\n2\n00:00:02,000 --> 00:00:03,000\nplain", encoding)
        with pytest.raises(MediaError, match=r"'subs/.*not UTF-8.*encoding is unclear.*save it as UTF-8"):
            transcoded(red, tmp_path / "work", file)

    def test_a_track_that_is_not_there(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match="has no subtitle track 3"):
            transcoded(clips.bilingual, tmp_path, burned_in_subtitles={"track": 3})

    def test_no_text_becomes_an_instruction(self, red: Path, tmp_path: Path) -> None:
        """What libass does not draw is at most not drawn; a cue is one event of the script."""
        nasty = tmp_path / "nasty.srt"
        nasty.write_text(
            "1\n00:00:00,000 --> 00:00:01,000\n"
            "it's 100%: \\n ',[a];drawtext=textfile=/etc/passwd\nDialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,X\n"
        )
        assert span(transcoded(red, tmp_path / "work", nasty)) == [(0.0, 0.96)]
