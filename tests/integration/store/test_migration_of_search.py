"""A database filled before deliveries had the words of their file (0034): what was found is found, up and down."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command

from media_workflows.store.delivery_log import DeliveryFilter, list_deliveries
from media_workflows.store.engine import transaction
from media_workflows.store.migrate import alembic_config, upgrade
from media_workflows.store.run_list import RunFilter, list_runs
from old_database import Row, contents, old_database

AT = "2026-01-02T03:04:05+00:00"
RUN = {"workflow_id": "wf_1", "created_at": AT, "state": "failed"}
EVENT = {"workflow_id": "wf_1", "body": "{}", "created_at": AT}
DELIVERY = {
    "workflow_id": "wf_1",
    "role": "workflow",
    "target": {"type": "http", "url": "https://receiver.example/"},
    "receiver": "",
    "ordered": False,
    "state": "dead",
    "due_at": AT,
    "give_up_at": AT,
    "tries": 0,
    "attempts": 0,
    "created_at": AT,
}
ROWS: list[Row] = [
    ("run", RUN | {"run_id": "r1", "source": {"bucket": "b", "key": "in/a-b.mp4", "etag": "e", "size_bytes": 5}}),
    ("run", RUN | {"run_id": "r2"}),
    *(("event", EVENT | {"id": f"e{run}", "run_id": f"r{run}"}) for run in (1, 2)),
    *(("delivery", DELIVERY | {"event_id": f"e{run}"}) for run in (1, 2)),
]


def test_up_and_down(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with old_database(postgres, monkeypatch, "0034", ROWS) as url:
        before = contents(url, ROWS)
        upgrade(url)
        with transaction() as session:
            runs = list_runs(session, RunFilter(workflow_ids=None, states=frozenset({"failed"}), search="a mp4"))
            deliveries = list_deliveries(session, DeliveryFilter(search="b"))
        assert [one.run_id for one in runs.items] == [one.run_id for one in deliveries.items] == ["r1"]
        command.downgrade(alembic_config(url), "0034")
        assert contents(url, ROWS) == before
