"""Files of broadcasters, recorders and players' collections: each is processed, or refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from media_workflows.media.job import ItemOutcome, run_job
from media_workflows.media.probe import probe
from media_workflows.model.jobs.base import JobItem
from media_workflows.model.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.model.jobs.transcode import TranscodeItem
from media_workflows.settings import Settings


def outcome(source: Path, work_dir: Path, item: JobItem[Any]) -> ItemOutcome:
    return run_job(item.kind, [item], source, "in/clip", work_dir, lambda _: None, Settings()).items[0]


def mp4(**more: Any) -> TranscodeItem:
    video = {"codec": "h264", "height": 128}
    return TranscodeItem.model_validate({"parameters": {"container": "mp4", "video": video, "audio": {}, **more}})


def picture_at(*offsets: str) -> SnapshotByTimeOffsetItem:
    return SnapshotByTimeOffsetItem.model_validate({"parameters": {"format": "png"}, "time_offsets": offsets})


class TestTagsAndSideData:
    @pytest.mark.parametrize(("name", "codec"), [("dts_without_descriptor", "dts"), ("aac_in_avi", "aac")])
    def test_codec_tags_that_are_numbers(self, clips: Clips, tmp_path: Path, name: str, codec: str) -> None:
        source = getattr(clips, name)
        assert [track.codec for track in probe(source).audio] == [codec]
        made = outcome(source, tmp_path, mp4())
        assert made.error is None
        assert (made.files[0].info.video.codec, made.files[0].info.audio[0].codec) == ("h264", "aac")

    def test_side_data_of_an_unknown_kind(self, clips: Clips, tmp_path: Path) -> None:
        assert probe(clips.motion_jpeg_with_exif).video.hdr == ""
        assert outcome(clips.motion_jpeg_with_exif, tmp_path, mp4()).error is None
