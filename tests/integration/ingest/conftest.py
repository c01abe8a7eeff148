"""Uploads between a real S3 and SQS server, a real database, and a starter that keeps runs in memory."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import Engine, update

from definitions import workflow
from media_workflows.domain.candidates import Candidate, UploadDecision
from media_workflows.errors import AirflowStateError
from media_workflows.ingest.decide import Ingest
from media_workflows.ingest.listing import ListingSource, Scan
from media_workflows.ingest.queue import QueueSource
from media_workflows.ingest.run_starter import DagState
from media_workflows.orchestration.ingest import Batch
from media_workflows.settings import Settings
from media_workflows.storage.clients import Clients, make_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import uploads as upload_store
from media_workflows.store import workflows as workflow_store
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.tables import WorkflowRow, utcnow
from media_workflows.store.workflows import StoredWorkflow

LIVE = 1_000_000  # newer than any revision
VISIBILITY_S = 600  # `Scene.receive` brings unsettled messages back; a short time would bring them twice in one turn
WITHIN_S = 60


class Killed(BaseException):
    """The process dies at this point: nothing catches it."""


@dataclass
class MemoryStarter:
    """Airflow's side: runs under their unique (DAG, id). It fails on request, before or after it did its work."""

    runs: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    states: dict[str, DagState | None] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    broken_dags: set[str] = field(default_factory=set)
    fail_before: list[BaseException] = field(default_factory=list)
    fail_after: list[BaseException] = field(default_factory=list)

    def dag_state(self, dag_id: str) -> DagState | None:
        return self.states.get(dag_id, DagState(is_paused=False, revision=LIVE))

    def has_run(self, dag_id: str, run_id: str, *, active_only: bool = False) -> bool:
        return run_id in self.active if active_only else (dag_id, run_id) in self.runs

    def existing_runs(self, dag_id: str, run_ids: Collection[str]) -> set[str]:
        return {run_id for run_id in run_ids if self.has_run(dag_id, run_id)}

    def has_succeeded(self, dag_id: str, run_id: str) -> bool:
        return (dag_id, run_id) in self.runs and run_id not in self.active | self.failed

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        if self.fail_before:
            raise self.fail_before.pop()
        if dag_id in self.broken_dags:
            raise AirflowStateError(f"{dag_id} has import errors")
        self.runs.setdefault((dag_id, run_id), conf)
        if self.fail_after:
            raise self.fail_after.pop()


