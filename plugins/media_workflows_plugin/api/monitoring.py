"""Routes for monitoring: the product's health, and its metrics in Prometheus' text format."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from media_workflows.airflow_adapter.run_copies import run_history
from media_workflows.services.metrics import metrics_text
from media_workflows.services.probe import ProbeAnswer, probe
from media_workflows.store.engine import transaction
from media_workflows_plugin.api.access import ReadableWorkflows, RunReader
from media_workflows_plugin.api.guarded_route import GuardedRoute

router = APIRouter(prefix="/api/v1", tags=["monitoring"], route_class=GuardedRoute)


@router.get("/health", responses={503: {"model": ProbeAnswer}})
def get_health(response: Response, _user: RunReader) -> ProbeAnswer:
    """Answer whether uploads are detected and events are sent: 200, else 503."""
    with transaction() as session:
        answer = probe(session)
    response.status_code = 200 if answer.status == "ok" else 503
    return answer


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def get_metrics(readable: ReadableWorkflows, _user: RunReader) -> Response:
    """Return the metrics of the workflows that the user may see, in Prometheus' text format."""
    with run_history() as session:
        return Response(metrics_text(session, readable), media_type=CONTENT_TYPE_LATEST)
