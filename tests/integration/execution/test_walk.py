"""All steps of a run in one process, with real ffmpeg and S3: conditions, failures, and what a later try keeps."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bucket_site import BucketSite
from clips import Clips
from definitions import workflow
from media_workflows.domain.result import JobResult, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.step_decision import StepDecision
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.walked_steps import walked_states
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.errors import JobFailedError, StorageError
from media_workflows.execution.action_step import run_action
from media_workflows.execution.request import StepRequest
from media_workflows.execution.run_step import run_step
from media_workflows.execution.running_step import Resources
from media_workflows.execution.walk import Walk
from media_workflows.execution.workflow_steps import TaskTry
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.action_results import actions_of_run
from media_workflows.store.decisions import decisions_of_run
from media_workflows.store.engine import transaction
from media_workflows.store.runs import results_of_run
from step_requests import graph


def cover(at: str = "0s", **item: Any) -> dict[str, Any]:
    return {"snapshot_by_time_offset": [{"template": 10, "time_offsets": [at], **item}]}


def step(id_: str, at: str = "0s", **parts: Any) -> dict[str, Any]:
    return {"id": id_, **cover(at, output_path=f"{id_}_{{number}}.{{format}}"), **parts}


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> BucketSite:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    return BucketSite(clients, Settings(data_dir=tmp_path / "data"), bucket)


def walked(site: BucketSite, flow: Workflow, source: SourceObject, *, is_last: bool = True) -> Walk:
    run = Run("media_process", "process__10_a", 1, resolved(flow, PRESET_LIBRARY))
    task = TaskTry(datetime.now(UTC))
    return Walk(run, source, task, is_last, Resources(site.clients, site.said.append, site.settings))


def stored_states(walk: Walk, task_state: str) -> dict[str, str | None]:
    """As the run's page shows them."""
    with transaction() as session:
        jobs = {job.step.step_id: job for job in results_of_run(session, "media_process", walk.run.run_id)}
        actions = actions_of_run(session, "media_process", walk.run.run_id)
        decisions = decisions_of_run(session, "media_process", walk.run.run_id)
    found = walked_states(walk.run.workflow, task_state, jobs, actions, decisions)
    return {id_: state for id_, state in found.items() if id_ not in ("upload", "notify")}


def ended(walk: Walk) -> dict[str, str | None]:
    return {id_: state for id_, state in walk.states.items() if id_ != "upload"}


def test_jobs_that_each_read_the_source(site: BucketSite, clips: Clips) -> None:
    source = site.upload(clips.short, "in/a.mp4")
    jobs = {**cover(), "transcode": [{"template": 100010}]}
    walk = walked(site, workflow(bucket=site.bucket, jobs=jobs, output={"directory": "out/"}), source)
    walk.take()
    assert ended(walk) == dict.fromkeys(("transcode", "snapshot_by_time_offset"), "success")
    assert stored_states(walk, "success") == ended(walk)
    assert len(site.keys("out/")) == 2


def test_conditions_inputs_and_failures_of_a_graph(site: BucketSite, clips: Clips) -> None:
    source = site.upload(clips.short, "in/a.mp4")
    flow = graph(
        step("small", when="source.width < 200"),
        step("large", when="source.width >= 200"),
        step("after_large", after=["large"]),
        {"id": "join", "copy": {"directory": "copies/"}, "after": ["small", "large"]},
        step("late", "60s"),
        {"id": "after_late", "copy": {"directory": "never/"}, "after": ["late"]},
        {
            "id": "on_failure",
            "copy": {"directory": "failed/"},
            "after": ["late"],
            "when": "steps.late.status == 'failed'",
        },
        step("optional", "60s", on_failure="continue"),
        {"id": "after_optional", "copy": {"directory": "kept/"}, "after": ["optional"]},
        trigger={"bucket": site.bucket, "directory": "in/"},
        output={"directory": "out/"},
    )
    walk = walked(site, flow, source)
    with pytest.raises(JobFailedError, match=r"these steps failed:\n  - late: 1 of 1 items failed"):
        walk.take()
    states = {
        **dict.fromkeys(("small", "join", "on_failure", "optional", "after_optional"), "success"),
        **dict.fromkeys(("large", "after_large"), "skipped"),
        "late": "failed",
        "after_late": "upstream_failed",
    }
    assert ended(walk) == states
    shown = stored_states(walk, "failed")
    assert shown == states | {"after_large": "upstream_failed"}  # nothing is stored of it
    assert site.keys("copies/") == ["copies/a.mp4"]
    assert (len(site.keys("failed/")), site.keys("never/")) == (1, [])


def test_a_later_try_keeps_what_was_done(site: BucketSite, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    source = site.upload(clips.short, "in/a.mp4")
    flow = graph(
        step("first"),
        {"id": "second", "copy": {"directory": "copies/"}, "after": ["first"]},
        {"id": "third", "copy": {"directory": "more/"}, "after": ["second"]},
        trigger={"bucket": site.bucket},
        output={"directory": "out/"},
    )
    asked: list[str] = []

    def refused(request: Any, resources: Any) -> Any:
        asked.append(request.step.step_id)
        if len(asked) == 1:
            raise StorageError("the storage is down")
        return run_action(request, resources)

    monkeypatch.setattr("media_workflows.execution.walk.run_action", refused)
    broken = walked(site, flow, source, is_last=False)
    with pytest.raises(StorageError):  # Airflow tries the task again: no step after it has run
        broken.take()
    assert ended(broken) == {"first": "success"}
    jobs: list[str] = []

    def noted(request: StepRequest, resources: Resources) -> JobResult | StepDecision:
        jobs.append(request.step.step_id)
        return run_step(request, resources)

    monkeypatch.setattr("media_workflows.execution.walk.run_step", noted)
    walked(site, flow, source).take()
    assert (jobs, asked) == ([], ["second", "second", "third"])
    last = walked(site, flow, source)
    last.take()
    assert (jobs, asked, set(ended(last).values())) == ([], ["second", "second", "third"], {"success"})
