"""`media-workflows backup` and `restore`: the product's database as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from media_workflows.cli._console import console
from media_workflows.plural import counted
from media_workflows.settings import get_settings

BackupFile = Annotated[Path, typer.Argument(help="The backup, a zip file", dir_okay=False)]
Embedded = Annotated[bool, typer.Option("--embedded", help="Use the embedded database below setting data_dir")]


def backup(file: BackupFile, embedded: Embedded = False) -> None:
    """Write the product's database to a file, as it is at one moment. Replaces an older one when it is complete."""
    from media_workflows.store.backup import database_of_backup, write_backup

    written = write_backup(database_of_backup(get_settings(), embedded, must_exist=True), file)
    console.print(f"wrote {counted(written.rows, 'row')} of schema {written.revision} to {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup that `backup` has written", exists=True, dir_okay=False)],
    embedded: Embedded = False,
) -> None:
    """Fill the product's database, which must be empty, from a backup, also of an earlier version."""
    from media_workflows.store.backup import database_of_backup, restore_backup

    restored = restore_backup(database_of_backup(get_settings(), embedded, must_exist=False), file)
    console.print(f"restored {counted(restored.rows, 'row')} of {restored.created_at}, version {restored.version}")
