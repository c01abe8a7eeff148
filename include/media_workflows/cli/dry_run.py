"""`media-workflows dry-run`: shows what a workflow would do with an object or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import console, print_table, write
from media_workflows.cli.definitions import read_definition
from media_workflows.plural import counted

if TYPE_CHECKING:
    from media_workflows.domain.dry_run import DryRun, DryRunCost, PlannedItem, PlannedJob
    from media_workflows.services.dry_run import DryRunner
    from media_workflows.storage.s3 import ObjectStorage


def dry_run(
    workflow: Annotated[str, typer.Argument(help="A YAML file, or the id or name of a stored workflow")],
    key: Annotated[str, typer.Option(help="Object key in the trigger bucket; with --file, the key it would get")] = "",
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A local sample instead of an object")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate/--no-calibrate", help="Try the commands on a short piece of the source")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Show what a workflow would do with an object or file: rule, tasks, outputs, commands, cost. Writes nothing."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services.dry_run import of_file

    if not key and file is None:
        raise typer.BadParameter("neither --key nor --file is given: give one, or both")
    read_stored_connections()
    runner = _runner(workflow, calibrate, None if file else _storage())
    answer = of_file(runner, file, key) if file else runner.of_object(key)
    if as_json:
        write(answer.model_dump_json(indent=1))
    else:
        _show(answer)


def _storage() -> ObjectStorage:
    from media_workflows.airflow_adapter.connections import airflow_clients
    from media_workflows.storage.s3 import ObjectStorage

    return ObjectStorage(airflow_clients().s3)


def _runner(workflow: str, calibrate: bool, storage: ObjectStorage | None) -> DryRunner:
    from media_workflows.services import dry_run as service
    from media_workflows.store import workflows as store
    from media_workflows.store.engine import transaction
    from media_workflows.store.templates import load_library

    with transaction() as session:
        if Path(workflow).is_file():
            definition = read_definition(Path(workflow), load_library(session))
            return service.runner_of_definition(definition, calibrate, storage)
        stored = store.resolve_workflow(session, workflow)
    return service.runner_of_stored(stored, calibrate, storage)


def _show(answer: DryRun) -> None:
    verdict = answer.verdict
    console.print(
        f"{answer.bucket}/{answer.key}: {'triggers a run' if verdict.fires else 'is refused'}: {verdict.meaning}"
    )
    for note in answer.notes:
        console.print(f"note: {note}")
    for one in answer.unavailable:
        console.print(
            f"{'missing' if one.fails else 'not here'}: {one.field}: {one.message}", markup=False, soft_wrap=True
        )
    print_table(
        ("task", "operator", "pool", "then"),
        [(task.task_id, task.operator, task.pool, ", ".join(task.downstream)) for task in answer.tasks],
    )
    for job in answer.jobs:
        _show_job(job)
    if answer.cost:
        _show_cost(answer.cost)
    for action in answer.actions:
        console.print(f"\n{action.step_id} ({action.kind})", markup=False)
        console.print(f"  {action.forecast.message}", markup=False, soft_wrap=True)


def _show_job(job: PlannedJob) -> None:
    console.print(f"\n{job.kind}" if job.step_id == job.kind else f"\n{job.step_id} ({job.kind})", markup=False)
    if job.forecast:
        console.print(f"  {job.forecast.message}", markup=False, soft_wrap=True)
    for item in job.items:
        _show_item(item)
    for command in job.commands:
        console.print(f"  $ {command}", soft_wrap=True)
    if job.estimate is not None:
        cost = "no estimate" if job.estimate.cpu_s is None else f"about {job.estimate.cpu_s:g} s of processor time"
        console.print(f"  {cost}: {job.estimate.note}")


def _show_cost(cost: DryRunCost) -> None:
    console.print("\ncost of a run")
    if cost.cpu_s is not None and cost.wall_s is not None:
        of = f"{counted(cost.runs, 'past run')}" if cost.runs else "a trial of the commands"
        console.print(f"  about {cost.cpu_s / 60:.2f} CPU minutes, {cost.wall_s:g} s of steps, from {of}")
    if cost.unknown:
        console.print(f"  without an estimate: {', '.join(cost.unknown)}")
    written = "unknown" if cost.bytes_out is None else f"about {cost.bytes_out}"
    console.print(f"  bytes in {cost.bytes_in}, out {written}")
    if cost.own:
        console.print(f"  own prices: {cost.own.total:.6f} {cost.own.currency}")
    for one in cost.services:
        amount = "no price" if one.amount is None else f"{one.amount:.6f} {one.currency}"
        rest = f", {one.unpriced:g} of them without a price" if one.unpriced and one.amount is not None else ""
        console.print(f"  {one.service} ({one.region}, {one.read_on}): {amount} for {one.minutes:g} minutes{rest}")
    for problem in cost.problems:
        console.print(f"  price table left out: {problem}", soft_wrap=True)


def _show_item(item: PlannedItem) -> None:
    if item.message:
        console.print(f"  would fail (definition {item.definition}): {item.message}")
    for notice in item.notices:
        console.print(f"  {notice.message}", markup=False)
    for output in item.outputs:
        count = "" if output.count == 1 else f" ({'some' if output.count is None else output.count} files)"
        conflict = f" CONFLICT: {output.conflict}" if output.conflict else ""
        console.print(f"  {output.bucket}/{output.key}{count}{conflict}")
