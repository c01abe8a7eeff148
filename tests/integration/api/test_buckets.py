"""Picking from the object storage, and checking access."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete

from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import StorageError
from media_workflows.services import buckets
from media_workflows.settings import get_settings
from media_workflows.storage.access_check import check_access
from media_workflows.storage.clients import make_clients
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store.bucket_regions import region_of
from media_workflows.store.engine import transaction
from media_workflows.store.tables import BucketRegionRow


def test_buckets_directories_and_objects(admin: Any) -> None:
    client = buckets.storage().client
    for key in ("listed/a.mp4", "listed/deep/b.mp4", "other/c.mp4", "listed/"):
        client.put_object(Bucket="api-in", Key=key, Body=b"12345")
    answer = admin.get("/api/v1/buckets")
    assert {"name": "api-in", "region": "us-east-1"} in answer.json(), answer.text
    path = "/api/v1/buckets/api-in"
    assert set(admin.get(f"{path}/directories").json()) >= {"listed/", "other/"}
    assert admin.get(f"{path}/directories", params={"prefix": "listed/"}).json() == ["listed/deep/"]
    page = admin.get(f"{path}/objects", params={"prefix": "listed/"}).json()
    assert [(item["key"], item["size_bytes"]) for item in page["items"]] == [
        ("listed/a.mp4", 5),
        ("listed/deep/b.mp4", 5),
    ]
    assert page["truncated"] is False
    assert admin.get(f"{path}/objects", params={"prefix": "listed/", "limit": 1}).json()["truncated"] is True
    assert admin.get("/api/v1/buckets/NO/objects").status_code == 422
    missing = admin.get("/api/v1/buckets/not-there/objects")
    assert (missing.status_code, missing.json()["code"]) == (422, "ResourceNotFound.CosBucketNotExist")


def test_access_is_checked_and_nothing_stays(admin: Any) -> None:
    answer = admin.post("/api/v1/check-access", json={"bucket": "api-in", "directory": "probe/"})
    assert answer.json() == {
        "steps": [
            {"step": step, "ok": True, "message": "", "template": "", "parameters": {}}
            for step in ("list", "write", "read", "delete")
        ]
    }
    assert buckets.list_objects("api-in", "probe/", 10).items == []
    assert admin.post("/api/v1/check-access", json={"bucket": "api-in", "directory": "a/../b/"}).status_code == 422


def test_a_bucket_that_is_not_there(admin: Any) -> None:
    steps = admin.post("/api/v1/check-access", json={"bucket": "not-there"}).json()["steps"]
    assert [(step["step"], step["ok"]) for step in steps] == [("list", False), ("write", False)]
    assert "does not exist" in steps[0]["message"]


def test_the_probe_starts_no_workflow(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from media_workflows.storage.provenance import is_own_output

    storage = buckets.storage()
    put, seen = storage.client.put_object, []
    monkeypatch.setattr(storage.client, "put_object", lambda **call: seen.append(call) or put(**call))
    check_access(storage, "api-in", "")
    assert is_own_output("api-in", seen[0]["Key"], seen[0]["Metadata"])


def test_a_storage_that_is_away_does_not_hold_up_lists(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    get_settings.cache_clear()
    away = ObjectStorage(make_clients(get_settings()).s3)
    monkeypatch.setattr(buckets, "storage", lambda: away)
    assert buckets.known_regions(["away-bucket"]) == {}


def test_a_region_is_asked_for_once(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def region(bucket: str) -> str:
        asked.append(bucket)
        if bucket == "lost":
            raise StorageError("away")
        return "eu-west-1"

    monkeypatch.setattr(buckets, "_region", region)
    monkeypatch.setattr(buckets, "_regions", {})
    for _ in range(3):
        assert buckets.known_regions(["found", "lost"]) == {"found": "eu-west-1"}
    assert sorted(asked) == ["found", "lost"]
    monkeypatch.setattr(buckets, "RETRY_S", -1.0)
    buckets.known_regions(["found", "lost"])
    assert sorted(asked) == ["found", "lost", "lost"]


def test_a_region_is_kept_for_events(admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a workflow that is saved, again by one that is enabled, and by a list that looks it up."""
    path = f"/api/v1/workflows/{create('kept')}"
    definition = parse_workflow(admin.get(path).json()["definition"])

    def kept() -> str:
        with transaction() as session:
            region = region_of(session, definition)
            session.execute(delete(BucketRegionRow))
        return region

    assert kept() == "us-east-1"
    assert kept() == ""
    assert admin.post(f"{path}/enable").status_code == 200
    assert kept() == "us-east-1"
    monkeypatch.setattr(buckets, "REGION_WAIT_S", 60.0)
    monkeypatch.setattr(buckets, "_regions", {})
    assert buckets.known_regions([definition.trigger.bucket]).keys() == {definition.trigger.bucket}
    assert kept() == "us-east-1"
