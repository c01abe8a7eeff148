"""Operators without a workflow, executed on a real clip: connection, failures, features and decisions."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from clips import Clips
from http_servers import serving
from media_workflows.errors import StorageAccessError
from media_workflows.orchestration import AnalysisOperator, FeaturesOperator, SnapshotByTimeOffsetOperator
from media_workflows.settings import Settings, get_settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import transaction
from media_workflows.store.runs import results_of_run
from refusing_s3 import RefusingS3

DAG_ID = "hand-written." + "d" * 237  # as long as Airflow allows


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def bucket(s3_server: str, database: str, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket with a clip, which only the connection `media_storage` leads to."""
    s3 = make_clients(Settings(s3_endpoint_url=s3_server)).s3
    s3.create_bucket(Bucket=(name := f"bucket-{uuid.uuid4().hex[:12]}"))
    s3.upload_file(str(clips.plain), name, "in/a.mp4")
    connection = {"conn_type": "aws", "extra": {"endpoint_url": s3_server, "region_name": "us-east-1"}}
    monkeypatch.setenv("AIRFLOW_CONN_MEDIA_STORAGE", json.dumps(connection))
    monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("MEDIA_WORKFLOWS_AWS_CONN_ID", "no_such_connection")
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    return name


def arguments(bucket: str) -> dict[str, Any]:
    return {"source": f"s3://{bucket}/in/a.mp4", "output": f"s3://{bucket}/out/", "aws_conn_id": "media_storage"}


def execute(operator: Any, map_index: int = -1) -> Any:
    """As Airflow does, after it has rendered the templates."""
    ti = SimpleNamespace(task_id=operator.task_id, map_index=map_index, try_number=1, start_date=datetime.now(UTC))
    return operator.execute({"dag_run": SimpleNamespace(dag_id=DAG_ID, run_id="r1", conf={}), "ti": ti, "params": {}})


def offset(at: str, **item: Any) -> dict[str, Any]:
    return {"template": 10, "time_offsets": [at], **item}


def test_its_connection_counts_before_the_setting_s(bucket: str) -> None:
    operator = SnapshotByTimeOffsetOperator(
        task_id="cover", items=[offset("0s")], quarantine="held/", **arguments(bucket)
    )
    (returned,) = execute(operator)
    assert (returned["bucket"], returned["key"]) == (bucket, "held/out/a_snapshotByTimeOffset_10_0.jpg")
    assert len(returned["sha256"]) == 64
    assert lineage(operator) == (["in/a.mp4"], [(returned["key"], returned["sha256"])])


def lineage(operator: Any) -> tuple[list[str], list[tuple[str, str]]]:
    """What it read, and what it made with its hash, as Airflow's OpenLineage provider asks for it."""
    extractors = pytest.importorskip("airflow.providers.openlineage.extractors.base")
    ti = SimpleNamespace(task_id=operator.task_id, start_date=datetime.now(UTC))
    found = extractors.DefaultExtractor(operator).extract_on_complete(ti)
    made = [(one.name, one.facets["version"].datasetVersion) for one in found.outputs]
    return [one.name for one in found.inputs], made


def test_an_item_that_fails_leaves_the_others_published(bucket: str) -> None:
    items = [offset("0s"), offset("60s", output_path="late_{number}.{format}")]
    operator = SnapshotByTimeOffsetOperator(task_id="cover", items=items, **arguments(bucket))
    with pytest.raises(AirflowFailException, match=r"1 of 2 items failed:\n  - snapshot_by_time_offset\[1\]"):
        execute(operator, map_index=4)
    assert [output["key"] for output in operator.outputs] == ["out/a_snapshotByTimeOffset_10_0.jpg"]
    with transaction() as session:
        (result,) = results_of_run(session, DAG_ID, "r1")
    assert (str(result.step), [item.status for item in result.items]) == ("cover[4]", ["SUCCESS", "FAIL"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": "s3://{bucket}/in/gone.mp4"}, "there is no object 'in/gone.mp4'"),
        ({"source": "in/a.mp4"}, "source: got 'in/a.mp4'"),
        ({"output": "s3://{bucket}/out"}, "must be a directory that ends with '/'"),
        ({"items": [{"template": 1_000_123, "time_offsets": ["0s"]}]}, r"items\[0\]\.template: got 1000123"),
    ],
)
def test_what_only_the_run_shows_fails_at_once(bucket: str, change: dict[str, Any], words: str) -> None:
    operator = SnapshotByTimeOffsetOperator(task_id="cover", items=[offset("0s")], **arguments(bucket))
    rendered = {
        name: value.format(bucket=bucket) if isinstance(value, str) else value for name, value in change.items()
    }
    for name, value in rendered.items():
        setattr(operator, {"output": "output_directory"}.get(name, name), value)
    with pytest.raises(AirflowFailException, match=words):
        execute(operator)


