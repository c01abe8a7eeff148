"""Every change by the API leaves its user and outcome in Airflow's audit log and in the server's log."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import structlog

from api_definitions import definition, ended_import
from api_routes import ALL, CHANGE, OWN, body_of, request_of

TARGET = {"type": "http", "url": "https://receiver.example/?token=hidden"}
NO_TARGET = {"source": "none", "type": None}
HTTP_TARGET = {"source": "store", "type": "http", "host": "receiver.example"}


@pytest.fixture
def rows(metadata: Any) -> Any:
    """The new rows of the audit log: (event, owner, DAG, run, details)."""
    from airflow.models.log import Log
    from sqlalchemy import delete, select

    metadata.execute(delete(Log))
    metadata.commit()

    def rows() -> list[tuple[str, str, str | None, str | None, dict[str, Any]]]:
        metadata.expire_all()
        found = metadata.scalars(select(Log).order_by(Log.id)).all()
        metadata.commit()
        return [
            (row.event.removeprefix("media_workflows."), row.owner, row.dag_id, row.run_id, json.loads(row.extra))
            for row in found
        ]

    return rows


def test_a_workflows_life(admin: Any, create: Any, rows: Any) -> None:
    id_ = create("one")
    for action in ("enable", "disable"):
        admin.post(f"/api/v1/workflows/{id_}/{action}")
    admin.put(f"/api/v1/workflows/{id_}", json={"revision": 1, "definition": definition("two")})
    admin.put(f"/api/v1/workflows/{id_}", json={"revision": 1, "definition": definition("three")})
    admin.post("/api/v1/workflows/bulk", json={"action": "delete", "ids": [id_, "wf_none"]})
    found = rows()
    assert [(event, owner, dag_id) for event, owner, dag_id, _, _ in found] == [
        ("create_workflow", "admin", id_),
        ("enable_workflow", "admin", id_),
        ("disable_workflow", "admin", id_),
        ("update_workflow", "admin", id_),
        ("update_workflow", "admin", id_),
        ("change_many", "admin", id_),
    ]
    assert [details["outcome"] for *_, details in found] == ["ok", "ok", "ok", "ok", "ResourceConflict", "ok"]
    details = {name: value for name, value in found[3][4].items() if name not in ("before", "after")}
    assert details == {"name": "two", "revision": 1, "method": "PUT", "outcome": "ok"}
    assert found[5][4]["action"] == "delete"


def test_a_change_has_the_state_before_and_after(admin: Any, create: Any, rows: Any) -> None:
    """Of a definition it is the revision, which the API shows for good."""
    id_, other = create("one"), create("other")
    path = f"/api/v1/workflows/{id_}"
    admin.post(f"{path}/enable")
    admin.put(f"{path}/draft", json={"base_revision": 1, "number": 0, "definition": definition("one", priority=2)})
    admin.post(f"{path}/draft/apply", json={"number": 1})
    admin.put(f"{path}", json={"revision": 2, "definition": definition("three")})
    admin.post("/api/v1/workflows/bulk", json={"action": "disable", "ids": [id_, other]})
    admin.delete(path)
    states = [(event, dag, details["before"], details["after"]) for event, _, dag, _, details in rows()]
    one = {"name": "one", "revision": 1, "enabled": False, "draft": None}
    on = one | {"enabled": True}
    applied = on | {"revision": 2}
    off = applied | {"enabled": False}
    rest = one | {"name": "other"}
    assert states == [
        ("create_workflow", id_, None, one),
        ("create_workflow", other, None, rest),
        ("enable_workflow", id_, one, on),
        ("save_draft", id_, on, on | {"draft": 1}),
        ("apply_draft", id_, on | {"draft": 1}, applied),
        ("update_workflow", id_, applied, applied),  # refused: it is enabled
        ("change_many", id_, applied, off),
        ("change_many", other, rest, rest),
        ("delete_workflow", id_, off, None),
    ]


def test_the_states_of_other_objects(admin: Any, create: Any, rows: Any) -> None:
    id_ = create("filled")
    backfill = admin.post("/api/v1/backfills", json={"workflow": id_, "filters": {"prefix": "filled/"}}).json()["id"]
    admin.post(f"/api/v1/backfills/{backfill}/cancel")
    admin.post("/api/v1/words", json={"words": [{"keyword": "词"}], "usages": ["all"]})
    admin.put("/api/v1/words/词", json={"usages": ["all"], "tags": ["news"]})
    admin.delete("/api/v1/words", params={"keyword": "词"})
    admin.put("/api/v1/function-callback", json=TARGET)
    admin.delete("/api/v1/function-callback")
    found = rows()[1:]
    made, updated, removed = (details for event, *_, details in found if "word" in event)
    created = found.pop(0)[4]
    assert [(event, details["before"], details["after"]) for event, *_, details in found if "word" not in event] == [
        ("cancel_backfill", {"state": "counting"}, {"state": "cancelled"}),
        ("put_function_callback", NO_TARGET, HTTP_TARGET),
        ("delete_function_callback", HTTP_TARGET, NO_TARGET),
    ]
    assert (created["made"], created["after"]["revision"]) == ({"id": backfill, "state": "counting"}, 1)
    assert (made["before"], made["after"]) == (None, {"items": [{"keyword": "词"}]})
    assert (updated["before"]["tags"], updated["after"]["tags"]) == ([], ["news"])
    assert (removed["before"]["词"]["tags"], removed["after"]) == (["news"], {"词": None})


def test_an_import_of_words_has_its_counts_and_the_states_of_the_words(admin: Any, rows: Any) -> None:
    admin.post("/api/v1/words", json={"words": [{"keyword": "known"}], "usages": ["review"]})
    text = base64.b64encode(b"keyword,tags\nknown,new\nadded,\n!,\n").decode()
    admin.post("/api/v1/words/import", json={"content": text, "existing": "replace", "skip_bad_rows": True})
    details = rows()[-1][4]
    counts = {"added": 1, "replaced": 1, "kept": 0, "bad_rows": 1, "encoding": "utf-8"}
    assert {name: details.get(name) for name in counts} == counts
    assert (details["existing"], details["skip_bad_rows"]) == ("replace", True)
    before = {"usages": ["review"], "tags": []}
    assert details["before"] == {"known": before, "added": None}
    assert details["after"] == {"known": before | {"tags": ["new"]}, "added": {"usages": ["all"], "tags": []}}


def test_an_import_has_the_states_of_each_document(admin: Any, create: Any, rows: Any) -> None:
    id_ = create("one")
    text = json.dumps(definition("one", priority=4))
    state = admin.post("/api/v1/workflows/import", json={"yaml": text}).json()
    ended_import(admin, state["id"])
    (details,) = (details for event, _, dag, _, details in rows() if (event, dag) == ("import_document", id_))
    assert (details["before"]["revision"], details["after"]["revision"]) == (1, 2)


def test_backfills_and_missed_uploads(admin: Any, create: Any, rows: Any) -> None:
    id_ = create("filled")
    filters = {"prefix": "filled/", "select": "never_processed"}
    backfill = admin.post("/api/v1/backfills", json={"workflow": id_, "filters": filters}).json()["id"]
    for action in ("start", "cancel", "pause"):
        admin.post(f"/api/v1/backfills/{backfill}/{action}")
    admin.post(f"/api/v1/workflows/{id_}/missed-uploads", json={"keys": ["filled/a.mp4"]})
    found = rows()[1:]
    assert [(event, owner, dag_id, details["outcome"]) for event, owner, dag_id, _, details in found] == [
        ("create_backfill", "admin", id_, "ok"),
        ("start_backfill", "admin", id_, "ResourceConflict"),
        ("cancel_backfill", "admin", id_, "ok"),
        ("pause_backfill", "admin", id_, "ResourceConflict"),
        ("fire_missed_uploads", "admin", id_, "ResourceConflict"),
    ]
    assert (found[0][4]["filters"], found[2][4]["backfill_id"]) == (str(filters), backfill)
    assert found[4][4]["keys"] == ["filled/a.mp4"]


def test_a_run_by_its_workflow(admin: Any, create: Any, add_run: Any, rows: Any) -> None:
    id_ = create("runs")
    add_run(id_, "r1", "success", ended_h_ago=1)
    admin.post("/api/v1/runs/r1/retry", json={"force": True})
    (retried,) = rows()[1:]
    assert retried == (
        "retry_run",
        "admin",
        id_,
        "r1",
        {
            "force": True,
            "method": "POST",
            "outcome": "ResourceConflict",
            "before": {"state": "success"},
            "after": {"state": "success"},
        },
    )


def test_many_runs_have_their_states(admin: Any, create: Any, add_run: Any, rows: Any) -> None:
    id_ = create("one")
    for run, state in (("r1", "running"), ("r2", "success")):
        add_run(id_, run, state)
    named = [{"workflow": id_, "run": run} for run in ("r1", "r2", "r3")]
    answer = admin.post("/api/v1/runs/bulk", json={"action": "cancel", "runs": named})
    assert answer.status_code == 200
    (change,) = [details for event, *_, details in rows() if event == "change_many_runs"]
    assert change["before"] == {"runs": {"r1": "running", "r2": "success"}}
    assert change["after"] == {"runs": {"r1": "failed", "r2": "success"}}


def test_secrets_and_pictures_are_not_recorded(admin: Any, rows: Any) -> None:
    assert admin.put("/api/v1/function-callback", json=TARGET).status_code == 200
    admin.post("/api/v1/persons/1/faces", json={"content": "aGlkZGVu"})
    found = rows()
    assert [event for event, *_ in found] == ["put_function_callback", "add_face"]
    assert "hidden" not in str(found)
    assert "aGlkZGVu" not in str(found)


def test_every_change_is_recorded_and_no_reading(admin: Any, rows: Any) -> None:
    """A call of every route, well-formed or not; the audit follows from the permission that the route requires."""
    from media_workflows_plugin.api.audit import SAFE_METHODS

    changes = {route for route in CHANGE | OWN if route.split()[0] not in SAFE_METHODS}
    recorded, malformed = set(), set()
    for route in ALL:
        before = len(rows())
        status = admin.request(*request_of(route), **body_of(route)).status_code
        recorded |= {route} if len(rows()) > before else set()
        malformed |= {route} if status == 422 else set()
    assert recorded <= changes
    assert changes - recorded <= malformed
    assert len(recorded) > len(changes) / 2


def test_the_log_names_the_user_also_without_an_audit_log(
    admin: Any, viewer: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused call is no change. When the row cannot be written, the change is made all the same."""

    def fail(_change: Any) -> None:
        raise OSError("the database is away")

    path = "/api/v1/function-callback"
    assert viewer.delete(path).status_code == 403
    assert rows() == []
    monkeypatch.setattr("media_workflows_plugin.api.audit.record_change", fail)
    with structlog.testing.capture_logs() as logged:
        assert admin.delete(path).status_code == 200
    change, failure = logged[-2:]
    event = {"user": "admin", "event_name": "media_workflows.delete_function_callback"}
    assert change == {"event": "change", "method": "DELETE", "path": path, "outcome": "ok", "log_level": "info"} | event
    assert failure["log_level"] == "error"
