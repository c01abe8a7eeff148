"""Transactions whose changes are also written as an event of the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from media_workflows.domain.run import Run
from media_workflows.notifications.outbox import sends_changes, store_change
from media_workflows.store.engine import transaction
from media_workflows.store.events import lock_event_order


@contextmanager
def change_event(run: Run | None) -> Iterator[Session]:
    """A transaction that ends with the event of what changed in it, if a receiver takes change events."""
    with transaction() as session:
        if run is None or not sends_changes(session, run.workflow):
            yield session
            return
        lock_event_order(session, run.workflow_id)
        yield session
        store_change(session, run)