def test_an_unknown_connection_fails_at_once(bucket: str) -> None:
    given = {**arguments(bucket), "aws_conn_id": "no_such_connection"}
    operator = SnapshotByTimeOffsetOperator(task_id="cover", items=[offset("0s")], **given)
    with pytest.raises(AirflowFailException, match="there is no Airflow connection 'no_such_connection': create it"):
        execute(operator)


def test_refused_credentials_delay_a_job_and_fail_no_run(
    bucket: str, s3_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(RefusingS3(s3_server, first_s=0.6)) as proxy:
        connection = {"conn_type": "aws", "extra": {"endpoint_url": proxy.url, "region_name": "us-east-1"}}
        monkeypatch.setenv("AIRFLOW_CONN_MEDIA_STORAGE", json.dumps(connection))
        operator = SnapshotByTimeOffsetOperator(task_id="cover", items=[offset("0s")], **arguments(bucket))
        (returned,) = execute(operator)
    assert returned["key"] == "out/a_snapshotByTimeOffset_10_0.jpg"
    assert set(proxy.refused) == {"HEAD", "GET", "PUT"}


def test_a_lasting_refusal_is_retried_under_its_own_code(
    bucket: str, s3_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_ACCESS_DENIED_WAIT_S", "0.2")
    get_settings.cache_clear()
    operator = SnapshotByTimeOffsetOperator(task_id="cover", items=[offset("0s")], **arguments(bucket))
    with serving(RefusingS3(s3_server)) as proxy:
        connection = {"conn_type": "aws", "extra": {"endpoint_url": proxy.url, "region_name": "us-east-1"}}
        monkeypatch.setenv("AIRFLOW_CONN_MEDIA_STORAGE", json.dumps(connection))
        operator.source = {"bucket": bucket, "key": "in/a.mp4", "etag": "x", "size_bytes": 1}
        proxy.refuses = 1000
        with pytest.raises(StorageAccessError, match=r"cannot download .*access denied"):
            execute(operator)
    with transaction() as session:
        (result,) = results_of_run(session, DAG_ID, "r1")
    assert [item.code for item in result.items] == ["PermissionDenied"]


QUALITY = [{"parameters": {"quality": True}}]


def test_decisions_read_the_features_of_the_task_they_name(bucket: str) -> None:
    features = FeaturesOperator(task_id="look", for_jobs={"analysis": QUALITY}, **arguments(bucket))
    analysis = AnalysisOperator(task_id="rate", items=QUALITY, features_task_id="look", **arguments(bucket))
    with pytest.raises(AirflowFailException, match="task 'look' has extracted no features for this task: run it again"):
        execute(analysis)
    assert [output["key"] for output in execute(features)] == ["out/a_mp4_signals/signals.json"]
    assert execute(analysis) == []
    with transaction() as session:
        results = {result.step.step_id: result for result in results_of_run(session, DAG_ID, "r1")}
    assert {step: (result.kind, result.items[0].status) for step, result in results.items()} == {
        "look": ("signals", "SUCCESS"),
        "rate": ("analysis", "SUCCESS"),
    }


def test_decisions_of_a_mapped_task_read_the_features_of_its_index(bucket: str, s3_server: str, clips: Clips) -> None:
    """Those of another index, or of another file, would let one file pass by another's features."""
    make_clients(Settings(s3_endpoint_url=s3_server)).s3.upload_file(str(clips.no_audio), bucket, "in/b.mp4")
    of_b = {**arguments(bucket), "source": f"s3://{bucket}/in/b.mp4"}
    features = FeaturesOperator(task_id="look", for_jobs={"analysis": QUALITY}, **arguments(bucket))
    analysis = AnalysisOperator(task_id="rate", items=QUALITY, features_task_id="look", **arguments(bucket))
    execute(features, map_index=0)
    assert execute(analysis, map_index=0) == []
    for other in (1, -1):
        with pytest.raises(AirflowFailException, match="that is mapped only with this task"):
            execute(analysis, map_index=other)
    unlike = AnalysisOperator(task_id="rate", items=QUALITY, features_task_id="look", **of_b)
    with pytest.raises(AirflowFailException, match="the features of task 'look' are of another file"):
        execute(unlike, map_index=0)
