"""Definitions before they are stored, and as YAML."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import uvicorn
import yaml

from api_definitions import definition
from media_workflows.services.definitions import Imported
from media_workflows.store import imports
from media_workflows.store.engine import transaction

IMPORT_ID = "01a22536-b4fb-7e2f-b212-d5ed513d1874"
TEMPLATE = {"kind": "snapshot_by_time_offset", "name": "small", "parameters": {"width": 320}}


def test_problems_are_told_beside_their_fields(viewer: Any) -> None:
    def problems(data: Any) -> list[str]:
        answer = viewer.post("/api/v1/workflows/validate", json={"definition": data})
        assert answer.status_code == 200, answer.text
        return [problem["field"] for problem in answer.json()["problems"]]

    assert problems(definition("fine")) == []
    assert problems(definition("a b", priority=99)) == ["name", "priority"]
    assert problems(None) == ["(whole definition)"]


def test_the_dag_that_a_definition_makes(viewer: Any) -> None:
    answer = viewer.post("/api/v1/workflows/graph", json={"definition": definition("drawn")})
    assert answer.status_code == 200, answer.text
    nodes, edges = answer.json()["nodes"], answer.json()["edges"]
    assert [(node["id"], node["kind"], len(node["items"])) for node in nodes] == [
        ("upload", "upload", 0),
        ("snapshot_by_time_offset", "snapshot_by_time_offset", 1),
        ("notify", "notify", 0),
    ]
    assert nodes[1]["items"][0]["template"] == 10
    assert {tuple(edge) for edge in edges} >= {
        ("upload", "snapshot_by_time_offset"),
        ("snapshot_by_time_offset", "notify"),
    }
    assert viewer.post("/api/v1/workflows/graph", json={"definition": {}}).status_code == 422


def test_schema(viewer: Any) -> None:
    schema = viewer.get("/api/v1/schema").json()
    assert {"name", "trigger", "output", "jobs", "notification", "priority"} <= set(schema["workflow"]["properties"])
    assert "transcode" in schema["parameters"]
    assert "disabled" in schema["rules"]


def test_what_is_exported_can_be_imported(admin: Any, create: Any) -> None:
    template = admin.post("/api/v1/templates", json=TEMPLATE).json()
    items = [{"template": template["id"], "time_offsets": ["0s"]}]
    ids = [create("one", jobs={"snapshot_by_time_offset": items}), create("two")]
    text = admin.post("/api/v1/workflows/export", json={"ids": ids}).text
    assert [document["name"] for document in yaml.safe_load_all(text)] == ["small", "one", "two"]
    assert [item["action"] for item in _import(admin, text)] == ["unchanged"] * 3

    admin.post("/api/v1/workflows/bulk", json={"action": "delete", "ids": ids})
    admin.delete(f"/api/v1/templates/{TEMPLATE['kind']}/{template['id']}")
    made = _import(admin, text)
    assert [(item["kind"], item["name"], item["ok"], item["action"]) for item in made] == [
        ("template", "small", True, "created"),
        ("workflow", "one", True, "created"),
        ("workflow", "two", True, "created"),
    ]
    job = admin.get(f"/api/v1/workflows/{made[1]['id']}").json()["definition"]["jobs"]["snapshot_by_time_offset"][0]
    assert str(job["template"]) == made[0]["id"]


def test_each_document_stands_for_itself(admin: Any, create: Any) -> None:
    enabled = create("enabled")
    admin.post(f"/api/v1/workflows/{enabled}/enable", json={})
    documents = [definition("good"), definition("b a d"), definition("enabled", priority=3), "no definition"]
    made = _import(admin, yaml.safe_dump_all(documents))
    assert [(item["name"], item["action"], item["code"]) for item in made] == [
        ("good", "created", ""),
        ("b a d", "refused", "InvalidParameterValue"),
        ("enabled", "refused", "ResourceEnabled"),
        ("", "refused", "InvalidParameterValue"),
    ]
    assert [problem["field"] for problem in made[1]["problems"]] == ["name"]


def _state(client: Any) -> tuple[Any, ...]:
    state = client.get(f"/api/v1/workflows/import/{IMPORT_ID}").json()
    return (*(state[name] for name in ("state", "total", "done")), [item["name"] for item in state["items"]])


def test_an_import_goes_on_without_its_client(
    app: Any, admin: Any, viewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page may be closed. All workflows share one set of S3 clients, which take longer to make than the rest."""
    from media_workflows.services import workflows
    from media_workflows.storage.clients import make_clients

    begun, closed = threading.Event(), threading.Event()
    create_workflow = workflows.create_workflow
    made: list[Any] = []
    seen: list[tuple[Any, ...]] = []

    def create_later(*given: Any) -> Any:
        begun.set()
        assert closed.wait(60)
        seen.append(_state(admin))
        return create_workflow(*given)

    monkeypatch.setattr(workflows, "create_workflow", create_later)

    def counted(settings: Any) -> Any:
        made.append(settings)
        return make_clients(settings)

    monkeypatch.setattr("media_workflows.airflow_adapter.connections.make_clients", counted)
    text = yaml.safe_dump_all([definition(f"w{number}") for number in range(8)])
    body = json.dumps({"yaml": text, "import_id": IMPORT_ID}).encode()
    with _served(app) as port:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"x-user": "admin", "sec-fetch-site": "same-origin", "content-type": "application/json"}
        client.request("POST", "/api/v1/workflows/import", body, headers)
        assert begun.wait(60)
        client.close()
        closed.set()
        deadline = time.monotonic() + 60
        while (stored := admin.get("/api/v1/workflows").json()["total"]) < 8 and time.monotonic() < deadline:
            time.sleep(0.1)
    assert stored == 8
    assert seen == [("running", 8, done, [f"w{number}" for number in range(done)]) for done in range(8)]
    assert _state(admin) == ("ended", 8, 8, [f"w{number}" for number in range(8)])
    assert viewer.get(f"/api/v1/workflows/import/{IMPORT_ID}").status_code == 404
    assert len(made) <= 2  # they are replaced every minute


