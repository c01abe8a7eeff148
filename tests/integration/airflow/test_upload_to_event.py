"""The main path, and what goes wrong on it."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from airflow_product import Product, eventually
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from product_scenarios import IN_THE_WAY, Scenario

ALL_JOBS = {
    "transcode": [{"template": 100010}, {"template": 100210}],
    "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s", "100%"]}],
    "sample_snapshot": [{"template": 10}],
    "animated_graphic": [{"template": 20000, "end_offset_s": 1}],
}


@pytest.mark.scenario("main-path", {"片 1%.mp4": "plain"}, parts={"jobs": ALL_JOBS})
def test_an_upload_becomes_one_run_verified_outputs_and_one_signed_event(
    product: Product, scenario: Scenario, tmp_path: Path
) -> None:
    workflow = scenario.workflow
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


@pytest.mark.scenario(
    "broken", {"cut.mp4": "cut_in_the_middle", "playlist.mp4": "playlist_of_a_local_file", "empty.mp4": "empty"}
)
def test_broken_sources_fail_with_a_cause_a_person_understands(product: Product, scenario: Scenario) -> None:
    workflow = scenario.workflow
    runs = {run["source"]["key"]: run for run in product.finished(workflow, 3)}
    assert {run["state"] for run in runs.values()} == {"failed"} or runs["broken/cut.mp4"]["state"] == "success"
    messages = {key: run["jobs"][0]["items"][0]["message"] for key, run in runs.items()}
    assert "playlist" in messages["broken/playlist.mp4"]
    assert "empty" in messages["broken/empty.mp4"]
    events = eventually(lambda: len(product.events(workflow)) == 3 and product.events(workflow))
    assert len({event["id"] for event in events}) == 3


FOREIGN = "foreign-out/a_snapshotByTimeOffset_10_0.jpg"


@pytest.mark.scenario("foreign", {"a.mp4": "plain"}, in_the_way=[FOREIGN])
def test_an_object_of_another_owner_is_never_overwritten(product: Product, scenario: Scenario) -> None:
    workflow, key = scenario.workflow, FOREIGN
    (run,) = product.finished(workflow)
    assert run["state"] == "failed"
    assert key in run["jobs"][0]["items"][0]["message"]
    assert product.s3.get_object(Bucket=OUTPUT_BUCKET, Key=key)["Body"].read() == IN_THE_WAY


SAME = {
    "trigger": {"bucket": INPUT_BUCKET, "directory": "same/", "formats": ["*"]},
    "output": {},
    "jobs": {"transcode": [{"template": 875}]},
}


@pytest.mark.scenario("same", {"a.mp4": "plain"}, parts=SAME)
def test_output_directory_equal_to_the_trigger_directory_makes_no_extra_run(
    product: Product, scenario: Scenario
) -> None:
    workflow = scenario.workflow
    product.finished(workflow)
    assert product.outputs("same/", INPUT_BUCKET) == ["same/a.mp4", "same/a_transcode_875.mp4"]

    def output_was_refused() -> bool:
        found = product.api.get("/uploads", params={"key": "same/a_transcode_875.mp4"}).json()["items"]
        return any(decision["rule"] == "own_output" for decision in found)

    eventually(output_was_refused)
    assert len(product.runs(workflow)) == 1
