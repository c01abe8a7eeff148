"""A database filled by the version before the store had Airflow's state (0007): nothing is lost, up and down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from definitions import workflow
from media_workflows.store import run_list, runs
from media_workflows.store.engine import transaction
from media_workflows.store.migrate import alembic_config, upgrade
from media_workflows.store.run_list import RunFilter
from media_workflows.store.switches import switches
from media_workflows.store.workflows import get_workflow
from old_database import Row, contents, old_database

AT = "2026-01-02T03:04:05+00:00"
SOURCE = {"bucket": "b", "key": "in/a.mp4", "etag": "e", "size_bytes": 5}
ROWS: list[Row] = [
    (
        "workflow",
        {
            "id": "wf_1",
            "name": "w",
            "revision": 1,
            "trigger_bucket": "b",
            "trigger_prefix": "in/",
            "created_at": AT,
            "updated_at": AT,
            "enabled_at": AT,
        },
    ),
    (
        "revision",
        {
            "workflow_id": "wf_1",
            "number": 1,
            "sequence": 1,
            "definition": workflow().model_dump(mode="json"),
            "author": "anna",
            "created_at": AT,
        },
    ),
    ("run", {"workflow_id": "wf_1", "run_id": "r1", "revision": 1, "source": SOURCE, "created_at": AT}),
]

ONE_WORKFLOW = RunFilter(workflow_ids=frozenset({"wf_1"}))


@pytest.fixture
def filled(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with old_database(postgres, monkeypatch, "0007", ROWS) as url:
        yield url


def test_up_and_down(filled: str) -> None:
    before = contents(filled, ROWS)
    upgrade(filled)
    after = contents(filled, ROWS)
    for table, (row,) in before.items():
        assert row.items() <= after[table][0].items()
    with transaction() as session:
        assert switches(session)["wf_1"].enabled is None  # Airflow's switch counts
        assert get_workflow(session, "wf_1").enabled is None
        record = runs.get_run(session, "wf_1", "r1")
        assert record is not None
        assert record.source is not None
        assert run_list.list_runs(session, ONE_WORKFLOW).total == 0  # until it is copied from Airflow
        session.execute(text("INSERT INTO run (workflow_id, run_id, created_at) VALUES ('wf_1', 'queued', now())"))
    command.downgrade(alembic_config(filled), "0007")
    assert contents(filled, ROWS) == before
