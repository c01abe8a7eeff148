"""The event of a run: the vendor's shape, field by field."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest

from media_workflows.domain.jobs import MEDIA_KINDS
from media_workflows.domain.jobs.transcode import TranscodeItem
from media_workflows.domain.media_info import AudioStream, MediaInfo, VideoStream
from media_workflows.domain.notice import Notice
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject
from media_workflows.vendor_mps.event import canonical_json, event_id, workflow_task_event
from media_workflows.vendor_mps.event_error import RunError
from media_workflows.vendor_mps.event_intelligence import UnfinishedJob
from media_workflows.vendor_mps.event_run import EventRun
from media_workflows.vendor_mps.event_shapes import SHAPES, TASK_KEYS
from media_workflows.vendor_mps.ids import task_id
from media_workflows.vendor_mps.run_shapes import TaskProgress, task_detail

BEGUN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
FINISHED = datetime(2026, 1, 2, 11, 5, 6, tzinfo=timezone(timedelta(hours=8)))
VIDEO = VideoStream(
    index=0,
    codec="h264",
    width=1920,
    height=1080,
    display_width=1080,
    display_height=1920,
    rotation=90,
    fps=29.97002997,
    pixel_format="yuv420p10le",
    bitrate_bps=900,
    frame_rate=Fraction(30_000, 1001),
    color_primaries="bt2020",
    color_transfer="smpte2084",
    color_matrix="bt2020nc",
    hdr="HDR10",
    codec_string="hvc1.2.4.L120.90",
    duration_s=12.4,
)
AUDIO = AudioStream(index=1, codec="aac", sample_rate_hz=48_000, channels=2, bitrate_bps=100, codec_string="mp4a.40.2")
INFO = MediaInfo(container="mov,mp4", duration_s=12.5, size_bytes=5000, bitrate_bps=1000, video=VIDEO, audio=(AUDIO,))
SOURCE = SourceObject(bucket="in", key="in/片 a.mp4", etag="e", size_bytes=5000)
STORAGE = {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "out", "S3Region": "eu-west-3"}}


def _output(key: str, size: int = 10, **more: Any) -> OutputRecord:
    return OutputRecord(bucket="out", key=key, size_bytes=size, md5="m", **more)


def _job(kind: str, *items: ItemResult, source: MediaInfo | None = INFO) -> JobResult:
    return JobResult(kind=kind, begun_at=BEGUN, finished_at=FINISHED, source=source, items=items)


def _done(item: dict[str, Any], *outputs: OutputRecord, definition: int = 0) -> ItemResult:
    return ItemResult(item=item, definition=definition, status="SUCCESS", outputs=outputs)


def _event(*results: JobResult, **more: Any) -> dict[str, Any]:
    run: dict[str, Any] = {
        "workflow_id": "wf_1",
        "workflow_name": "转码",
        "revision": 7,
        "run_id": "upload__1",
        "source": SOURCE,
        "results": list(results),
        "error": None,
        "finished_at": FINISHED,
        "region": "eu-west-3",
    }
    return workflow_task_event(EventRun(**(run | more)))


def _only(event: dict[str, Any]) -> dict[str, Any]:
    (result,) = event["WorkflowTaskEvent"]["MediaProcessResultSet"]
    return dict(result)


def test_head() -> None:
    event = _event()
    task = event["WorkflowTaskEvent"]
    assert event["EventType"] == "WorkflowTask"
    assert task["TaskId"] == task_id("wf_1", "upload__1")
    assert task["TaskId"].startswith("wf_1-WorkflowTask-")
    assert task["TaskId"].endswith("t0")
    assert (task["Status"], task["ErrCode"], task["Message"]) == ("FINISH", 0, "")
    where = {"S3Bucket": "in", "S3Region": "eu-west-3", "S3Object": "in/片 a.mp4"}
    assert task["InputInfo"] == {"Type": "AWS-S3", "S3InputInfo": where}
    assert (task["AiContentReviewResultSet"], task["AiDubbingTaskResult"]) == ([], None)
    assert event["MediaWorkflows"] == {
        "WorkflowId": "wf_1",
        "WorkflowName": "转码",
        "Revision": 7,
        "RunId": "upload__1",
        "FinishTime": "2026-01-02T03:05:06Z",
        **{key: [] for key in ("ReusedRunIds", "Notices", "Times", "Reviews", "QualityReports")},
    }


def test_metadata_come_from_the_first_job_that_could_probe() -> None:
    event = _event(_job("transcode", source=None), _job("sample_snapshot"))
    assert event["WorkflowTaskEvent"]["MetaData"] == {
        "Size": 5000,
        "Container": "mp4",
        "Bitrate": 1000,
        "Height": 1080,
        "Width": 1920,
        "Duration": 12.5,
        "Rotate": 90,
        "VideoStreamSet": [
            {
                "Bitrate": 900,
                "Height": 1080,
                "Width": 1920,
                "Codec": "h264",
                "Fps": 30,
                "ColorPrimaries": "bt2020",
                "ColorSpace": "bt2020nc",
                "ColorTransfer": "smpte2084",
                "HdrType": "HDR10",
                "Codecs": "hvc1.2.4.L120.90",
                "FpsNumerator": 30000,
                "FpsDenominator": 1001,
            }
        ],
        "AudioStreamSet": [
            {"Bitrate": 100, "SamplingRate": 48_000, "Codec": "aac", "Channel": 2, "Codecs": "mp4a.40.2"}
        ],
        "VideoDuration": 12.4,
        "AudioDuration": 12.5,
    }


def test_a_run_without_source_and_results() -> None:
    task = _event(source=None)["WorkflowTaskEvent"]
    assert (task["InputInfo"], task["MetaData"], task["MediaProcessResultSet"]) == (None, None, [])


@pytest.mark.parametrize(
    ("code", "number"), [("SourceFileError.NoVideoMedia", 60_000), ("InvalidInput", 40_000), ("InternalError", 70_000)]
)
def test_a_source_error_shows_in_the_head(code: str, number: int) -> None:
    task = _event(error=RunError(code, "broken"))["WorkflowTaskEvent"]
    assert (task["Status"], task["ErrCode"], task["Message"]) == ("FINISH", number, f"{code}: broken")


def test_transcode_counts_all_files_and_shows_the_manifest() -> None:
    segments = [_output("a_0.ts", 100, role="segment"), _output("a_1.ts", role="segment")]
    outputs = (segments[0], _output("a.m3u8", 7, info=INFO), segments[1])
    request = {"template": 100210, "parameters": {"container": "hls"}}
    event = _event(_job("transcode", _done(request, *outputs, definition=100210)))
    result = _only(event)
    assert result["Type"] == "Transcode"
    assert [key for key in TASK_KEYS if result[key] is not None] == ["TranscodeTask"]
    task = result["TranscodeTask"]
    assert (task["Status"], task["ErrCodeExt"], task["ErrCode"], task["Progress"]) == ("SUCCESS", "", 0, 100)
    (times,) = event["MediaWorkflows"]["Times"]
    assert times == {"BeginProcessTime": "2026-01-02T03:04:05Z", "FinishTime": "2026-01-02T03:05:06Z"}
    output = task["Output"]
    assert (output["Path"], output["Size"], output["Md5"]) == ("a.m3u8", 117, "m")
    assert output["Bitrate"] == round(117 * 8 / 12.5)
    assert (output["OutputStorage"], output["Definition"], output["Duration"]) == (STORAGE, 100210, 12.5)
    assert (output["Container"], output["Width"], output["Height"]) == ("hls", 1920, 1080)
    assert len(output["VideoStreamSet"]) == len(output["AudioStreamSet"]) == 1


def test_animated_graphic() -> None:
    item = {"template": 20000, "start_offset_s": 1.5, "end_offset_s": 4.0, "output_path": ""}
    result = _only(_event(_job("animated_graphic", _done(item, _output("a.gif"), definition=20000))))
    task = result["AnimatedGraphicTask"]
    assert result["Type"] == "AnimatedGraphics"
    assert (task["Input"]["StartTimeOffset"], task["Input"]["EndTimeOffset"]) == (1.5, 4.0)
    assert (task["Output"]["StartTimeOffset"], task["Output"]["EndTimeOffset"]) == (1.5, 4.0)
    assert task["Output"]["Storage"] == STORAGE
    assert "Progress" not in task


def test_snapshots_by_time_offset() -> None:
    pictures = (_output("0.jpg", time_offset_s=0.0), _output("1.jpg", time_offset_s=3.5))
    result = _only(_event(_job("snapshot_by_time_offset", _done({"time_offsets": ["0s", "3.5s"]}, *pictures))))
    task = result["SnapshotByTimeOffsetTask"]
    assert task["Input"]["ExtTimeOffsetSet"] == ["0s", "3.5s"]
    assert task["Output"]["PicInfoSet"] == [
        {"TimeOffset": 0.0, "Path": "0.jpg", "WaterMarkDefinition": []},
        {"TimeOffset": 3.5, "Path": "1.jpg", "WaterMarkDefinition": []},
    ]


@pytest.mark.parametrize(
    ("item", "definition", "type_", "interval"),
    [
        ({"parameters": {"sample_type": "time", "sample_interval": 2.6}}, 0, "Time", 3),
        ({"parameters": {"sample_type": "time", "sample_interval": 0.1}}, 0, "Time", 1),
        ({"template": 10, "parameters": {"sample_type": "percent", "sample_interval": 10}}, 10, "Percent", 10),
    ],
)
def test_sample_snapshots(item: dict[str, Any], definition: int, type_: str, interval: int) -> None:
    done = _done(item, _output("0.jpg"), _output("1.jpg"), definition=definition)
    output = _only(_event(_job("sample_snapshot", done)))["SampleSnapshotTask"]["Output"]
    assert (output["SampleType"], output["Interval"], type(output["Interval"])) == (type_, interval, int)
    assert output["ImagePathSet"] == ["0.jpg", "1.jpg"]


def test_image_sprites_have_the_size_and_the_number_of_pictures() -> None:
    sheet = MediaInfo(
        container="image2",
        duration_s=0,
        size_bytes=1,
        bitrate_bps=0,
        video=VIDEO.model_copy(update={"width": 1420, "height": 800}),
    )
    outputs = (
        _output("0.jpg", info=sheet, picture_count=100),
        _output("1.jpg", info=sheet, picture_count=7),
        _output("a.vtt", role="manifest"),
    )
    asked = {"web_vtt_path": "", "parameters": {"row_count": 10, "column_count": 10}}
    result = _only(_event(_job("image_sprite", _done(asked, *outputs, definition=10))))
    assert result["Type"] == "ImageSprites"
    assert result["ImageSpriteTask"]["Input"]["OutputObjectPath"] == "0.jpg"
    assert result["ImageSpriteTask"]["Output"] == {
        "Storage": STORAGE,
        "Definition": 10,
        "Height": 80,
        "Width": 142,
        "TotalCount": 107,
        "ImagePathSet": ["0.jpg", "1.jpg"],
        "WebVttPath": "a.vtt",
    }


def test_cmaf_shows_its_master_playlist() -> None:
    outputs = _output("a.m3u8", role="manifest"), _output("a.mpd", role="manifest")
    job = _job("adaptive_dynamic_streaming", _done({"parameters": {"format": "cmaf"}}, *outputs))
    task = _only(_event(job))["AdaptiveDynamicStreamingTask"]
    assert task["Output"] == {"Storage": STORAGE, "Definition": 0, "Package": "HLS", "Path": "a.m3u8"}


def test_adaptive_streaming_names_its_manifest() -> None:
    asked = {"parameters": {"format": "dash"}, "sub_stream_path": "v{subStreamNumber}.{format}", "segment_path": ""}
    outputs = _output("v0.mp4", role="segment"), _output("a.mpd", role="manifest")
    task = _only(_event(_job("adaptive_dynamic_streaming", _done(asked, *outputs))))["AdaptiveDynamicStreamingTask"]
    assert task["Output"] == {"Storage": STORAGE, "Definition": 0, "Package": "MPEG-DASH", "Path": "a.mpd"}
    assert task["Input"]["OutputObjectPath"] == "a.mpd"
    assert task["Input"]["SubStreamObjectName"] == "v{subStreamNumber}.{format}"


def test_a_failed_item_has_no_output_and_leaves_the_run_finished() -> None:
    asked = {"output_path": "x/{inputName}.{format}"}
    failed = ItemResult(item=asked, definition=0, status="FAIL", code="SourceFileError", message="cut")
    event = _event(_job("transcode", failed))
    task = _only(event)["TranscodeTask"]
    assert (task["Status"], task["ErrCodeExt"], task["ErrCode"], task["Message"]) == (
        "FAIL",
        "SourceFileError",
        60_000,
        "cut",
    )
    assert (task["Output"], task["Progress"], task["Input"]["OutputStorage"]) == (None, 0, None)
    assert task["Input"]["OutputObjectPath"] == "x/{inputName}.{format}"
    head = event["WorkflowTaskEvent"]
    assert (head["Status"], head["ErrCode"], head["Message"]) == ("FINISH", 60_000, "SourceFileError: cut")


def test_input_echoes_the_request_without_image_bytes() -> None:
    watermark = {"mark": {"type": "image", "content": "A" * 1000, "width": "10%"}, "x_pos": "1px"}
    item = {"parameters": {"container": "mp4"}, "watermarks": [watermark]}
    asked = _only(_event(_job("transcode", _done(item, _output("a.mp4")))))["TranscodeTask"]["Input"]
    assert asked["RawParameter"] == {"Container": "mp4", "RemoveVideo": 1, "RemoveAudio": 1}
    image = {"Type": "image", "XPos": "1px", "ImageTemplate": {}}
    assert asked["WatermarkSet"] == [{"Definition": 0, "RawParameter": image}]
    assert asked["OutputObjectPath"] == "a.mp4"


def test_every_media_kind_has_a_shape() -> None:
    assert set(SHAPES) <= set(MEDIA_KINDS)
    assert {shape.task_key for shape in SHAPES.values()} == set(TASK_KEYS)


def test_canonical_json_is_compact_utf8_in_its_own_order() -> None:
    assert canonical_json({"b": "片", "a": [1, None]}) == '{"b":"片","a":[1,null]}'.encode()
    event = _event(_job("transcode", _done({}, _output("a.mp4", info=INFO))))
    assert json.loads(canonical_json(event)) == event


def test_event_id_is_stable_and_distinguishes_events() -> None:
    first = event_id("wf", "run", b"{}")
    assert first == event_id("wf", "run", b"{}")
    assert first.startswith("evt_")
    others = {event_id("wf", "run2", b"{}"), event_id("wf2", "run", b"{}"), event_id("wf", "run", b"[]")}
    assert len(others | {first}) == 4


def test_reused_items_name_the_run_they_came_from() -> None:
    made = _done({"template": 10}, _output("a.jpg"), definition=10)
    event = _event(_job("snapshot_by_time_offset", made, made.model_copy(update={"reused": "upload__0"})))
    assert event["MediaWorkflows"]["ReusedRunIds"] == [None, "upload__0"]


def test_notices_of_each_result() -> None:
    notice = Notice(code="TrackLeftOut", message="audio track 2 is left out", parameters={"index": 2})
    made = _done({"template": 10}, _output("a.jpg"), definition=10)
    event = _event(_job("snapshot_by_time_offset", made, made.model_copy(update={"notices": (notice,)})))
    shown = {"Code": "TrackLeftOut", "Message": "audio track 2 is left out", "Parameters": {"index": 2}}
    assert event["MediaWorkflows"]["Notices"] == [[], [shown]]


def test_the_detail_of_an_unfinished_run() -> None:
    item = TranscodeItem(template=100010, output_path="x.{format}")
    run = EventRun(
        "wf_1",
        "w",
        "r1",
        revision=1,
        source=SOURCE,
        results=[_job("snapshot_by_time_offset", _done({"template": 10}, _output("a.jpg"), definition=10))],
        unfinished=[UnfinishedJob("transcode", [item], 41.5, BEGUN)],
    )
    detail = task_detail(run, "workflow_task", TaskProgress("PROCESSING", BEGUN, BEGUN, None), priority=3)
    assert (detail["TaskType"], detail["Status"], detail["TasksPriority"]) == ("WorkflowTask", "PROCESSING", 3)
    assert (detail["CreateTime"], detail["FinishTime"]) == ("2026-01-02T03:04:05Z", "0000-00-00T00:00:00Z")
    task = detail["WorkflowTask"]
    assert (task["TaskId"], task["Status"]) == (task_id("wf_1", "r1"), "PROCESSING")
    unfinished, done = task["MediaProcessResultSet"]  # in the vendor's order of kinds
    assert done["SnapshotByTimeOffsetTask"]["Status"] == "SUCCESS"
    transcode = unfinished["TranscodeTask"]
    assert (transcode["Status"], transcode["Progress"], transcode["Output"]) == ("PROCESSING", 41, None)
    assert transcode["Input"]["Definition"] == 100010
    assert transcode["Input"]["OutputObjectPath"] == "x.{format}"


def test_the_detail_of_a_waiting_and_of_a_finished_run() -> None:
    run = EventRun("wf_1", "w", "r1", revision=1)
    queued = replace(run, unfinished=[UnfinishedJob("transcode", [TranscodeItem(template=875)])])
    waiting = task_detail(queued, "workflow_task", TaskProgress("WAITING", BEGUN, None, None))
    assert (waiting["Status"], waiting["WorkflowTask"]["Status"]) == ("WAITING", "PROCESSING")
    (item,) = waiting["WorkflowTask"]["MediaProcessResultSet"]
    assert (item["TranscodeTask"]["Status"], item["TranscodeTask"]["Progress"]) == ("PROCESSING", 0)
    ended = replace(run, finished_at=FINISHED)
    finished = task_detail(ended, "workflow_task", TaskProgress("FINISH", BEGUN, BEGUN, FINISHED))
    assert (finished["WorkflowTask"]["Status"], finished["FinishTime"]) == ("FINISH", "2026-01-02T03:05:06Z")
