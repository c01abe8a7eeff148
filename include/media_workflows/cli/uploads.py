"""`media-workflows uploads …`: list upload decisions, list missed uploads, process them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import AUTHOR, print_table, write
from media_workflows.cli.backfill import MaxAtOnce, PerMinute, limits_of, show_backfill
from media_workflows.cli.runs import workflow_id_of

if TYPE_CHECKING:
    from media_workflows.ingest.selection import MissedUpload

app = typer.Typer(invoke_without_command=True, help="Decisions about uploads, and uploads that were missed.")
Workflow = Annotated[str, typer.Argument(help="Id or name of a workflow")]


@app.callback()
def uploads(
    context: typer.Context,
    bucket: Annotated[str | None, typer.Option(help="Bucket of the source object")] = None,
    key: Annotated[str | None, typer.Option(help="Key of the source object")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List upload decisions, newest first: accepted (with the run) or refused (with the rule)."""
    if context.invoked_subcommand is not None:
        return
    from media_workflows.domain.candidates import RULE_MEANINGS
    from media_workflows.store.engine import transaction
    from media_workflows.store.uploads import list_decisions

    with transaction() as session:
        page = list_decisions(session, bucket, key, limit=limit)
    if as_json:
        write(json.dumps(page.model_dump(mode="json")["items"], ensure_ascii=False, indent=1))
        return
    print_table(
        ("decided", "object", "workflow", "outcome", "run or rule"),
        [
            (
                f"{d.decided_at:%m-%d %H:%M:%S}",
                f"{d.bucket}/{d.key}",
                d.workflow_id,
                d.outcome,
                d.run_id or f"{d.rule}: {RULE_MEANINGS[d.rule]}",
            )
            for d in page.items
        ],
    )


@app.command()
def missed(
    workflow: Workflow,
    limit: Annotated[int, typer.Option(min=1)] = 1000,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List uploads since the workflow was created that no run processed, with the reason."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services.missed_uploads import missed_uploads

    read_stored_connections()
    workflow_id, after = workflow_id_of(workflow), ""
    found: list[MissedUpload] = []
    while len(found) < limit:
        page = missed_uploads(workflow_id, after, limit - len(found))
        found += page.items
        if page.next is None:
            break
        after = page.next
    if as_json:
        write(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    print_table(
        ("uploaded", "key", "bytes", "reason"),
        [(f"{one.last_modified:%Y-%m-%d %H:%M:%S}", one.key, one.size_bytes, one.meaning) for one in found],
    )


@app.command()
def fire(
    workflow: Workflow,
    keys: Annotated[list[str] | None, typer.Argument(help="Keys of missed uploads; none = all")] = None,
    max_at_once: MaxAtOnce = 2,
    per_minute: PerMinute = None,
) -> None:
    """Process missed uploads of an enabled workflow: a backfill of them begins at once."""
    from media_workflows.services.backfills import fire_missed

    limits = limits_of(max_at_once, per_minute)
    show_backfill(fire_missed(workflow_id_of(workflow), tuple(keys) if keys else None, limits, AUTHOR))
