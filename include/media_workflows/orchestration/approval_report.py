"""What a person sees who has to approve: the source, the run's page, and what the steps before have made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from media_workflows.domain.result import JobResult
from media_workflows.orchestration.links import run_page
from media_workflows.store.engine import transaction
from media_workflows.store.runs import results_of_run

if TYPE_CHECKING:
    from media_workflows.execution.request import StepRequest

MAX_SHOWN = 20  # outputs


def approval_report(request: StepRequest) -> str:
    """As Markdown."""
    key, turn = request.step, request.turn
    before = {step.id for step in turn.before} if turn else set()
    with transaction() as session:
        results = results_of_run(session, key.workflow_id, key.run_id)
    made = [line for result in results if result.step.step_id in before for line in _outputs(result)]
    more = [f"- and {len(made) - MAX_SHOWN} more"] if len(made) > MAX_SHOWN else []
    head = f"Source: `{request.source.bucket}/{request.source.key}` ([run]({run_page(key.workflow_id, key.run_id)}))"
    return "\n".join([head, "", *made[:MAX_SHOWN], *more])


def _outputs(result: JobResult) -> Iterator[str]:
    for item in result.items:
        for output in item.outputs:
            if output.role in ("main", "manifest"):
                yield f"- {result.step}: `{output.bucket}/{output.key}`"
        if item.status == "FAIL":
            yield f"- {result.step} failed: {item.message}"
