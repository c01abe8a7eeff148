"""Pictures show what the source shows at their moment, judged by a plain decode of the source from its start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image, ImageSequence, ImageStat

from clips import Clips
from media_workflows.domain.jobs import Jobs
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import ItemOutcome, JobRequest
from media_workflows.settings import Settings

PNG = {"format": "png"}


def outcome_of(source: Path, work_dir: Path, kind: str, **item: Any) -> ItemOutcome:
    items = getattr(Jobs.model_validate({kind: [item]}), kind)
    request = JobRequest(kind, items, source, f"in/{source.name}", work_dir)
    (outcome,) = run_job(request, lambda _: None, Settings()).items
    return outcome


def mean_colours(path: Path) -> list[list[float]]:
    """Of each frame of a picture file."""
    with Image.open(path) as picture:
        return [ImageStat.Stat(frame.convert("RGB")).mean for frame in ImageSequence.Iterator(picture)]


def source_colours(path: Path, moment_s: float) -> list[float]:
    """Mean colour of the frame on screen at a moment, by a decode from the start."""
    shown = None
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if shown is not None and frame.time > moment_s + 0.001:
                break
            shown = frame
    assert shown is not None
    return ImageStat.Stat(shown.to_image()).mean


class TestSeeks:
    @pytest.mark.parametrize("name", ["sorenson", "false_key_frames"])
    def test_snapshots(self, clips: Clips, tmp_path: Path, name: str) -> None:
        source = getattr(clips, name)
        outcome = outcome_of(
            source, tmp_path, "snapshot_by_time_offset", time_offsets=["0s", "0.1s", "1.7s", "3.3s"], parameters=PNG
        )
        assert outcome.error is None
        assert not outcome.notices
        for file in outcome.files:
            wanted = source_colours(source, file.time_offset_s or 0)
            assert mean_colours(file.path)[0] == pytest.approx(wanted, abs=4), file.time_offset_s

    @pytest.mark.parametrize("start_s", [0, 1.7])
    @pytest.mark.parametrize("name", ["sorenson", "false_key_frames"])
    def test_animations(self, clips: Clips, tmp_path: Path, name: str, start_s: float) -> None:
        source, times = getattr(clips, name), {"start_offset_s": start_s, "end_offset_s": start_s + 1}
        outcome = outcome_of(source, tmp_path, "animated_graphic", **times, parameters={"fps": 4})
        assert outcome.error is None
        for number, colours in enumerate(mean_colours(outcome.files[0].path)):
            assert colours == pytest.approx(source_colours(source, start_s + number / 4), abs=6), number

    @pytest.mark.parametrize("name", ["sorenson", "false_key_frames"])
    def test_parts(self, clips: Clips, tmp_path: Path, name: str) -> None:
        source = getattr(clips, name)
        parameters = {"container": "mp4", "video": {"crf": 10}, "audio": {}}
        outcome = outcome_of(source, tmp_path, "transcode", start_offset_s=1.7, end_offset_s=3, parameters=parameters)
        assert outcome.error is None
        assert source_colours(outcome.files[0].path, 0.5) == pytest.approx(source_colours(source, 2.2), abs=4)

    def test_damage_of_the_source_itself_is_named(self, clips: Clips, tmp_path: Path) -> None:
        outcome = outcome_of(
            clips.damaged_picture, tmp_path, "snapshot_by_time_offset", time_offsets=["3s"], parameters=PNG
        )
        assert outcome.error is None
        assert [notice.code for notice in outcome.notices] == ["SourceDamaged"]
        assert "in what was read" in outcome.notices[0].message
