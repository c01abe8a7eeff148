"""Which places of the storage a user reaches by the API: dry runs, edits, and setting `allowed_places`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api_definitions import BUCKET, OTHER_BUCKET, definition

OWN_SITE = {"sec-fetch-site": "same-origin", "x-user": "user"}


@pytest.fixture
def editor_of_one(app: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[TestClient, str]:
    """A client of one who may edit a single workflow, as FAB's `can_edit` on one DAG allows, and its id."""
    from airflow.api_fastapi.app import get_auth_manager

    id_ = create("mine")

    def allowed(*, method: str, details: Any, **_: Any) -> bool:
        return method == "GET" or (details is not None and details.id == id_)

    monkeypatch.setattr(get_auth_manager(), "is_authorized_dag", allowed)
    return TestClient(app, "http://airflow.example", headers=OWN_SITE), id_


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets `allowed_places`."""
    from media_workflows.settings import get_settings

    def allow(*places: str) -> None:
        monkeypatch.setenv("MEDIA_WORKFLOWS_ALLOWED_PLACES", json.dumps(places))
        get_settings.cache_clear()

    return allow


def put_object(bucket: str, key: str) -> None:
    from media_workflows.services import buckets

    buckets.storage().client.put_object(Bucket=bucket, Key=key, Body=b"not a video")


def test_a_dry_run_is_for_who_may_start_runs_and_stays_in_the_directory(create: Any, admin: Any, viewer: Any) -> None:
    id_ = create("mine")
    put_object(BUCKET, "private/there.mp4")
    path = f"/api/v1/workflows/{id_}/dry-run"
    assert viewer.post(path, json={"key": "mine/a.mp4"}).status_code == 403
    there, not_there = (
        admin.post(path, json={"key": key}).json() for key in ("private/there.mp4", "private/not-there.mp4")
    )
    assert (there["verdict"], there["notes"], there["source"], there["jobs"]) == (
        not_there["verdict"],
        not_there["notes"],
        None,
        [],
    )
    assert (there["verdict"]["rule"], there["notes"]) == (
        "no_workflow",
        ["the key is outside the trigger directory: only its name was checked"],
    )


MOVED: dict[str, dict[str, Any]] = {
    "other bucket": {"trigger": {"bucket": OTHER_BUCKET, "directory": "mine/"}},
    "whole bucket": {"trigger": {"bucket": BUCKET}},
    "output to the whole bucket": {"output": {"bucket": OTHER_BUCKET}},
    "output to another bucket": {"output": {"bucket": BUCKET, "directory": "mine-out/"}},
    "clip": {"jobs": {"transcode": [{"template": 100010, "head": ["private/clip.mp4"]}]}},
}


def test_who_may_edit_one_workflow_does_not_move_it(editor_of_one: tuple[TestClient, str]) -> None:
    editor, id_ = editor_of_one

    def put(definition: dict[str, Any]) -> Any:
        return editor.put(f"/api/v1/workflows/{id_}", json={"revision": 1, "definition": definition})

    answers = {case: put(definition("mine", **parts)) for case, parts in MOVED.items()}
    assert {case: answer.status_code for case, answer in answers.items()} == dict.fromkeys(MOVED, 403)
    assert {answer.json()["parameters"]["workflow_id"] for answer in answers.values()} == {id_}
    inside = put(definition("mine", trigger={"bucket": BUCKET, "directory": "mine/hd/"}, priority=3))
    assert (inside.status_code, inside.json().get("revision")) == (200, 2), inside.text


def test_who_may_edit_all_moves_it(create: Any, admin: Any) -> None:
    id_ = create("mine")
    moved = definition("mine", trigger={"bucket": OTHER_BUCKET})
    answer = admin.put(f"/api/v1/workflows/{id_}", json={"revision": 1, "definition": moved})
    assert answer.status_code == 200, answer.text


def test_only_allowed_places_are_shown_and_used(create: Any, admin: Any, allow: Any) -> None:
    earlier = create("old")
    put_object(BUCKET, "in/a.mp4")
    put_object(BUCKET, "private/b.mp4")
    allow(f"{BUCKET}/in/")

    def status(method: str, path: str, **body: Any) -> int:
        return int(admin.request(method, f"/api/v1/{path}", **({"json": body} if body else {})).status_code)

    assert [bucket["name"] for bucket in admin.get("/api/v1/buckets").json()] == [BUCKET]
    assert admin.get(f"/api/v1/buckets/{BUCKET}/directories").json() == ["in/"]
    refused = {
        "other directory": status("GET", f"buckets/{BUCKET}/directories?prefix=private/"),
        "other bucket": status("GET", f"buckets/{OTHER_BUCKET}/directories"),
        "objects": status("GET", f"buckets/{BUCKET}/objects"),
        "access": status("POST", "check-access", bucket=BUCKET, directory="private/"),
        "create": admin.post("/api/v1/workflows", json=definition("new")).status_code,
        "enable": status("POST", f"workflows/{earlier}/enable"),
        "stored": status("POST", f"workflows/{earlier}/dry-run", key="old/a.mp4"),
        "unsaved": status("POST", "dry-run", definition=definition("new"), key="new/b.mp4"),
    }
    assert refused == dict.fromkeys(refused, 403)
    inside = definition("new", trigger={"bucket": BUCKET, "directory": "in/"}, output={"directory": "in/made/"})
    assert admin.get(f"/api/v1/buckets/{BUCKET}/objects?prefix=in/").status_code == 200
    assert admin.post("/api/v1/workflows", json=inside).status_code == 201


def test_who_may_try_a_condition_and_where(app: Any, admin: Any, viewer: Any, allow: Any) -> None:
    put_object(BUCKET, "private/b.mp4")
    call = {"expression": "source.size_bytes > 5", "bucket": BUCKET, "key": "private/b.mp4"}
    path = "/api/v1/conditions/try"
    assert viewer.post(path, json=call).status_code == 403
    answer = admin.post(path, json=call).json()
    assert (answer["value"], answer["values"]) == (True, [{"name": "source.size_bytes", "value": 11}])
    assert admin.post(path, json={"expression": "source.is_hdr"}).json()["names"] == ["source.is_hdr"]
    wrong = admin.post(path, json=call | {"expression": "source.size > 5"})
    (problem,) = wrong.json()["problems"]
    assert (wrong.status_code, problem["field"], problem["parameters"]["column"]) == (422, "expression", "7")
    assert admin.post(path, json={"expression": "true", "bucket": BUCKET}).status_code == 422
    assert admin.post(path, json=call | {"key": "private/none.mp4"}).status_code == 404
    variables = {one["name"]: one["type"] for one in viewer.get("/api/v1/conditions/variables").json()}
    assert variables["source.languages"] == "list of texts"
    allow(f"{BUCKET}/in/")
    assert admin.post(path, json=call).status_code == 403


def test_one_dry_run_at_a_time_over_all_processes(create: Any, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The api-server may have several worker processes: the turn is a file's lock."""
    from filelock import FileLock

    from media_workflows.settings import get_settings

    id_ = create("mine")
    monkeypatch.setattr("media_workflows_plugin.api.dry_run.TURN_WAIT_S", 0.1)
    call = {"url": f"/api/v1/workflows/{id_}/dry-run", "json": {"key": "mine/none.mp4"}}
    get_settings().data_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(get_settings().data_dir / "dry-run.lock"):
        assert admin.post(**call).status_code == 503
    assert admin.post(**call).status_code == 200