@dataclass
class Scene:
    """One test's buckets, queue, workflows and runs."""

    clients: Clients
    engine: Engine
    bucket: str
    queue_url: str
    starter: MemoryStarter = field(default_factory=MemoryStarter)
    received: list[str] = field(default_factory=list)  # receipt handles
    Killed = Killed

    @property
    def storage(self) -> ObjectStorage:
        return ObjectStorage(self.clients.s3)

    @property
    def listing(self) -> ListingSource:
        return ListingSource(self.storage, self.engine)

    @property
    def queue(self) -> QueueSource:
        return QueueSource(self.clients.sqs, self.queue_url)

    @property
    def ingest(self) -> Ingest:
        return Ingest(self.storage, self.engine, self.starter)

    def workflow(self, name: str = "w", directory: str | None = "in/", **parts: Any) -> StoredWorkflow:
        """A workflow enabled a minute ago."""
        stored = self.new_workflow(name, directory, **parts)
        self.enable(stored)
        return stored

    def new_workflow(self, name: str = "w", directory: str | None = "in/", **parts: Any) -> StoredWorkflow:
        """A workflow that was only ever enabled by Airflow's own switch."""
        with transaction() as session:
            stored = workflow_store.create_workflow(session, workflow(name, self.bucket, directory, **parts))
        self._switch(stored, enabled=True)
        return stored

    def enable(self, stored: StoredWorkflow, seconds_ago: float = 60) -> None:
        self._switch(stored, enabled=True, enabled_at=utcnow() - timedelta(seconds=seconds_ago))

    def disable(self, stored: StoredWorkflow) -> None:
        self._switch(stored, enabled=False)

    def _switch(self, stored: StoredWorkflow, *, enabled: bool, **times: datetime) -> None:
        """Both switches: the store's and Airflow's."""
        self.starter.states[stored.id] = DagState(is_paused=not enabled, revision=LIVE)
        with transaction() as session:
            query = update(WorkflowRow).where(WorkflowRow.id == stored.id)
            session.execute(query.values(enabled=enabled, **times))

    def put(self, key: str, body: bytes = b"x", metadata: dict[str, str] | None = None) -> None:
        self.clients.s3.put_object(Bucket=self.bucket, Key=key, Body=body, Metadata=metadata or {})

    def send_events_to_queue(self) -> None:
        """Let the storage itself tell the queue of uploads and removals from now on."""
        arn = self.clients.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])
        self.clients.s3.put_bucket_notification_configuration(
            Bucket=self.bucket,
            NotificationConfiguration={
                "QueueConfigurations": [
                    {
                        "QueueArn": arn["Attributes"]["QueueArn"],
                        "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
                    }
                ]
            },
        )
        self.drain()  # the server may send a test event

    def send(self, body: str | dict[str, Any]) -> None:
        self.clients.sqs.send_message(
            QueueUrl=self.queue_url, MessageBody=body if isinstance(body, str) else json.dumps(body)
        )

    def drain(self) -> None:
        while found := self.clients.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in found:
                self.clients.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])

    def queued(self) -> int:
        """Messages in the queue, those being worked on included."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.clients.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def scan(self) -> list[Candidate]:
        """One turn of each listing, as of a new process."""
        roots = self.listing.roots()
        return [candidate for root in roots for candidate in self.scan_root(*root).candidates]

    def scan_root(self, bucket: str, prefix: str) -> Scan:
        """One turn of one listing, which is recorded."""
        listing = self.listing
        scan = listing.scan(bucket, prefix, listing.positions().get((bucket, prefix)))
        listing.complete({(bucket, prefix): scan})
        return scan

    def await_queued(self, count: int) -> None:
        """The storage sends its events after it has answered."""
        deadline = time.monotonic() + WITHIN_S
        while self.queued() < count:
            assert time.monotonic() < deadline, self.queued()
            time.sleep(0.02)

    def receive(self, within_s: float = WITHIN_S) -> list[Candidate]:
        """What the queue brings, as soon as it brings anything; also what it brought before, unless it was settled."""
        self._bring_back()
        deadline = time.monotonic() + within_s
        while not (candidates := self.queue.receive(1)) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.received += [candidate.receipt.handle for candidate in candidates if candidate.receipt]
        return candidates

    def _bring_back(self) -> None:
        """As time does it."""
        for handle in self.received:
            with suppress(ClientError):  # it was settled
                self.clients.sqs.change_message_visibility(
                    QueueUrl=self.queue_url, ReceiptHandle=handle, VisibilityTimeout=0
                )
        self.received.clear()

    def decide(self, candidates: list[Candidate]) -> list[Candidate]:
        """What the ingest task does with a batch; those to look at again."""
        batch = Batch(candidates, self.clients, self.listing)
        batch.decide(self.ingest)
        return batch.postponed

    def round(self) -> list[Candidate]:
        return self.decide(self.scan())

    @property
    def fired(self) -> list[tuple[str, str]]:
        """(workflow, key) of every run."""
        return sorted((dag, conf["key"]) for (dag, _), conf in self.starter.runs.items())

    @property
    def fired_keys(self) -> list[str]:
        return [key for _, key in self.fired]

    def decisions(self, key: str | None = None) -> list[UploadDecision]:
        """Oldest first."""
        with transaction() as session:
            return upload_store.list_decisions(session, self.bucket, key).items[::-1]

    def rules(self, key: str | None = None) -> list[str]:
        return [decision.rule.value for decision in self.decisions(key)]


@pytest.fixture(scope="session")
def clients(s3_server: str) -> Clients:
    return make_clients(Settings(s3_endpoint_url=s3_server))


@pytest.fixture
def scene(clients: Clients, database: str) -> Iterator[Scene]:
    name = f"scene-{uuid.uuid4().hex[:12]}"
    clients.s3.create_bucket(Bucket=name)
    attributes: Any = {"VisibilityTimeout": str(VISIBILITY_S)}
    queue_url = clients.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    yield Scene(clients, get_engine(), name, queue_url)
    clients.sqs.delete_queue(QueueUrl=queue_url)


@pytest.fixture
def small_file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"an output")
    return path
