"""The interface to Airflow that ingestion requires, and the names of the runs that it starts."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from media_workflows.domain.candidates import SIDECAR_RUN, UPLOAD_RUN
from media_workflows.storage.s3 import ObjectHead


@dataclass(frozen=True)
class DagState:
    """The state of a workflow's DAG in Airflow. `revision` is the one that new runs get; 0 = it has none."""

    is_paused: bool
    revision: int


class RunStarter(Protocol):
    """The interface to Airflow that backfills and requests require."""

    def dag_state(self, dag_id: str) -> DagState | None:
        """The DAG's state; None while Airflow has not parsed the DAG."""

    def has_run(self, dag_id: str, run_id: str, *, active_only: bool = False) -> bool:
        """Whether the run exists; with `active_only`, whether it is queued or running."""

    def has_succeeded(self, dag_id: str, run_id: str) -> bool:
        """Whether the run exists and has ended with success."""

    def start_run(self, dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        """Create the run; an existing run of that id counts as success. Raises on any other failure."""


class BatchRunStarter(RunStarter, Protocol):
    """The interface to Airflow that decisions on many uploads at once require."""

    def existing_runs(self, dag_id: str, run_ids: Collection[str]) -> set[str]:
        """Which of these runs exist. That none does is answered by one request."""


def object_identity(head: ObjectHead) -> str:
    """The identity of one write of a key: the version id, else ETag and modification time.

    The time distinguishes A, B, A again from A; it is the HEAD's (whole seconds), so that queue and
    listing agree.
    """
    return head.version_id or f"{head.etag}@{int(head.last_modified.timestamp())}"


def run_id_for(bucket: str, key: str, identity: str) -> str:
    """The run's id: 'upload__' and 32 hex digits. Airflow's unique (dag_id, run_id) prevents duplicate runs."""
    digest = hashlib.sha256("\0".join((bucket, key, identity)).encode()).hexdigest()
    return f"{UPLOAD_RUN}{digest[:32]}"


def run_conf(bucket: str, key: str, head: ObjectHead) -> dict[str, Any]:
    """The configuration of a run: the object that its sensor confirms."""
    return {"bucket": bucket, "key": key, "etag": head.etag, "version_id": head.version_id}


def sidecar_run_id(bucket: str, key: str, identity: str, workflow_id: str) -> str:
    """The id of the only run that joins this write of an add-on into the ladders of a workflow."""
    digest = hashlib.sha256("\0".join((bucket, key, identity, workflow_id)).encode()).hexdigest()
    return f"{SIDECAR_RUN}{digest[:32]}"
