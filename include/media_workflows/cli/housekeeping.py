"""`media-workflows housekeeping …`: what the daily housekeeping would delete, and has deleted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import console, print_table, workflow_names, write
from media_workflows.cli.runs import workflow_id_of
from media_workflows.plural import counted

if TYPE_CHECKING:
    from media_workflows.domain.retention import OldOutput
    from media_workflows.services.housekeeping import HousekeepingPreview

app = typer.Typer(no_args_is_help=True, help="What the daily housekeeping would delete, and has deleted.")
Workflow = Annotated[
    str | None,
    typer.Option("--workflow", "-w", help="Id or name of a workflow; none = all", autocompletion=workflow_names),
]
AsJson = Annotated[bool, typer.Option("--json")]
OUTCOMES = {
    "delete": "deleted",
    "gone": "gone already",
    "changed": "kept: changed since",
    "in_use": "kept: another run uses it",
    "source": "kept: it is the source",
}


@app.command()
def preview(workflow: Workflow = None, as_json: AsJson = False) -> None:
    """List the outputs, and count the reports of runs, that would be deleted today. Deletes nothing."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services import housekeeping

    read_stored_connections()
    found = housekeeping.preview(None if workflow is None else workflow_id_of(workflow))
    if as_json:
        write(found.model_dump_json(indent=1))
    else:
        _show(found)


def _show(found: HousekeepingPreview) -> None:
    print_table(
        ("workflow", "run", "days", "output", "bytes", "outcome"),
        [
            (one.workflow_id, one.run_id, one.days, _place(one), one.size_bytes, OUTCOMES[one.outcome])
            for one in found.outputs
        ],
    )
    deleted = [one for one in found.outputs if one.outcome == "delete"]
    console.print(f"to be deleted: {counted(len(deleted), 'output')}, {sum(one.size_bytes for one in deleted)} bytes")
    for workflow_id, count in found.reports.items():
        console.print(f"to be deleted: reports of {counted(count, 'run')} of {workflow_id}")
    for workflow_id, count in found.unpublished.items():
        console.print(f"to be removed: unpublished outputs of {counted(count, 'run')} of {workflow_id}")
    for problem in found.problems:
        console.print(problem, soft_wrap=True)


@app.command()
def deletions(
    workflow: Workflow = None, limit: Annotated[int, typer.Option(min=1, help="Runs")] = 50, as_json: AsJson = False
) -> None:
    """List what was decided about old outputs, newest first: which were deleted, and which stay and why."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.retention import decisions

    ids = None if workflow is None else {workflow_id_of(workflow)}
    with transaction() as session:
        found = decisions(session, ids, limit)
    if as_json:
        write(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
        return
    print_table(
        ("decided", "workflow", "run", "days", "output", "bytes", "outcome"),
        [
            (
                f"{one.decided_at:%Y-%m-%d %H:%M}",
                one.workflow_id,
                one.run_id,
                one.days,
                _place(output),
                output.size_bytes,
                OUTCOMES[output.outcome],
            )
            for one in found
            for output in one.outputs
        ],
    )


def _place(output: OldOutput) -> str:
    return f"{output.bucket}/{output.key}"
