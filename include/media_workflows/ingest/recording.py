"""Decisions on uploads become durable, each with a span of its trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from media_workflows.domain.candidates import UploadDecision
from media_workflows.store import uploads as store
from media_workflows.store.tables import utcnow
from media_workflows.tracing import past_span


def record_decisions(session: Session, decisions: Sequence[UploadDecision], began_at: datetime) -> None:
    """Store decisions that are new; their spans last since `began_at`, when their batch began to be decided."""
    store.record_decisions(session, decisions)
    ended_at = utcnow()
    for one in decisions:
        about = {"workflow": one.workflow_id, "run": one.run_id or "", "bucket": one.bucket, "key": one.key}
        past_span("decision", began_at, ended_at, **about, outcome=one.outcome, rule=one.rule.value)
