"""Shared by the commands: the console, error messages, tables, argument types."""

from __future__ import annotations

import contextlib
import errno
import functools
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from media_workflows.cli._errors import explained

# No markup: names and messages may contain brackets. A pipe has no width, and its reader requires whole ids.
console = Console(emoji=False, highlight=False, markup=False)
if not console.is_terminal and "COLUMNS" not in os.environ:
    console.width = 250
AUTHOR = "command line"
MOST_COMPLETIONS = 100  # workflow names; a list that a shell shows
LIBRARIES = ("botocore", "boto3", "s3transfer", "urllib3")  # their progress is none of the command's answer
Files = Annotated[
    list[Path],
    typer.Argument(help="YAML files; each document is one workflow or template", exists=True, dir_okay=False),
]
Paths = Annotated[
    list[Path],
    typer.Argument(help="YAML files, and folders of them; each document is one workflow or template", exists=True),
]


def workflow_names(incomplete: str) -> list[str]:
    """Names of workflows for the shell to complete; none when the database cannot be read: a shell shows no error."""
    with contextlib.redirect_stdout(sys.stderr), contextlib.suppress(Exception):
        from media_workflows.settings import get_settings
        from media_workflows.store import workflows as store
        from media_workflows.store.engine import embedded_server, transaction
        from media_workflows.store.workflow_filter import WorkflowFilter

        settings = get_settings()
        if not settings.database_url and not embedded_server(settings).is_up():
            return []  # Tab is no reason to start a database
        with transaction() as session:
            which = WorkflowFilter(search=incomplete)
            found = store.list_workflows(session, which, limit=MOST_COMPLETIONS).items
        return [one.definition.name for one in found if one.definition.name.startswith(incomplete)]
    return []


Name = Annotated[str, typer.Argument(help="Id or name of a workflow", autocompletion=workflow_names)]


class Commands(TyperGroup):
    """The commands of the program: none ends in a traceback over an error that its user can correct.

    What a command answers goes to stdout, and nothing else: Airflow would write its log there, too.
    """

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, or the group of commands, of a name."""
        found = super().get_command(ctx, cmd_name)
        for command in (found, *getattr(found, "commands", {}).values()):
            if command is not None and command.callback is not None:
                command.callback = _answering_alone(command.callback)
        return found

    def invoke(self, ctx: Any) -> Any:
        """Print such an error as one message and exit with code 1."""
        for library in LIBRARIES:
            logging.getLogger(library).setLevel(logging.WARNING)
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except Exception as error:
            if (message := explained(error)) is None:
                raise
            print(f"error: {message}", file=sys.stderr)
            raise typer.Exit(1) from None


def _answering_alone(command: Callable[..., Any]) -> Callable[..., Any]:
    if hasattr(command, "answers_alone"):
        return command

    @functools.wraps(command)
    def called(*arguments: Any, **options: Any) -> Any:
        console.file = sys.stdout
        with contextlib.redirect_stdout(sys.stderr):
            return command(*arguments, **options)

    called.answers_alone = True  # type: ignore[attr-defined]
    return called


def write(text: str, end: str = "\n") -> None:
    """Write a text to stdout as it is."""
    console.file.write(text + end)


def print_table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Print rows in columns, without borders."""
    table = Table(box=None)
    for column in columns:
        table.add_column(column, overflow="fold")  # an id that is cut cannot be copied
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


def read_text(file: Path) -> str:
    """The text of a UTF-8 file. Raises OSError that names it."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        cause = f"not UTF-8: byte {error.start + 1}, {error.reason}"
        raise OSError(errno.EILSEQ, cause, str(file)) from None


def write_text(text: str, output: Path | None) -> None:
    """Write text to a file, or to standard output."""
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        write(text, end="")
