"""Subtitles in the picture, judged by the pixels of what real ffmpeg makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from clip_making import H264, encode, picture, tone
from clips import Clips
from media_workflows.errors import MediaError
from media_workflows.media.job import ItemOutcome, run_job
from media_workflows.model.jobs import AdaptiveDynamicStreamingItem, TranscodeItem
from media_workflows.settings import Settings

KEY = "subs/{inputName}.srt"
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


def job(item: Any, source: Path, work_dir: Path, extra: Path | None) -> ItemOutcome:
    files = {KEY: extra} if extra else {}
    (outcome,) = run_job(item.kind, [item], source, "in/a.mp4", work_dir, lambda _: None, Settings(), extra=files).items
    if outcome.error:
        raise outcome.error
    return outcome


def transcoded(source: Path, work_dir: Path, extra: Path | None = None, **fields: Any) -> Path:
    """A rendition with green subtitles."""
    asked = GREEN | fields.pop("burned_in_subtitles", {"key": KEY})
    parameters = {"container": "mp4", "video": {"codec": "h264", "crf": 4} | fields.pop("video", {})}
    item = TranscodeItem.model_validate({"parameters": parameters, "burned_in_subtitles": asked, **fields})
    return job(item, source, work_dir, extra).files[0].path


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
        item = {"parameters": {"container": "mp4", "video": {"codec": "h264", "crf": 4}, "audio": {"codec": "aac"}}}
        item |= {"burned_in_subtitles": {"key": KEY} | GREEN, "head": ["head.mp4"]}
        files = {KEY: clips.subtitles, "head.mp4": clips.plain}
        (outcome,) = run_job(
            "transcode",
            [TranscodeItem.model_validate(item)],
            red,
            "in/a.mp4",
            tmp_path,
            lambda _: None,
            Settings(),
            extra=files,
        ).items
        (first, _), _second = span(outcome.files[0].path)
        assert first == pytest.approx(3.0, abs=0.05)  # the head lasts 2 s

    def test_a_track_of_a_source_that_starts_late(self, clips: Clips, tmp_path: Path) -> None:
        late = tmp_path / "late.mkv"
        maps = ["-map", "0", "-map", "1", "-map", "2", "-c:s", "srt", "-output_ts_offset", "5"]
        encode(*picture(seconds=4), *tone(4), "-i", str(clips.subtitles), *maps, *H264, str(late))
        made = transcoded(late, tmp_path / "work", burned_in_subtitles={"track": 0})
        assert span(made) == [(1.0, 1.96), (2.52, 3.48)]


class TestPlaces:
    def test_at_the_bottom_and_upright_on_a_rotated_source(self, clips: Clips, tmp_path: Path) -> None:
        first = tmp_path / "now.srt"
        first.write_text("1\n00:00:00,000 --> 00:00:02,000\nLLLL\n")
        places = green(transcoded(clips.rotated_90, tmp_path / "work", first))[0.0]  # shown 120x160
        xs, ys = [x for x, _ in places], [y for _, y in places]
        assert min(ys) > 160 * 0.75
        assert max(xs) - min(xs) > max(ys) - min(ys)
        assert (min(xs) + max(xs)) / 2 == pytest.approx(60, abs=6)

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

    def test_every_rung_of_a_ladder(self, clips: Clips, red: Path, tmp_path: Path) -> None:
        rungs = [{"video": {"width": width, "crf": 4}} for width in (160, 320)]
        recipe = {"format": "dash", "streams": rungs}
        item = AdaptiveDynamicStreamingItem.model_validate(
            {"parameters": recipe, "burned_in_subtitles": {"key": KEY} | GREEN}
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
        with pytest.raises(MediaError, match="holds no text subtitles"):
            transcoded(red, tmp_path, clips.audio_only)

    def test_a_file_without_cues(self, red: Path, tmp_path: Path) -> None:
        empty = tmp_path / "empty.vtt"
        empty.write_text("WEBVTT\n\n")
        with pytest.raises(MediaError, match=r"holds no cue|holds no text subtitles"):
            transcoded(red, tmp_path / "work", empty)

    def test_a_track_that_is_not_there(self, clips: Clips, tmp_path: Path) -> None:
        with pytest.raises(MediaError, match="has 1 subtitle tracks and no number 3"):
            transcoded(clips.bilingual, tmp_path, burned_in_subtitles={"track": 3})

    def test_no_text_becomes_an_instruction(self, red: Path, tmp_path: Path) -> None:
        """What libass does not draw is at most not drawn; a cue is one event of the script."""
        nasty = tmp_path / "nasty.srt"
        nasty.write_text(
            "1\n00:00:00,000 --> 00:00:01,000\n"
            "it's 100%: \\n ',[a];drawtext=textfile=/etc/passwd\nDialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,X\n"
        )
        assert span(transcoded(red, tmp_path / "work", nasty)) == [(0.0, 0.96)]
