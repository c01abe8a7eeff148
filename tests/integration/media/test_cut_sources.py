"""Files that end before they should: found by what each container promises, and complete ones never accused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cut_clips import OPEN, PROMISING, PROMISING_SOUND, WholeClips
from media_workflows.domain.jobs.snapshot_by_time_offset import SnapshotByTimeOffsetItem
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.errors import IncompleteSourceError, MediaError
from media_workflows.media.jobs.job import run_job
from media_workflows.media.jobs.request import JobRequest
from media_workflows.media.source.clock_check import require_sane_clock
from media_workflows.media.source.probe import probe
from media_workflows.media.source.timeline import SourceTimeline
from media_workflows.settings import Settings

MP3 = TranscodeItem.model_validate({"parameters": {"container": "mp3", "audio": {"codec": "mp3"}}})
MP4 = TranscodeItem.model_validate(
    {"parameters": {"container": "mp4", "video": {"codec": "h264", "height": 128}, "audio": {}}}
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> WholeClips:
    return WholeClips(tmp_path_factory.mktemp("whole"))


def is_cut(path: Path) -> bool:
    return SourceTimeline(path, probe(path)).is_cut


def error_of(source: Path, item: Any, work_dir: Path) -> MediaError | None:
    request = JobRequest(item.kind, [item], source, source.name, work_dir)
    return run_job(request, lambda _: None, Settings()).items[0].error


@pytest.mark.parametrize("name", [*PROMISING, *PROMISING_SOUND])
class TestPromises:
    def test_a_complete_file_is_not_cut(self, whole: WholeClips, name: str) -> None:
        assert not is_cut(whole.promising(name))

    @pytest.mark.grid
    @pytest.mark.parametrize("percent", [50, 90])
    def test_a_cut_one_is(self, whole: WholeClips, name: str, percent: int) -> None:
        assert is_cut(whole.cut(whole.promising(name), percent))


@pytest.mark.parametrize("name", list(OPEN))
def test_a_complete_file_that_promises_nothing_is_not_cut(whole: WholeClips, name: str) -> None:
    source = whole.open(name)
    assert not is_cut(source)
    assert probe(source).duration_s == pytest.approx(4, abs=0.15)


@pytest.mark.parametrize("name", ["faststart", "matroska", "webm", "flv", "avi"])
def test_nothing_is_published_of_a_short_video_cut_at_90_percent(whole: WholeClips, tmp_path: Path, name: str) -> None:
    assert isinstance(error_of(whole.cut(whole.promising(name), 90), MP4, tmp_path), IncompleteSourceError)


@pytest.mark.isolates
def test_half_an_mp3_is_refused_and_the_whole_is_not(whole: WholeClips, tmp_path: Path) -> None:
    source = whole.promising("info_with_id3")
    error = error_of(whole.cut(source, 50), MP3, tmp_path / "half")
    assert isinstance(error, IncompleteSourceError)
    assert str(error).startswith("the source ends at 2.")
    assert error_of(source, MP3, tmp_path / "whole") is None


def test_what_lies_before_the_cut_is_made(whole: WholeClips, tmp_path: Path) -> None:
    source = whole.cut(whole.promising("matroska"), 90)
    part = MP4.model_copy(update={"start_offset_s": 0.0, "end_offset_s": 2.0})
    pictures = SnapshotByTimeOffsetItem.model_validate({"parameters": {"format": "png"}, "time_offsets": ["2s"]})
    assert error_of(source, part, tmp_path / "part") is None
    assert error_of(source, pictures, tmp_path / "picture") is None


def test_damage_that_hides_the_rest_of_a_live_recording(whole: WholeClips) -> None:
    """Nothing states a duration, and the demuxer ends at the damage as at the end of the file."""
    source = whole.promising("live_webm")
    data = source.read_bytes()
    begin, end = len(data) * 2 // 10, len(data) * 9 // 10
    hollow = source.with_name("hollow.webm")
    hollow.write_bytes(data[:begin] + b"\xff" * (end - begin) + data[end:])
    with pytest.raises(IncompleteSourceError, match=r"the source is damaged: \d+ of \d+ bytes, \d\.\d s can be read"):
        require_sane_clock(probe(hollow), SourceTimeline(hollow, probe(hollow)))
    require_sane_clock(probe(source), SourceTimeline(source, probe(source)))
