"""Imported schedules, run by Airflow with real transcodes: the public SDK reads the results of their nodes."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.mps.v20190612 import models

from clips import Clips
from graph_runs import GraphRun, run_cases
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import transaction
from media_workflows.store.events import events_of_run
from schedules import ELEVEN, RULES, imported
from vendor_walker_events import problems_of_event

pytestmark = pytest.mark.full


@pytest.fixture
def bucket(s3_server: str, tmp_path: Path) -> str:
    s3 = make_clients(Settings(s3_endpoint_url=s3_server)).s3
    s3.create_bucket(Bucket=(name := f"bucket-{uuid.uuid4().hex[:12]}"))
    (folder := tmp_path / "clips").mkdir()
    s3.upload_file(str(Clips(folder).plain), name, "in/clip.mp4")
    return name


def _case(data: Any, bucket: str, directory: str) -> dict[str, Any]:
    """A schedule on the bucket, with small renditions and no receiver."""
    text = json.dumps({**data, "TaskNotifyConfig": None, "OutputDir": f"/{directory}/"})
    for old, new in (("media-input", bucket), ("media-output", bucket), ("100040", "100010")):
        text = text.replace(old, new)
    return {"definition": imported(json.loads(text)).model_dump(mode="json"), "key": "in/clip.mp4"}


def _activities(run: GraphRun) -> list[Any]:
    """The results of a run's event, as the SDK reads them."""
    with transaction() as session:
        (event,) = events_of_run(session, run.dag_id, run.run_id)
    assert problems_of_event(json.loads(event.body)) == []
    parsed = models.ParseNotificationResponse()
    parsed._deserialize(json.loads(event.body))
    assert (parsed.EventType, parsed.ScheduleTaskEvent.Status) == ("ScheduleTask", "FINISH")
    assert parsed.ScheduleTaskEvent.InputInfo.S3InputInfo.S3Object == "in/clip.mp4"
    assert parsed.ScheduleTaskEvent.MetaData.Width == 160
    return list(parsed.ScheduleTaskEvent.ActivityResultSet)


@pytest.mark.timeout(1200)
@pytest.mark.filterwarnings("ignore:.*fileds are useless")
def test_imported_schedules_run(s3_server: str, database: str, bucket: str, tmp_path: Path) -> None:
    cases = [_case(ELEVEN, bucket, "eleven"), _case(RULES, bucket, "rules")]
    eleven, rules = run_cases(tmp_path, s3_server, cases, timeout_s=1100)
    assert (eleven.state, rules.state) == ("success", "success")
    made = _activities(eleven)
    assert [one.ActivityType for one in made] == ["Transcode"] * 9
    names = [f"eleven/clip_transcode_100010{node}.mp4" for node in ("", *(f"_node{index}" for index in range(2, 10)))]
    assert [one.ActivityResItem.TranscodeTask.Output.Path for one in made] == names
    assert [one.ActivityResItem.TranscodeTask.Status for one in made] == ["SUCCESS"] * 9

    results = _activities(rules)
    assert [one.ActivityType for one in results] == [
        *("Transcode", "AiQualityControl", "SampleSnapshot", "ExecRule", "Transcode")
    ]
    # 160x120 at 25 frames/s: neither rule applies
    assert results[3].ActivityResItem.ExecRuleTask.Output.RearDriveIndex == [8, 7]
    assert results[4].ActivityResItem.TranscodeTask.Output.Path == "rules/clip_transcode_100030.mp4"
