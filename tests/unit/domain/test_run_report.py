"""A file before and after in one row each, and items in their three states."""

from __future__ import annotations

from datetime import UTC, datetime

from definitions import PNG
from media_workflows.domain.jobs.sample_snapshot import SampleSnapshotItem
from media_workflows.domain.media_info import AudioStream, MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.domain.run_report import ended_items, output_file, source_file, unfinished_items
from probed import video_stream

VIDEO = video_stream(rotation=90)
AUDIO = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=2)
INFO = MediaInfo(container="mov,mp4", duration_s=12.5, size_bytes=5000, bitrate_bps=1000, video=VIDEO, audio=(AUDIO,))
SOURCE = SourceObject(bucket="in", key="in/a.mp4", etag="e", size_bytes=5000)
NOW = datetime(2026, 1, 2, tzinfo=UTC)


def _job(info: MediaInfo | None) -> JobResult:
    """A job that read the source, or one that failed before."""
    checksum = "s" if info else None
    return JobResult(kind="transcode", begun_at=NOW, finished_at=NOW, source=info, source_sha256=checksum, items=())


def test_a_source_and_its_output_side_by_side() -> None:
    before = source_file(SOURCE, [_job(None), _job(INFO)])
    output = OutputRecord(bucket="out", key="a.mp4", size_bytes=9, md5="m", etag="x", info=INFO)
    after = output_file(output)
    for file in (before, after):
        assert (file.width, file.height, file.fps, file.duration_s) == (1080, 1920, 25, 12.5)
        assert (file.video_codec, file.audio_codecs, file.bitrate_bps) == ("h264", ("aac",), 1000)
    assert (before.size_bytes, before.sha256, before.md5, before.etag, before.role) == (5000, "s", None, "e", None)
    assert (after.size_bytes, after.sha256, after.md5, after.etag, after.role) == (9, None, "m", "x", "main")


def test_what_no_probe_opened() -> None:
    assert source_file(SOURCE, []).container is None
    assert source_file(SOURCE, [_job(None)]).sha256 is None
    picture = OutputRecord(bucket="out", key="a.vtt", size_bytes=9, md5="m", time_offset_s=0.5)
    assert (output_file(picture).width, output_file(picture).time_offset_s) == (None, 0.5)


def test_a_picture_is_no_video_of_one_frame() -> None:
    info = MediaInfo(container="jpeg_pipe", duration_s=0.04, size_bytes=9, bitrate_bps=1800, video=VIDEO, audio=())
    picture = output_file(OutputRecord(bucket="out", key="a.jpg", size_bytes=9, md5="m", time_offset_s=0.5, info=info))
    assert (picture.width, picture.height, picture.container) == (1080, 1920, "jpeg_pipe")
    assert (picture.duration_s, picture.bitrate_bps, picture.fps) == (None, None, None)


def test_items() -> None:
    output = OutputRecord(bucket="out", key="a.jpg", size_bytes=9, md5="m")
    results = (
        ItemResult(item={"template": 10}, definition=10, status="SUCCESS", outputs=(output,), reused="r0"),
        ItemResult(item={"template": 10}, definition=10, status="FAIL", code="InternalError", message="broken"),
    )
    done, failed = ended_items(
        JobResult(kind="sample_snapshot", begun_at=NOW, finished_at=NOW, source=INFO, items=results)
    )
    assert (done.status, done.reused, done.after) == ("SUCCESS", "r0", (output_file(output),))
    assert (failed.status, failed.code, failed.message, failed.after) == ("FAIL", "InternalError", "broken", ())
    logo = {"mark": {"type": "image", "content": PNG}}
    (waiting,) = unfinished_items([SampleSnapshotItem.model_validate({"template": 10, "watermarks": [logo]})])
    assert (waiting.status, waiting.definition, waiting.after) == ("PROCESSING", 10, ())
    assert PNG not in waiting.model_dump_json()
