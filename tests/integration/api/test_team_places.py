"""Setting `role_places`: a user of team A sees, reads, writes and names nothing of team B, by any route.

The actions of the vendor's API are in test_mps_team_places.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api_definitions import ended_import
from api_routes import ALL, CHANGE
from clean_state import clear_caches
from media_workflows.domain.candidates import UploadDecision
from media_workflows.domain.process_runs import process_run_id
from media_workflows.services import buckets
from media_workflows.store.engine import transaction
from media_workflows.store.uploads import record_decisions
from team_requests import HIDDEN, JOBS, KEY, OUTPUT, SHARED, TEAM_A, TEAM_B, Belongings, of_team, record_run

# With the users of SimpleAuthManager: role `user` is team A, role `op` is team B; both may edit all DAGs.
PLACES = {"admin": ["*"], "user": ["team-a-*"], "op": [TEAM_B]}
ORIGIN = "http://airflow.example"
ENDED = ("success", 1)
PROCESS_KEY = f"b/adhoc-{HIDDEN}.mp4"
# Routes whose path, query or body names what is team B's: they must refuse. All others must leave it out.
WITH_IDS = ("{workflow_id}", "{run_id}", "{backfill_id}", "{request_id}", "{event_id}", "{bucket}")
NAMING_NOTHING = {
    *("GET /api/v1/buckets", "POST /api/v1/workflows/import", "DELETE /api/v1/words"),
    *("DELETE /api/v1/persons/{person_id}", "DELETE /api/v1/persons/{person_id}/faces/{face_id}"),
    "DELETE /api/v1/templates/{kind}/{template_id}",
    # These answer for each id: refused one by one, see the test of bulk calls.
    *("POST /api/v1/workflows/bulk", "POST /api/v1/runs/bulk", "POST /api/v1/deliveries/resend"),
}
# A change that is neither here nor among the shared ones must refuse: also one of tomorrow.
NAMING = {route for route in ALL if any(name in route for name in WITH_IDS)} | {
    *(CHANGE - SHARED - NAMING_NOTHING),
    *("GET /api/v1/comparison", "POST /api/v1/workflows/export"),
}


@pytest.fixture
def teams(app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, TestClient]]:
    """Clients of an administrator, and of a user of each team."""
    monkeypatch.setenv("MEDIA_WORKFLOWS_ROLE_PLACES", json.dumps(PLACES))
    clear_caches()
    for bucket in (TEAM_A, TEAM_B):
        buckets.storage().client.create_bucket(Bucket=bucket)
    headers = {"sec-fetch-site": "same-origin"}
    yield {
        team: TestClient(app, ORIGIN, headers={"x-user": role, **headers})
        for team, role in (("admin", "admin"), ("a", "user"), ("b", "op"))
    }
    clear_caches()


@pytest.fixture
def belongings(teams: dict[str, TestClient], metadata: Any, waiting_question: Any, add_run: Any) -> Belongings:
    """Something of every kind for team B: objects, a workflow, its draft, runs, events, a backfill, a request."""
    from airflow.models.dag import DagModel

    a, b = teams["a"], teams["b"]
    for key in (KEY, OUTPUT, PROCESS_KEY):
        buckets.storage().client.put_object(Bucket=TEAM_B, Key=key, Body=HIDDEN.encode())
    notification = {"type": "http", "url": "https://b.example/"}
    workflow = _created(b, of_team(TEAM_B, "b", notification=notification))
    draft = {"base_revision": 1, "number": 0, "definition": of_team(TEAM_B, "b", priority=3)}
    assert b.put(f"/api/v1/workflows/{workflow}/draft", json=draft).status_code == 200
    waiting_question(workflow)
    record_run(workflow, "r1", 1, KEY)
    event = _event(workflow, notification)
    _record_uploads(workflow)
    backfill = b.post("/api/v1/backfills", json={"workflow": workflow, "filters": {"prefix": "b/"}})
    process = {"request_id": "pr-b", "bucket": TEAM_B, "keys": [PROCESS_KEY], "jobs": JOBS}
    assert b.post("/api/v1/process", json=process | {"output": {"directory": "made/"}}).status_code == 201
    metadata.add(DagModel(dag_id="media_process", bundle_name="media_workflows"))
    metadata.commit()
    run_id = process_run_id("pr-b", PROCESS_KEY, 0)
    add_run("media_process", run_id, *ENDED)
    record_run("media_process", run_id, 1, PROCESS_KEY)
    own = _created(a, of_team(TEAM_A, "a"))
    return Belongings(own, workflow, "r1", backfill.json()["id"], "pr-b", event)


def _created(client: TestClient, definition: dict[str, Any]) -> str:
    answer = client.post("/api/v1/workflows", json=definition)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _event(workflow: str, notification: dict[str, Any]) -> str:
    from media_workflows.domain.run import Run
    from media_workflows.domain.workflow import parse_workflow
    from media_workflows.notifications.outbox import store_finish

    definition = parse_workflow(of_team(TEAM_B, "b", notification=notification))
    return store_finish(Run(workflow, "r1", 1, definition), []).id


def _record_uploads(workflow: str) -> None:
    decision = {"bucket": TEAM_B, "identity": "1", "source": "queue"}
    with transaction() as session:
        record_decisions(
            session,
            [
                UploadDecision(**decision, workflow_id=workflow, key=KEY, outcome="fired", rule="matched"),
                UploadDecision(**decision, workflow_id="", key=KEY + "x", outcome="refused", rule="no_workflow"),
            ],
        )


def _asked(client: TestClient, belongings: Belongings, route: str) -> Any:
    method, path, arguments = belongings.request(route)
    return client.request(method, path, **arguments)


def _shows(answer: Any) -> bool:
    return TEAM_B in answer.text or HIDDEN in answer.text


def test_a_user_of_team_a_gets_nothing_of_team_b(teams: dict[str, TestClient], belongings: Belongings) -> None:
    """Every route: what names something of team B is refused, and no other answer has a bucket or key of it."""
    before = _state_of_b(teams["b"], belongings)
    answers = {route: _asked(teams["a"], belongings, route) for route in ALL}
    statuses = {route: answer.status_code for route, answer in answers.items()}
    assert {route: status for route, status in statuses.items() if route in NAMING and status not in (403, 404)} == {}
    shown = [route for route, answer in answers.items() if route not in NAMING and _shows(answer)]
    assert shown == []
    assert {route: statuses[route] for route in ALL if statuses[route] >= 500} == {}
    assert _state_of_b(teams["b"], belongings) == before


def _state_of_b(client: TestClient, belongings: Belongings) -> dict[str, Any]:
    """What team B sees of what it has, and its objects."""
    routes = (
        *("GET /api/v1/workflows/{workflow_id}", "GET /api/v1/workflows/{workflow_id}/draft"),
        *("GET /api/v1/runs", "GET /api/v1/deliveries", "GET /api/v1/backfills/{backfill_id}"),
        *("GET /api/v1/process/{request_id}", "GET /api/v1/approvals", "GET /api/v1/function-callback"),
    )
    found = {route: _asked(client, belongings, route).json() for route in routes}
    listed = buckets.storage().client.list_objects_v2(Bucket=TEAM_B)["Contents"]
    return {**found, "objects": [(one["Key"], one["ETag"]) for one in listed]}


def test_the_same_requests_show_team_b_what_it_has(teams: dict[str, TestClient], belongings: Belongings) -> None:
    """The walk above is no empty one: the answers to team B have its bucket or its keys."""
    reading = [route for route in ALL if route.startswith("GET ")]
    answers = {route: _asked(teams["b"], belongings, route) for route in reading}
    shown = {route.removeprefix("GET /api/v1/") for route, answer in answers.items() if _shows(answer)}
    assert shown >= {
        *("workflows", "workflows/{workflow_id}", "workflows/{workflow_id}/draft"),
        *("workflows/{workflow_id}/revisions/{number}", "workflows/{workflow_id}/runs/{run_id}/content/{key}"),
        *("runs", "runs/{run_id}", "runs/{run_id}/files", "uploads", "deliveries", "events/{event_id}", "comparison"),
        *("buckets", "buckets/{bucket}/objects", "process", "process/{request_id}", "process/{request_id}/request"),
        *("process/{request_id}/objects", "backfills", "approvals", "home"),
    }
    refused = {route for route, answer in answers.items() if answer.status_code == 403}
    assert refused == set()


def test_an_administrator_with_all_buckets_sees_both(teams: dict[str, TestClient], belongings: Belongings) -> None:
    listed = teams["admin"].get("/api/v1/workflows").json()
    assert {one["id"] for one in listed["items"]} == {belongings.workflow_id, belongings.own_workflow}
    names = {one["name"] for one in teams["admin"].get("/api/v1/buckets").json()}
    assert names >= {TEAM_A, TEAM_B}
    assert [one["name"] for one in teams["a"].get("/api/v1/buckets").json()] == [TEAM_A]


def test_refusals_have_a_code_of_their_own(teams: dict[str, TestClient], belongings: Belongings) -> None:
    """403 for a named bucket, 404 for what is hidden, as for what is not there."""
    a, own = teams["a"], belongings.own_workflow
    moved = a.put(f"/api/v1/workflows/{own}", json={"revision": 1, "definition": of_team(TEAM_B, "a")})
    assert (moved.status_code, moved.json()["code"]) == (403, "AuthFailure.UnauthorizedPlace")
    assert moved.json()["parameters"] == {"place": f"{TEAM_B}/a/"}
    output = of_team(TEAM_A, "a", output={"bucket": TEAM_B, "directory": "made/"})
    written = a.put(f"/api/v1/workflows/{own}", json={"revision": 1, "definition": output})
    assert (written.status_code, written.json()["parameters"]) == (403, {"place": f"{TEAM_B}/made/"})
    hidden, missing = (a.get(f"/api/v1/workflows/{id_}") for id_ in (belongings.workflow_id, "wf_none"))
    assert (hidden.status_code, hidden.json()["code"]) == (missing.status_code, missing.json()["code"])


def test_what_a_template_reads_is_a_place_of_its_workflows(
    app: Any, teams: dict[str, TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its color table lies in the workflow's bucket, where another team may have a directory."""
    places = {"admin": ["*"], "user": [f"{TEAM_A}/ours/"]}
    monkeypatch.setenv("MEDIA_WORKFLOWS_ROLE_PLACES", json.dumps(places))
    clear_caches()
    graded = {"container": "mp4", "video": {"codec": "h264", "edit": {"lut": "theirs/x.cube"}}}
    template = {"kind": "transcode", "name": "graded", "parameters": graded}
    id_ = teams["admin"].post("/api/v1/templates", json=template).json()["id"]
    output = {"bucket": TEAM_A, "directory": "ours/made/"}
    for item in ({"template": id_}, {"template": 100010, "override": {"video": {"edit": {"lut": "theirs/x.cube"}}}}):
        asked = of_team(TEAM_A, "ours", output=output, jobs={"transcode": [item]})
        refused = teams["a"].post("/api/v1/workflows", json=asked)
        assert (refused.status_code, refused.json().get("parameters")) == (403, {"place": f"{TEAM_A}/theirs/x.cube"})
    kept = of_team(TEAM_A, "ours", output=output, jobs={"transcode": [{"template": 100010}]})
    assert teams["a"].post("/api/v1/workflows", json=kept).status_code == 201


