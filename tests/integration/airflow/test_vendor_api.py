"""The vendor's unmodified SDK over HTTP against a running product: from a template to the event of a task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_product import Product, eventually
from http_servers import serving
from media_workflows.demo.layout import INPUT_BUCKET, OUTPUT_BUCKET
from mps_calls import as_json
from product_sdk import Sdk
from receiver import Receiver
from vendor_walker_events import problems_of_event

pytestmark = pytest.mark.full


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving(Receiver()) as server:
        yield server


@pytest.fixture
def sdk(product: Product) -> Sdk:
    return Sdk(product)


def storage(bucket: str) -> dict[str, Any]:
    return {"Type": "COS", "CosOutputStorage": {"Bucket": bucket, "Region": "us-east-1"}}


def trigger(directory: str) -> dict[str, Any]:
    place = {"Bucket": INPUT_BUCKET, "Region": "us-east-1", "Dir": directory}
    return {"Type": "CosFileUpload", "CosFileUploadTrigger": place}


def event_of(receiver: Receiver, sdk: Sdk) -> Any:
    """The first event that arrives, as the SDK parses it, without an unknown field."""
    ((_, _, body), *_) = eventually(lambda: receiver.requests)
    assert problems_of_event(json.loads(body)) == []
    return sdk("ParseNotification", Content=body if isinstance(body, str) else body.decode())


def test_a_template_a_workflow_and_its_task(product: Product, clip: Path, sdk: Sdk, receiver: Receiver) -> None:
    video = {"Codec": "h264", "Fps": 10, "Bitrate": 200, "Height": 144}
    definition = sdk("CreateTranscodeTemplate", Container="mp4", VideoTemplate=video, RemoveAudio=1).Definition
    asked = {
        "WorkflowName": "of-the-sdk",
        "Trigger": trigger("/of-the-sdk/"),
        "OutputStorage": storage(OUTPUT_BUCKET),
        "OutputDir": "/of-the-sdk-out/",
        "MediaProcessTask": {"TranscodeTaskSet": [{"Definition": definition}]},
        "TaskNotifyConfig": {"NotifyType": "URL", "NotifyMode": "Finish", "NotifyUrl": receiver.url},
    }
    number = sdk("CreateWorkflow", **asked).WorkflowId
    (described,) = sdk("DescribeWorkflows", WorkflowIds=[number]).WorkflowInfoSet
    assert (described.WorkflowName, described.Status, described.OutputDir) == (
        "of-the-sdk",
        "Disabled",
        "/of-the-sdk-out/",
    )
    sdk("EnableWorkflow", WorkflowId=number)
    assert sdk.refusal("ResetWorkflow", WorkflowId=number, **asked) == "UnsupportedOperation"
    product.upload(clip, "of-the-sdk/a.mp4")
    notified = event_of(receiver, sdk)
    (result,) = notified.WorkflowTaskEvent.MediaProcessResultSet
    assert (notified.EventType, result.Type, result.TranscodeTask.Status) == ("WorkflowTask", "Transcode", "SUCCESS")
    assert result.TranscodeTask.Output.Height == 144
    assert notified.WorkflowTaskEvent.InputInfo.CosInputInfo.Object == "/of-the-sdk/a.mp4"
    assert result.TranscodeTask.Output.OutputStorage.CosOutputStorage.Bucket == OUTPUT_BUCKET
    detail = sdk("DescribeTaskDetail", TaskId=notified.WorkflowTaskEvent.TaskId)
    assert detail.WorkflowTask.InputInfo.CosInputInfo.Bucket == INPUT_BUCKET
    assert (detail.Status, detail.WorkflowTask.MediaProcessResultSet[0].TranscodeTask.Output.Container) == (
        "FINISH",
        "mp4",
    )
    assert [result.TranscodeTask.Output.Path] == [f"/{key}" for key in product.outputs("of-the-sdk-out/")]
    sdk("DisableWorkflow", WorkflowId=number)
    sdk("DeleteWorkflow", WorkflowId=number)
    sdk("DeleteTranscodeTemplate", Definition=definition)
    assert sdk("DescribeTranscodeTemplates", Definitions=[definition]).TranscodeTemplateSet == []


def test_a_schedule_and_its_task(product: Product, clip: Path, sdk: Sdk, receiver: Receiver) -> None:
    activities = [
        {"ActivityType": "input", "ReardriveIndex": [1]},
        {
            "ActivityType": "action-snapshotByTimeOffset",
            "ReardriveIndex": [2],
            "ActivityPara": {"SnapshotByTimeOffsetTask": {"Definition": 10, "ExtTimeOffsetSet": ["0s"]}},
        },
        {"ActivityType": "output"},
    ]
    number = sdk(
        "CreateSchedule",
        ScheduleName="schedule-of-the-sdk",
        Trigger=trigger("/schedule-of-the-sdk/"),
        OutputStorage=storage(OUTPUT_BUCKET),
        OutputDir="/schedule-of-the-sdk-out/",
        Activities=activities,
        TaskNotifyConfig={"NotifyType": "URL", "NotifyMode": "Finish", "NotifyUrl": receiver.url},
    ).ScheduleId
    sdk("EnableSchedule", ScheduleId=number)
    product.upload(clip, "schedule-of-the-sdk/a.mp4")
    notified = event_of(receiver, sdk)
    assert notified.EventType == "ScheduleTask"
    kinds = [one.ActivityType for one in notified.ScheduleTaskEvent.ActivityResultSet]
    assert "SnapshotByTimeOffset" in kinds
    assert sdk("DescribeTaskDetail", TaskId=notified.ScheduleTaskEvent.TaskId).ScheduleTask.Status == "FINISH"


def test_an_ad_hoc_task_with_raw_parameters_and_one_that_is_aborted(product: Product, clip: Path, sdk: Sdk) -> None:
    product.upload(clip, "process-of-the-sdk/a.mp4")
    place = {"Bucket": INPUT_BUCKET, "Region": "us-east-1", "Object": "/process-of-the-sdk/a.mp4"}
    raw = {
        "Container": "mp4",
        "RemoveAudio": 1,
        "VideoTemplate": {"Codec": "h264", "Fps": 10, "Bitrate": 200, "Width": 160},
    }
    asked = {
        "InputInfo": {"Type": "COS", "CosInputInfo": place},
        "OutputStorage": storage(OUTPUT_BUCKET),
        "OutputDir": "/process-of-the-sdk-out/",
        "MediaProcessTask": {"TranscodeTaskSet": [{"Definition": 0, "RawParameter": raw}]},
        "SessionId": "once",
        "SessionContext": "order 7",
    }
    task_id = sdk("ProcessMedia", **asked).TaskId
    assert sdk.refusal("ProcessMedia", **asked)  # the same SessionId
    task = sdk.detail(task_id).WorkflowTask
    assert task.MediaProcessResultSet[0].TranscodeTask.Output.Width == 160
    assert product.outputs("process-of-the-sdk-out/")
    waiting = sdk("ProcessMedia", **{**asked, "SessionId": "to be aborted", "TasksPriority": -10}).TaskId
    sdk("ManageTask", OperationType="Abort", TaskId=waiting)
    aborted = sdk.detail(waiting).WorkflowTask
    assert (aborted.Status, aborted.ErrCode) != ("FINISH", 0), as_json(aborted)
    listed = {one.TaskId for one in sdk("DescribeTasks", Status="FINISH", Limit=100).TaskSet}
    assert {task_id, waiting} <= listed
