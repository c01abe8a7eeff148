"""Definitions before they are stored, and as YAML."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import yaml
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from api_definitions import definition, ended_import
from media_workflows.domain.pydantic_messages import MESSAGES
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.errors import ConflictError
from media_workflows.services import imports as service
from media_workflows.services import workflows
from media_workflows.services.import_document import Imported, ImportPermits, import_document
from media_workflows.store import imports
from media_workflows.store.engine import transaction
from media_workflows.store.tables import ImportRow, utcnow

IMPORT_ID = "01a22536-b4fb-7e2f-b212-d5ed513d1874"
TEMPLATE = {"kind": "snapshot_by_time_offset", "name": "small", "parameters": {"width": 320}}


def test_problems_are_reported_with_their_fields(viewer: Any) -> None:
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


def test_an_import_is_done_in_the_background(admin: Any, viewer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All its workflows share one set of S3 clients, which take longer to make than the rest."""
    from media_workflows.storage.clients import make_clients

    answered = threading.Event()
    create_workflow = workflows.create_workflow
    made: list[Any] = []
    seen: list[tuple[Any, ...]] = []

    def create_later(*given: Any) -> Any:
        assert answered.wait(60)
        seen.append(_state(admin))
        return create_workflow(*given)

    def counted(settings: Any) -> Any:
        made.append(settings)
        return make_clients(settings)

    monkeypatch.setattr(workflows, "create_workflow", create_later)
    monkeypatch.setattr("media_workflows.airflow_adapter.connections.make_clients", counted)
    request = {"yaml": yaml.safe_dump_all([definition(f"w{number}") for number in range(4)]), "import_id": IMPORT_ID}
    for _ in range(2):  # a repeated request starts no second import
        answer = admin.post("/api/v1/workflows/import", json=request)
        assert (answer.status_code, answer.json()["state"], answer.json()["done"]) == (202, "running", 0)
    answered.set()
    assert [item["action"] for item in ended_import(admin, IMPORT_ID)["items"]] == ["created"] * 4
    assert seen == [("running", 4, done, [f"w{number}" for number in range(done)]) for done in range(4)]
    assert viewer.get(f"/api/v1/workflows/import/{IMPORT_ID}").status_code == 404
    assert len(made) <= 2  # they are replaced every minute


def test_an_import_id_that_is_no_uuid_is_rejected_in_plain_words(viewer: Any) -> None:
    answer = viewer.get("/api/v1/workflows/import/xyz")
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["template"], problem["parameters"]) == (MESSAGES["uuid_parsing"], {})


@pytest.mark.parametrize("killed", ["before the change", "after the change"])
def test_an_import_goes_on_after_a_kill(admin: Any, monkeypatch: pytest.MonkeyPatch, killed: str) -> None:
    """A document is applied once, whenever its worker was killed: the outcome is part of the change.

    An error of the database, which leaves the document without an outcome, ends the thread as a kill does.
    """
    text = yaml.safe_dump_all([definition("w0"), definition("w1"), definition("w2")])
    create_workflow = workflows.create_workflow

    def killed_at_second(asked: Any, *given: Any) -> Any:
        if asked.name == "w1" and killed == "before the change":
            raise OperationalError("killed", None, Exception())
        done = create_workflow(asked, *given)
        if asked.name == "w1":
            raise OperationalError("killed", None, Exception())
        return done

    with monkeypatch.context() as patch:
        patch.setattr(workflows, "create_workflow", killed_at_second)
        admin.post("/api/v1/workflows/import", json={"yaml": text, "import_id": IMPORT_ID})
        while service._at_work:
            time.sleep(0.02)
    with transaction() as session:
        done = len(imports.outcomes(session, IMPORT_ID))
        assert not imports.lease_import(session, IMPORT_ID, "another", service.LEASE)
        session.execute(update(ImportRow).values(leased_until=utcnow()))  # the lease of the killed worker is over
    assert done == (1 if killed == "before the change" else 2)
    service.continue_imports()
    assert [(item["name"], item["action"]) for item in ended_import(admin, IMPORT_ID)["items"]] == [
        (name, "created") for name in ("w0", "w1", "w2")
    ]
    items = ended_import(admin, IMPORT_ID)["items"]
    revisions = [admin.get(f"/api/v1/workflows/{item['id']}").json()["revision"] for item in items]
    assert revisions == [1, 1, 1]


def test_a_second_worker_changes_nothing(admin: Any) -> None:
    """Its lease was over while it worked, for example."""
    data = definition("once")
    assert [item["action"] for item in _import(admin, yaml.safe_dump(data))] == ["created"]
    permits = ImportPermits(workflow=lambda _: None, template=lambda _: None)

    def note(session: Any, done: Imported) -> None:
        imports.note_outcome(session, import_id, 0, done.model_dump(mode="json"))

    with transaction() as session:
        import_id = session.scalars(select(ImportRow.id)).one()
        before = imports.outcomes(session, import_id)
    with pytest.raises(ConflictError, match="has its outcome already"):
        import_document({**data, "priority": 3}, "admin", permits, PRESET_LIBRARY, note)
    with transaction() as session:
        assert imports.outcomes(session, import_id) == before
    assert admin.get(f"/api/v1/workflows/{before[0]['id']}").json()["revision"] == 1


def test_an_import_has_the_permissions_of_its_request(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It changes the workflows that its user might change then, and those that it has created."""
    documents = [definition("theirs"), definition("own"), definition("own", priority=3)]
    with monkeypatch.context() as patch:
        patch.setattr(service, "ids_of_names", lambda *_: [])
        admin.post("/api/v1/workflows", json=definition("theirs", priority=5))
        made = _import(admin, yaml.safe_dump_all(documents))
    assert [(item["action"], item["code"]) for item in made] == [
        ("refused", "AuthFailure.UnauthorizedOperation"),
        ("created", ""),
        ("updated", ""),
    ]


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
    assert answer.status_code == 202, answer.text
    items: list[dict[str, Any]] = ended_import(client, answer.json()["id"])["items"]
    return items