def test_calls_for_many_refuse_each(teams: dict[str, TestClient], belongings: Belongings) -> None:
    a = teams["a"]
    for route in ("POST /api/v1/workflows/bulk", "POST /api/v1/runs/bulk"):
        (item,) = _asked(a, belongings, route).json()["items"]
        assert (item["ok"], item["code"]) == (False, "ResourceNotFound"), route
    assert _asked(a, belongings, "POST /api/v1/deliveries/resend").json() == {"queued": 0}


def test_an_import_stays_in_the_places_of_its_user(teams: dict[str, TestClient], belongings: Belongings) -> None:
    documents = [of_team(TEAM_B, "new"), of_team(TEAM_A, "b"), of_team(TEAM_A, "fine")]
    text = "\n---\n".join(json.dumps(one) for one in documents)
    begun = teams["a"].post("/api/v1/workflows/import", json={"yaml": text}).json()
    state = ended_import(teams["a"], begun["id"])
    assert [(one["action"], one["code"]) for one in state["items"]] == [
        ("refused", "AuthFailure.UnauthorizedPlace"),
        ("refused", "AuthFailure.UnauthorizedOperation"),  # the name of team B's workflow
        ("created", ""),
    ]


def test_former_places_of_a_workflow_hide_it(teams: dict[str, TestClient], belongings: Belongings) -> None:
    """Its history shows, and its earlier runs link, the objects of the bucket that it read before."""
    path = f"/api/v1/workflows/{belongings.workflow_id}"
    moved = {"revision": 1, "definition": of_team(TEAM_A, "b")}
    assert teams["admin"].put(path, json=moved).status_code == 200
    assert teams["a"].get(path).status_code == 404
    assert teams["a"].get("/api/v1/runs", params={"search": HIDDEN}).json()["total"] == 0
    assert teams["b"].get(path).status_code == 404  # its present bucket is team A's


