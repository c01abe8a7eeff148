"""Upload detection: candidates, rules and decisions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from media_workflows.domain.base import Model

UPLOAD_RUN = "upload__"  # begins the ids of runs that an upload started
SIDECAR_RUN = "sidecar__"  # those of the DAG media_sidecars, which joins late add-ons into ladders
BACKFILL_RUN = "existing__"  # and those that a backfill started; Airflow reserves "backfill__"
SIDECARS_DAG = "media_sidecars"


def is_manual(run_id: str) -> bool:
    """Whether a run was started by hand or by the API."""
    return not run_id.startswith((UPLOAD_RUN, BACKFILL_RUN))


class Rule(StrEnum):
    """Why an upload started a workflow or did not."""

    MATCHED = "matched"
    WAITING_RUN = "waiting_run"
    BACKFILL = "backfill"
    SIDECAR = "sidecar"
    NO_WORKFLOW = "no_workflow"
    DIRECTORY = "directory"
    FORMAT = "format"
    OWN_OUTPUT = "own_output"
    DISABLED = "disabled"
    BEFORE_ENABLED = "before_enabled"
    EXISTED_BEFORE = "existed_before"
    GONE = "gone"
    RUN_DELETED = "run_deleted"


FIRING = frozenset({Rule.MATCHED, Rule.WAITING_RUN, Rule.BACKFILL, Rule.SIDECAR})
RULE_MEANINGS: dict[Rule, str] = {
    Rule.MATCHED: "bucket, directory and format match an enabled workflow",
    Rule.WAITING_RUN: "a manually started run of the workflow was waiting for the next upload and took it",
    Rule.BACKFILL: "a backfill, or a request to process missed uploads, started the run",
    Rule.SIDECAR: "an add-on of ladders of the workflow: a run of the DAG media_sidecars joins it into them",
    Rule.NO_WORKFLOW: "no workflow has this bucket and directory as its trigger",
    Rule.DIRECTORY: "the key ends with '/': it is a directory marker, not a file",
    Rule.FORMAT: "the file's extension is not among the workflow's formats",
    Rule.OWN_OUTPUT: "the object is an output of a workflow; outputs never start a workflow",
    Rule.DISABLED: "the workflow was disabled when the upload was seen",
    Rule.BEFORE_ENABLED: "the object was uploaded before the workflow was enabled",
    Rule.EXISTED_BEFORE: "the object existed before detection started for this bucket and directory",
    Rule.GONE: "the object was deleted before it could be checked",
    Rule.RUN_DELETED: "the run that the upload started was deleted in Airflow before it ended",
}


class Receipt(Model):
    """The handle to delete a queue message once every object in it is decided."""

    queue_url: str
    handle: str


class Candidate(Model):
    """An object that may be a new upload. `uploaded_at` is the storage's clock; `fingerprint` comes with a listing.

    `etag` is the same from queue and listing; '' = the event names none.
    """

    bucket: str
    key: str
    source: Literal["queue", "listing"]
    uploaded_at: datetime
    etag: str = ""
    fingerprint: str | None = None
    receipt: Receipt | None = None


class UploadDecision(Model):
    """The decision on one object for one workflow; `workflow_id` '' = no single workflow.

    `join_error` is why a late add-on could not join its ladders, code and message; None = it did, or is none.
    """

    bucket: str
    key: str
    identity: str
    workflow_id: str = ""
    outcome: Literal["fired", "refused"]
    rule: Rule
    run_id: str | None = None
    source: str
    decided_at: datetime | None = None
    join_error: dict[str, str] | None = None
