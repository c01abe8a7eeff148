"""`media-workflows backfill …`: apply a workflow to objects that exist already."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from media_workflows.cli._console import AUTHOR, console, print_table, write
from media_workflows.plural import counted

if TYPE_CHECKING:
    from media_workflows.domain.backfill import BackfillLimits
    from media_workflows.services.backfills import BackfillPreview

app = typer.Typer(no_args_is_help=True, help="Apply a workflow to objects that exist already.")
Id = Annotated[str, typer.Argument(help="Id of a backfill")]
AsJson = Annotated[bool, typer.Option("--json")]
MaxAtOnce = Annotated[int, typer.Option(min=1, help="Runs at the same time")]
PerMinute = Annotated[int | None, typer.Option(min=1, help="Runs started per minute; none = no limit")]


def _utc(text: str) -> datetime:
    """ISO 8601; without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime | None, typer.Option(parser=_utc, metavar="TIME", help="ISO 8601, UTC without a zone")]


@app.command()
def create(
    workflow: Annotated[str, typer.Argument(help="Id or name of a workflow")],
    prefix: Annotated[str, typer.Option(help="Prefix of the keys; none = the trigger's directory")] = "",
    select: Annotated[str, typer.Option(help="all, never_processed, older_revision or missed")] = "all",
    modified_after: Moment = None,
    modified_before: Moment = None,
    min_bytes: Annotated[int | None, typer.Option(min=0)] = None,
    max_bytes: Annotated[int | None, typer.Option(min=0)] = None,
    formats: Annotated[list[str] | None, typer.Option("--format", help="An extension; can be repeated")] = None,
    max_at_once: MaxAtOnce = 2,
    per_minute: PerMinute = None,
    start: Annotated[bool, typer.Option("--start", help="Start as soon as the objects are counted")] = False,
    as_json: AsJson = False,
) -> None:
    """Create a backfill: its objects are counted, and it awaits its start."""
    from media_workflows.cli.runs import workflow_id_of
    from media_workflows.domain.backfill import BackfillFilters, BackfillRequest
    from media_workflows.domain.base import parsed_request
    from media_workflows.services.backfills import create_backfill

    filters: dict[str, Any] = {
        "prefix": prefix,
        "select": select,
        "modified_after": modified_after,
        "modified_before": modified_before,
        "min_bytes": min_bytes,
        "max_bytes": max_bytes,
        "formats": formats or (),
    }
    request = BackfillRequest(
        workflow=workflow_id_of(workflow),
        filters=parsed_request(BackfillFilters, filters),
        limits=limits_of(max_at_once, per_minute),
        start=start,
    )
    show_backfill(create_backfill(request, AUTHOR), as_json=as_json)


def limits_of(max_at_once: int, per_minute: int | None) -> BackfillLimits:
    """The limits by their options. Raises InvalidRequestError."""
    from media_workflows.domain.backfill import BackfillLimits
    from media_workflows.domain.base import parsed_request

    return parsed_request(BackfillLimits, {"max_at_once": max_at_once, "per_minute": per_minute})


@app.command("list")
def list_(
    workflow: Annotated[str | None, typer.Option("--workflow", "-w", help="Id or name of a workflow")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
) -> None:
    """List backfills, newest first."""
    from media_workflows.cli.runs import workflow_id_of
    from media_workflows.store.backfills import list_backfills
    from media_workflows.store.engine import transaction

    ids = None if workflow is None else [workflow_id_of(workflow)]
    with transaction() as session:
        page = list_backfills(session, ids, limit=limit)
    columns = ("id", "workflow", "created", "state", "objects", "queued", "active", "finished", "failed", "skipped")
    rows = [
        (
            *(one.id, one.workflow_id, f"{one.created_at:%Y-%m-%d %H:%M:%S}", one.state.value),
            *(one.total, one.queued, one.active, one.finished, one.failed, one.skipped),
        )
        for one in page.items
    ]
    print_table(columns, rows)


@app.command()
def show(backfill: Id, as_json: AsJson = False) -> None:
    """Show one backfill: its counts, the estimate, and why it does not go on."""
    from media_workflows.services.backfills import get_backfill

    show_backfill(get_backfill(backfill), as_json=as_json)


@app.command()
def start(backfill: Id) -> None:
    """Start the runs of a counted backfill; its workflow must be enabled."""
    from media_workflows.services.backfills import start_backfill

    show_backfill(start_backfill(backfill))


@app.command()
def pause(backfill: Id) -> None:
    """Start no further runs; those in progress go on."""
    from media_workflows.services.backfills import pause_backfill

    show_backfill(pause_backfill(backfill))


@app.command()
def resume(backfill: Id) -> None:
    """Go on with a paused backfill."""
    from media_workflows.services.backfills import resume_backfill

    show_backfill(resume_backfill(backfill))


@app.command()
def cancel(
    backfill: Id,
    cancel_runs: Annotated[bool, typer.Option("--runs", help="Cancel its runs in progress, too")] = False,
) -> None:
    """End a backfill; its queued objects get no runs."""
    from media_workflows.services.backfills import cancel_backfill

    show_backfill(cancel_backfill(backfill, AUTHOR, cancel_runs=cancel_runs))


def show_backfill(backfill: BackfillPreview, *, as_json: bool = False) -> None:
    """Print a backfill."""
    if as_json:
        write(backfill.model_dump_json(indent=1))
        return
    console.print(f"{backfill.id}: {backfill.state.value}{': ' if backfill.problem else ''}{backfill.problem}")
    listed = counted(backfill.listed, "object")
    console.print(f"{listed} listed, {backfill.total} selected, {counted(backfill.total_bytes, 'byte')}")
    console.print(
        f"{backfill.queued} queued, {backfill.active} active, {backfill.finished} finished, {backfill.failed} failed, "
        f"{backfill.skipped} skipped"
    )
    estimate = backfill.estimate
    if estimate.basis is None:
        console.print("estimate: unknown, no earlier run of this workflow has encoded all its outputs")
    else:
        basis = f"{counted(estimate.basis.runs, 'run')} of revision {estimate.basis.revision}"
        console.print(f"estimate: {estimate.task_hours:g} hours of tasks, by {basis}")
