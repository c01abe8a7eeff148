"""Commands as a dry run shows them, and the piece of the source on which they are tried."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import ffmpeg

from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import AudioStream, MediaInfo, SubtitleStream
from media_workflows.media.ffmpeg.fonts import BUNDLED_FONT
from media_workflows.media.filters.build_context import BuildContext, ExtraInput, Sample
from media_workflows.media.jobs.preview import plan_job, shown_commands
from media_workflows.media.source.subtitles.cues import Cue, Cues
from probed import video_stream

VIDEO = video_stream()
AUDIO = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=2)
INFO = MediaInfo(container="mov,mp4", duration_s=100, size_bytes=1, bitrate_bps=1, video=VIDEO, audio=(AUDIO,))
SECRET = "/very/secret: [dir], it's"
CONTEXT = BuildContext(Path(SECRET) / "source", INFO, Path(SECRET) / "work", BUNDLED_FONT)
SAMPLED = replace(CONTEXT, sample=Sample(49, 2))


def text_item(**parts: Any) -> TranscodeItem:
    mark = {"mark": {"type": "text", "text": "hello"}}
    return TranscodeItem.model_validate({"template": 100010, "watermarks": [mark], **parts})


def options(context: BuildContext, item: Any) -> list[str]:
    return list(ffmpeg.compile(plan_job(item.kind, [item], context).graphs[0]))


def test_no_path_of_this_machine_is_shown() -> None:
    context = replace(CONTEXT, extra={"intro.mp4": ExtraInput(Path(SECRET) / "intro", INFO)})
    (command,) = shown_commands("transcode", [text_item(head=["intro.mp4"])], context)
    assert command[0] == "ffmpeg"
    assert {"file:source", "file:intro.mp4"} <= set(command)
    assert not any("secret" in word or str(BUNDLED_FONT.parent) in word for word in command)


def test_cues_are_read_whatever_the_inputs_are_called() -> None:
    text = SubtitleStream(index=2, codec="subrip", is_text=True)
    read: list[str] = []

    def cues(key: str, index: int, language: str = "") -> Cues:
        read.append(key)
        return Cues("", (Cue(0, 1, "0", "Default,,0,0,0,,x"),))

    extra = {"a.srt": ExtraInput(Path(SECRET) / "extra", INFO.model_copy(update={"subtitles": (text,)}))}
    context = replace(CONTEXT, info=INFO.model_copy(update={"subtitles": (text,)}), extra=extra, cues=cues)
    for asked in ({"key": "a.srt"}, {"track": 0}):
        item = TranscodeItem.model_validate({"template": 100010, "burned_in_subtitles": asked})
        (command,) = shown_commands("transcode", [item], context)
        assert any("subtitles=" in word for word in command)
        assert not any("secret" in word for word in command)
    assert list(dict.fromkeys(read)) == ["a.srt", ""]


def test_commands_end_as_they_run() -> None:
    (command,) = shown_commands("transcode", [TranscodeItem(template=100010)], CONTEXT)
    assert command[-4:] == ["-loglevel", "warning", "-progress", "pipe:1"]
    assert command.index("item0.mp4") < command.index("-y")


def test_a_sample_bounds_what_is_read_and_written() -> None:
    words = options(SAMPLED, TranscodeItem(template=100010))
    assert words[words.index("-ss") + 1] == "49.000000"
    assert [words[number + 1] for number, word in enumerate(words) if word == "-t"] == ["2.000000"] * 2


def test_a_sample_of_a_part_stays_inside_it() -> None:
    words = options(SAMPLED, TranscodeItem(template=100010, start_offset_s=10, end_offset_s=11))
    assert words[words.index("-ss") + 1] == "10.000000"
    assert words[words.index("-t") + 1] == "1.000000"


def test_a_jump_to_a_picture_is_tried_as_it_is() -> None:
    words = options(SAMPLED, SnapshotByTimeOffsetItem(template=10, time_offsets=["30s"]))
    assert words[words.index("-ss") + 1] == "30.000000"


def test_a_series_ends_with_the_sample() -> None:
    item = SampleSnapshotItem.model_validate({"parameters": {"sample_type": "time", "sample_interval": 1}})
    words = options(SAMPLED, item)
    assert words[words.index("-ss") + 1] == "49.000000"
    assert words.count("-t") == 2