def test_a_draft_of_an_administrator_is_not_shown(teams: dict[str, TestClient], belongings: Belongings) -> None:
    path = f"/api/v1/workflows/{belongings.own_workflow}/draft"
    output = of_team(TEAM_A, "a", output={"bucket": TEAM_B, "directory": "made/"})
    draft = {"base_revision": 1, "number": 0, "definition": output}
    assert teams["admin"].put(path, json=draft).status_code == 200
    assert teams["a"].get(path).status_code == 404
    assert teams["a"].post(f"{path}/apply", json={"number": 1}).status_code == 403
    assert teams["admin"].get(path).status_code == 200


def test_runs_of_requests_are_shown_one_by_one(teams: dict[str, TestClient], belongings: Belongings) -> None:
    """The lists of a user with places leave them out; the request and the run itself are there."""
    run_id = process_run_id("pr-b", PROCESS_KEY, 0)
    for team, status in (("a", 404), ("b", 200), ("admin", 200)):
        client = teams[team]
        assert client.get(f"/api/v1/runs/{run_id}").status_code == status, team
        content = client.get(f"/api/v1/workflows/media_process/runs/{run_id}/content/{PROCESS_KEY}")
        assert content.status_code == status, team
        listed = client.get("/api/v1/runs", params={"workflow": "media_process"})
        assert listed.status_code == (200 if team == "admin" else 404)
    assert [one["request_id"] for one in teams["b"].get("/api/v1/process").json()["items"]] == ["pr-b"]
    assert teams["a"].get("/api/v1/process").json()["total"] == 0


def test_a_role_that_the_setting_does_not_have_has_no_places(app: Any, teams: Any, belongings: Belongings) -> None:
    viewer = TestClient(app, ORIGIN, headers={"x-user": "viewer", "sec-fetch-site": "same-origin"})
    assert viewer.get("/api/v1/workflows").json()["total"] == 0
    assert viewer.get(f"/api/v1/workflows/{belongings.workflow_id}").status_code == 404


def test_every_route_binds_the_places(app: Any) -> None:
    """No route, also not one of tomorrow, is called before the places of its caller are set."""
    from fastapi.routing import APIRoute

    from media_workflows_plugin.api.access import bind_places
    from media_workflows_plugin.mps.authentication import signed_call

    def calls(dependant: Any) -> set[Any]:
        return {dependant.call}.union(*(calls(inner) for inner in dependant.dependencies))

    found = [route for route in app.routes if isinstance(route, APIRoute)]
    assert len(found) > len(ALL) / 2
    assert [route.path for route in found if not calls(route.dependant) & {bind_places, signed_call}] == []
