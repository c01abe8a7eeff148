"""`IntelligenceSite`: runs of review, recognition and analysis on a bucket of a real S3 server."""

from __future__ import annotations

import uuid
from typing import Any

from bucket_site import BucketSite
from definitions import workflow
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.result import ItemResult, JobResult, SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.words import NewWords
from media_workflows.domain.workflow import Workflow, resolved
from media_workflows.execution.run_step import run_step
from media_workflows.execution.running_step import Resources
from media_workflows.settings import Settings
from media_workflows.storage.clients import make_clients
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_source
from media_workflows.store.words import create_words
from step_requests import step_request
from walked_events import checked_events


class IntelligenceSite(BucketSite):
    """A bucket, and runs on it."""

    def run(self, source: SourceObject, jobs: dict[str, Any], run_id: str = "r1", **how: Any) -> dict[str, JobResult]:
        """The features, then every job that reads them. The SDK parses the events of the run, in mode `change`."""
        flow = self._workflow(jobs, how.pop("event", None))
        with transaction() as session:
            record_source(session, "wf_1", run_id, 1, source)
        results = {kind: self._step(flow, kind, source, run_id, how) for kind in (FEATURES, *jobs)}
        begun, *_, ended = checked_events(Run("wf_1", run_id, 1, flow))
        assert [one[f"{one['EventType']}Event"]["Status"] for one in (begun, ended)] == ["PROCESSING", "FINISH"]
        return results

    def run_one(self, source: SourceObject, jobs: dict[str, Any], kind: str) -> JobResult:
        """One step of a run alone."""
        with transaction() as session:
            record_source(session, "wf_1", "r1", 1, source)
        return self._step(self._workflow(jobs), kind, source, "r1", {})

    def _workflow(self, jobs: dict[str, Any], event: str | None = None) -> Workflow:
        target = {"type": "http", "url": "https://example.org", "mode": "change", "event": event}
        parts: dict[str, Any] = {"output": {"directory": "out/"}, "notification": target}
        return resolved(workflow(bucket=self.bucket, directory="in/", jobs=jobs, **parts), PRESET_LIBRARY)

    def _step(self, flow: Workflow, kind: str, source: SourceObject, run_id: str, how: dict[str, Any]) -> JobResult:
        request = step_request(flow, kind, source, run_id, **how)
        result = run_step(request, Resources(self.clients, self.said.append, self.settings))
        assert isinstance(result, JobResult)
        return result


def intelligence_site(s3_server: str, settings: Settings) -> IntelligenceSite:
    """A new bucket; the library of words has some that are prohibited."""
    clients = make_clients(Settings(s3_endpoint_url=s3_server))
    bucket = f"bucket-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=bucket)
    with transaction() as session:
        words = [{"keyword": "敏感词"}, {"keyword": "to-morrow"}, {"keyword": "unheard"}]
        create_words(session, NewWords.model_validate({"words": words, "tags": ["prohibited"]}))
    return IntelligenceSite(clients, settings, bucket)


def only(result: JobResult) -> ItemResult:
    """The result of the job's one item."""
    (item,) = result.items
    return item
