"""`media-workflows`: the command line. An error that the user can correct prints one message and exits with code 1."""

from __future__ import annotations

import typer

from media_workflows.cli import (
    backfill,
    backup,
    conditions,
    costs,
    drafts,
    dry_run,
    events,
    function,
    housekeeping,
    keys,
    local,
    persons,
    process,
    runs,
    schedules,
    setup,
    starters,
    sync,
    templates,
    uploads,
    words,
    workflows,
)
from media_workflows.cli._console import Commands

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Media Workflows from the command line.",
)
app.command("init")(setup.init)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("validate")(workflows.validate)
app.command("apply")(workflows.apply)
app.command("sync")(sync.sync)
app.command("export")(workflows.export)
app.command("list")(workflows.list_)
app.command("enable")(workflows.enable)
app.command("disable")(workflows.disable)
app.command("dry-run")(dry_run.dry_run)
app.command("run-local")(local.run_local)
app.command("costs")(costs.costs)
app.add_typer(drafts.app, name="draft")
app.add_typer(uploads.app, name="uploads")
app.add_typer(backfill.app, name="backfill")
app.add_typer(process.app, name="process")
app.add_typer(starters.app, name="starters")
app.add_typer(templates.app, name="templates")
app.add_typer(runs.app, name="runs")
app.add_typer(events.app, name="events")
app.add_typer(function.app, name="function")
app.add_typer(words.app, name="words")
app.add_typer(persons.app, name="persons")
app.add_typer(conditions.app, name="conditions")
app.add_typer(schedules.app, name="schedules")
app.add_typer(keys.app, name="keys")
app.add_typer(housekeeping.app, name="housekeeping")
