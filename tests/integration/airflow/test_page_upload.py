"""From a person's disk to a preview, as the pages do it, by the API of a running Airflow and a stored connection."""

from __future__ import annotations

from pathlib import Path

import httpx

from airflow_product import Product


def test_a_file_from_the_page_becomes_a_run_with_previews(product: Product, clip: Path) -> None:
    workflow = product.create("page-upload")
    product.enable(workflow)
    body = clip.read_bytes()
    plan = product.api.post(f"/workflows/{workflow}/upload", json={"name": "a.mp4", "size": len(body)}).json()
    httpx.put(plan["url"], content=body, headers=plan["headers"]).raise_for_status()
    (run,) = product.finished(workflow)
    assert (run["state"], run["source"]["key"]) == ("success", "page-upload/a.mp4")

    source, picture = product.api.get(f"/runs/{run['run_id']}/files", params={"workflow": workflow}).json()["items"]
    assert httpx.get(source["url"]).content == body
    shown = httpx.get(picture["url"])
    assert (shown.headers["content-type"], shown.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert product.api.get(f"/{picture['path']}").content == shown.content

    (listed,) = product.api.get("/workflows", params={"search": "page-upload"}).json()["items"]
    assert (listed["region"], listed["last_run"]["run_id"], listed["failures_24h"]) == ("us-east-1", run["run_id"], 0)
    counters = product.api.get(f"/workflows/{workflow}/counters").json()
    assert (counters["runs"]["success"], counters["uploads"]["fired"]) == (1, 1)


def test_the_way_through_the_server_starts_a_run_too(product: Product, clip: Path) -> None:
    workflow = product.create("page-stream")
    product.enable(workflow)
    answer = product.api.put(f"/workflows/{workflow}/upload/day/b.mp4", content=clip.read_bytes())
    assert (answer.status_code, answer.json()["key"]) == (200, "page-stream/day/b.mp4")
    (run,) = product.finished(workflow)
    assert (run["state"], run["source"]["size_bytes"]) == ("success", clip.stat().st_size)
