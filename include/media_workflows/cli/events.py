"""`media-workflows events …`: list, show, resend, test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import Name, console, print_table, write
from media_workflows.cli.runs import workflow_id_of
from media_workflows.plural import counted

if TYPE_CHECKING:
    from media_workflows.store.deliveries import Attempt
    from media_workflows.store.delivery_log import Delivery, DeliveryFilter

app = typer.Typer(no_args_is_help=True, help="Events and their deliveries.")
Workflow = Annotated[str | None, typer.Option("--workflow", "-w", help="Only this workflow's, by id or name")]
Json = Annotated[bool, typer.Option("--json")]


def _filter(workflow: str | None, run: str | None, dead: bool) -> DeliveryFilter:
    from media_workflows.store.delivery_log import DeliveryFilter

    ids = frozenset({workflow_id_of(workflow)}) if workflow else None
    return DeliveryFilter(workflow_ids=ids, run_id=run, state="dead" if dead else None)


@app.command("list")
def list_(
    workflow: Workflow = None,
    run: Annotated[str | None, typer.Option(help="Only this run's")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="Only dead letters")] = False,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: Json = False,
) -> None:
    """List deliveries, newest first: event, target, state, attempts, the last answer."""
    from media_workflows.store.delivery_log import list_deliveries
    from media_workflows.store.engine import transaction

    asked = _filter(workflow, run, dead)
    with transaction() as session:
        page = list_deliveries(session, asked, limit=limit)
    if as_json:
        write(json.dumps(page.model_dump(mode="json")["items"], ensure_ascii=False, indent=1))
        return
    print_table(("created", "event", "to", "state", "attempts", "last"), [_row(delivery) for delivery in page.items])


def _row(delivery: Delivery) -> tuple[object, ...]:
    return (
        f"{delivery.created_at:%m-%d %H:%M:%S}",
        delivery.event_id,
        delivery.address,
        delivery.state,
        delivery.attempts,
        _outcome(delivery.last) if delivery.last else "",
    )


def _outcome(attempt: Attempt) -> str:
    return attempt.error or f"{attempt.status} {attempt.answer}".strip()


@app.command()
def show(event: Annotated[str, typer.Argument(help="Id of an event")], as_json: Json = False) -> None:
    """Show one event: its body, and each delivery attempt."""
    from media_workflows.services.events import event_history

    history = event_history(event)
    if as_json:
        write(history.model_dump_json(indent=1))
        return
    console.print_json(history.event.body)
    rows = [
        (delivery.address, attempt.number, f"{attempt.begun_at:%m-%d %H:%M:%S}", f"{attempt.latency_s:.2f} s", outcome)
        for delivery in history.deliveries
        for attempt in history.attempts.get(delivery.id, [])
        for outcome in [_outcome(attempt)]
    ]
    print_table(("to", "attempt", "at", "took", "outcome"), rows)


@app.command()
def resend(
    events: Annotated[list[str] | None, typer.Argument(help="Ids of events; leave them out with --dead")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All dead letters")] = False,
    workflow: Workflow = None,
) -> None:
    """Send events again under their ids: the given ones, or all dead letters."""
    from media_workflows.services.events import resend as resend_events

    if bool(events) == dead:
        raise typer.BadParameter("give either event ids or --dead")
    which = _filter(workflow, None, dead).model_copy(update={"event_ids": frozenset(events) if events else None})
    console.print(f"queued {counted(resend_events(which), 'delivery', 'deliveries')} again")


@app.command()
def test(workflow: Name) -> None:
    """Send a test event to a workflow's target and show the receiver's answer."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services.events import try_workflow

    read_stored_connections()
    show_attempt(try_workflow(workflow_id_of(workflow)))


def show_attempt(attempt: Attempt) -> None:
    """Print the receiver's answer to a test event; exit with code 1 if the delivery failed."""
    console.print(f"{'not delivered' if attempt.error else 'delivered'} after {attempt.latency_s:.2f} s")
    console.print(_outcome(attempt))
    if attempt.error:
        raise typer.Exit(1)
