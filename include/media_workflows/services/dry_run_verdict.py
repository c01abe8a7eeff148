"""The verdict of a dry run: whether ingestion would start a run for an object or a local file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from media_workflows.domain.candidates import Rule
from media_workflows.domain.dry_run import Verdict
from media_workflows.domain.workflow import Workflow
from media_workflows.ingest import rules
from media_workflows.storage.s3 import ObjectHead


@dataclass(frozen=True)
class WorkflowState:
    """The state of a stored workflow in Airflow and the store."""

    workflow_id: str
    is_paused: bool
    enabled_at: datetime | None


def verdict_on(
    workflow: Workflow, state: WorkflowState | None, key: str, head: ObjectHead | None, is_local: bool = False
) -> Verdict:
    """Of an object, or of a local file, which counts as uploaded now. `state` None: the workflow is not stored."""
    return Verdict(rule=_refusal(workflow, state, key, head, is_local) or Rule.MATCHED)


def _refusal(
    workflow: Workflow, state: WorkflowState | None, key: str, head: ObjectHead | None, is_local: bool
) -> Rule | None:
    """The rule that refuses, in the order of ingestion."""
    trigger = workflow.trigger
    if rule := rules.refusal_by_key(key) or rules.refusal_by_trigger(trigger, trigger.bucket, key):
        return rule
    if head is None:
        is_disabled = state is not None and state.is_paused
        return (Rule.DISABLED if is_disabled else None) if is_local else Rule.GONE
    if rule := rules.refusal_by_object(trigger.bucket, key, head):
        return rule
    if state is None:
        return None
    return rules.refusal_by_state(state.is_paused, state.enabled_at, head.last_modified, head.clock_skew)
