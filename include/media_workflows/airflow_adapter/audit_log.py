"""Airflow's audit log: a row for each change that a user makes by our API, as Airflow's own API writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from media_workflows.airflow_adapter.dag_state import airflow_session

EVENT_LENGTH, ID_LENGTH = 60, 250  # of Airflow's columns


class Change(NamedTuple):
    """What a user did. `workflow_ids` [] = no single workflow; `details` must hold no secrets.

    `states` are those before and after it, by workflow; '' = of no single workflow.
    """

    event: str
    user: str
    workflow_ids: list[str]
    run_id: str | None
    details: dict[str, Any]
    states: Mapping[str, dict[str, Any]] = MappingProxyType({})


def record_change(change: Change) -> None:
    """Write one row for each workflow, or one. Raises AirflowStateError."""
    from airflow.models.log import Log

    with airflow_session() as session:
        for workflow_id in change.workflow_ids or [""]:
            session.add(
                Log(
                    event=change.event[:EVENT_LENGTH],
                    owner=change.user,
                    owner_display_name=change.user,
                    dag_id=_id(workflow_id),
                    run_id=_id(change.run_id),
                    extra=json.dumps({**change.details, **change.states.get(workflow_id, {})}, default=str),
                )
            )


def _id(text: str | None) -> str | None:
    """An id, if there is one, as far as the column holds it: a refused call may name anything."""
    return text.replace("\0", "")[:ID_LENGTH] if text else None
