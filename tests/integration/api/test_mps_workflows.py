"""The actions of workflows, with the classes of the vendor's SDK."""

from __future__ import annotations

from typing import Any

import pytest

from api_definitions import BUCKET, OTHER_BUCKET
from clean_state import clear_caches
from media_workflows.errors import (
    ConflictError,
    DefinitionError,
    EnabledError,
    InvalidRequestError,
    NotFoundError,
    NotPermittedError,
)
from media_workflows.vendor_mps.ids import workflow_id_of
from media_workflows_plugin.mps.action import Json
from media_workflows_plugin.mps.actions.workflows import ACTIONS
from mps_calls import answered, as_json, call, caller, sent

TRANSCODE = "MediaProcessTask.TranscodeTaskSet[0].Definition"
pytestmark = pytest.mark.usefixtures("app")

WORKFLOW: Json = {
    "WorkflowName": "from-sdk",
    "Trigger": {
        "Type": "CosFileUpload",
        "CosFileUploadTrigger": {"Bucket": BUCKET, "Region": "ap-guangzhou", "Dir": "/in/", "Formats": ["mp4"]},
    },
    "OutputStorage": {"Type": "COS", "CosOutputStorage": {"Bucket": OTHER_BUCKET, "Region": "ap-guangzhou"}},
    "OutputDir": "/out/",
    "MediaProcessTask": {
        "TranscodeTaskSet": [{"Definition": 100040, "OutputObjectPath": "{inputName}_{definition}.{format}"}],
        "SampleSnapshotTaskSet": [{"Definition": 10}],
    },
    "AiContentReviewTask": {"Definition": 10},
    "TaskNotifyConfig": {"NotifyType": "URL", "NotifyMode": "Finish", "NotifyUrl": "https://example.com/events"},
    "TaskPriority": 3,
}


def described(role: str = "admin", **parameters: Any) -> list[Json]:
    """The workflows of an answer of DescribeWorkflows."""
    answer = call("DescribeWorkflows", role, **parameters)
    assert answer.TotalCount >= len(answer.WorkflowInfoSet)
    return [as_json(one) for one in answer.WorkflowInfoSet]


def test_a_workflows_life(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_REQUIRE_AVAILABLE", "false")  # no model for reviews is installed
    clear_caches()
    number = call("CreateWorkflow", **WORKFLOW).WorkflowId
    (found,) = described(WorkflowIds=[number, 1])
    assert {name: found.pop(name) for name in ("WorkflowId", "Status")} == {"WorkflowId": number, "Status": "Disabled"}
    assert found.pop("CreateTime") <= found.pop("UpdateTime")
    assert found == WORKFLOW
    call("EnableWorkflow", WorkflowId=number)
    changed = {**WORKFLOW, "WorkflowName": "renamed", "OutputDir": "/elsewhere/", "TaskPriority": 0}
    with pytest.raises(EnabledError):
        call("ResetWorkflow", WorkflowId=number, **changed)
    assert [one["Status"] for one in described(Status="Enabled")] == ["Enabled"]
    with pytest.raises(EnabledError):
        call("DeleteWorkflow", WorkflowId=number)
    call("DisableWorkflow", WorkflowId=number)
    assert described(Status="Enabled") == []
    path = f"/api/v1/workflows/{workflow_id_of(number)}"
    definition = admin.get(path).json()["definition"]
    assert definition["notification"]["storage_form"] == "cos"
    edit = {"definition": {**definition, "airflow": {"tags": ["team"]}}, "revision": 1}
    assert admin.put(path, json=edit).status_code == 200
    call("ResetWorkflow", WorkflowId=number, **changed)
    assert changed.items() <= described()[0].items()
    assert admin.get(path).json()["definition"]["airflow"]["tags"] == ["team"]
    call("DeleteWorkflow", WorkflowId=number)
    assert described() == []
    with pytest.raises(NotFoundError):
        call("EnableWorkflow", WorkflowId=number)


def test_those_of_our_own_are_described(create: Any, admin: Any) -> None:
    create("own")
    (found,) = described()
    assert found["Trigger"] == {
        "Type": "AwsS3FileUpload",
        "AwsS3FileUploadTrigger": {"S3Bucket": BUCKET, "S3Region": "", "Dir": "/own/"},
    }
    task = found["MediaProcessTask"]["SnapshotByTimeOffsetTaskSet"]
    assert task == [{"Definition": 10, "ExtTimeOffsetSet": ["0s"]}]
    create("graph", jobs=None, steps=[{"id": "hd", "transcode": {"template": 100040}}])
    assert [one["WorkflowName"] for one in described()] == ["own"]
    assert call("DescribeWorkflows", Limit=1).TotalCount == 1


def test_what_is_refused_is_named() -> None:
    changes: list[tuple[Json, str]] = [
        ({"Retries": 2}, "Retries"),
        ({"WorkflowName": "a b"}, "WorkflowName"),
        ({"TaskPriority": 11}, "TaskPriority"),
        ({"MediaProcessTask": {"TranscodeTaskSet": [{"Definition": 7}]}}, TRANSCODE),
        ({"MediaProcessTask": [1]}, "MediaProcessTask"),
        ({"AiAnalysisTask": "all"}, "AiAnalysisTask"),
        ({"TaskNotifyConfig": {"NotifyType": "URL", "NotifyKey": "k-1"}}, "TaskNotifyConfig.NotifyKey"),
        ({"Trigger": {"Type": "Live"}}, "Trigger"),
        (
            {
                "Trigger": {
                    "Type": "AwsS3FileUpload",
                    "AwsS3FileUploadTrigger": {"S3Bucket": BUCKET, "AwsSQS": {"SQSQueueName": "q"}},
                }
            },
            "Trigger.AwsS3FileUploadTrigger.AwsSQS",
        ),
    ]
    for change, place in changes:
        with pytest.raises((DefinitionError, InvalidRequestError)) as caught:
            answered("CreateWorkflow", {**WORKFLOW, **change})
        assert [problem.field for problem in caught.value.problems] == [place]
        assert "k-1" not in str(caught.value)
    lists: list[Json] = [{"Limit": 101}, {"Limit": "5"}, {"Status": "On"}, {"Ids": [1]}, {"WorkflowIds": [True]}]
    for data in lists:
        with pytest.raises(InvalidRequestError) as caught:
            answered("DescribeWorkflows", data)
        assert caught.value.problems[0].field.startswith(next(iter(data)))
    for number in (1, 2**63 - 1):
        with pytest.raises(NotFoundError):
            call("DisableWorkflow", WorkflowId=number)
    with pytest.raises(InvalidRequestError):
        answered("DeleteWorkflow", {})


def test_rights_and_notes_for_the_audit() -> None:
    by = caller()
    number = ACTIONS["CreateWorkflow"](by, sent("CreateWorkflow", WORKFLOW))["WorkflowId"]
    assert by.request.state.audited_workflows == [workflow_id_of(number)]
    with pytest.raises(ConflictError):
        call("CreateWorkflow", **WORKFLOW)
    assert len(described("viewer")) == 1
    for action, data in (("CreateWorkflow", WORKFLOW), ("ResetWorkflow", {"WorkflowId": number, **WORKFLOW})):
        with pytest.raises(NotPermittedError):
            call(action, "viewer", **data)
    for action in ("EnableWorkflow", "DisableWorkflow", "DeleteWorkflow"):
        with pytest.raises(NotPermittedError):
            call(action, "viewer", WorkflowId=number)
