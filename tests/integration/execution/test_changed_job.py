"""A backfill of an edited workflow is a run without `force`: ffmpeg runs for the job that changed, and no other."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from bucket_site import BucketSite
from clips import Clips
from definitions import workflow
from media_workflows.domain.result import SourceObject
from media_workflows.execution.running_step import Resources
from media_workflows.media.ffmpeg import run as ffmpeg
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from step_requests import Job, step_request

JOBS: dict[str, Any] = {
    "transcode": [{"template": 100010}],
    "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
    "sample_snapshot": [{"template": 10}],
}
EDITED = JOBS | {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["1s"]}]}


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> BucketSite:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=bucket)
    return BucketSite(clients, Settings(data_dir=tmp_path), bucket)


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands of all ffmpeg processes."""
    commands: list[list[str]] = []
    spawn = ffmpeg._spawn

    def counting(command: list[str], work_dir: Path) -> Any:
        commands.append(command)
        return spawn(command, work_dir)

    monkeypatch.setattr(ffmpeg, "_spawn", counting)
    return commands


def run(site: BucketSite, source: SourceObject, jobs: dict[str, Any], run_id: str) -> dict[str, str | None]:
    """What a run of these jobs reused, by kind."""
    definition = workflow(bucket=site.bucket, directory="in/", jobs=jobs, output={"directory": "out/"})
    resources = Resources(site.clients, site.said.append, site.settings)
    results = [Job(step_request(definition, kind, source, run_id), resources).run() for kind in jobs]
    assert all(item.status == "SUCCESS" for result in results for item in result.items)
    return {result.kind: result.items[0].reused for result in results}


def test_only_the_changed_job_of_three_is_made_anew(
    site: BucketSite, spawned: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = site.upload(Clips(tmp_path_factory.mktemp("clips")).plain, "in/a.mp4")
    spawned.clear()
    run(site, source, JOBS, "upload")
    first = len(spawned)
    assert first >= 3
    assert run(site, source, JOBS, "existing-1") == dict.fromkeys(JOBS, "upload")
    assert len(spawned) == first
    reused = run(site, source, EDITED, "existing-2")
    assert reused == {"transcode": "upload", "snapshot_by_time_offset": None, "sample_snapshot": "upload"}
    assert len(spawned) == first + 1
