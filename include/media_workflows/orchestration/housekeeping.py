"""Deletes old data from the store, once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk.bases.operator import BaseOperator

from media_workflows.settings import get_settings

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context


class ForgetOldEventsOperator(BaseOperator):
    """Deletes events older than setting `keep_events_days`, unless a delivery is still due; returns their number."""

    def execute(self, context: Context) -> int:
        """One transaction."""
        from media_workflows.store.delivery_log import forget_old_events
        from media_workflows.store.engine import transaction
        from media_workflows.store.tables import utcnow

        with transaction() as session:
            count = forget_old_events(session, utcnow() - timedelta(days=get_settings().keep_events_days))
        self.log.info("deleted %d old events", count)
        return count
