"""The script that is drawn: times of the part shown, one line a cue, the styles asked for."""

from __future__ import annotations

from pathlib import Path

import ffmpeg
import pytest

from media_workflows.domain.jobs.burned_in_subtitles import BurnedInSubtitles
from media_workflows.domain.media_info import MediaInfo, SubtitleStream
from media_workflows.errors import MediaError
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.filters.build_context import BuildContext
from media_workflows.media.filters.geometry import Size
from media_workflows.media.filters.overlay.watermark import Assets
from media_workflows.media.filters.subtitles.burned_in import Picture, burn_in, script
from media_workflows.media.source.subtitles.cues import Cue, Cues

TEXT = SubtitleStream(index=2, codec="subrip", is_text=True)
PICTURES = SubtitleStream(index=3, codec="hdmv_pgs_subtitle", is_text=False)
INFO = MediaInfo(container="mkv", duration_s=9, size_bytes=1, bitrate_bps=1, subtitles=(TEXT, PICTURES))


def cue(start_s: float, end_s: float, text: str = "x") -> Cue:
    return Cue(start_s, end_s, "0", f"Default,,0,0,0,,{text}")


def drawn(cues: Cues, tmp_path: Path, **asked: object) -> str:
    """The one asset, an ASS script."""
    context = BuildContext(Path("/in/a.mkv"), INFO, tmp_path, BUNDLED_FONT, cues=lambda key, index, language="": cues)
    assets = Assets(tmp_path)
    wanted = BurnedInSubtitles.model_validate({"track": 0, **asked})
    burn_in(ffmpeg.input("x")["v"], wanted, Picture(Size(1920, 1080)), context, assets)
    (content,) = assets.files.values()
    return content.decode()


def events(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("Dialogue:")]


def test_times_are_those_of_the_part_and_what_is_over_is_left_out() -> None:
    made = script("", Cues("", (cue(0, 1), cue(4, 6.016), cue(3_605, 3_661.5))), 5)
    assert [line.split(",")[1:3] for line in events(made)] == [
        ["0:00:00.00", "0:00:01.02"],
        ["1:00:00.00", "1:00:56.50"],
    ]


def test_a_cue_is_one_line() -> None:
    made = script("", Cues("", (cue(0, 1, "a\r\nDialogue: 0,0:00:00.00,9:00:00.00,Default,,0,0,0,,b"),)), 0)
    assert len(events(made)) == 1


def test_size_and_colour(tmp_path: Path) -> None:
    made = drawn(Cues("", (cue(0, 1),)), tmp_path, font_size_percent=10, font_color="0x112233", font_alpha=0.5)
    assert "PlayResX: 1920\nPlayResY: 1080" in made
    assert "Style: Default,WenQuanYi Micro Hei,108,&H80332211,&H80332211,&H80000000," in made


def test_a_script_keeps_its_styles_and_the_order_of_its_fields(tmp_path: Path) -> None:
    header = "[Script Info]\nPlayResX: 3\n\n[V4+ Styles]\nStyle: A\n\n[Events]\nFormat: Layer, Start, End, Text\n"
    made = drawn(Cues(header, (Cue(0, 1, "7", "hi"),)), tmp_path)
    assert made.startswith("[Script Info]\nPlayResX: 3\n\n[V4+ Styles]\nStyle: A\n\n[Events]\n")
    assert made.endswith("Format: Layer, Start, End, Text\nDialogue: 7,0:00:00.00,0:00:01.00,hi\n")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"track": 1}, r"holds bitmap subtitles \(hdmv_pgs_subtitle\)"),
        ({"track": 2}, "has no subtitle track 2"),
        ({"track": None, "key": "a.srt"}, "'a.srt', which this job names, is not"),
        ({}, "track 0 holds no cue"),
    ],
)
def test_what_cannot_be_drawn_is_reported(tmp_path: Path, asked: dict[str, object], told: str) -> None:
    with pytest.raises(MediaError, match=told):
        drawn(Cues("", ()), tmp_path, **asked)
