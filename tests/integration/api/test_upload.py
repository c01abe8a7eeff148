"""A file from a person's disk into a workflow's directory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from api_definitions import BUCKET
from media_workflows.services import browser_upload, buckets

AIRFLOW = "http://airflow.example"


@pytest.fixture(autouse=True)
def empty_bucket(app: Any) -> None:
    client = buckets.storage().client
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])


def body_of(key: str) -> bytes:
    return bytes(buckets.storage().client.get_object(Bucket=BUCKET, Key=key)["Body"].read())


def begin(client: Any, id_: str, name: str, size: int, **more: Any) -> Any:
    return client.post(f"/api/v1/workflows/{id_}/upload", json={"name": name, "size": size, **more})


def test_a_small_file_goes_straight_to_the_bucket(admin: Any, create: Any) -> None:
    """As a browser does it: from Airflow's origin, after a preflight."""
    plan = begin(admin, create("up"), "day/a.mp4", 5).json()
    assert (plan["bucket"], plan["key"], plan["upload_id"]) == (BUCKET, "up/day/a.mp4", None)
    asks = {"origin": AIRFLOW, "access-control-request-method": "PUT", "access-control-request-headers": "content-type"}
    preflight = httpx.options(plan["url"], headers=asks)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] in ("*", AIRFLOW)
    assert httpx.put(plan["url"], content=b"123456", headers=plan["headers"]).status_code == 403  # signed: five bytes
    sent = httpx.put(plan["url"], content=b"12345", headers=plan["headers"] | {"origin": AIRFLOW})
    assert sent.status_code == 200
    assert sent.headers["access-control-allow-origin"] in ("*", AIRFLOW)
    assert body_of("up/day/a.mp4") == b"12345"


def test_a_large_file_goes_in_parts(admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_upload, "MAX_SINGLE_BYTES", 5)
    monkeypatch.setattr(browser_upload, "MIN_PART_BYTES", 4)
    id_ = create("up")
    plan = begin(admin, id_, "b.mp4", 10).json()
    assert [(part["number"], part["size_bytes"]) for part in plan["parts"]] == [(1, 4), (2, 4), (3, 2)]
    ask = {"name": "b.mp4", "size": 10, "upload_id": plan["upload_id"]}
    for part, body in zip(plan["parts"][:2], (b"0123", b"4567"), strict=True):
        assert httpx.put(part["url"], content=body).status_code == 200
    early = admin.post(f"/api/v1/workflows/{id_}/upload/complete", json=ask)
    assert (early.status_code, early.json()["message"]) == (422, "size: 8 of 10 bytes arrived: send the file again")
    httpx.put(plan["parts"][2]["url"], content=b"89")
    done = admin.post(f"/api/v1/workflows/{id_}/upload/complete", json=ask)
    assert (done.status_code, done.json()["key"], done.json()["size_bytes"]) == (200, "up/b.mp4", 10)
    assert body_of("up/b.mp4") == b"0123456789"
    for again in (ask, ask | {"overwrite": True}):  # the answer was lost
        once_more = admin.post(f"/api/v1/workflows/{id_}/upload/complete", json=again)
        assert (once_more.status_code, once_more.json()) == (200, done.json())
    assert admin.put(f"/api/v1/workflows/{id_}/upload/b.mp4?overwrite=true", content=b"of another").status_code == 200
    assert admin.post(f"/api/v1/workflows/{id_}/upload/complete", json=ask).status_code == 409
    ended = admin.post(f"/api/v1/workflows/{id_}/upload/complete", json=ask | {"overwrite": True})
    assert (ended.status_code, body_of("up/b.mp4")) == (404, b"of another")


def test_an_upload_can_be_given_up(admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_upload, "MAX_SINGLE_BYTES", 5)
    id_ = create("up")
    plan = begin(admin, id_, "c.mp4", 10).json()
    ask = {"name": "c.mp4", "size": 10, "upload_id": plan["upload_id"]}
    for _ in range(2):
        assert admin.post(f"/api/v1/workflows/{id_}/upload/abort", json=ask).status_code == 204
    assert httpx.put(plan["parts"][0]["url"], content=b"0123456789").status_code == 404


def test_a_file_can_be_streamed_through_the_server(admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_upload, "MIN_PART_BYTES", 6 * 1024 * 1024)
    id_, body = create("up"), bytes(range(256)) * 4 * 1024 * 14  # 14 MiB: three parts
    answer = admin.put(f"/api/v1/workflows/{id_}/upload/day/d%20e.mp4", content=body)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["key"], answer.json()["size_bytes"]) == ("up/day/d e.mp4", len(body))
    assert body_of("up/day/d e.mp4") == body


def test_a_stream_that_ends_early_leaves_nothing(app: Any, create: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = create("up")

    def short() -> Iterator[bytes]:
        yield b"123"

    client = TestClient(app, AIRFLOW, headers={"x-user": "admin", "sec-fetch-site": "same-origin"})
    answer = client.put(f"/api/v1/workflows/{id_}/upload/f.mp4", content=short(), headers={"content-length": "9"})
    assert (answer.status_code, answer.json()["message"]) == (422, "size: 3 of 9 bytes arrived: send the file again")
    storage = buckets.storage()
    assert storage.head(BUCKET, "up/f.mp4") is None
    assert storage.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []


def test_what_is_there_is_replaced_only_on_demand(admin: Any, app: Any, create: Any) -> None:
    id_ = create("up")
    path = f"/api/v1/workflows/{id_}/upload"
    assert admin.put(f"{path}/g.mp4", content=b"first").status_code == 200
    assert begin(admin, id_, "g.mp4", 5).status_code == 409
    assert admin.put(f"{path}/g.mp4", content=b"other").status_code == 409
    assert body_of("up/g.mp4") == b"first"
    assert begin(admin, id_, "g.mp4", 5, overwrite=True).status_code == 200
    assert admin.put(f"{path}/g.mp4?overwrite=true", content=b"other").status_code == 200
    assert body_of("up/g.mp4") == b"other"


@pytest.mark.parametrize("name", ["../a.mp4", "x/../../a.mp4", "a.html", "a\\b.mp4", ""])
def test_names_that_lead_elsewhere(admin: Any, create: Any, name: str) -> None:
    assert begin(admin, create("up"), name, 5).status_code == 422


@pytest.mark.parametrize("path", ["..%2Fa.mp4", "x%2F..%2F..%2Fa.mp4", "%2Fa.mp4", "a.exe"])
def test_paths_that_lead_elsewhere(admin: Any, create: Any, path: str) -> None:
    answer = admin.put(f"/api/v1/workflows/{create('up')}/upload/{path}", content=b"12345")
    assert (answer.status_code, answer.json()["code"]) == (422, "InvalidParameterValue")
    assert buckets.list_objects(BUCKET, "", 10).items == []


def test_too_large_and_empty(admin: Any, create: Any) -> None:
    id_ = create("up")
    assert begin(admin, id_, "a.mp4", 0).status_code == 422
    assert begin(admin, id_, "a.mp4", 10**13).status_code == 422
    assert admin.put(f"/api/v1/workflows/{id_}/upload/a.mp4", content=b"").status_code == 422
    assert begin(admin, "wf_none", "a.mp4", 5).status_code == 404
