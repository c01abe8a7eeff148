"""The actions of schedules, with the classes of the vendor's SDK."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api_definitions import BUCKET, OTHER_BUCKET
from media_workflows.errors import DefinitionError, EnabledError, InvalidRequestError, NotFoundError, NotPermittedError
from media_workflows.vendor_mps.ids import workflow_id_of
from media_workflows_plugin.mps.action import Json
from mps_calls import answered, as_json, call
from schedules import ELEVEN, RULES, node, schedule, trans

pytestmark = pytest.mark.usefixtures("app")


def here(data: Json) -> Json:
    """A schedule on buckets that exist, without what the SDK does not send."""
    text = json.dumps(data).replace("media-input", BUCKET).replace("media-output", OTHER_BUCKET)
    made: Json = json.loads(text)
    return {name: value for name, value in made.items() if name != "ResourceId"}


def described(**parameters: Any) -> list[Json]:
    """The schedules of an answer of DescribeSchedules."""
    return [as_json(one) for one in call("DescribeSchedules", **parameters).ScheduleInfoSet]


def own(found: Json) -> Json:
    """What CreateSchedule took of a described schedule."""
    added = ("ScheduleId", "Type", "Status", "CreateTime", "UpdateTime")
    activities = [{name: one[name] for name in one if name != "PredriveIndex"} for one in found["Activities"]]
    return {**{name: value for name, value in found.items() if name not in added}, "Activities": activities}


def test_a_schedules_life(admin: Any) -> None:
    given = here(ELEVEN)
    number = call("CreateSchedule", **given).ScheduleId
    (found,) = described(ScheduleIds=[number])
    assert (found["ScheduleId"], found["Type"], found["Status"]) == (number, "Custom", "Disabled")
    assert own(found) == given
    assert [one["PredriveIndex"] for one in found["Activities"]][:4] == [[], [0], [0], [1]]
    call("EnableSchedule", ScheduleId=number)
    with pytest.raises(EnabledError):
        call("ModifySchedule", ScheduleId=number, OutputDir="/b/")
    call("DisableSchedule", ScheduleId=number)
    call("ModifySchedule", ScheduleId=number, OutputDir="", ScheduleName="renamed")
    (found,) = described(Status="Disabled", TriggerType="CosFileUpload")
    assert (found["ScheduleName"], found["OutputDir"]) == ("renamed", "")
    path = f"/api/v1/workflows/{workflow_id_of(number)}"
    definition = admin.get(path).json()["definition"]
    assert definition["output"] == {"bucket": OTHER_BUCKET, "region": None, "directory": None}
    assert len(definition["steps"]) == 9
    activities = here(schedule(node("input", [1]), trans(100040, 2), node("output", [])))["Activities"]
    activities[1]["PredriveIndex"] = [7]  # of the caller: without effect
    answered("ModifySchedule", {"ScheduleId": number, "Activities": activities, "ResourceId": "r"})
    (found,) = described()
    assert ([one["ActivityType"] for one in found["Activities"]], found["ResourceId"]) == (
        ["input", "action-trans", "output"],
        "r",
    )
    assert found["Activities"][1]["PredriveIndex"] == [0]
    assert described(TriggerType="AwsS3FileUpload") == call("DescribeWorkflows").WorkflowInfoSet == []
    call("DeleteSchedule", ScheduleId=number)
    assert described() == []


def test_those_of_our_own_and_refusals(create: Any, admin: Any) -> None:
    steps = [
        {"id": "hd", "transcode": {"template": 100040}},
        {"id": "ask", "after": ["hd"], "approval": {"message": "Publish?"}},
    ]
    id_ = create("graph", jobs=None, steps=steps)
    (found,) = described(TriggerType="AwsS3FileUpload")
    assert (found["ScheduleName"], found["Activities"]) == ("graph", [])
    assert found["Trigger"]["AwsS3FileUploadTrigger"]["S3Bucket"] == BUCKET
    call("ModifySchedule", ScheduleId=found["ScheduleId"], OutputDir="/b/")
    definition = admin.get(f"/api/v1/workflows/{id_}").json()["definition"]
    assert ([step["id"] for step in definition["steps"]], definition["output"]["directory"]) == (["hd", "ask"], "b/")
    faces = node("action-AIRecognition", [2], "AiRecognitionTask", Definition=10, UserExtPara="{}")
    meaningless = here(schedule(node("input", [1]), faces, node("output", [])))
    place = "Activities[1].ActivityPara.AiRecognitionTask.UserExtPara"
    with pytest.raises(DefinitionError) as unread:
        answered("CreateSchedule", meaningless)
    assert [problem.field for problem in unread.value.problems] == [place]
    refused: list[tuple[Json, str]] = [
        ({"ResourceId": "r"}, "ResourceId"),
        ({"Activities": meaningless["Activities"]}, place),
        ({"Priority": 1}, "Priority"),
        ({"Trigger": {}}, "Trigger"),
        ({"ScheduleName": "a b"}, "ScheduleName"),
        ({"Activities": []}, "Activities"),
        ({"TaskNotifyConfig": {"NotifyType": "URL", "NotifyKey": "k"}}, "TaskNotifyConfig.NotifyKey"),
    ]
    for changes, place in refused:
        with pytest.raises((DefinitionError, InvalidRequestError)) as refusal:
            answered("ModifySchedule", {"ScheduleId": found["ScheduleId"], **changes})
        assert refusal.value.problems[0].field == place
    with pytest.raises(NotPermittedError):
        call("CreateSchedule", "viewer", **here(RULES))
    with pytest.raises(NotPermittedError):
        call("ModifySchedule", "viewer", ScheduleId=found["ScheduleId"], OutputDir="/c/")
    with pytest.raises(NotFoundError):
        call("EnableWorkflow", WorkflowId=found["ScheduleId"])
