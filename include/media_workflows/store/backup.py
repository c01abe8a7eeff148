"""A backup of the store: one zip file with a manifest, and the rows of each table as PostgreSQL's COPY writes them.

The manifest is JSON: `version` of the product, `revision` of the schema, `created_at`, and `tables` in the order in
which they can be filled, each with `name`, `columns` and `rows`.
"""

from __future__ import annotations

import json
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import psycopg2
from alembic import command
from alembic.script import ScriptDirectory
from pydantic import ValidationError
from sqlalchemy import Engine, MetaData

import media_workflows
from media_workflows.domain.base import Model
from media_workflows.errors import StoreError
from media_workflows.settings import Settings
from media_workflows.store.engine import database_url, embedded_server, make_engine
from media_workflows.store.migrate import MIGRATIONS, alembic_config, upgrade
from media_workflows.store.tables import utcnow

MANIFEST = "manifest.json"
_VERSION_TABLE = "alembic_version"
# Generated columns are computed again.
_COLUMNS = """
    SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s
    AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_NUMBERED = """
    SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s
    AND is_identity = 'YES'
"""


class BackupTable(Model):
    """A table in the file."""

    name: str
    columns: list[str]
    rows: int


class Backup(Model):
    """The manifest of a backup file."""

    version: str
    revision: str
    created_at: str
    tables: list[BackupTable]

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables)


def database_of_backup(settings: Settings, embedded: bool, must_exist: bool) -> str:
    """The URL of the database to save or to fill; the embedded one, which is started, only where it is asked for.

    Raises StoreError: without settings, a new and empty database would pass for the product's.
    """
    if embedded and settings.database_url:
        raise StoreError(
            "--embedded and setting database_url name two databases: leave out --embedded, or unset "
            "MEDIA_WORKFLOWS_DATABASE_URL"
        )
    if not embedded and not settings.database_url:
        raise StoreError(
            "there is no database to save or to fill, as setting database_url is empty: set "
            "MEDIA_WORKFLOWS_DATABASE_URL to that of Airflow's components (in the demo: source .demo/env), or give "
            "--embedded for the embedded database below {directory}",
            directory=str(settings.data_dir.absolute()),
        )
    if embedded and must_exist and not embedded_server(settings).exists():
        raise StoreError(
            "there is no embedded database below {directory}: set MEDIA_WORKFLOWS_DATA_DIR to that of Airflow's "
            "components",
            directory=str(settings.data_dir.absolute()),
        )
    return database_url(settings)


def write_backup(url: str, file: Path) -> Backup:
    """Write the database as it is at one moment; others go on meanwhile. The file is complete, or not there.

    Only its owner may read it: it has the addresses and secrets of receivers. Raises StoreError without a schema.
    """
    handle, partial = _partial(file)
    try:
        with os.fdopen(handle, "wb") as target, ZipFile(target, "w", ZIP_DEFLATED) as archive:
            backup = _written(make_engine(url), archive)
            archive.writestr(MANIFEST, backup.model_dump_json(indent=1))
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return backup


def _partial(file: Path) -> tuple[int, Path]:
    """A new file beside it, open, that only its owner may read: two backups at once have one each."""
    try:
        handle, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".partial", dir=file.parent)
    except OSError as error:  # it names the file that was asked for
        raise OSError(error.errno, error.strerror, str(file)) from None
    return handle, Path(name)


def _written(engine: Engine, archive: ZipFile) -> Backup:
    names = _table_names(engine)
    with _cursor(engine, "ISOLATION LEVEL REPEATABLE READ, READ ONLY") as cursor:
        cursor.execute(f"SELECT version_num FROM {_VERSION_TABLE}")
        (revision,) = cursor.fetchone()
        tables = [_copied_out(cursor, archive, name) for name in names]
    created_at = utcnow().isoformat()
    return Backup(version=media_workflows.__version__, revision=revision, created_at=created_at, tables=tables)


def _table_names(engine: Engine) -> list[str]:
    """Each after those that it refers to."""
    known = MetaData()
    known.reflect(engine)
    if _VERSION_TABLE not in known.tables:
        raise StoreError("the database has no schema: run `media-workflows init`")
    return [table.name for table in known.sorted_tables if table.name != _VERSION_TABLE]


def _copied_out(cursor: Any, archive: ZipFile, name: str) -> BackupTable:
    cursor.execute(_COLUMNS, [name])
    columns = [column for (column,) in cursor.fetchall()]
    with archive.open(_member(name), "w", force_zip64=True) as target:
        cursor.copy_expert(f"COPY {_quoted(name)} ({', '.join(map(_quoted, columns))}) TO STDOUT", target)
    return BackupTable(name=name, columns=columns, rows=cursor.rowcount)


def restore_backup(url: str, file: Path) -> Backup:
    """Fill an empty database, in one transaction, and upgrade it to this version's schema.

    Raises StoreError for a file that is no backup, is damaged or of a newer version, and when the database has data.
    """
    with _opened(file) as archive:
        backup = _manifest(file, archive)
        engine = make_engine(url)
        upgrade(url)
        _require_empty(engine)
        command.downgrade(alembic_config(url), backup.revision)
        try:
            with _cursor(engine) as cursor:
                for table in backup.tables:
                    _copied_in(cursor, archive, table)
        except psycopg2.Error as error:
            cause = " ".join(str(error).split())
            raise StoreError("{file} cannot be restored: {cause}", file=str(file), cause=cause) from None
        finally:
            upgrade(url)
    return backup


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            yield archive
    except BadZipFile as error:
        raise StoreError("{file} is no complete backup: {cause}", file=str(file), cause=str(error)) from None


def _manifest(file: Path, archive: ZipFile) -> Backup:
    try:
        backup = Backup.model_validate(json.loads(archive.read(MANIFEST)))
    except (KeyError, ValueError, ValidationError, RuntimeError, zlib.error):  # RuntimeError: it is encrypted
        raise StoreError("{file} is no backup: it has no valid {name}", file=str(file), name=MANIFEST) from None
    if backup.revision not in {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}:
        raise StoreError(
            "{file} was written by version {version}, whose schema {revision} this version does not know: install that "
            "version",
            file=str(file),
            version=backup.version,
            revision=backup.revision,
        )
    known = set(archive.namelist())
    if missing := [member for member in (_member(table.name) for table in backup.tables) if member not in known]:
        raise StoreError("{file} is no complete backup: it has no {name}", file=str(file), name=", ".join(missing))
    return backup


def _require_empty(engine: Engine) -> None:
    names = _table_names(engine)
    with _cursor(engine) as cursor:
        for name in names:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {_quoted(name)})")
            if cursor.fetchone() == (True,):
                raise StoreError(
                    "the database is not empty, as table {table} has rows: stop all components and give setting "
                    "database_url a new database",
                    table=name,
                )


def _copied_in(cursor: Any, archive: ZipFile, table: BackupTable) -> None:
    """Its rows, and the number with which the next one goes on."""
    name = _quoted(table.name)
    with archive.open(_member(table.name)) as source:
        cursor.copy_expert(f"COPY {name} ({', '.join(map(_quoted, table.columns))}) FROM STDIN", source)
    if cursor.rowcount != table.rows:
        raise StoreError(
            "table {table} has {found} rows in the backup in place of {expected}: use another backup",
            table=table.name,
            found=cursor.rowcount,
            expected=table.rows,
        )
    cursor.execute(_NUMBERED, [table.name])
    for (column,) in cursor.fetchall():
        highest = f"(SELECT coalesce(max({_quoted(column)}), 0) FROM {name})"
        cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, %s), {highest} + 1, false)", [name, column])


@contextmanager
def _cursor(engine: Engine, mode: str = "READ WRITE") -> Iterator[Any]:
    """A cursor of psycopg2 in one transaction, committed at the end."""
    connection: Any = engine.raw_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION {mode}")
            yield cursor
        connection.commit()
    finally:
        connection.close()


def _member(table: str) -> str:
    return f"tables/{table}.copy"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
