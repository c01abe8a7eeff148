"""Whether an upload fires a workflow: the rules, pure, for ingestion and for dry runs.

Each function gives the rule that refuses the upload, or None. They are asked in the order they stand in.
"""

from __future__ import annotations

from datetime import datetime

from media_workflows.domain.candidates import Rule
from media_workflows.domain.trigger import Trigger
from media_workflows.ingest.listing import on_server_clock
from media_workflows.storage.provenance import is_own_output
from media_workflows.storage.s3 import ObjectHead


def refusal_by_key(key: str) -> Rule | None:
    """By the name alone, whatever the workflow."""
    return Rule.DIRECTORY if key.endswith("/") else None


def refusal_by_trigger(trigger: Trigger, bucket: str, key: str) -> Rule | None:
    """By where the object lies and what it is called."""
    if bucket != trigger.bucket or not key.startswith(trigger.prefix):
        return Rule.NO_WORKFLOW
    return None if trigger.accepts_format(key) else Rule.FORMAT


def refusal_by_object(bucket: str, key: str, head: ObjectHead) -> Rule | None:
    """By what the storage says of the object."""
    return Rule.OWN_OUTPUT if is_own_output(bucket, key, head.metadata) else None


def refusal_by_state(
    is_paused: bool, enabled_at: datetime | None, uploaded_at: datetime, server_date: datetime
) -> Rule | None:
    """By whether the workflow was enabled; `uploaded_at` and `server_date` are of the storage's clock."""
    if is_paused:
        return Rule.DISABLED
    if enabled_at and uploaded_at < on_server_clock(enabled_at, server_date):
        return Rule.BEFORE_ENABLED
    return None
