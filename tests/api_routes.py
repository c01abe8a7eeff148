"""Every route of the plugin, and who may call it. A route that is not listed here fails the tests of access."""

from __future__ import annotations

import re
from typing import Any

READ = {
    "GET /api/v1/workflows/import/{import_id}",
    "GET /",
    "GET /static/{name}",
    "GET /api/v1/openapi.json",
    "GET /api/v1/me",
    "GET /api/v1/home",
    "GET /api/v1/costs",
    "GET /api/v1/health",
    "GET /api/v1/metrics",
    "GET /api/v1/keys",
    "GET /api/v1/schema",
    "GET /api/v1/workflows",
    "GET /api/v1/workflows/{workflow_id}",
    "GET /api/v1/workflows/{workflow_id}/counters",
    "GET /api/v1/workflows/{workflow_id}/revisions",
    "GET /api/v1/workflows/{workflow_id}/draft",
    "GET /api/v1/workflows/{workflow_id}/schedule",
    "GET /api/v1/workflows/{workflow_id}/budget",
    "GET /api/v1/workflows/{workflow_id}/revisions/{number}",
    "GET /api/v1/workflows/{workflow_id}/runs/{run_id}/content/{key}",
    "GET /api/v1/templates",
    "GET /api/v1/templates/{kind}/{template_id}",
    "GET /api/v1/uploads",
    "GET /api/v1/backfills",
    "GET /api/v1/backfills/{backfill_id}",
    "GET /api/v1/backfills/{backfill_id}/objects",
    "GET /api/v1/process",
    "GET /api/v1/process/{request_id}",
    "GET /api/v1/process/{request_id}/request",
    "GET /api/v1/process/{request_id}/objects",
    "GET /api/v1/workflows/{workflow_id}/missed-uploads",
    "GET /api/v1/conditions/variables",
    "GET /api/v1/words",
    "GET /api/v1/words/export",
    "GET /api/v1/persons",
    "GET /api/v1/persons/{person_id}",
    "GET /api/v1/deliveries",
    "GET /api/v1/events/{event_id}",
    "GET /api/v1/function-callback",
    "GET /api/v1/approvals",
    "GET /api/v1/starters",
    "GET /api/v1/starters/{name}",
    "GET /api/v1/runs",
    "GET /api/v1/workflows/{workflow_id}/detection",
    "GET /api/v1/runs/causes",
    "GET /api/v1/runs/{run_id}",
    "GET /api/v1/runs/{run_id}/files",
    "GET /api/v1/reviews",
    "GET /api/v1/comparison",
    "GET /api/v1/workflows/{workflow_id}/revision-runs",
    "GET /api/v1/runs/{run_id}/review",
    "GET /api/v1/runs/{run_id}/playlist",
    # These change nothing.
    "POST /api/v1/workflows/export",
    "POST /api/v1/workflows/graph",
    "POST /api/v1/workflows/validate",
    "POST /api/v1/process/validate",
}
CHANGE = {
    "POST /api/v1/backfills",
    "POST /api/v1/backfills/{backfill_id}/start",
    "POST /api/v1/backfills/{backfill_id}/pause",
    "POST /api/v1/backfills/{backfill_id}/resume",
    "POST /api/v1/backfills/{backfill_id}/cancel",
    "POST /api/v1/process",
    "POST /api/v1/process/dry-run",
    "POST /api/v1/process/{request_id}/cancel",
    "POST /api/v1/workflows/{workflow_id}/missed-uploads",
    "POST /api/v1/workflows/{workflow_id}/dry-run",
    "POST /api/v1/dry-run",
    "POST /api/v1/dry-run/frame",
    "POST /api/v1/dry-run/outputs",
    "POST /api/v1/dry-run/sample",
    "POST /api/v1/conditions/try",
    "POST /api/v1/schedules/import",
    "POST /api/v1/deliveries/resend",
    "POST /api/v1/notification/test",
    "PUT /api/v1/function-callback",
    "DELETE /api/v1/function-callback",
    "POST /api/v1/function-callback/test",
    "POST /api/v1/words",
    "POST /api/v1/words/import",
    "PUT /api/v1/words/{keyword}",
    "DELETE /api/v1/words",
    "POST /api/v1/persons",
    "PUT /api/v1/persons/{person_id}",
    "DELETE /api/v1/persons/{person_id}",
    "POST /api/v1/persons/{person_id}/faces",
    "DELETE /api/v1/persons/{person_id}/faces/{face_id}",
    "POST /api/v1/templates",
    "PUT /api/v1/templates/{kind}/{template_id}",
    "DELETE /api/v1/templates/{kind}/{template_id}",
    "POST /api/v1/workflows",
    "POST /api/v1/workflows/bulk",
    "POST /api/v1/workflows/import",
    "PUT /api/v1/workflows/{workflow_id}",
    "DELETE /api/v1/workflows/{workflow_id}",
    "PUT /api/v1/workflows/{workflow_id}/draft",
    "DELETE /api/v1/workflows/{workflow_id}/draft",
    "POST /api/v1/workflows/{workflow_id}/draft/apply",
    "POST /api/v1/workflows/{workflow_id}/enable",
    "POST /api/v1/workflows/{workflow_id}/disable",
    "POST /api/v1/workflows/{workflow_id}/upload",
    "POST /api/v1/workflows/{workflow_id}/upload/complete",
    "POST /api/v1/workflows/{workflow_id}/upload/abort",
    "PUT /api/v1/workflows/{workflow_id}/upload/{name}",
    "POST /api/v1/runs/bulk",
    "POST /api/v1/runs/{run_id}/cancel",
    "POST /api/v1/runs/{run_id}/retry",
    "POST /api/v1/runs/{run_id}/approvals/{step_id}",
    "POST /api/v1/runs/{run_id}/review",
    "POST /api/v1/runs/{run_id}/review/findings",
    # These show what the workflows' credentials see, which is more than a viewer's workflows do.
    "GET /api/v1/buckets",
    "GET /api/v1/buckets/{bucket}/directories",
    "GET /api/v1/buckets/{bucket}/objects",
    "POST /api/v1/check-access",
}
# Changes of runs, uploads and answers, which an operator may make; all others are an editor's.
OPERATE = {
    "POST /api/v1/process",
    "POST /api/v1/process/dry-run",
    "POST /api/v1/process/{request_id}/cancel",
    "POST /api/v1/workflows/{workflow_id}/dry-run",
    "POST /api/v1/workflows/{workflow_id}/upload",
    "POST /api/v1/workflows/{workflow_id}/upload/complete",
    "POST /api/v1/workflows/{workflow_id}/upload/abort",
    "PUT /api/v1/workflows/{workflow_id}/upload/{name}",
    "POST /api/v1/deliveries/resend",
    "POST /api/v1/runs/bulk",
    "POST /api/v1/runs/{run_id}/cancel",
    "POST /api/v1/runs/{run_id}/retry",
    "POST /api/v1/runs/{run_id}/approvals/{step_id}",
}
# What every user changes of their own: a change for the audit, and permitted to viewers.
OWN = {
    "POST /api/v1/keys",
    "DELETE /api/v1/keys/{secret_id}",
}
# The vendor's API: the signature of each call says who calls, no session does.
SIGNED = {"POST /mps", "POST /mps/"}
ALL = sorted(READ | CHANGE | OWN)
WRITING = sorted(route for route in ALL if not route.startswith("GET "))
_VALUES = {
    "workflow_id": "wf_0",
    "run_id": "r0",
    "step_id": "ask",
    "event_id": "evt_0",
    "kind": "transcode",
    "template_id": "1000000",
    "number": "1",
    "bucket": "bucket",
    "name": "a.mp4",
    "key": "a/b.m3u8",
    "person_id": "1",
    "face_id": "1",
    "keyword": "word",
    "backfill_id": "bf_0",
    "request_id": "pr_0",
    "secret_id": "AKMW0",
    "import_id": "00000000-0000-0000-0000-000000000000",
}
_QUERIES = {
    "GET /api/v1/runs/{run_id}/playlist": "?key=a.m3u8",
    "GET /api/v1/comparison": "?left_workflow=wf_0&left=r0&right_workflow=wf_0&right=r1",
    "GET /api/v1/workflows/{workflow_id}/revision-runs": "?left=1&right=2",
}
BODY = {"revision": 1, "definition": {}}


def request_of(route: str) -> tuple[str, str]:
    """(method, path) with the parameters filled in."""
    method, _, path = route.partition(" ")
    return method, re.sub(r"\{(\w+)\}", lambda found: _VALUES[found[1]], path) + _QUERIES.get(route, "")


def body_of(route: str) -> dict[str, Any]:
    """A JSON body, where there is one; that it fits no route shows that access is looked at first."""
    return {"json": BODY} if route.startswith(("POST", "PUT")) else {}
