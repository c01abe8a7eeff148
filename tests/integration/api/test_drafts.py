"""The draft of an enabled workflow by the API: saved, shown, tried on, applied, discarded; who did it."""

from __future__ import annotations

from typing import Any

import pytest

from api_definitions import definition
from media_workflows.errors import StorageConfigurationError


@pytest.fixture
def path(admin: Any, create: Any) -> str:
    """The address of an enabled workflow."""
    address = f"/api/v1/workflows/{create('one')}"
    assert admin.post(f"{address}/enable").status_code == 200
    return address


def save(admin: Any, path: str, number: int = 0, base: int = 1, name: str = "one", **parts: Any) -> Any:
    update = {"number": number, "base_revision": base, "definition": definition(name, **parts)}
    return admin.put(f"{path}/draft", json=update)


def test_an_enabled_workflow_changes_and_stays_enabled(admin: Any, path: str) -> None:
    enabled_at = admin.get(path).json()
    assert (enabled_at["draft"], admin.get(f"{path}/draft").status_code) == (None, 404)
    draft = save(admin, path, priority=5).json()
    assert (draft["number"], draft["author"], draft["outdated"], draft["definition"]["priority"]) == (
        1,
        "admin",
        False,
        5,
    )
    shown = admin.get(path).json()
    assert (shown["definition"]["priority"], shown["draft"]["number"], "definition" in shown["draft"]) == (0, 1, False)
    applied = admin.post(f"{path}/draft/apply", json={"number": 1})
    assert (applied.status_code, applied.json()["enabled"], applied.json()["revision"]) == (200, True, 2)
    shown = admin.get(path).json()
    assert (shown["definition"]["priority"], shown["draft"]) == (5, None)
    assert admin.get(f"{path}/revisions").json()[0]["author"] == "admin"


def test_what_detection_goes_by_stays(admin: Any, path: str) -> None:
    from media_workflows.store.engine import transaction
    from media_workflows.store.workflows import get_workflow

    id_ = path.rpartition("/")[2]
    with transaction() as session:
        before = get_workflow(session, id_)
    save(admin, path, priority=5)
    admin.post(f"{path}/draft/apply", json={"number": 1})
    with transaction() as session:
        after = get_workflow(session, id_)
    assert (after.revision, after.enabled, after.enabled_at) == (2, True, before.enabled_at)


def test_what_no_run_could_do_is_not_applied(admin: Any, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    save(admin, path)

    def refuse(_: Any) -> None:
        raise StorageConfigurationError("bucket 'gone' does not exist: create it or correct the name")

    monkeypatch.setattr("media_workflows.services.drafts.check_buckets", refuse)
    assert admin.post(f"{path}/draft/apply", json={"number": 1}).status_code == 422
    assert admin.get(path).json()["revision"] == 1


def test_conflicts_name_their_field(admin: Any, path: str) -> None:
    save(admin, path)
    for answer, field in (
        (save(admin, path), "number"),
        (save(admin, path, number=1, base=9), "base_revision"),
        (save(admin, path, number=1, trigger={"bucket": "api-in", "directory": "other/"}), "trigger.directory"),
    ):
        assert (answer.status_code, [one["field"] for one in answer.json()["problems"]]) == (409, [field])
    assert admin.post(f"{path}/draft/apply", json={"number": 2}).status_code == 409
    assert save(admin, path, number=1, jobs={}).status_code == 422


def test_discarded(admin: Any, path: str) -> None:
    save(admin, path)
    assert admin.delete(f"{path}/draft").status_code == 204
    assert admin.delete(f"{path}/draft").status_code == 404
    assert admin.post(f"{path}/draft/apply", json={"number": 1}).status_code == 404


def test_the_audit_log(admin: Any, path: str, metadata: Any) -> None:
    import json

    from airflow.models.log import Log
    from sqlalchemy import select

    save(admin, path)
    admin.post(f"{path}/draft/apply", json={"number": 1})
    admin.delete(f"{path}/draft")
    metadata.expire_all()
    found = metadata.scalars(select(Log).where(Log.dag_id == path.rpartition("/")[2]).order_by(Log.id.desc())).all()[:3]
    rows = [(row.event, row.owner, json.loads(row.extra)) for row in reversed(found)]
    assert [(event.removeprefix("media_workflows."), owner, extra["outcome"]) for event, owner, extra in rows] == [
        ("save_draft", "admin", "ok"),
        ("apply_draft", "admin", "ok"),
        ("discard_draft", "admin", "ResourceNotFound"),
    ]
    assert rows[0][2]["base_revision"] == 1
