"""The actions of tasks, with the classes of the vendor's SDK."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.api_fastapi.app import get_auth_manager

from api_definitions import BUCKET, OTHER_BUCKET
from clips import Clips
from media_workflows.domain.request_context import RequestContext
from media_workflows.domain.run import Run
from media_workflows.errors import DefinitionError, InvalidRequestError, NotFoundError, NotPermittedError
from media_workflows.notifications.outbox import store_finish
from media_workflows.services import buckets
from media_workflows.services.vendor_tasks import NotProcessingTaskError, RepeatedSessionError
from media_workflows.store.backfill_objects import context_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.tables import ProcessRow, utcnow
from media_workflows.store.workflows import resolved_at
from media_workflows.vendor_mps.ids import run_of_task, task_id
from media_workflows_plugin.mps.action import Json
from mps_calls import answered, as_json, call
from schedules import node, schedule, trans

SOURCE: Json = {"Type": "COS", "CosInputInfo": {"Bucket": BUCKET, "Region": "ap-guangzhou", "Object": "/in/a.mp4"}}
S3_SOURCE: Json = {"Type": "AWS-S3", "S3InputInfo": {"S3Bucket": BUCKET, "S3Region": "", "S3Object": "in/a.mp4"}}
TASKS: Json = {"SampleSnapshotTaskSet": [{"Definition": 10}]}
REQUEST: Json = {
    "InputInfo": SOURCE,
    "OutputStorage": {"Type": "COS", "CosOutputStorage": {"Bucket": OTHER_BUCKET, "Region": "ap-guangzhou"}},
    "OutputDir": "/out/",
    "MediaProcessTask": TASKS,
    "TaskNotifyConfig": {"NotifyType": "URL", "NotifyMode": "Finish", "NotifyUrl": "https://example.com/events"},
    "TasksPriority": 5,
    "SessionId": "order-7",
    "SessionContext": "两",
}


@pytest.fixture(autouse=True)
def source(app: Any) -> None:
    buckets.storage().client.put_object(Bucket=BUCKET, Key="in/a.mp4", Body=b"x")


@pytest.fixture
def begin(add_run: Any, metadata: Any) -> Callable[[str, str], None]:
    """Airflow has a run of a task in this state."""
    from airflow.models.dag import DagModel

    metadata.add(DagModel(dag_id="media_process", bundle_name="media_workflows"))
    metadata.commit()

    def begin(task: str, state: str) -> None:
        add_run(*run_of_task(task), state, 0.0 if state in ("success", "failed") else None)

    return begin


def tasks(status: str, role: str = "admin", **parameters: Any) -> list[str]:
    """The ids of an answer of DescribeTasks."""
    return [one.TaskId for one in call("DescribeTasks", role, Status=status, **parameters).TaskSet]


def test_places_are_read_as_they_were_written() -> None:
    for given, type_, path in ((SOURCE, "CosInputInfo", "/in/a.mp4"), (S3_SOURCE, "S3InputInfo", "in/a.mp4")):
        for config in (REQUEST["TaskNotifyConfig"], None):
            request = {**REQUEST, "InputInfo": given, "TaskNotifyConfig": config, "SessionId": None}
            id_ = call("ProcessMedia", **request).TaskId
            info = as_json(call("DescribeTaskDetail", TaskId=id_))["WorkflowTask"]["InputInfo"]
            assert path in info[type_].values()
            assert [name for name in info if name.endswith("Info") and info[name]] == [type_]


def test_a_tasks_life(begin: Any) -> None:
    id_ = call("ProcessMedia", **REQUEST).TaskId
    assert tasks("WAITING") == [id_]
    detail = as_json(call("DescribeTaskDetail", TaskId=id_))
    assert (detail["TaskType"], detail["Status"], detail["TasksPriority"]) == ("WorkflowTask", "WAITING", 5)
    assert (detail["SessionId"], detail["SessionContext"]) == ("order-7", "两")
    assert detail["TaskNotifyConfig"]["NotifyUrl"] == "https://example.com/events"
    task = detail["WorkflowTask"]
    assert (task["TaskId"], task["InputInfo"]["CosInputInfo"]["Object"]) == (id_, "/in/a.mp4")
    assert [one["Type"] for one in task["MediaProcessResultSet"]] == ["SampleSnapshot"]
    begin(id_, "running")
    assert (tasks("PROCESSING"), tasks("FINISH")) == ([id_], [])
    detail = as_json(call("DescribeTaskDetail", TaskId=id_))
    assert (detail["Status"], detail["SessionId"]) == ("PROCESSING", "order-7")
    with transaction() as session:
        assert context_of_run(session, *run_of_task(id_)) == RequestContext(id="order-7", text="两")


def test_a_task_is_not_processing_once_the_event_of_its_end_is_sent(create: Any, add_run: Any) -> None:
    """Airflow ends a run some seconds after the task that stores the event."""
    id_ = create("own")
    add_run(id_, "r", "running", None)
    detail = as_json(call("DescribeTaskDetail", TaskId=task_id(id_, "r")))
    assert (detail["Status"], detail["FinishTime"]) == ("PROCESSING", "0000-00-00T00:00:00Z")
    assert (tasks("PROCESSING"), tasks("FINISH")) == ([task_id(id_, "r")], [])
    with transaction() as session:
        workflow = resolved_at(session, id_, 1)
    event = json.loads(store_finish(Run(id_, "r", 1, workflow), []).body)
    detail = as_json(call("DescribeTaskDetail", TaskId=task_id(id_, "r")))
    assert detail["Status"] == detail["WorkflowTask"]["Status"] == event["WorkflowTaskEvent"]["Status"] == "FINISH"
    assert "0000-00-00T00:00:00Z" < detail["BeginProcessTime"] <= detail["FinishTime"]
    assert (tasks("PROCESSING"), tasks("FINISH")) == ([], [task_id(id_, "r")])
    (listed,) = call("DescribeTasks", Status="FINISH").TaskSet
    assert listed.FinishTime == detail["FinishTime"]
    assert tasks("FINISH", SubTaskHasFailed=False) == []  # whether it has failed, Airflow knows when it ends it


def test_a_session_is_one_task_in_three_days() -> None:
    first = call("ProcessMedia", **REQUEST).TaskId
    for again in (REQUEST, {**REQUEST, "TasksPriority": 0}):
        with pytest.raises(RepeatedSessionError) as caught:
            call("ProcessMedia", **again)
        assert caught.value.code == "InvalidParameterValue.SessionId"
    without = {name: value for name, value in REQUEST.items() if name != "SessionId"}
    assert len({first, *(call("ProcessMedia", **without).TaskId for _ in range(2))}) == 3
    with transaction() as session:
        for row in session.query(ProcessRow):
            row.created_at = utcnow() - timedelta(days=3, minutes=1)
            row.request_id = row.request_id.replace(f"{utcnow():%Y%m%d}", f"{utcnow() - timedelta(days=3):%Y%m%d}")
    call("ProcessMedia", **REQUEST)
    for name, length in (("SessionId", 51), ("SessionContext", 1001)):
        with pytest.raises(InvalidRequestError) as refused:
            call("ProcessMedia", **{**REQUEST, name: "x" * length})
        assert refused.value.code == f"InvalidParameterValue.{name}TooLong"


def test_abort_and_lists(begin: Any, create: Any, add_run: Any) -> None:
    waiting = call("ProcessMedia", **{**REQUEST, "SessionId": ""}).TaskId
    call("ManageTask", OperationType="Abort", TaskId=waiting)
    detail = as_json(call("DescribeTaskDetail", TaskId=waiting))
    assert detail["Status"] == "FINISH"
    assert detail["WorkflowTask"]["Message"] == "FailedOperation: the task was cancelled before it began"
    assert (tasks("WAITING"), tasks("FINISH"), tasks("FINISH", SubTaskHasFailed=False)) == ([], [waiting], [])
    with pytest.raises(NotProcessingTaskError):
        call("ManageTask", OperationType="Abort", TaskId=waiting)
    id_ = create("own")
    for number in range(5):
        add_run(id_, f"r{number}", "success" if number else "failed", 0.0)
    found, token = [], ""
    while True:
        answer = call("DescribeTasks", Status="FINISH", Limit=2, **({"ScrollToken": token} if token else {}))
        assert answer.TotalCount == 6
        found += [one.TaskId for one in answer.TaskSet]
        if not (token := answer.ScrollToken):
            break
    assert found == [*(task_id(id_, f"r{number}") for number in (4, 3, 2, 1, 0)), waiting]
    assert tasks("FINISH", SubTaskHasFailed=True) == [task_id(id_, "r0"), waiting]
    assert len(tasks("FINISH", SubTaskHasFailed=False)) == 4
    assert answer.TaskSet[0].SubTaskTypes == ["SnapshotByTimeOffset"]
    later = f"{utcnow() + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert (tasks("FINISH", StartTime=later), len(tasks("FINISH", EndTime=later))) == ([], 6)
    assert as_json(call("DescribeTaskDetail", TaskId=found[0]))["Status"] == "FINISH"
    wrong: list[Json] = [
        {"Status": "DONE"},
        {"Status": "FINISH", "StartTime": "today"},
        {"Status": "FINISH", "ScrollToken": "e30="},
        {"Status": "FINISH", "Page": 1},
    ]
    for data in wrong:
        with pytest.raises(InvalidRequestError) as caught:
            answered("DescribeTasks", data)
        assert caught.value.problems[0].field == list(data)[-1]


def test_sources_and_work(create: Any, admin: Any) -> None:
    url = {"Type": "URL", "UrlInputInfo": {"Url": "https://files.example/a.mp4?token=secret"}}
    made = call("ProcessMedia", **{**REQUEST, "InputInfo": url, "SessionId": "url"}).TaskId
    assert call("DescribeTaskDetail", TaskId=made).WorkflowTask.InputInfo is None
    number = call("CreateSchedule", **_schedule()).ScheduleId
    of_schedule = call("ProcessMedia", InputInfo=S3_SOURCE, ScheduleId=number).TaskId
    detail = as_json(call("DescribeTaskDetail", TaskId=of_schedule))
    assert (detail["TaskType"], detail["ScheduleTask"]["TaskId"]) == ("ScheduleTask", of_schedule)
    assert [one["ActivityType"] for one in detail["ScheduleTask"]["ActivityResultSet"]] == ["Transcode"]
    activities = _schedule()["Activities"]
    again = call("ProcessMedia", InputInfo=S3_SOURCE, Activities=activities, OutputDir="/o/").TaskId
    assert tasks("WAITING") == [again, of_schedule, made]
    quality = {"InputInfo": S3_SOURCE, "AiQualityControlTask": {"Definition": 10}, "OutputDir": "/q/"}
    call("ProcessMedia", **quality)
    refused: list[tuple[Json, str]] = [
        ({"ResourceId": "r"}, "ResourceId"),
        ({"TaskType": "Offline"}, "TaskType"),
        ({"SkipMateData": 1}, "SkipMateData"),
        ({"SmartEraseTask": {"Definition": 1}}, "SmartEraseTask"),
        ({"Nothing": 1}, "Nothing"),
        ({"InputInfo": {"Type": "VOD"}}, "InputInfo"),
        ({"InputInfo": {**S3_SOURCE, "S3InputInfo": {"S3SecretKey": "k"}}}, "InputInfo.S3InputInfo.S3SecretKey"),
        ({"MediaProcessTask": {}}, "MediaProcessTask"),
        ({"MediaProcessTask": {"TranscodeTaskSet": [{"Definition": 7}]}}, TRANSCODE),
        ({"TasksPriority": 11}, "TasksPriority"),
        ({"ScheduleId": number}, "MediaProcessTask"),
        ({"InputInfo": {"Type": "COS", "CosInputInfo": {"Bucket": BUCKET, "Object": "/no"}}}, "InputInfo"),
    ]
    for change, place in refused:
        with pytest.raises((DefinitionError, InvalidRequestError)) as caught:
            answered("ProcessMedia", {**REQUEST, "SessionId": "x", **change})
        assert [problem.field for problem in caught.value.problems] == [place]


def _schedule() -> Json:
    text = json.dumps(schedule(node("input", [1]), trans(100040, 2), node("output", [])))
    made: Json = json.loads(text.replace("media-input", BUCKET).replace("media-output", OTHER_BUCKET))
    return made


TRANSCODE = "MediaProcessTask.TranscodeTaskSet[0].Definition"


def test_metadata_and_notifications(tmp_path: Path) -> None:
    storage = buckets.storage()
    storage.client.put_object(Bucket=BUCKET, Key="in/clip.mp4", Body=Clips(tmp_path).short.read_bytes())
    info = {"Type": "COS", "CosInputInfo": {"Bucket": BUCKET, "Region": "ap-guangzhou", "Object": "/in/clip.mp4"}}
    found = as_json(call("DescribeMediaMetaData", InputInfo=info, Mode="slow").MetaData)
    assert (found["Width"], found["Height"]) == (160, 120)
    with pytest.raises(DefinitionError):
        call("DescribeMediaMetaData", InputInfo={"Type": "URL", "UrlInputInfo": {"Url": "https://a.example/b.mp4"}})
    with pytest.raises(NotPermittedError):
        call("DescribeMediaMetaData", "viewer", InputInfo=info)
    body = Path("docs/examples/finished.json").read_text(encoding="utf-8")
    event = call("ParseNotification", "viewer", Content=body)
    assert (event.EventType, event.WorkflowTaskEvent.Status) == ("WorkflowTask", "FINISH")
    no_task = '{"EventType": "WorkflowTask", "WorkflowTaskEvent": 5}'
    for text in ("", "[", "[]", '{"EventType": "Other"}', no_task):
        with pytest.raises(InvalidRequestError):
            call("ParseNotification", Content=text)


def test_rights(create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = call("ProcessMedia", **REQUEST).TaskId
    with pytest.raises(NotPermittedError):
        call("ProcessMedia", "viewer", **REQUEST)
    with pytest.raises(NotPermittedError):
        call("ManageTask", "viewer", OperationType="Abort", TaskId=id_)
    for unknown in ("x", task_id("wf_000000000001", "r"), task_id("media_process", "r")):
        with pytest.raises(NotFoundError):
            call("DescribeTaskDetail", TaskId=unknown)
    with pytest.raises(InvalidRequestError) as caught:
        call("ManageTask", OperationType="Stop", TaskId=id_)
    assert caught.value.code == "InvalidParameterValue.InvalidOperationType"
    own = create("mine")
    monkeypatch.setattr(
        get_auth_manager(),
        "is_authorized_dag",
        lambda *, method, details=None, **_: method == "GET" or getattr(details, "id", None) in (own, "media_process"),
    )
    for action, parameters in (
        ("ProcessMedia", {**REQUEST, "SessionId": ""}),
        ("DescribeMediaMetaData", _only(SOURCE)),
    ):
        with pytest.raises(NotPermittedError, match=f"{BUCKET}/in/a.mp4 is outside"):
            call(action, **parameters)


def _only(source: Json) -> Json:
    return {"InputInfo": source}
