"""A database as a version with the schema 0006 filled it: the API answers what it answered then, and more.

`answers_of_0006.json` holds that version's own answers; the rows are what it had stored for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from media_workflows.store.migrate import upgrade
from old_database import Row, old_database

ANSWERS = json.loads(Path(__file__).with_name("answers_of_0006.json").read_text("utf-8"))
REVISION = ANSWERS["/api/v1/workflows/wf_1/revisions/1"]
TEMPLATE = ANSWERS["/api/v1/templates/transcode/1000000"]
EVENT = ANSWERS["/api/v1/events/evt_1"]["event"]
RUNS = ANSWERS["/api/v1/runs?workflow=wf_1"]["items"]
AT = EVENT["created_at"]


def rows() -> list[Row]:
    workflow = {"workflow_id": "wf_1"}
    names = {"name": "one", "revision": 1, "trigger_bucket": "api-in", "trigger_prefix": "one/"}
    stored = {"author": REVISION["author"], "created_at": REVISION["created_at"]}
    template = {name: TEMPLATE[name] for name in ("id", "kind", "name", "revision", "created_at")}
    definition = {name: TEMPLATE[name] for name in ("kind", "name", "comment", "parameters")}
    delivery = {"event_id": "evt_1", "workflow_id": "wf_1", "role": "workflow", "ordered": False, "tries": 1}
    target = {"target": {"type": "http", "url": "https://example.org/"}, "receiver": "https://example.org"}
    times = {"due_at": AT, "give_up_at": AT, "created_at": AT}
    results = [(run["run_id"], job) for run in RUNS for job in run["jobs"]]
    return [
        ("workflow", {"id": "wf_1", **names, "created_at": AT, "updated_at": AT}),
        ("template", template),
        (
            "template_revision",
            {
                "template_id": TEMPLATE["id"],
                "number": 1,
                "definition": definition,
                "author": "admin",
                "created_at": TEMPLATE["updated_at"],
            },
        ),
        (
            "revision",
            {
                "workflow_id": "wf_1",
                "number": 1,
                "sequence": 1,
                "definition": REVISION["definition"],
                "templates": [{"id": TEMPLATE["id"], "revision": 1, "definition": definition}],
                **stored,
            },
        ),
        *(
            (
                "run",
                {
                    "workflow_id": "wf_1",
                    "run_id": run["run_id"],
                    "revision": 1,
                    "source": run["source"],
                    "created_at": AT,
                },
            )
            for run in RUNS
        ),
        *(
            ("job_result", workflow | {"run_id": id_, "kind": job["kind"], "result": job, "updated_at": AT})
            for id_, job in results
        ),
        ("event", {name: EVENT[name] for name in ("id", "workflow_id", "run_id", "kind", "body", "created_at")}),
        ("delivery", delivery | target | times | {"state": "delivered", "attempts": 1}),
    ]


@pytest.fixture
def database(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a database of version 0006 that was filled then, and upgraded."""
    with old_database(postgres, monkeypatch, "0006", rows()) as url:
        upgrade(url)
        yield url


def lost(before: Any, now: Any, place: str = "") -> list[str]:
    """What an earlier answer had and today's has not, or has otherwise. New fields are no loss."""
    if isinstance(before, dict) and isinstance(now, dict):
        missing = [f"{place}.{name}" for name in before.keys() - now.keys()]
        both = before.keys() & now.keys()
        return missing + [each for name in both for each in lost(before[name], now[name], f"{place}.{name}")]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [each for index, one in enumerate(before) for each in lost(one, now[index], f"{place}[{index}]")]
    return [] if before == now else [f"{place}: {before!r} is {now!r}"]


def test_it_answers_as_before(admin: Any, metadata: Any, add_run: Any) -> None:
    from airflow.models.dag import DagModel

    metadata.add(DagModel(dag_id="wf_1", bundle_name="media_workflows", is_paused=True))
    for run in reversed(RUNS):  # the newest one is first in the list
        add_run("wf_1", run["run_id"], run["state"], 1)
    for path, before in ANSWERS.items():
        answer = admin.get(path)
        assert answer.status_code == 200, answer.text
        changed = [each for each in lost(before, answer.json()) if ".ended_at: " not in each]  # that of `add_run`
        assert changed == [], path
    definition = admin.get("/api/v1/workflows/wf_1").json()["definition"]
    assert lost(REVISION["definition"], definition) == []
