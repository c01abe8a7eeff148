"""The task that joins a late add-on: it waits in the triggerer for a run in progress, then joins."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from media_workflows.domain.step_key import StepKey
from media_workflows.errors import SourceGoneError
from media_workflows.execution import late_sidecar
from media_workflows.execution.late_sidecar import JoinRequest
from media_workflows.orchestration.sidecars import JoinSidecarOperator, RunsEndedTrigger

pytestmark = pytest.mark.usefixtures("database")  # what became of a join is noted

CONF = {"bucket": "in", "key": "subs/a.srt", "workflow_id": "wf_1"}
REQUEST = JoinRequest("in", "subs/a.srt", "wf_1", StepKey("media_sidecars", "sidecar__1", "join"))


def context(active: int) -> Any:
    ti = SimpleNamespace(task_id="join", get_dr_count=lambda *_, **__: active)
    return {"dag_run": SimpleNamespace(dag_id="media_sidecars", run_id="sidecar__1", conf=CONF), "ti": ti}


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch) -> list[JoinRequest]:
    requests: list[JoinRequest] = []

    def join(request: JoinRequest, _: Any) -> list[str]:
        requests.append(request)
        return ["out/a.m3u8"]

    monkeypatch.setattr(late_sidecar, "join_sidecar", join)
    monkeypatch.setattr(late_sidecar, "unfinished_runs", lambda _: ["r1"])
    monkeypatch.setattr("media_workflows.orchestration.sidecars.end_with_supervisor", lambda: None)
    return requests


def test_it_waits_for_a_run_in_progress(joined: list[JoinRequest]) -> None:
    operator = JoinSidecarOperator(task_id="join")
    with pytest.raises(TaskDeferred) as deferred:
        operator.execute(context(active=1))
    path, arguments = deferred.value.trigger.serialize()
    assert (path.rpartition(".")[2], arguments) == ("RunsEndedTrigger", {"workflow_id": "wf_1", "run_ids": ["r1"]})
    assert joined == []
    assert getattr(operator, deferred.value.method_name)(context(active=0), {}) == ["out/a.m3u8"]
    assert RunsEndedTrigger(**arguments).run_ids == ["r1"]


def test_it_joins_at_once_what_no_run_works_on(joined: list[JoinRequest]) -> None:
    assert JoinSidecarOperator(task_id="join").execute(context(active=0)) == ["out/a.m3u8"]
    assert joined == [REQUEST]


def test_what_no_retry_can_help_fails_at_once(joined: list[JoinRequest], monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any) -> list[str]:
        raise SourceGoneError("there is no object 'a'")

    monkeypatch.setattr(late_sidecar, "join_sidecar", gone)
    with pytest.raises(AirflowFailException, match="no object"):
        JoinSidecarOperator(task_id="join").execute(context(active=0))
