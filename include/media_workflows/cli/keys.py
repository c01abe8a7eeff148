"""`media-workflows keys`: API keys, with which programs call the vendor's API as an Airflow user."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from media_workflows.cli._console import console, print_table, write
from media_workflows.domain.api_keys import NewApiKey
from media_workflows.domain.base import parsed

app = typer.Typer(no_args_is_help=True, help="API keys of the vendor's API.")
AsJson = Annotated[bool, typer.Option("--json")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for")],
    user: Annotated[str, typer.Option(help="The Airflow user whose rights it has")],
    days: Annotated[int, typer.Option(help="How long it is valid")] = 365,
    as_json: AsJson = False,
) -> None:
    """Create a key, and print its SecretKey this once."""
    from media_workflows.airflow_adapter.users import find_user
    from media_workflows.services.api_keys import create_key

    key = create_key(find_user(user), parsed(NewApiKey, {"name": name, "days": days}))
    if as_json:
        write(key.model_dump_json(indent=1))
        return
    console.print(f"SecretId:  {key.secret_id}\nSecretKey: {key.secret_key}")
    console.print(f"It acts as {key.user} until {key.expires_at:%Y-%m-%d %H:%M} UTC. The SecretKey is not shown again.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the keys of all users, newest first."""
    from media_workflows.services.api_keys import list_keys

    keys = list_keys()
    if as_json:
        write(json.dumps([key.model_dump(mode="json") for key in keys], ensure_ascii=False, indent=1))
        return
    times = [(key.created_at, key.expires_at, key.last_used_at) for key in keys]
    shown = [[f"{time:%Y-%m-%d %H:%M}" if time else "never" for time in row] for row in times]
    rows = [(key.secret_id, key.name, key.user, *row) for key, row in zip(keys, shown, strict=True)]
    print_table(("SecretId", "name", "user", "created", "expires", "last used"), rows)


@app.command()
def revoke(secret_id: str) -> None:
    """Revoke a key: its next call is refused."""
    from media_workflows.services.api_keys import revoke_key

    revoke_key(secret_id)
    console.print(f"revoked {secret_id}")
