"""Events as real jobs write them to the outbox: they fit docs/event.schema.json and the vendor's SDK, and people can
read them."""

from __future__ import annotations

import inspect
import uuid
from pathlib import Path
from typing import Any

import pytest

from clips import Clips
from definitions import workflow
from event_text import event_text
from media_workflows.domain.result import JobResult, SourceObject, job_failure
from media_workflows.domain.run import Run
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import MediaWorkflowsError
from media_workflows.execution import media_step
from media_workflows.execution.running_step import Resources
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients, make_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_source
from media_workflows.vendor_mps.event_shapes import SHAPES
from step_requests import Job, step_request
from walked_events import checked_events

SMALL: dict[str, Any] = {"width": 160, "height": 128, "resolution_adaptive": False}
MP4 = {"container": "mp4", "video": SMALL, "audio": {}}
STREAM = {"video": SMALL | {"gop_s": 1}, "audio": {}}
JOBS: dict[str, Any] = {
    "transcode": [
        {"parameters": MP4, "mosaics": [{}], "watermarks": [{"mark": {"type": "text", "text": "片"}}]},
        {"parameters": MP4 | {"container": "hls"}, "end_offset_s": 1},
        {"parameters": {"container": "mp3", "audio": {"codec": "mp3"}}},
    ],
    "adaptive_dynamic_streaming": [
        {"parameters": {"format": format_, "streams": [STREAM]}} for format_ in ("hls", "dash")
    ],
    "snapshot_by_time_offset": [
        {"template": 10, "time_offsets": ["0s", "50%"]},
        {"template": 10, "time_offsets": ["60s"], "output_path": "late_{number}.{format}"},
    ],
    "sample_snapshot": [{"template": 10}],
    "image_sprite": [
        {"parameters": {"sample_type": "time", "sample_interval": 1, "row_count": 1, "column_count": 2, **SMALL}}
    ],
    "animated_graphic": [{"template": 20000, "end_offset_s": 1}],
}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def clients(s3_server: str, database: str) -> Clients:
    return make_clients(Settings(s3_endpoint_url=s3_server))


def events(
    clip: Path, clients: Clients, data_dir: Path, unexpected: type[Exception] | None = None
) -> list[dict[str, Any]]:
    """The events of a run of all jobs on a clip, in mode change. `unexpected`: what each job has to raise."""
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    clients.s3.upload_file(str(clip), bucket, "in/a.mp4")
    head = ObjectStorage(clients.s3).head(bucket, "in/a.mp4")
    assert head is not None
    source = SourceObject(bucket=bucket, key="in/a.mp4", etag=head.etag, size_bytes=head.size_bytes)
    target = {"type": "http", "url": "https://example.org/events", "mode": "change"}
    asked = resolved(workflow(bucket=bucket, directory="in/", jobs=JOBS, notification=target), PRESET_LIBRARY)
    with transaction() as session:
        record_source(session, "wf_1", "r1", 1, source, None)
    lost = _run_all(asked, source, clients, Settings(data_dir=data_dir), unexpected)
    return checked_events(Run("wf_1", "r1", 1, asked), lost)


def _run_all(
    asked: Workflow,
    source: SourceObject,
    clients: Clients,
    settings: Settings,
    unexpected: type[Exception] | None,
) -> list[JobResult]:
    """Run each job; stand-ins for the results of those that failed as a whole."""
    lost: list[JobResult] = []
    for kind, items in asked.jobs.by_kind():
        job = Job(step_request(asked, kind, source), Resources(clients, lambda _: None, settings))
        if unexpected:
            with pytest.raises(unexpected):
                job.run()
            continue
        try:
            job.run()
        except MediaWorkflowsError as error:
            lost.append(job_failure(kind, items, error.code, str(error)))
    return lost


def check(bodies: list[dict[str, Any]]) -> None:
    for body in bodies:
        assert all(event_text(body, language)[1] for language in ("en", "zh"))


def test_of_jobs_that_succeed_and_fail(clips: Clips, clients: Clients, tmp_path: Path) -> None:
    *changes, finish = events(clips.plain, clients, tmp_path)
    check([*changes, finish])
    assert len(changes) == 2 * len(JOBS)
    assert {body["WorkflowTaskEvent"]["Status"] for body in changes} == {"PROCESSING"}
    results = finish["WorkflowTaskEvent"]["MediaProcessResultSet"]
    assert {result["Type"] for result in results} == {shape.type for shape in SHAPES.values()}
    states = [task["Status"] for result in results for key, task in result.items() if key.endswith("Task") and task]
    assert (states.count("FAIL"), len(states)) == (1, sum(map(len, JOBS.values())))


def test_of_a_source_that_is_no_media(clients: Clients, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no media")
    bodies = events(tmp_path / "text.mp4", clients, tmp_path / "data")
    check(bodies)
    results = bodies[-1]["WorkflowTaskEvent"]["MediaProcessResultSet"]
    assert {result["Type"] for result in results} == {shape.type for shape in SHAPES.values()}
    assert event_text(bodies[-1])[2] == "failure"


def test_of_an_exception_that_nothing_expected(
    clips: Clips, clients: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is raised for Airflow to retry, recorded as each item's failure, and the final event explains it."""

    def breaks(*_: Any) -> Any:
        raise ValueError("28 is not a valid Type")

    monkeypatch.setattr(media_step, "run_job", breaks)
    *changes, finish = events(clips.plain, clients, tmp_path, unexpected=ValueError)
    check([*changes, finish])
    assert len(changes) == 2 * len(JOBS)
    results = finish["WorkflowTaskEvent"]["MediaProcessResultSet"]
    tasks = [task for result in results for key, task in result.items() if key.endswith("Task") and task]
    assert {(task["Status"], task["ErrCodeExt"]) for task in tasks} == {("FAIL", "InternalError")}
    assert {task["Message"].partition(";")[0] for task in tasks} == {
        "an unexpected error stopped this job: ValueError: 28 is not a valid Type (" + _raised_in("make") + ")"
    }


def _raised_in(name: str) -> str:
    """The line of the function inside `item_results` from which the exception came."""
    lines, start = inspect.getsourcelines(media_step.item_results)
    (number,) = (start + offset for offset, line in enumerate(lines) if "return run_job(" in line)
    return f"execution/media_step.py:{number} in {name}"


def test_of_a_source_without_a_byte(clients: Clients, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    bodies = events(tmp_path / "empty.mp4", clients, tmp_path / "data")
    check(bodies)
    task = bodies[-1]["WorkflowTaskEvent"]
    assert (task["Status"], task["ErrCode"]) == ("FINISH", 60_000)
    assert task["Message"] == "SourceFileError: the source is empty (0 bytes); upload it again"
