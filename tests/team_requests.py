"""One request of every route that names what belongs to team B: its ids, its bucket, its objects."""

from __future__ import annotations

import copy
import re
from typing import Any, NamedTuple

from api_definitions import definition
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject, now
from media_workflows.store.engine import transaction
from media_workflows.store.runs import record_job, record_source
from schedules import ELEVEN

TEAM_A, TEAM_B = "team-a-media", "team-b-media"
HIDDEN = "hidden-film"  # in the keys of team B's objects
KEY = f"b/{HIDDEN}.mp4"
OUTPUT = f"made/{HIDDEN}.jpg"
JOBS = {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}
NO_BODY: set[str] = {
    "POST /api/v1/backfills/{backfill_id}/start",
    "POST /api/v1/backfills/{backfill_id}/pause",
    "POST /api/v1/backfills/{backfill_id}/resume",
    "POST /api/v1/backfills/{backfill_id}/cancel",
    "POST /api/v1/process/{request_id}/cancel",
    "POST /api/v1/function-callback/test",
    "POST /api/v1/workflows/{workflow_id}/enable",
    "POST /api/v1/workflows/{workflow_id}/disable",
    "POST /api/v1/runs/{run_id}/cancel",
    "POST /api/v1/runs/{run_id}/retry",
}
# What has no place: the library of all teams, a user's own keys, and checks of a text. They name no bucket.
SHARED = {
    "POST /api/v1/keys",
    "POST /api/v1/notification/test",
    "POST /api/v1/persons",
    "PUT /api/v1/persons/{person_id}",
    "POST /api/v1/persons/{person_id}/faces",
    "POST /api/v1/templates",
    "PUT /api/v1/templates/{kind}/{template_id}",
    "POST /api/v1/words",
    "POST /api/v1/words/import",
    "PUT /api/v1/words/{keyword}",
    "POST /api/v1/workflows/graph",
    "POST /api/v1/workflows/validate",
    "POST /api/v1/process/validate",
}


def of_team(bucket: str, name: str, **parts: Any) -> dict[str, Any]:
    """A workflow that reads and writes one bucket."""
    places = {
        "trigger": {"bucket": bucket, "directory": f"{name}/"},
        "output": {"bucket": bucket, "directory": "made/"},
    }
    return definition(name, **places, jobs=JOBS) | parts


def record_run(workflow: str, run_id: str, revision: int, key: str) -> None:
    """The results of a run of team B on this object, as its tasks store them."""
    output = OutputRecord(bucket=TEAM_B, key=OUTPUT, size_bytes=len(HIDDEN), md5="")
    item = ItemResult(item={}, definition=10, status="SUCCESS", outputs=(output,))
    kind = "snapshot_by_time_offset"
    job = JobResult(kind=kind, step_id=kind, begun_at=now(), finished_at=now(), source=None, items=(item,))
    with transaction() as session:
        source = SourceObject(bucket=TEAM_B, key=key, etag="e", size_bytes=len(HIDDEN))
        record_source(session, workflow, run_id, revision, source)
        record_job(session, workflow, run_id, job)


