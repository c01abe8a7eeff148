"""The rules that decide whether a source object fires a workflow, for ingestion and dry runs. Pure.

Each function returns the rule that refuses the object, or None. They apply in the order of this module.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from media_workflows.domain.candidates import Rule
from media_workflows.domain.trigger import Trigger
from media_workflows.storage.clock import on_server_clock
from media_workflows.storage.provenance import is_own_output
from media_workflows.storage.s3 import ObjectHead


def refusal_by_key(key: str) -> Rule | None:
    """The rule that refuses a key for every workflow, by its name alone."""
    return Rule.DIRECTORY if key.endswith("/") else None


def refusal_by_trigger(trigger: Trigger, bucket: str, key: str) -> Rule | None:
    """The rule by which a trigger refuses an object: its bucket, directory and formats."""
    if bucket != trigger.bucket or not key.startswith(trigger.prefix):
        return Rule.NO_WORKFLOW
    return None if trigger.accepts_format(key) else Rule.FORMAT


def refusal_by_object(bucket: str, key: str, head: ObjectHead) -> Rule | None:
    """The rule that refuses an object by its size and metadata in the storage."""
    return Rule.OWN_OUTPUT if is_own_output(bucket, key, head.metadata) else None


def refusal_by_state(
    is_paused: bool, enabled_at: datetime | None, uploaded_at: datetime, skew: timedelta
) -> Rule | None:
    """The rule that refuses an object because its workflow was not enabled at that time.

    `uploaded_at` is of the storage's clock, which is `skew` ahead of ours.
    """
    if is_paused:
        return Rule.DISABLED
    if enabled_at and uploaded_at < on_server_clock(enabled_at, skew):
        return Rule.BEFORE_ENABLED
    return None
