"""How far behind the detection of a workflow's uploads is, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.settings import get_settings
from media_workflows.store import detection as store
from media_workflows.store.detection import DetectionSource
from media_workflows.store.engine import transaction
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import get_workflow

GRACE_S = 60.0  # a batch of decisions, or a task of the DAG that begins again, stands between two polls

DetectionState = Literal["ok", "failing", "stopped", "off"]


class Detection(Model):
    """The detection of a workflow's uploads.

    `failing`: a source cannot be read; its `error` says why. `stopped`: no source was read for too long: the DAG is
    paused, or its task waits for a worker or triggerer. `off`: by the settings there is no source. `behind_s` is the
    age of the latest reading: uploads since then are not detected yet; None = no source was ever read.
    """

    state: DetectionState
    behind_s: float | None
    polled_at: datetime | None
    last_decision_at: datetime | None
    sources: tuple[DetectionSource, ...]


def detection_of(workflow_id: str) -> Detection:
    """How the detection of a workflow's uploads stands. Raises NotFoundError."""
    with transaction() as session:
        trigger = get_workflow(session, workflow_id).definition.trigger
        sources = _in_use(store.sources_of(session, trigger.bucket, trigger.prefix))
        decided = store.last_decision(session, workflow_id)
    now = utcnow()
    polled = max((source.polled_at for source in sources), default=None)
    succeeded = max((source.succeeded_at for source in sources if source.succeeded_at), default=None)
    return Detection(
        state=state_of(any(source.error for source in sources), polled, now),
        behind_s=(now - succeeded).total_seconds() if succeeded else None,
        polled_at=polled,
        last_decision_at=decided,
        sources=tuple(sources),
    )


def _in_use(sources: Sequence[DetectionSource]) -> list[DetectionSource]:
    """The queues that the settings name, and the listing that covers the directory now: the one that was read last."""
    settings = get_settings()
    queues = [source for source in sources if source.kind == "queue" and source.place in settings.upload_queue_urls]
    listings = [source for source in sources if source.kind == "listing"]
    if not listings or not settings.upload_poll_interval_s:
        return queues
    return [max(listings, key=lambda source: source.polled_at), *queues]


def state_of(is_failing: bool, polled: datetime | None, now: datetime) -> DetectionState:
    """The state of sources of which one fails or none, and of which the last was read at `polled`."""
    settings = get_settings()
    if not settings.upload_poll_interval_s and not settings.upload_queue_urls:
        return "off"
    if polled is None or (now - polled).total_seconds() > settings.upload_poll_interval_s + GRACE_S:
        return "stopped"
    return "failing" if is_failing else "ok"


class DetectionOfAll(Model):
    """The detection of all workflows' uploads: `state` as of one workflow, and the sources that cannot be read.

    `behind_s` is None unless it stands still.
    """

    state: DetectionState
    behind_s: int | None
    failing: list[DetectionSource]


def detection_of_all(session: Session, workflow_ids: Collection[str]) -> DetectionOfAll:
    """How detection stands; sources that fail are those of these workflows."""
    settings, now = get_settings(), utcnow()
    queues = settings.upload_queue_urls
    recently = now - timedelta(seconds=settings.upload_poll_interval_s + GRACE_S)
    polled, succeeded = store.read_since(session, queues, recently)
    failing = store.failing_sources(session, workflow_ids, queues, recently)
    state = state_of(bool(failing), polled, now)
    behind = None if state in ("ok", "off") else (succeeded or polled)
    return DetectionOfAll(
        state=state, behind_s=int((now - behind).total_seconds()) if behind else None, failing=failing
    )
