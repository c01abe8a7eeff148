"""`media-workflows runs …`: list, show, cancel, retry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from media_workflows.cli._console import AUTHOR, console, print_table, write
from media_workflows.domain.step_decision import reason_of
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.quality_control import QualityControlOutput
from media_workflows.plural import counted

if TYPE_CHECKING:
    from media_workflows.domain.run_report import ActionReport, ItemReport, JobReport
    from media_workflows.services.run_list import RunRow
    from media_workflows.services.run_report import RunReport

app = typer.Typer(no_args_is_help=True, help="Runs of workflows and of ad-hoc processing.")


class ShownState(StrEnum):
    """A state of a run, for the filter of a list."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"


Run = Annotated[str, typer.Argument(help="Id of a run")]
Workflow = Annotated[str, typer.Option("--workflow", "-w", help="Id or name of the run's workflow, or media_process")]
Force = Annotated[bool, typer.Option("--force", help="Encode all outputs again instead of reusing earlier ones")]


def workflow_id_of(workflow: str) -> str:
    """The id of a workflow by id or name; a deleted one is found by its id. Raises NotFoundError."""
    from media_workflows.store.engine import transaction
    from media_workflows.store.workflows import resolve_id

    with transaction() as session:
        return resolve_id(session, workflow)


@app.command("list")
def list_(
    workflow: Annotated[
        str | None,
        typer.Option(
            "--workflow", "-w", help="Id or name of a workflow; media_process = ad-hoc processing; none = all"
        ),
    ] = None,
    state: Annotated[list[ShownState] | None, typer.Option(help="Any of these states; none = all")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List runs, newest first: those of a workflow, of ad-hoc processing, or all."""
    from media_workflows.airflow_adapter.run_copies import run_history
    from media_workflows.services.run_list import list_runs
    from media_workflows.store.run_list import RunFilter

    ids = None if workflow is None else frozenset({workflow_id_of(workflow)})
    which = RunFilter(workflow_ids=ids, states=frozenset(one.value for one in state or ()))
    with run_history() as session:
        page = list_runs(session, which, 0, limit)
    if as_json:
        write(json.dumps([run.model_dump(mode="json") for run in page.items], indent=1))
        return
    print_table(("run", "workflow", "state", "queued", "source", "cause"), [_run_row(run) for run in page.items])


def _run_row(run: RunRow) -> tuple[object, ...]:
    """Of a run of ad-hoc processing, its request in the place of the workflow."""
    return (
        run.run_id,
        f"request {run.request_id}" if run.request_id else run.workflow_name or run.workflow_id,
        run.state,
        f"{run.queued_at:%Y-%m-%d %H:%M:%S}" if run.queued_at else "",
        run.source.key if run.source else run.requested or "",
        cause_of(run),
    )


def cause_of(run: RunRow) -> str:
    """Why a run failed; '' = it did not."""
    return f"{run.cause.code}: {run.cause.message}" if run.cause else ""


@app.command()
def show(run: Run, workflow: Workflow, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Show one run: its source, the outputs of each item, the progress of each job."""
    from media_workflows.services.run_report import run_report

    report = run_report(workflow_id_of(workflow), run)
    if as_json:
        write(report.model_dump_json(indent=1))
        return
    _print(report)


def _print(report: RunReport) -> None:
    cancelled = f", cancelled by {report.cancelled.by}" if report.cancelled else ""
    console.print(f"{report.run_id}: {report.state}{cancelled}")
    if report.before:
        console.print(f"source: {report.before.bucket}/{report.before.key}, {report.before.size_bytes} bytes")
    if report.review and (decision := report.review.decision):
        console.print(f"reviewed: {decision.verdict} by {decision.by or 'the timeout'} {decision.note}".rstrip())
    if report.error:
        console.print(f"error: {report.error['message']}")
    print_table(
        ("step", "task", "try", "phase", "%", "item", "outcome"),
        [
            *(row for job in report.jobs for row in _rows(job, is_cancelled=report.cancelled is not None)),
            *(_action_row(action, is_cancelled=report.cancelled is not None) for action in report.actions),
        ],
    )
    for job in report.jobs:
        if job.decision and not job.decision.skipped:
            console.print(f"{job.step}: {job.decision.message}", markup=False)


def _action_row(action: ActionReport, *, is_cancelled: bool = False) -> tuple[object, ...]:
    """Of a step that makes no media."""
    return action.step_id, action.state or "waiting", action.try_number, "", "", "", _ended(action, is_cancelled)


def _ended(action: ActionReport, is_cancelled: bool) -> str:
    if action.state == "skipped":
        return reason_of(action.state, action.decision, is_cancelled=is_cancelled)
    if action.status == "FAIL":
        return f"{action.code}: {action.message}"
    if action.status == "":
        return f"waits for an answer: {action.answer_at}" if action.answer_at else "not ended"
    answer = f"answer {action.answer}" + (f" by {action.by}" if action.by else "")
    return answer if action.answer else counted(len(action.outputs), "file") if action.outputs else "done"


def _rows(job: JobReport, *, is_cancelled: bool = False) -> Iterator[tuple[object, ...]]:
    """One for each item; one for a step that was skipped, with the reason."""
    if job.state == "skipped" and not job.items:
        reason = reason_of(job.state, job.decision, is_cancelled=is_cancelled)
        yield str(job.step), job.state, job.try_number, "", "", "", reason
    phase, percent = (job.progress.phase, job.progress.percent) if job.progress else ("", "")
    for index, item in enumerate(job.items):
        yield str(job.step), job.state or "waiting", job.try_number, phase, percent, index, _outcome(item)


def _outcome(item: ItemReport) -> str:
    if item.status == "FAIL":
        return f"{item.code}: {item.message}"
    if item.status == "PROCESSING":
        return "not ended"
    if item.sub_tasks:
        return "; ".join(_found(one) for one in item.sub_tasks)
    reused = f", reused from run {item.reused}" if item.reused else ""
    by_role = {file.role: file for file in reversed(item.after)}
    main = by_role.get("manifest") or by_role.get("main") or item.after[0]
    return f"{counted(len(item.after), 'file')}, {main.bucket}/{main.key}{reused}"


def _found(sub_task: SubTaskResult) -> str:
    """A sub-task's outcome in one line; of a review, its suggestion, of a quality control, the problems."""
    if isinstance(sub_task.output, ReviewOutput):
        return f"{sub_task.type}: {sub_task.output.suggestion}"
    if isinstance(sub_task.output, QualityControlOutput):
        return f"{sub_task.type}: {sub_task.output.summary}"
    return f"{sub_task.type}: {'done' if sub_task.status == 'SUCCESS' else sub_task.message}"


@app.command()
def cancel(run: Run, workflow: Workflow) -> None:
    """End an unfinished run as failed; ffmpeg stops within seconds, and nothing more is published."""
    from media_workflows.services.run_control import cancel_run

    cancel_run(workflow_id_of(workflow), run, AUTHOR)
    console.print(f"cancelled {run}")


@app.command()
def retry(
    workflow: Workflow,
    run: Annotated[str | None, typer.Argument(help="Id of a run; leave it out with --failed")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="All failed runs of the workflow")] = False,
    step: Annotated[str, typer.Option("--step", help="Only this step of the run, and what depends on it")] = "",
    force: Force = False,
) -> None:
    """Retry the failed tasks of a finished run, or of all failed runs; or run one step again."""
    from media_workflows.services.run_control import retry_failed_runs, retry_run

    if (run is None) != failed:
        raise typer.BadParameter("give either a run id or --failed")
    if step and run is None:
        raise typer.BadParameter("--step requires a run id: leave out --failed")
    if run is None:
        retried = retry_failed_runs(workflow_id_of(workflow), force=force)
        console.print(f"retried {counted(len(retried), 'failed run')}")
    else:
        tasks = retry_run(workflow_id_of(workflow), run, force=force, step=step)
        console.print(f"retried {run}: {', '.join(tasks)}")
