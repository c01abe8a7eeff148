"""What the list of workflows and a workflow's page show."""

from __future__ import annotations

from typing import Any

from media_workflows.domain.candidates import UploadDecision
from media_workflows.store.engine import transaction
from media_workflows.store.uploads import record_decisions


def test_a_list_has_last_runs_failures_and_region(admin: Any, create: Any, add_run: Any) -> None:
    busy, idle = create("busy"), create("idle")
    add_run(busy, "r1", "success", 2)
    add_run(busy, "r2", "failed", 30)
    add_run(busy, "r3", "failed", 1)
    add_run(busy, "r4", "running")
    items = {item["id"]: item for item in admin.get("/api/v1/workflows").json()["items"]}
    assert items[busy]["last_run"]["run_id"] == "r4"
    assert items[busy]["last_run"]["state"] == "running"
    assert items[busy]["failures_24h"] == 1
    assert items[busy]["region"] == "us-east-1"
    assert (items[idle]["last_run"], items[idle]["failures_24h"]) == (None, 0)
    assert admin.get(f"/api/v1/workflows/{busy}").json() == items[busy] | {"unavailable": [], "draft": None}


def test_an_answer_that_did_not_change_is_not_sent_again(admin: Any, create: Any, add_run: Any) -> None:
    id_ = create("polled")
    for path in ("/api/v1/workflows", f"/api/v1/workflows/{id_}", f"/api/v1/runs?workflow={id_}", "/api/v1/uploads"):
        first = admin.get(path)
        assert first.status_code == 200, path
        again = admin.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert admin.get(path, headers={"if-none-match": f'"x", W/{first.headers["etag"]}'}).status_code == 304
    add_run(id_, "r1", "running")
    etag = first.headers["etag"]
    assert admin.get(f"/api/v1/runs?workflow={id_}", headers={"if-none-match": etag}).status_code == 200


def test_revisions(admin: Any, create: Any) -> None:
    id_ = create("edited")
    stored = admin.get(f"/api/v1/workflows/{id_}").json()
    update = {"revision": 1, "definition": stored["definition"] | {"priority": 5}}
    assert admin.put(f"/api/v1/workflows/{id_}", json=update).status_code == 200
    found = admin.get(f"/api/v1/workflows/{id_}/revisions").json()
    assert [(revision["number"], revision["author"]) for revision in found] == [(2, "admin"), (1, "admin")]
    first = admin.get(f"/api/v1/workflows/{id_}/revisions/1").json()
    assert (first["number"], first["definition"]["priority"]) == (1, 0)
    assert admin.get(f"/api/v1/workflows/{id_}/revisions/9").status_code == 404
    assert admin.get("/api/v1/workflows/wf_none/revisions").status_code == 404


def test_counters(admin: Any, create: Any, add_run: Any) -> None:
    id_ = create("counted")
    add_run(id_, "r1", "success", 1)
    add_run(id_, "r2", "success", 30)
    add_run(id_, "r3", "queued")
    decision = {"bucket": "b", "identity": "1", "workflow_id": id_, "source": "queue"}
    with transaction() as session:
        record_decisions(
            session,
            [
                UploadDecision(**decision, key="a", outcome="fired", rule="matched"),
                UploadDecision(**decision, key="b", outcome="refused", rule="format"),
                UploadDecision(**decision, key="c", outcome="refused", rule="format"),
            ],
        )
    assert admin.get(f"/api/v1/workflows/{id_}/counters").json() == {
        "hours": 24,
        "runs": {"success": 1, "failed": 0, "running": 0, "queued": 1},
        "uploads": {"fired": 1, "refused": {"format": 2}},
        "events": {"delivered": 0, "pending": 0, "dead": 0},
    }
    assert admin.get(f"/api/v1/workflows/{id_}/counters?hours=48").json()["runs"]["success"] == 2


def test_many_at_once(admin: Any, create: Any) -> None:
    one, two = create("one"), create("two")

    def bulk(action: str, *ids: str) -> list[tuple[str, bool, str]]:
        answer = admin.post("/api/v1/workflows/bulk", json={"action": action, "ids": ids})
        assert answer.status_code == 200, answer.text
        return [(item["id"], item["ok"], item["code"]) for item in answer.json()["items"]]

    assert bulk("enable", one, "wf_none", two, one) == [
        (one, True, ""),
        ("wf_none", False, "ResourceNotFound"),
        (two, True, ""),
    ]
    assert bulk("delete", one) == [(one, False, "ResourceEnabled")]
    assert bulk("disable", one, two) == [(one, True, ""), (two, True, "")]
    assert bulk("delete", one, two) == [(one, True, ""), (two, True, "")]
    assert admin.get("/api/v1/workflows").json()["total"] == 0


def test_who_asks(admin: Any, viewer: Any) -> None:
    rights = ["can_edit", "can_edit_all", "can_delete", "can_run", "can_change_runs"]
    me = admin.get("/api/v1/me", headers={"accept-language": "zh-CN,zh;q=0.9"}).json()
    assert me == {"name": "admin", "language": "zh"} | dict.fromkeys(rights, True)
    assert viewer.get("/api/v1/me").json() == {"name": "viewer", "language": "en"} | dict.fromkeys(rights, False)