class Belongings(NamedTuple):
    """The ids of what team B has, and of the workflow of team A."""

    own_workflow: str
    workflow_id: str
    run_id: str
    backfill_id: str
    request_id: str
    event_id: str

    def path_values(self, route: str) -> dict[str, str]:
        """The values of path parameters."""
        is_content = "/content/" in route
        return {
            **{name: getattr(self, name) for name in ("workflow_id", "backfill_id", "request_id", "event_id")},
            "run_id": self.run_id,
            "step_id": "ask",
            "kind": "transcode",
            "template_id": "1000000",
            "number": "1",
            "bucket": TEAM_B,
            "name": f"{HIDDEN}.mp4" if "/upload/" in route else "a.mp4",
            "key": KEY if is_content else "b/a.m3u8",
            "person_id": "1",
            "face_id": "1",
            "keyword": "word",
            "secret_id": "AKMW0",
            "import_id": "00000000-0000-0000-0000-000000000000",
        }

    def request(self, route: str) -> tuple[str, str, dict[str, Any]]:
        """(method, path with its query, keyword arguments of the client) of a route."""
        method, _, path = route.partition(" ")
        values = self.path_values(route)
        path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path) + self._queries().get(route, "")
        if method in ("POST", "PUT") and route not in NO_BODY:
            return method, path, self._body(route)
        return method, path, {}

    def _queries(self) -> dict[str, str]:
        other, run = self.workflow_id, self.run_id
        return {
            "GET /api/v1/comparison": f"?left_workflow={other}&left={run}&right_workflow={other}&right={run}",
            "GET /api/v1/runs/{run_id}/playlist": f"?key={KEY}",
            "GET /api/v1/workflows/{workflow_id}/revision-runs": "?left=1&right=1",
            "DELETE /api/v1/words": "?keyword=word",
        }

    def _body(self, route: str) -> dict[str, Any]:
        if route == "PUT /api/v1/workflows/{workflow_id}/upload/{name}":
            return {"content": b"overwritten"}
        body = {} if route in SHARED else self._bodies()[route]  # a new route must say here how it names a bucket
        return {"json": body}

    def _bodies(self) -> dict[str, dict[str, Any]]:
        moved = of_team(TEAM_B, "moved")
        file = {"name": f"{HIDDEN}.mp4", "size": 5}
        part = {**file, "upload_id": "u"}
        process = {"bucket": TEAM_B, "keys": [KEY], "output": {"bucket": TEAM_B, "directory": "x/"}, "jobs": JOBS}
        workflow = "/api/v1/workflows/{workflow_id}"
        run = "/api/v1/runs/{run_id}"
        return {
            "POST /api/v1/workflows": moved,
            f"PUT {workflow}": {"revision": 1, "definition": of_team(TEAM_A, "stolen")},
            f"PUT {workflow}/draft": {"base_revision": 1, "number": 1, "definition": of_team(TEAM_A, "stolen")},
            f"POST {workflow}/draft/apply": {"number": 1},
            "POST /api/v1/workflows/bulk": {"action": "enable", "ids": [self.workflow_id]},
            "POST /api/v1/workflows/import": {"yaml": "name: nothing"},  # see the test of imports
            "POST /api/v1/workflows/export": {"ids": [self.workflow_id]},
            "POST /api/v1/schedules/import": {"schedule": schedule(TEAM_B)},
            "POST /api/v1/backfills": {"workflow": self.workflow_id, "filters": {"prefix": "b/"}},
            f"POST {workflow}/missed-uploads": {"keys": [KEY]},
            "POST /api/v1/process": process,
            "POST /api/v1/process/dry-run": {"request": process, "key": KEY},
            f"POST {workflow}/dry-run": {"key": KEY},
            "POST /api/v1/dry-run": {"definition": moved, "key": KEY},
            "POST /api/v1/dry-run/outputs": {"definition": moved, "key": KEY},
            "POST /api/v1/dry-run/sample": {"definition": moved, "key": KEY},
            "POST /api/v1/dry-run/frame": {"definition": moved, "key": KEY, "output": _FRAME_OUTPUT},
            "POST /api/v1/conditions/try": {"expression": "source.size_bytes > 0", "bucket": TEAM_B, "key": KEY},
            "POST /api/v1/check-access": {"bucket": TEAM_B},
            "POST /api/v1/deliveries/resend": {"workflow": self.workflow_id, "state": "pending"},
            "PUT /api/v1/function-callback": {"type": "http", "url": "https://a.example/"},
            f"POST {workflow}/upload": file,
            f"POST {workflow}/upload/complete": part,
            f"POST {workflow}/upload/abort": part,
            "POST /api/v1/runs/bulk": {
                "action": "cancel",
                "runs": [{"workflow": self.workflow_id, "run": self.run_id}],
            },
            f"POST {run}/approvals/{{step_id}}": {"answer": "approved"},
            f"POST {run}/review": {"verdict": "pass"},
            f"POST {run}/review/findings": {"ids": ["f"], "verdict": "pass"},
        }


_FRAME_OUTPUT = {"step_id": "snapshot_by_time_offset", "item": 0}


def schedule(bucket: str) -> dict[str, Any]:
    """A schedule of the commercial service that reads and writes this bucket."""
    found = copy.deepcopy(ELEVEN)
    found["Trigger"]["CosFileUploadTrigger"]["Bucket"] = bucket
    found["OutputStorage"]["CosOutputStorage"]["Bucket"] = bucket
    return found