def test_an_import_that_was_interrupted_is_finished_by_the_same_one(
    admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        imports.begin_import(session, IMPORT_ID, "admin", 2)
        imports.count_imported(
            session, IMPORT_ID, 0, Imported(kind="workflow", name="w0", ok=True, action="created").model_dump()
        )
    assert _state(admin) == ("running", 2, 1, ["w0"])
    monkeypatch.setattr("media_workflows.services.definitions.INTERRUPTED_AFTER", timedelta(0))
    assert _state(admin) == ("interrupted", 2, 1, ["w0"])
    text = yaml.safe_dump_all([definition("w0"), definition("w1")])
    assert admin.post("/api/v1/workflows/import", json={"yaml": text, "import_id": IMPORT_ID}).status_code == 200
    assert _state(admin) == ("ended", 2, 2, ["w0", "w1"])


@contextmanager
def _served(app: Any) -> Iterator[int]:
    """The app on a port, in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.02)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def test_a_document_may_hold_nothing_that_cannot_be_stored(admin: Any) -> None:
    bad = definition("bad", priority=10**20, airflow={"owner": "a\0"})
    made = _import(admin, yaml.safe_dump_all([bad, definition("good")]))
    assert [(item["name"], item["action"]) for item in made] == [("bad", "refused"), ("good", "created")]
    assert {problem["field"] for problem in made[0]["problems"]} == {"priority", "airflow.owner"}


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: &a [x]\nb: *a",
        "!!python/object/apply:os.system ['true']",
        "[" * 5000,
        "a: \0",
        "a: \x7f",
        "a: 1\na: 2",
        "- a\n" * 200_000,
    ],
    ids=["unclosed", "alias", "object", "deep", "nul", "control", "twice", "long"],
)
def test_what_is_no_yaml_is_refused_as_a_whole(admin: Any, text: str) -> None:
    answer = admin.post("/api/v1/workflows/import", json={"yaml": f"name: x\n---\n{text}"})
    assert (answer.status_code, answer.json()["code"]) == (422, "InvalidParameterValue")


def _import(client: Any, text: str) -> list[dict[str, Any]]:
    answer = client.post("/api/v1/workflows/import", json={"yaml": text})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
