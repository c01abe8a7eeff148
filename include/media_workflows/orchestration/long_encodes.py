"""At most some encodes of long sources at the same time: the others wait outside of their pool.

Airflow fixes the pool of a task before anything is known of its source, so a few films would hold all slots for hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

from media_workflows.airflow_adapter.planned_tasks import ENCODING_KINDS
from media_workflows.settings import get_settings

if TYPE_CHECKING:
    from airflow.sdk.bases.operator import BaseOperator

CHECK_INTERVAL_S = 30.0  # each check is a task process; a film takes many minutes


@contextmanager
def place_for(operator: BaseOperator, kind: str, source_bytes: int) -> Iterator[None]:
    """Hold a place of long sources, if this is one. Raises TaskDeferred when all are taken.

    The task is resumed at its method `resume`, and comes here again.
    """
    settings = get_settings()
    if not settings.long_encodes or kind not in ENCODING_KINDS or source_bytes < settings.long_source_bytes:
        yield
        return
    from media_workflows.store.places import LONG_ENCODES, place_among  # SQLAlchemy: not at DAG-parse time

    with place_among(settings.long_encodes, LONG_ENCODES) as is_free:
        if not is_free:
            operator.log.info(
                "waiting without a slot: long_encodes = %d other sources are encoded", settings.long_encodes
            )
            operator.defer(trigger=TimeDeltaTrigger(timedelta(seconds=CHECK_INTERVAL_S)), method_name="resume")
        yield
