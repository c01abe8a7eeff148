"""`media-workflows costs`: what runs used and cost, by workflow and month."""

from __future__ import annotations

from typing import Annotated

import typer

from media_workflows.cli._console import console, print_table, write


def costs(
    months: Annotated[int, typer.Option(min=1, max=36, help="How many months, this one included")] = 12,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Show what the runs of each workflow used and cost, by month."""
    from media_workflows.airflow_adapter.run_copies import run_history
    from media_workflows.services import costs as service

    with run_history() as session:
        found = service.costs(session, None, months)
    if as_json:
        write(found.model_dump_json(indent=1))
        return
    for problem in found.problems:
        console.print(f"price table left out: {problem}", soft_wrap=True)
    currency = found.prices.currency
    rows = [
        (
            one.month,
            one.workflow_name or one.workflow_id,
            str(one.runs),
            f"{one.cpu_s / 60:.1f}",
            f"{one.worker_s / 60:.1f}",
            f"{one.bytes_in / 1e9:.3f}",
            f"{one.bytes_out / 1e9:.3f}",
            f"{one.own.total:.4f} {currency}" if one.own else "no prices set",
        )
        for one in found.months
    ]
    heads = ("month", "workflow", "runs", "CPU minutes", "step minutes", "GB in", "GB out", "cost")
    print_table(heads, rows)
