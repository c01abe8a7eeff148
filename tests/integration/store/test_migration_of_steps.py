"""A database filled by the version before steps had ids (0006): all of it reads the same after the migration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from definitions import workflow
from media_workflows.domain.step_key import StepInstance, StepKey
from media_workflows.store import claims, runs
from media_workflows.store.engine import make_engine, transaction
from media_workflows.store.events import events_of_run
from media_workflows.store.made_items import ItemIdentity, made_items
from media_workflows.store.migrate import alembic_config, upgrade
from media_workflows.store.progress import progress_of_run
from media_workflows.store.workflows import get_workflow
from old_database import Row, contents, old_database

AT = "2026-01-02T03:04:05+00:00"
OUTPUT = {"bucket": "b", "key": "out/a.mp4", "size_bytes": 7, "md5": "m", "etag": "e", "role": "main"}
ITEM = {"item": {"template": 100010}, "definition": 100010, "status": "SUCCESS", "outputs": [OUTPUT]}
SOURCE = {"bucket": "b", "key": "in/a.mp4", "etag": "e", "size_bytes": 5}


def result(kind: str) -> dict[str, Any]:
    return {"kind": kind, "begun_at": AT, "finished_at": AT, "source": None, "items": [ITEM]}


def progress_row(kind: str) -> dict[str, Any]:
    figures = {"phase": "done", "percent": 100.0, "fps": 25.0, "speed": None, "eta_s": None}
    return {"workflow_id": "wf_1", "run_id": "r1", "kind": kind, "try_number": 2, **figures, "updated_at": AT}


CONTENT_SHA256, REUSE_SHA256 = "c" * 64, "f" * 64
RUN = {"workflow_id": "wf_1", "run_id": "r1"}
OTHER_RUN = {"workflow_id": "wf_2", "run_id": "r1"}  # ids of runs are unique within a workflow only
NAMES = {"name": "w", "revision": 1, "trigger_bucket": "b", "trigger_prefix": "in/"}
UPLOAD = {"bucket": "b", "run_id": "r1", "kind": "transcode"}
ROWS: list[Row] = [
    ("workflow", {"id": "wf_1", **NAMES, "created_at": AT, "updated_at": AT}),
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
    ("run", {**RUN, "revision": 1, "source": SOURCE, "created_at": AT}),
    ("run", {**OTHER_RUN, "revision": 1, "source": SOURCE, "created_at": AT}),
    ("job_result", {**RUN, "kind": "transcode", "result": result("transcode"), "updated_at": AT}),
    ("job_result", {**RUN, "kind": "sample_snapshot", "result": result("sample_snapshot"), "updated_at": AT}),
    ("job_result", {**OTHER_RUN, "kind": "transcode", "result": result("transcode"), "updated_at": AT}),
    ("job_progress", progress_row("transcode")),
    ("job_progress", progress_row("sample_snapshot")),
    ("cancelled_run", {**RUN, "cancelled_by": "anna", "cancelled_at": AT}),
    (
        "made_item",
        {
            "content_sha256": CONTENT_SHA256,
            "recipe_sha256": REUSE_SHA256,
            "bucket": "b",
            "key": "out/a.mp4",
            **RUN,
            "outputs": [{"record": OUTPUT, "variables": None}],
            "notices": [],
            "made_at": AT,
        },
    ),
    ("output_claim", {"bucket": "b", "key": "claimed", **OTHER_RUN, "claimed_at": AT}),
    ("pending_upload", {"upload_id": "of a claim", "key": "claimed", **UPLOAD}),
    ("pending_upload", {"upload_id": "of a run", "key": "unclaimed", **UPLOAD}),
    ("pending_upload", {"upload_id": "of none", "key": "unclaimed", **UPLOAD, "run_id": "gone"}),
    ("waiting_run", {**RUN, "since": AT}),
    ("event", {"id": "evt_1", **RUN, "kind": "finish", "body": "{}", "created_at": AT}),
    (
        "delivery",
        {
            "event_id": "evt_1",
            "workflow_id": "wf_1",
            "role": "workflow",
            "target": {"type": "http", "url": "https://example.org/"},
            "receiver": "https://example.org",
            "ordered": False,
            "state": "delivered",
            "due_at": AT,
            "give_up_at": AT,
            "tries": 1,
            "attempts": 1,
            "created_at": AT,
        },
    ),
    ("template", {"id": 200001, "kind": "transcode", "name": "mine", "revision": 1, "created_at": AT}),
]


@pytest.fixture
def filled(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database of version 0006 with rows in every table that the migration touches."""
    with old_database(postgres, monkeypatch, "0006", ROWS) as url:
        yield url


def test_every_row_keeps_what_it_held(filled: str) -> None:
    before = contents(filled, ROWS)
    command.upgrade(alembic_config(filled), "0007")
    after = contents(filled, ROWS)
    for table, rows in before.items():
        names = [name for name in rows[0] if (table, name) != ("pending_upload", "kind")]  # it is the step's id now
        kept = [{name: row[name] for name in names} for row in after[table]]
        assert sorted(kept, key=str) == sorted(({name: row[name] for name in names} for row in rows), key=str), table
    for table in ("job_result", "job_progress"):
        assert [(row["step_id"], row["map_index"]) for row in after[table]] == [
            (row["kind"], -1) for row in before[table]
        ]
    command.downgrade(alembic_config(filled), "0006")
    assert contents(filled, ROWS) == before


def test_it_reads_as_before(filled: str) -> None:
    upgrade(filled)
    with transaction() as session:
        record = runs.get_run(session, "wf_1", "r1")
        assert record is not None
        assert [job.kind for job in record.jobs] == ["sample_snapshot", "transcode"]
        assert [job.step for job in record.jobs] == [StepInstance("sample_snapshot"), StepInstance("transcode")]
        shown = [job.model_dump(mode="json", exclude_unset=True) for job in record.jobs]
        assert shown == [json.loads(json.dumps(result(job.kind)).replace("+00:00", "Z")) for job in record.jobs]
        assert {"step_id", "map_index"}.isdisjoint(record.jobs[0].model_dump())
        assert runs.cancellation(session, "wf_1", "r1") is not None
        assert progress_of_run(session, "wf_1", "r1")[StepInstance("transcode")].percent == 100
        (made,) = made_items(session, ItemIdentity(content_sha256=CONTENT_SHA256, reuse_sha256=REUSE_SHA256))
        assert (made.workflow_id, made.run_id, made.step_id) == ("wf_1", "r1", "")
        assert [event.id for event in events_of_run(session, "wf_1", "r1")] == ["evt_1"]
        assert get_workflow(session, "wf_1").definition == workflow()


def test_a_pending_upload_gets_the_workflow_of_its_claim_else_of_its_run(filled: str) -> None:
    upgrade(filled)

    def pending(workflow_id: str, run_id: str = "r1") -> list[str]:
        with transaction() as session:
            found = claims.pending_uploads(session, StepKey(workflow_id, run_id, "transcode"))
        return [upload.upload_id for upload in found]

    assert pending("wf_2") == ["of a claim"]
    assert pending("wf_1") == ["of a run"]
    assert pending("", "gone") == ["of none"]


def test_what_the_version_before_cannot_hold_is_lost_on_the_way_back(filled: str) -> None:
    upgrade(filled)
    with transaction() as session:
        claims.claim_outputs(session, [("b", "k")], StepKey("d" * 250, "r", "s" * 250, 3))
    command.downgrade(alembic_config(filled), "0006")
    upgrade(filled)
    with make_engine(filled).connect() as connection:
        assert list(connection.scalars(text("SELECT key FROM output_claim"))) == ["claimed"]
