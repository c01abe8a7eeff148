"""Setting `role_places` over the vendor's API: no action shows a user of team A what team B has, or changes it.

The calls are signed, as a client's are; team B has finished tasks of each kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient

from clean_state import clear_caches
from media_workflows.services import buckets
from media_workflows.vendor_mps.ids import run_of_task, task_id, workflow_id_of
from mps_caller import Pair, call, signed
from team_requests import HIDDEN, KEY, TEAM_A, TEAM_B, record_run, schedule

Json = dict[str, Any]
Ask = Callable[..., Json]
# Roles of SimpleAuthManager, and users of these names: `user` is team A, `op` is team B; both may edit all DAGs.
PLACES = {"admin": ["*"], "user": ["team-a-*"], "op": [TEAM_B]}
REFUSED = {"UnauthorizedOperation", "ResourceNotFound"}
# These name nothing, or answer for what of the named there is.
LISTS = {"DescribeWorkflows", "DescribeSchedules", "DescribeTasks", "ParseNotification"}
JOBS: Json = {"MediaProcessTask": {"SampleSnapshotTaskSet": [{"Definition": 10}]}}
SOURCE: Json = {"Type": "COS", "CosInputInfo": {"Bucket": TEAM_B, "Region": "ap-guangzhou", "Object": f"/{KEY}"}}


class Belongings(NamedTuple):
    """What team B has: a workflow and a schedule by number, and finished tasks of both and of ad-hoc processing."""

    workflow: int
    schedule: int
    tasks: tuple[str, str, str]


def storage(bucket: str) -> Json:
    return {"Type": "COS", "CosOutputStorage": {"Bucket": bucket, "Region": "ap-guangzhou"}}


def flow(bucket: str, name: str) -> Json:
    """A workflow that reads and writes one bucket."""
    trigger = {"Bucket": bucket, "Region": "ap-guangzhou", "Dir": f"/{name}/"}
    return {
        "WorkflowName": name,
        "Trigger": {"Type": "CosFileUpload", "CosFileUploadTrigger": trigger},
        "OutputStorage": storage(bucket),
        "OutputDir": "/made/",
        **JOBS,
    }


def flow_with_steps(bucket: str, name: str) -> Json:
    """A schedule that does."""
    return {field: value for field, value in schedule(bucket).items() if field != "ResourceId"} | {"ScheduleName": name}


@pytest.fixture
def ask(app: Any, key_users: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """A call with a key of a user: `ask("user", "DescribeTasks", Status="FINISH")`; its answer, or the error."""
    monkeypatch.setenv("MEDIA_WORKFLOWS_ROLE_PLACES", json.dumps(PLACES))
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", ",".join(f"{role}:{role}" for role in PLACES))
    clear_caches()
    for bucket in (TEAM_A, TEAM_B):
        buckets.storage().client.create_bucket(Bucket=bucket)
    buckets.storage().client.put_object(Bucket=TEAM_B, Key=KEY, Body=HIDDEN.encode())
    client = TestClient(app, "http://airflow.example")

    def key(role: str) -> Pair:
        headers = {"x-user": role, "sec-fetch-site": "same-origin"}
        made = client.post("/api/v1/keys", json={"name": "test"}, headers=headers).json()
        return Pair(made["secret_id"], made["secret_key"])

    keys = {role: key(role) for role in PLACES}
    yield lambda role, action, **parameters: call(client, signed(keys[role], action, parameters))
    clear_caches()


@pytest.fixture
def belongings(ask: Ask, metadata: Any, add_run: Any) -> Belongings:
    """Made by team B itself; team A has a workflow, too."""
    from airflow.models.dag import DagModel

    metadata.add(DagModel(dag_id="media_process", bundle_name="media_workflows"))
    metadata.commit()
    ask("user", "CreateWorkflow", **flow(TEAM_A, "a"))
    workflow = ask("op", "CreateWorkflow", **flow(TEAM_B, "b"))["WorkflowId"]
    number = ask("op", "CreateSchedule", **flow_with_steps(TEAM_B, "b-steps"))["ScheduleId"]
    request = ask("op", "ProcessMedia", InputInfo=SOURCE, OutputStorage=storage(TEAM_B), OutputDir="/made/", **JOBS)
    of_workflow = task_id(workflow_id_of(workflow), "r")
    of_schedule = task_id(workflow_id_of(number), "r", "ScheduleTask")
    tasks = (of_workflow, of_schedule, request["TaskId"])
    for one in map(run_of_task, tasks):
        add_run(*one, "success", 0.0)
        record_run(*one, 1, KEY)
    return Belongings(workflow, number, tasks)


def requests(b: Belongings, own: str) -> dict[str, list[Json]]:
    """Calls of each action that concerns what team B has; `own` is the bucket of the caller."""
    workflow, number = {"WorkflowId": b.workflow}, {"ScheduleId": b.schedule}
    return {
        "DescribeWorkflows": [{}, {"WorkflowIds": [b.workflow]}],
        "DescribeSchedules": [{}, {"ScheduleIds": [b.schedule]}],
        "DescribeTasks": [{"Status": status} for status in ("WAITING", "PROCESSING", "FINISH")],
        "DescribeTaskDetail": [{"TaskId": task} for task in b.tasks],
        "DescribeMediaMetaData": [{"InputInfo": SOURCE}],
        "ParseNotification": [{"Content": '{"EventType": "WorkflowTask", "WorkflowTaskEvent": {}}'}],
        "ManageTask": [{"OperationType": "Abort", "TaskId": task} for task in b.tasks],
        "ProcessMedia": [
            {"InputInfo": SOURCE, "OutputStorage": storage(own), "OutputDir": "/x/", **JOBS},
            {"InputInfo": SOURCE, **number},
        ],
        "CreateWorkflow": [flow(TEAM_B, "new"), flow(own, "new-output") | {"OutputStorage": storage(TEAM_B)}],
        "ResetWorkflow": [workflow | flow(own, "changed")],
        "EnableWorkflow": [workflow],
        "DisableWorkflow": [workflow],
        "DeleteWorkflow": [workflow],
        "CreateSchedule": [flow_with_steps(TEAM_B, "new-steps")],
        "ModifySchedule": [number | {"OutputDir": "/changed/"}],
        "EnableSchedule": [number],
        "DisableSchedule": [number],
        "DeleteSchedule": [number],
    }


def shows(answer: Json, b: Belongings) -> bool:
    text = json.dumps(answer)
    return any(one in text for one in (TEAM_B, HIDDEN, *b.tasks))


def state_of_b(ask: Ask, b: Belongings) -> list[Any]:
    """What team B sees of what it has, and its objects."""
    details: list[Json] = [{"TaskId": task} for task in b.tasks]
    read = [("DescribeWorkflows", {}), ("DescribeSchedules", {}), ("DescribeTasks", {"Status": "FINISH"})]
    found = [ask("op", action, **given) for action, given in read]
    listed = buckets.storage().client.list_objects_v2(Bucket=TEAM_B)["Contents"]
    return [*found, *(ask("op", "DescribeTaskDetail", **given) for given in details), [one["Key"] for one in listed]]


def test_a_user_of_team_a_gets_nothing_of_team_b(ask: Ask, belongings: Belongings) -> None:
    """Every action but those of templates and samples, the library of all teams: one of tomorrow must be added here."""
    from media_workflows_plugin.mps.actions import ACTIONS, samples, templates

    asked = requests(belongings, TEAM_A)
    assert asked.keys() == ACTIONS.keys() - {*templates.ACTIONS, *samples.ACTIONS}
    before = state_of_b(ask, belongings)
    for action, calls in asked.items():
        for parameters in calls:
            answer = ask("user", action, **parameters)
            if action in LISTS:
                assert "Error" not in answer, (action, answer)
                assert not shows(answer, belongings), action
            else:
                assert answer.get("Error", {}).get("Code") in REFUSED, (action, parameters, answer)
    assert state_of_b(ask, belongings) == before
    assert [one["WorkflowName"] for one in ask("user", "DescribeWorkflows")["WorkflowInfoSet"]] == ["a"]
    assert ask("user", "DescribeTasks", Status="FINISH")["TotalCount"] == 0


def test_team_b_sees_its_finished_tasks(ask: Ask, belongings: Belongings) -> None:
    """Lists leave out ad-hoc processing for users with places, as the other API's do."""
    of_workflow, of_schedule, _ = belongings.tasks
    for role, expected in (("op", {of_workflow, of_schedule}), ("admin", {*belongings.tasks})):
        listed = ask(role, "DescribeTasks", Status="FINISH")
        assert ({one["TaskId"] for one in listed["TaskSet"]}, listed["TotalCount"]) == (expected, len(expected)), role
        for task in belongings.tasks:
            detail = ask(role, "DescribeTaskDetail", TaskId=task)
            assert (detail["Status"], HIDDEN in json.dumps(detail)) == ("FINISH", True), (role, detail)
    for task in (of_workflow, of_schedule):
        ended = ask("op", "ManageTask", OperationType="Abort", TaskId=task)
        assert ended["Error"]["Code"] == "InvalidParameterValue.NotProcessingTask"


def test_the_same_calls_of_team_b_are_not_refused(ask: Ask, belongings: Belongings) -> None:
    """The walk of team A is refused for whose it is: the same calls pass where they are team B's."""
    shown = set()
    for action, calls in requests(belongings, TEAM_B).items():
        for parameters in calls:
            answer = ask("op", action, **parameters)
            assert answer.get("Error", {}).get("Code") not in REFUSED, (action, parameters, answer)
            shown |= {action} if shows(answer, belongings) else set()
    assert shown >= {"DescribeWorkflows", "DescribeSchedules", "DescribeTasks", "DescribeTaskDetail"}
