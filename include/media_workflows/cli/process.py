"""`media-workflows process …`: jobs or steps on objects, a prefix or a URL, without a stored workflow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from media_workflows.cli._console import AUTHOR, console, print_table, write
from media_workflows.cli.runs import cause_of
from media_workflows.plural import counted

if TYPE_CHECKING:
    from media_workflows.domain.backfill import ObjectState
    from media_workflows.domain.process import ProcessRequest
    from media_workflows.store.processes import ProcessState

app = typer.Typer(no_args_is_help=True, help="Process objects, a prefix or a URL without a stored workflow.")
Id = Annotated[str, typer.Argument(help="Id of a request")]
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def start(
    request: Annotated[
        Path,
        typer.Argument(help="YAML or JSON file with the request as for POST /process", dir_okay=False, exists=True),
    ],
    keys: Annotated[list[str] | None, typer.Argument(help="Keys of objects, instead of the file's sources")] = None,
    bucket: Annotated[str | None, typer.Option(help="Bucket of the objects")] = None,
    prefix: Annotated[str | None, typer.Option(help="Objects whose keys begin so")] = None,
    url: Annotated[str | None, typer.Option(help="A public https URL")] = None,
    request_id: Annotated[str | None, typer.Option(help="Idempotency key")] = None,
    priority: Annotated[int | None, typer.Option(min=-10, max=10, help="Higher first")] = None,
    context_id: Annotated[str | None, typer.Option(help="SessionId of the events")] = None,
    context: Annotated[str | None, typer.Option(help="SessionContext of the events")] = None,
    force: Annotated[bool, typer.Option("--force", help="Encode again what could be reused")] = False,
    as_json: AsJson = False,
) -> None:
    """Store a request; its runs start by themselves. Options take precedence over the file."""
    from media_workflows.airflow_adapter.connections import read_stored_connections
    from media_workflows.services.processes import process

    read_stored_connections()
    sources = {"keys": keys, "prefix": prefix, "url": url}
    given = {"bucket": bucket, "request_id": request_id, "priority": priority, "force": force or None}
    session = {name: value for name, value in {"id": context_id, "text": context}.items() if value is not None}
    accepted = process(_request(request, sources, given, session), AUTHOR)
    if not accepted.is_new:
        console.print("the request exists: nothing was started")
    _show(accepted.state, as_json=as_json)


def _request(file: Path, sources: dict[str, Any], given: dict[str, Any], session: dict[str, str]) -> ProcessRequest:
    """The request of a file with the options. Raises InvalidRequestError."""
    from media_workflows.domain.base import parsed_request
    from media_workflows.domain.process import ProcessRequest
    from media_workflows.domain.yaml_reader import read_documents

    documents = read_documents(file.read_text(encoding="utf-8"))
    data: dict[str, Any] = dict(documents[0]) if documents and isinstance(documents[0], dict) else {}
    if named := {name: value for name, value in sources.items() if value}:
        replaced = {*sources, "bucket"} if "url" in named else set(sources)
        data = {name: value for name, value in data.items() if name not in replaced} | named
    data |= {name: value for name, value in given.items() if value is not None}
    if session and isinstance(data.get("context", {}), dict):
        data["context"] = {**data.get("context", {}), **session}
    return parsed_request(ProcessRequest, data)


@app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1)] = 50) -> None:
    """List requests, newest first."""
    from media_workflows.services.processes import list_processes

    columns = ("request", "created", "state", "objects", "queued", "active", "finished", "failed", "skipped")
    rows = [
        (
            *(one.request_id, f"{one.created_at:%Y-%m-%d %H:%M:%S}", one.state.value),
            *(one.total, one.queued, one.active, one.finished, one.failed, one.skipped),
        )
        for one in list_processes(limit=limit).items
    ]
    print_table(columns, rows)


@app.command()
def show(request: Id, as_json: AsJson = False) -> None:
    """Show one request with its sources and runs."""
    from media_workflows.services.processes import get_process, objects_of

    _show(get_process(request), as_json=as_json)
    if not as_json:
        rows = [
            (one.key, _shown(one.state, one.reason), one.run_id or "", cause_of(one.run) if one.run else "")
            for one in objects_of(request, limit=1000)
        ]
        print_table(("source", "state", "run", "cause"), rows)


def _shown(state: ObjectState, reason: str | None) -> str:
    return f"{state.value} ({reason})" if reason else state.value


@app.command()
def cancel(request: Id) -> None:
    """End a request and cancel its runs in progress."""
    from media_workflows.services.processes import cancel_process

    _show(cancel_process(request, AUTHOR))


def _show(state: ProcessState, *, as_json: bool = False) -> None:
    if as_json:
        write(state.model_dump_json(indent=1))
        return
    problem = f": {state.problem}" if state.problem else ""
    console.print(f"{state.request_id}: {state.state.value}{problem}")
    console.print(
        f"{counted(state.total, 'source')}, {state.queued} queued, {state.active} active, {state.finished} finished, "
        f"{state.failed} failed, {state.skipped} skipped"
    )
