"""Shared by the commands: the console, plain error messages, tables, argument types."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from media_workflows.errors import MediaWorkflowsError

# No markup: names and messages may hold brackets. A pipe has no width, and its reader requires whole ids.
console = Console(emoji=False, highlight=False, markup=False)
if not console.is_terminal and "COLUMNS" not in os.environ:
    console.width = 250
AUTHOR = "command line"
Files = Annotated[
    list[Path], typer.Argument(help="YAML files, one workflow or template each", exists=True, dir_okay=False)
]
Name = Annotated[str, typer.Argument(help="Id or name of a workflow")]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Print this product's errors as one message and exit with code 1."""
    try:
        yield
    except MediaWorkflowsError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(1) from None


def print_table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Print rows in columns, without borders."""
    table = Table(box=None)
    for column in columns:
        table.add_column(column, overflow="fold")  # an id that is cut cannot be copied
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)


def write_text(text: str, output: Path | None) -> None:
    """Write text to a file, or to standard output."""
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
