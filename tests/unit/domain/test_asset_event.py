"""What the event of a workflow's asset says of a run."""

from __future__ import annotations

from media_workflows.domain.asset_event import MAX_OUTPUTS, asset_event_extra
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, Role, now

INFO = MediaInfo(container="mp4", duration_s=2.5, bitrate_bps=1, size_bytes=1)


def output(key: str, role: Role = "main", **parts: object) -> OutputRecord:
    return OutputRecord.model_validate(
        {"bucket": "b", "key": key, "size_bytes": 1, "md5": "", "role": role, "sha256": "s", **parts}
    )


def result(*outputs: OutputRecord) -> JobResult:
    item = ItemResult(item={}, definition=10, status="SUCCESS", outputs=outputs)
    return JobResult(kind="transcode", step_id="hd", begun_at=now(), finished_at=now(), source=INFO, items=(item,))


def test_files_and_manifests_are_listed_and_their_parts_are_not() -> None:
    jobs = [result(output("a.ts", "segment"), output("a.m3u8", "playlist"), output("a_master.m3u8", "manifest"))]
    extra = asset_event_extra("wf_1", "w", "r", None, jobs)
    assert [one["key"] for one in extra["outputs"]] == ["a_master.m3u8"]
    assert (extra["output_count"], extra["source"]) == (1, None)


def test_a_long_list_keeps_the_videos_and_the_count() -> None:
    pictures = [output(f"{n}.jpg", time_offset_s=n, info=INFO) for n in range(MAX_OUTPUTS + 5)]
    extra = asset_event_extra("wf_1", "w", "r", None, [result(*pictures, output("v.mp4", info=INFO))])
    assert (len(extra["outputs"]), extra["output_count"]) == (MAX_OUTPUTS, MAX_OUTPUTS + 6)
    assert (extra["outputs"][0]["key"], extra["outputs"][0]["duration_s"]) == ("v.mp4", 2.5)
    assert {one["duration_s"] for one in extra["outputs"][1:]} == {None}
