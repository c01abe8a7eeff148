"""Quality control of real clips with real S3 and PostgreSQL: report, result, event, reuse."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from bucket_site import BucketSite
from clip_making import H264, encode, tone
from definitions import workflow
from event_text import event_text
from media_workflows.domain.result import ItemResult, JobResult, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.run_report import ended_items
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import resolved
from media_workflows.execution.running_step import Resources
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_source
from step_requests import Job, step_request
from walked_events import checked_events

KIND = "quality_control"


@pytest.fixture
def site(s3_server: str, database: str, tmp_path: Path) -> BucketSite:
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    clients.s3.create_bucket(Bucket=(bucket := f"bucket-{uuid.uuid4().hex[:12]}"))
    return BucketSite(clients, Settings(data_dir=tmp_path / "data"), bucket)


def run(site: BucketSite, source: SourceObject, run_id: str) -> tuple[JobResult, dict[str, Any]]:
    """The result of the job, and the event at the end."""
    parts: dict[str, Any] = {
        "output": {"directory": "out/"},
        "notification": {"type": "http", "url": "https://example.org", "mode": "change"},
    }
    asked = workflow(bucket=site.bucket, directory="in/", jobs={KIND: [{"template": 10}]}, **parts)
    flow = resolved(asked, PRESET_LIBRARY)
    with transaction() as session:
        record_source(session, "wf_1", run_id, 1, source)
    resources = Resources(site.clients, site.said.append, site.settings)
    result = Job(step_request(flow, KIND, source, run_id), resources).run()
    begun, ended, body = checked_events(Run("wf_1", run_id, 1, flow))
    assert [one["WorkflowTaskEvent"]["Status"] for one in (begun, ended, body)] == [
        "PROCESSING",
        "PROCESSING",
        "FINISH",
    ]
    text = event_text(body, "en")[1]
    assert "Quality check 10: black picture places: 1, one-colour picture places: 1, too dark" in text, text
    return result, body["WorkflowTaskEvent"]


def only(result: JobResult) -> ItemResult:
    (item,) = result.items
    return item


def output_of(result: ItemResult) -> QualityControlOutput:
    (found,) = result.sub_tasks
    assert isinstance(found.output, QualityControlOutput)
    return found.output


def items(result: ItemResult) -> dict[str, bool | None]:
    return {item.type: item.hit for item in output_of(result).items}


def test_a_report_is_published_reported_and_reused(site: BucketSite, tmp_path: Path) -> None:
    black = ["-f", "lavfi", "-i", "color=black:s=640x360:r=25:d=3"]
    encode(*black, *tone(3), *H264, "-c:a", "aac", str(tmp_path / "a.mp4"))
    source = site.upload(tmp_path / "a.mp4", "in/a.mp4")
    result, event = run(site, source, "r1")
    made = only(result)
    report, *pictures = [output.key for output in made.outputs]
    assert report == "out/a_qualityControl_10.json"
    assert pictures == [f"out/a_qualityControl_10_{number}.jpg" for number in range(len(pictures))]
    assert site.body(pictures[0])[:2] == b"\xff\xd8"
    assert json.loads(site.body(made.outputs[0].key))["items"][0]["type"] == "black_screen"
    content_hits = {"black_screen", "solid_color_screen", "low_lighting"}
    assert {name for name, hit in items(made).items() if hit} == {*content_hits, "video_duplicated_frame"}
    assert {item.picture for item in output_of(made).items if item.type in content_hits} <= set(pictures)
    assert ended_items(result)[0].sub_tasks == made.sub_tasks
    assert event["MediaProcessResultSet"] == []
    shown = event["AiQualityControlTaskResult"]
    assert (shown["Status"], shown["Input"]) == ("SUCCESS", {"Definition": 10})
    content = {one["Type"]: len(one["QualityControlItems"]) for one in shown["Output"]["QualityControlResultSet"]}
    assert content == {"BlackScreen": 1, "SolidColorScreen": 1, "LowLighting": 1}
    assert [one["Type"] for one in shown["Output"]["ContainerDiagnoseResultSet"]] == ["VideoDuplicatedFrame"]
    again = only(run(site, source, "r2")[0])
    assert (again.reused, again.sub_tasks) == ("r1", made.sub_tasks)
