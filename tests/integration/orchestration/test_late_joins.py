"""The task that joins a late add-on: what is left of a failure, and when."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from definitions import workflow
from media_workflows.domain.candidates import SIDECARS_DAG, Rule, UploadDecision
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject, now
from media_workflows.domain.step_key import StepKey
from media_workflows.errors import MediaError, StorageError
from media_workflows.execution import late_sidecar
from media_workflows.execution.late_sidecar import JoinRequest
from media_workflows.orchestration import sidecars
from media_workflows.store import runs
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.sidecars import Sidecar, expect_sidecars
from media_workflows.store.uploads import list_decisions, record_decisions
from media_workflows.store.workflows import create_workflow

KIND = "adaptive_dynamic_streaming"
KEY = "subs/a.srt"


@pytest.fixture
def request_(database: str) -> JoinRequest:
    """To join a subtitle into the two ladders of one run, in the run j1 of media_sidecars."""
    item = {"template": 10, "add_on_subtitles": [{"key": KEY, "language": "en", "optional": True}]}
    items = [item | {"output_path": f"{name}.{{format}}"} for name in ("one", "two")]
    source = SourceObject(bucket="media-in", key="in/a.mp4", etag="e", size_bytes=1)
    manifests = [
        OutputRecord(bucket="out", key=f"{n}.m3u8", size_bytes=1, md5="", role="manifest", contents={"tracks": []})
        for n in (0, 1)
    ]
    results = tuple(ItemResult(item={}, definition=10, status="SUCCESS", outputs=(one,)) for one in manifests)
    job = JobResult(kind=KIND, step_id=KIND, begun_at=now(), finished_at=now(), source=None, items=results)
    with transaction() as session:
        id_ = create_workflow(session, workflow("films", "media-in", "in/", jobs={KIND: items})).id
        runs.record_source(session, id_, "r1", 1, source)
        runs.record_job(session, id_, "r1", job)
        places = {
            "bucket": "media-in",
            "key": KEY,
            "workflow_id": id_,
            "source_key": source.key,
            "step_id": KIND,
            "run_id": "r1",
        }
        expect_sidecars(session, [Sidecar(**places, map_index=-1, item=number) for number in (0, 1)])
        fields = {"bucket": "media-in", "key": KEY, "identity": "1", "workflow_id": id_, "run_id": "j1"}
        record_decisions(session, [UploadDecision(**fields, outcome="fired", rule=Rule.SIDECAR, source="queue")])
    return JoinRequest("media-in", KEY, id_, StepKey(SIDECARS_DAG, "j1", "join"))


@pytest.fixture
def join(request_: JoinRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the task, whose join ends with an error, or with success."""
    for name in ("end_with_supervisor", "task_clients"):
        monkeypatch.setattr(sidecars, name, lambda: None)
    monkeypatch.setattr(sidecars, "task_resources", lambda *_: None)

    def run(error: Exception | None) -> list[str]:
        def joined(*_: Any) -> list[str]:
            if error is not None:
                raise error
            return ["out/0.m3u8"]

        monkeypatch.setattr(late_sidecar, "join_sidecar", joined)
        return sidecars.JoinSidecarOperator(task_id="join")._join({}, request_)

    return run


def left(request: JoinRequest) -> tuple[dict[str, str] | None, list[dict[str, Any]]]:
    """The error with the upload's decision, and the events."""
    with transaction() as session:
        (decision,) = list_decisions(session, "media-in", KEY).items
        events = events_of_run(session, request.workflow_id, "r1")
    return decision.join_error, [json.loads(one.body) for one in events]


def test_a_failure_is_kept_and_an_event_until_it_joins(request_: JoinRequest, join: Any) -> None:
    """Once for a run, whatever the number of its ladders."""
    with pytest.raises(AirflowFailException, match="holds no subtitle"):
        join(MediaError("{key} holds no subtitle", key=KEY))
    error, (event,) = left(request_)
    assert error == {"code": MediaError.code, "message": f"{KEY} holds no subtitle"}
    failed = event["WorkflowTrackFailedEvent"]
    assert (failed["AddOn"], failed["JoinRunId"]) == ({"Bucket": "media-in", "Key": KEY}, "j1")
    assert (failed["ErrCodeExt"], failed["Message"]) == (error["code"], error["message"])
    assert (failed["Source"]["Key"], event["MediaWorkflows"]["RunId"]) == ("in/a.mp4", "r1")
    assert join(None) == ["out/0.m3u8"]
    assert left(request_)[0] is None


def test_a_try_that_is_followed_by_another_leaves_nothing(request_: JoinRequest, join: Any) -> None:
    with pytest.raises(StorageError):
        join(StorageError("the storage is away"))
    assert left(request_) == (None, [])
