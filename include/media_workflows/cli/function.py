"""`media-workflows function …`: the function callback of all workflows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
import yaml

from media_workflows.cli._console import AUTHOR, console
from media_workflows.cli.definitions import only_document
from media_workflows.cli.events import show_attempt

if TYPE_CHECKING:
    from media_workflows.services.events import FunctionCallbackStatus

app = typer.Typer(no_args_is_help=True, help="The function that gets the events of all workflows.")


def _print(status: FunctionCallbackStatus) -> None:
    if status.target is None:
        console.print("no function" + (f" (switched off by {status.author})" if status.source == "store" else ""))
        return
    origin = f"set by {status.author}" if status.source == "store" else "from the settings"
    console.print(f"{status.target.address}, {origin}")
    console.print(yaml.safe_dump(status.target.model_dump(mode="json", exclude_none=True), sort_keys=False), end="")


@app.command()
def show() -> None:
    """Show which function receives the events, and where it is set."""
    from media_workflows.services.events import get_function_callback

    _print(get_function_callback())


@app.command("set")
def set_(
    file: Annotated[Path, typer.Argument(help="YAML: type lambda or http and its fields", exists=True, dir_okay=False)],
) -> None:
    """Send the events of all workflows to a function."""
    from media_workflows.notifications.targets import parse_function_callback
    from media_workflows.services.events import set_function_callback

    _print(set_function_callback(parse_function_callback(only_document(file)), AUTHOR))


@app.command()
def clear(
    settings: Annotated[bool, typer.Option("--use-settings", help="Use that of the settings, if any")] = False,
) -> None:
    """Disable the function callback, whatever the settings hold; or return to the settings."""
    from media_workflows.services.events import forget_function_callback, set_function_callback

    _print(forget_function_callback() if settings else set_function_callback(None, AUTHOR))


@app.command()
def test() -> None:
    """Send a test event to the function and show its answer."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services.events import try_function_callback

    read_stored_connections()
    show_attempt(try_function_callback())
