"""OpenLineage: what operators report once the provider asks them, by the provider's own extractor."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from media_workflows.domain.result import SourceObject
from media_workflows.naming import UNPUBLISHED
from media_workflows.orchestration import SnapshotByTimeOffsetOperator
from media_workflows.orchestration.action_operators import ActionOperator
from media_workflows.orchestration.lineage import ReportsLineage
from media_workflows.orchestration.operators import OPERATORS
from media_workflows.orchestration.publish_together import PublishTogetherOperator

extractors = pytest.importorskip(
    "airflow.providers.openlineage.extractors.base", reason="apache-airflow-providers-openlineage is not installed"
)

SOURCE = SourceObject(bucket="media-in", key="片.mp4", etag="e1", size_bytes=9)
OUTPUT = {"bucket": "out", "key": "a/360.mp4", "size_bytes": 7, "sha256": "5" * 64}


def snapshot() -> SnapshotByTimeOffsetOperator:
    item = {"template": 10, "time_offsets": ["0s"]}
    return SnapshotByTimeOffsetOperator(
        task_id="cover", source="s3://media-in/片.mp4", output="s3://out/a/", items=[item]
    )


def reported(operator: Any, *, after: str = "on_complete") -> Any:
    """As the provider's listener asks in the task's process."""
    ti = SimpleNamespace(task_id=operator.task_id, start_date=datetime.now(UTC))
    return getattr(extractors.DefaultExtractor(operator), f"extract_{after}")(ti)


@pytest.mark.parametrize("after", ["on_complete", "on_failure"])
def test_a_step_reports_its_source_and_outputs(after: str) -> None:
    operator = snapshot()
    operator.read, operator.outputs = SOURCE, [OUTPUT]
    lineage = reported(operator, after=after)
    (read,), (made,) = lineage.inputs, lineage.outputs
    assert (read.namespace, read.name, read.facets["version"].datasetVersion) == ("s3://media-in", "片.mp4", "e1")
    assert (made.namespace, made.name) == ("s3://out", "a/360.mp4")
    assert made.facets["version"].datasetVersion == "5" * 64
    assert made.outputFacets["outputStatistics"].size == 7


def test_its_event_is_one_that_the_client_can_send() -> None:
    """Serialized as the client does it, and validated by it."""
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.serde import Serde

    operator = snapshot()
    operator.read, operator.outputs = SOURCE, [OUTPUT]
    lineage = reported(operator)
    event = RunEvent(
        eventType=RunState.COMPLETE,
        eventTime=datetime.now(UTC).isoformat(),
        run=Run(runId="0199c8f5-0000-7000-8000-000000000000"),
        job=Job(namespace="default", name="wf_1.cover"),
        producer="https://example.com",
        inputs=lineage.inputs,
        outputs=lineage.outputs,
    )
    sent = Serde.to_dict(event)
    assert [one["name"] for one in sent["inputs"]] == ["片.mp4"]
    assert sent["outputs"][0]["outputFacets"]["outputStatistics"]["size"] == 7


def test_what_waits_to_be_published_is_reported_by_the_task_that_does_it() -> None:
    operator = snapshot()
    operator.read, operator.outputs = SOURCE, [{**OUTPUT, "key": f"{UNPUBLISHED}wf_1/r1/a/360.mp4"}]
    assert reported(operator).outputs == []


def test_a_step_that_was_skipped_reports_nothing() -> None:
    assert reported(snapshot()) is None


def test_all_operators_that_make_objects_report() -> None:
    operators: list[type[Any]] = [*OPERATORS.values(), PublishTogetherOperator, ActionOperator]
    assert all(issubclass(operator, ReportsLineage) for operator in operators)
