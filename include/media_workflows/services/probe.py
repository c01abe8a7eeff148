"""Whether the product itself works, for probes: it detects uploads, and sends its events. Two short queries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.services.detection import GRACE_S, DetectionState, state_of
from media_workflows.settings import get_settings
from media_workflows.store import detection, metrics
from media_workflows.store.tables import utcnow

OUTBOX_LIMIT_S = 300.0  # a sender begins again within seconds; one receiver's queue may be longer for a while


class ProbeAnswer(Model):
    """`status` is failing if `detection` is failing or stopped, or `outbox_age_s` above OUTBOX_LIMIT_S.

    Ages are in seconds; `last_decision_age_s` is None before the first upload.
    """

    status: Literal["ok", "failing"]
    detection: DetectionState
    last_decision_age_s: float | None
    outbox_age_s: float


def probe(session: Session) -> ProbeAnswer:
    """The answer now, of the whole installation."""
    now = utcnow()
    detected = detection_state(session, now)
    decided, due = metrics.last_decision_at(session), metrics.outbox_since(session, now)
    outbox_age_s = (now - due).total_seconds() if due else 0.0
    works = detected in ("ok", "off") and outbox_age_s <= OUTBOX_LIMIT_S
    return ProbeAnswer(
        status="ok" if works else "failing",
        detection=detected,
        last_decision_age_s=(now - decided).total_seconds() if decided else None,
        outbox_age_s=outbox_age_s,
    )


def detection_state(session: Session, now: datetime) -> DetectionState:
    """How detection stands; `off` also while no workflow is enabled: nothing is to be detected."""
    settings = get_settings()
    if not metrics.has_enabled(session):
        return "off"
    recently = now - timedelta(seconds=settings.upload_poll_interval_s + GRACE_S)
    polled, _ = detection.read_since(session, settings.upload_queue_urls, recently)
    return state_of(metrics.failing_in_use(session, settings.upload_queue_urls, recently), polled, now)
