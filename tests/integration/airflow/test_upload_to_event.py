"""The main path, and what goes wrong on it."""

from __future__ import annotations

from pathlib import Path

import av

from airflow_product import Product, eventually
from clips import Clips
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET

ALL_JOBS = {
    "transcode": [{"template": 100010}, {"template": 100210}],
    "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s", "100%"]}],
    "sample_snapshot": [{"template": 10}],
    "animated_graphic": [{"template": 20000, "end_offset_s": 1}],
}


def test_an_upload_becomes_one_run_verified_outputs_and_one_signed_event(
    product: Product, clip: Path, tmp_path: Path
) -> None:
    workflow = product.create("main-path", jobs=ALL_JOBS)
    product.enable(workflow)
    product.upload(clip, "main-path/片 1%.mp4")
    (run,) = product.finished(workflow)
    assert run["state"] == "success"
    keys = product.outputs("main-path-out/")
    assert keys == sorted(
        ["main-path-out/片 1%_animatedGraphic_20000.gif", "main-path-out/片 1%_transcode_100010.mp4"]
        + ["main-path-out/片 1%_transcode_100210.m3u8", "main-path-out/片 1%_transcode_100210_0.ts"]
        + [f"main-path-out/片 1%_sampleSnapshot_10_{n}.jpg" for n in range(10)]
        + [f"main-path-out/片 1%_snapshotByTimeOffset_10_{n}.jpg" for n in range(2)]
    )
    local = tmp_path / "out.mp4"
    product.s3.download_file(OUTPUT_BUCKET, "main-path-out/片 1%_transcode_100010.mp4", str(local))
    with av.open(str(local)) as made:
        assert made.streams.video[0].codec_context.height == 360
    (event,) = eventually(lambda: product.events(workflow))
    results = event["event"]["WorkflowTaskEvent"]["MediaProcessResultSet"]
    assert {result["Type"] for result in results} == {
        "Transcode",
        "SnapshotByTimeOffset",
        "SampleSnapshot",
        "AnimatedGraphics",
    }
    head = product.s3.head_object(Bucket=OUTPUT_BUCKET, Key="main-path-out/片 1%_transcode_100010.mp4")
    assert (head["Metadata"]["mw-workflow"], head["Metadata"]["mw-run"]) == (workflow, run["run_id"])


def test_broken_sources_fail_with_a_cause_a_person_understands(product: Product, tmp_path: Path) -> None:
    clips = Clips(tmp_path)
    workflow = product.create("broken")
    product.enable(workflow)
    product.upload(clips.cut_in_the_middle, "broken/cut.mp4")
    product.upload(clips.playlist_of_a_local_file, "broken/playlist.mp4")
    product.upload(clips.empty, "broken/empty.mp4")
    runs = {run["source"]["key"]: run for run in product.finished(workflow, 3)}
    assert {run["state"] for run in runs.values()} == {"failed"} or runs["broken/cut.mp4"]["state"] == "success"
    messages = {key: run["jobs"][0]["items"][0]["message"] for key, run in runs.items()}
    assert "playlist" in messages["broken/playlist.mp4"]
    assert "empty" in messages["broken/empty.mp4"]
    events = eventually(lambda: len(product.events(workflow)) == 3 and product.events(workflow))
    assert len({event["id"] for event in events}) == 3


def test_somebody_else_s_object_is_never_overwritten(product: Product, clip: Path) -> None:
    workflow = product.create("foreign")
    product.enable(workflow)
    key = "foreign-out/a_snapshotByTimeOffset_10_0.jpg"
    product.s3.put_object(Bucket=OUTPUT_BUCKET, Key=key, Body=b"precious")
    product.upload(clip, "foreign/a.mp4")
    (run,) = product.finished(workflow)
    assert run["state"] == "failed"
    assert key in run["jobs"][0]["items"][0]["message"]
    assert product.s3.get_object(Bucket=OUTPUT_BUCKET, Key=key)["Body"].read() == b"precious"


def test_output_directory_equal_to_the_trigger_directory_makes_no_extra_run(product: Product, clip: Path) -> None:
    same = {"bucket": INPUT_BUCKET, "directory": "same/"}
    jobs = {"transcode": [{"template": 875}]}
    workflow = product.create("same", trigger={**same, "formats": ["*"]}, output={}, jobs=jobs)
    product.enable(workflow)
    product.upload(clip, "same/a.mp4")
    product.finished(workflow)
    assert product.outputs("same/", INPUT_BUCKET) == ["same/a.mp4", "same/a_transcode_875.mp4"]

    def output_was_refused() -> bool:
        found = product.api.get("/uploads", params={"key": "same/a_transcode_875.mp4"}).json()["items"]
        return any(decision["rule"] == "own_output" for decision in found)

    eventually(output_was_refused)
    assert len(product.runs(workflow)) == 1
