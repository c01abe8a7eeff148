"""Workflows of the vendor come back as they were read, and ids are reversible."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from pydantic import ValidationError

from media_workflows.domain.notification import BodyTarget
from media_workflows.domain.process import ProcessRequest
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError, NotFoundError
from media_workflows.vendor_mps.ids import run_of_task, task_id, workflow_id_of, workflow_number
from media_workflows.vendor_mps.places import is_of_cos, reads_cos
from media_workflows.vendor_mps.process_media import read_process_media
from media_workflows.vendor_mps.workflow import read_workflow, write_workflow
from schedules import RULES

Json = dict[str, Any]
FULL: Json = {
    "WorkflowName": "full",
    "Trigger": {
        "Type": "CosFileUpload",
        "CosFileUploadTrigger": {"Bucket": "media-input", "Region": "ap-guangzhou", "Dir": "/in/", "Formats": ["mp4"]},
    },
    "OutputStorage": {"Type": "COS", "CosOutputStorage": {"Bucket": "media-output", "Region": "ap-guangzhou"}},
    "OutputDir": "/out/",
    "MediaProcessTask": {
        "TranscodeTaskSet": [{"Definition": 100040}, {"Definition": 100020, "EndTimeOffset": 10}],
        "AnimatedGraphicTaskSet": [{"Definition": 20000, "StartTimeOffset": 0, "EndTimeOffset": 5}],
        "SnapshotByTimeOffsetTaskSet": [{"Definition": 10, "ExtTimeOffsetSet": ["1s", "50%"]}],
        "SampleSnapshotTaskSet": [{"Definition": 10}],
        "ImageSpriteTaskSet": [{"Definition": 10}],
        "AdaptiveDynamicStreamingTaskSet": [{"Definition": 10}],
    },
    "AiContentReviewTask": {"Definition": 10},
    "AiAnalysisTask": {"Definition": 10},
    "AiRecognitionTask": {"Definition": 10},
    "TaskNotifyConfig": {"NotifyType": "URL", "NotifyMode": "Change", "NotifyUrl": "https://example.com/events"},
    "TaskPriority": -3,
}
S3_TRIGGER: Json = {
    "Type": "AwsS3FileUpload",
    "AwsS3FileUploadTrigger": {"S3Bucket": "media-input", "S3Region": "eu-west-3", "Dir": "/in/", "Formats": ["mp4"]},
}
SOURCE = {"Type": "AWS-S3", "S3InputInfo": {"S3Bucket": "media", "S3Region": "eu-west-3", "S3Object": "a.mp4"}}

S3_PLACES: Json = {
    "Trigger": {"Type": "AwsS3FileUpload", "AwsS3FileUploadTrigger": {"S3Bucket": "media-input", "Dir": "/in/"}},
    "OutputStorage": {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "media-output"}},
}


def imported(data: Json) -> Workflow:
    """Our workflow of one of the vendor."""
    return parse_workflow(read_workflow(data).definition)


def test_what_was_read_is_written_unchanged() -> None:
    workflow = imported(FULL)
    written = write_workflow(workflow)
    assert (written.workflow, written.findings.problems, written.findings.notes) == (FULL, [], [])
    assert Workflow.model_validate_json(workflow.model_dump_json()) == workflow


def test_what_was_not_imported_is_written_so_that_it_reads_the_same() -> None:
    own = imported({**FULL, **S3_PLACES}).model_copy(update={"vendor": None})
    written = write_workflow(own).workflow
    assert imported(json.loads(json.dumps(written))).model_copy(update={"vendor": None}) == own
    assert written["Trigger"]["Type"] == "AwsS3FileUpload"
    of_cos = write_workflow(imported(FULL).model_copy(update={"vendor": None}))
    assert [note.field for note in of_cos.findings.notes] == ["notification.storage_form"]


def form_of(definition: Json) -> str:
    """The form of places in the events of a definition."""
    return str(definition["notification"].get("storage_form", "s3"))


def test_events_name_places_as_the_client_named_the_source() -> None:
    own = {**FULL["TaskNotifyConfig"], "storage_form": "s3"}
    assert imported(FULL).model_dump()["notification"]["storage_form"] == "cos"
    assert form_of(read_workflow({**FULL, "Trigger": S3_TRIGGER}).definition) == "s3"
    assert form_of(read_workflow({**FULL, "TaskNotifyConfig": own}).definition) == "s3"
    request = {name: FULL[name] for name in ("OutputStorage", "MediaProcessTask", "TaskNotifyConfig")}
    cos = {"Type": "COS", "CosInputInfo": {"Bucket": "media", "Object": "/a.mp4"}}
    url = {"Type": "URL", "UrlInputInfo": {"Url": "https://example.com/a.mp4"}}
    for source, form in ((cos, "cos"), (SOURCE, "s3"), (url, "cos")):
        assert form_of(read_process_media({**request, "InputInfo": source}, None).definition) == form


def test_a_form_that_was_changed_here_is_named_in_the_notes_of_an_export() -> None:
    workflow = imported(FULL)
    assert workflow.notification is not None
    changed = workflow.notification.model_copy(update={"storage_form": "s3"})
    written = write_workflow(workflow.model_copy(update={"notification": changed}))
    assert (written.workflow, [one.field for one in written.findings.notes]) == (FULL, ["notification.storage_form"])
    renamed = workflow.notification.model_copy(update={"mode": "finish"})
    assert write_workflow(workflow.model_copy(update={"notification": renamed})).findings.notes == []


def test_a_schedule_beside_activities_is_refused() -> None:
    request = {"InputInfo": SOURCE, "OutputDir": "/out/", "Activities": RULES["Activities"]}
    assert read_process_media(request, None).definition["steps"]
    with pytest.raises(DefinitionError) as caught:
        read_process_media({**request, "ScheduleId": 12}, None)
    assert [problem.field for problem in caught.value.problems] == ["ScheduleId"]


def test_only_what_was_changed_is_written_anew() -> None:
    workflow = imported(
        {**FULL, "ResourceId": "kept", "MediaProcessTask": {"TranscodeTaskSet": [{"Definition": 100040}]}}
    )
    assert workflow.jobs is not None
    jobs = workflow.jobs.model_copy(update={"analysis": []})
    written = write_workflow(workflow.model_copy(update={"jobs": jobs, "name": "other"})).workflow
    expected = {**FULL, "WorkflowName": "other", "MediaProcessTask": {"TranscodeTaskSet": [{"Definition": 100040}]}}
    assert written == {name: value for name, value in expected.items() if name != "AiAnalysisTask"}


def test_what_the_vendor_cannot_express_is_found() -> None:
    data = {"name": "a", "trigger": {"bucket": "media"}, "jobs": {"quality_control": {"template": 10}}}
    data["jobs"] = {"quality_control": [{"template": 10}]}
    written = write_workflow(parse_workflow({**data, "airflow": {"tags": ["team"]}}))
    assert [one.field for one in written.findings.problems] == ["jobs.quality_control"]
    assert [one.field for one in written.findings.notes] == ["airflow"]


def test_problems_are_at_places_of_the_vendor() -> None:
    read = read_workflow({**FULL, "WorkflowName": "a b"})
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(read.definition)
    assert [read.placed(one).field for one in caught.value.problems] == ["WorkflowName"]
    for config, place in (
        ({"NotifyType": "URL", "NotifyUrl": "x"}, "NotifyUrl"),
        ({"NotifyType": "AWS-SQS", "AwsSQS": {"SQSQueueName": "a b"}}, "AwsSQS.SQSQueueName"),
        ({"NotifyType": "TDMQ-CMQ", "CmqModel": "Queue", "QueueName": "a b"}, "QueueName"),
        ({"NotifyType": "TDMQ-CMQ", "CmqModel": "Topic", "TopicName": "a b"}, "TopicName"),
    ):
        read = read_workflow({**FULL, "TaskNotifyConfig": config})
        with pytest.raises(DefinitionError) as caught:
            parse_workflow(read.definition)
        assert [read.placed(one).field for one in caught.value.problems] == [f"TaskNotifyConfig.{place}"]
    for wrong, place in (
        ({"MediaProcessTask": {"TranscodeTaskSet": [{"Definition": 1, "Odd": 2}]}}, "TranscodeTaskSet[0].Odd"),
        ({"OutputDir": "/"}, "OutputDir"),
        ({"Trigger": 5}, "Trigger"),
    ):
        with pytest.raises(DefinitionError) as caught:
            read_workflow({**FULL, **wrong})
        assert [one.field.removeprefix("MediaProcessTask.") for one in caught.value.problems] == [place]
    with pytest.raises(DefinitionError):
        read_workflow([FULL])


def test_a_region_holds_for_both_buckets() -> None:
    storage = {"Type": "AWS-S3", "S3OutputStorage": {"S3Bucket": "out", "S3Region": "us-east-1"}}
    request = {"InputInfo": SOURCE, "MediaProcessTask": {"SampleSnapshotTaskSet": [{"Definition": 10}]}}
    definition = read_process_media(request, None).definition
    assert definition["output"] == {"region": "eu-west-3"}
    assert (definition["bucket"], definition["keys"], "key" in definition) == ("media", ["a.mp4"], False)
    with pytest.raises(DefinitionError) as caught:
        read_process_media({**request, "OutputStorage": storage}, None)
    assert [one.field for one in caught.value.problems] == ["OutputStorage"]


@pytest.mark.parametrize("junk", [5, True, "x", "", [], [1], {}, {"Type": []}, {"Type": "COS", "CosInputInfo": {}}])
def test_junk_is_refused_or_says_nothing(junk: Any) -> None:
    def read(data: Json) -> None:
        with suppress(DefinitionError):
            parse_workflow(read_workflow(data).definition)
        with suppress(DefinitionError):
            ProcessRequest.model_validate(read_process_media({"InputInfo": SOURCE, **data}, None).definition)

    for name in (*FULL, "InputInfo", "SessionId", "SkipMateData", "Activities", "AiQualityControlTask"):
        with suppress(ValidationError):
            read({**FULL, name: junk})
    for inner in ("Type", "CosFileUploadTrigger", "CosInputInfo", "NotifyType", "AwsSQS", "CmqModel"):
        for name in ("Trigger", "InputInfo", "OutputStorage", "TaskNotifyConfig"):
            with suppress(ValidationError):
                read({**FULL, name: {"Type": "COS", "NotifyType": "AWS-SQS", inner: junk}})


@pytest.mark.parametrize("id_", ["wf_000000000000", "wf_ffffffffffff", "wf_0123456789ab"])
def test_numbers_of_workflows(id_: str) -> None:
    assert workflow_id_of(workflow_number(id_)) == id_
    assert workflow_number(id_) < 2**53


def test_what_is_no_id() -> None:
    for number in (-1, 2**48):
        with pytest.raises(NotFoundError):
            workflow_id_of(number)
    with pytest.raises(ValueError, match="not the id"):
        workflow_number("media_process")
    for text in ("", "wf_1", "wf_1-WorkflowTask-r1"):
        with pytest.raises(NotFoundError):
            run_of_task(text)


@pytest.mark.parametrize("run_id", ["upload__1", "manual__2026-01-01T00:00:00+00:00", "a-WorkflowTask-b", "t0"])
def test_tasks_name_their_runs(run_id: str) -> None:
    for type_ in ("WorkflowTask", "ScheduleTask"):
        assert run_of_task(task_id("media_process", run_id, type_)) == ("media_process", run_id)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"Trigger": {**FULL["Trigger"], "AwsS3FileUploadTrigger": {"Dir": "/a/"}}}, "Trigger.AwsS3FileUploadTrigger"),
        (
            {
                "Trigger": {
                    "Type": "AwsS3FileUpload",
                    "AwsS3FileUploadTrigger": {"S3Bucket": "media-input", "AwsSQS": {"SQSQueueName": "uploads"}},
                }
            },
            "Trigger.AwsS3FileUploadTrigger.AwsSQS",
        ),
        (
            {"OutputStorage": {**FULL["OutputStorage"], "VODOutputStorage": {"SubAppId": 1}}},
            "OutputStorage.VODOutputStorage",
        ),
        ({"Odd": 1}, "Odd"),
    ],
)
def test_a_caller_who_gets_no_notes_is_refused_what_has_no_meaning(data: Json, place: str) -> None:
    given = {**FULL, **data}
    assert place in [note.field for note in read_workflow(given).notes]
    with pytest.raises(DefinitionError) as caught:
        read_workflow(given, refuses_unknown=True)
    assert [problem.field for problem in caught.value.problems] == [place]


def test_who_names_objects_of_cos_gets_events_and_tasks_with_such_places() -> None:
    for places, form in (({}, "cos"), (S3_PLACES, "s3")):
        workflow = imported({**FULL, **places})
        assert isinstance(workflow.notification, BodyTarget)
        assert workflow.notification.storage_form == form
        assert reads_cos(workflow) is (form == "cos")
        unheard = imported({**FULL, **places, "TaskNotifyConfig": None})
        assert (unheard.notification, reads_cos(unheard)) == (None, form == "cos")
    by_url = {"InputInfo": {"Type": "URL", "UrlInputInfo": {"Url": "https://example.com/a.mp4"}}}
    for data, expected in (
        ({"InputInfo": {"Type": "COS"}}, True),
        ({"InputInfo": SOURCE, "OutputStorage": FULL["OutputStorage"]}, False),
        ({**by_url, "OutputStorage": FULL["OutputStorage"]}, True),
        (by_url, False),
        ({"InputInfo": {"Type": []}}, False),
        ({"Trigger": 5}, False),
    ):
        assert is_of_cos(data) is expected, data
