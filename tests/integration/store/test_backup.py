"""`media-workflows backup` and `restore`: into an empty database, which goes on; what is refused leaves it empty."""

from __future__ import annotations

import json
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from alembic import command
from sqlalchemy import inspect
from typer.testing import CliRunner, Result

from clean_state import clear_caches
from definitions import workflow
from fresh_database import connected
from media_workflows.cli import app
from media_workflows.domain.result import ItemResult, JobResult, SourceObject, now
from media_workflows.settings import get_settings
from media_workflows.store import backup, runs
from media_workflows.store import workflows as store
from media_workflows.store.engine import embedded_server, make_engine, transaction
from media_workflows.store.migrate import alembic_config, newest_revision
from media_workflows.store.tables import DeliveryRow, EventRow, UploadDecisionRow, utcnow

KEY = "in/片\t1\\n.mp4"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def other(postgres: Any, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes a new, empty database that of the product."""

    def use() -> str:
        url = str(postgres.ensure_database("restored"))
        monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", url)
        clear_caches()
        return url

    yield use
    clear_caches()
    with connected(postgres) as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")


def decide(session: Any, id_: str) -> int:
    values = {"bucket": "b", "key": KEY, "identity": id_, "outcome": "fired", "rule": "fired", "source": "queue"}
    session.add(row := UploadDecisionRow(**values, workflow_id=id_))
    session.flush()
    return int(row.id)


def fill() -> str:
    with transaction() as session:
        id_ = store.create_workflow(session, workflow("clips")).id
        decide(session, id_)
        decide(session, "")
        source = SourceObject(bucket="b", key=KEY, etag="e", size_bytes=2**40)
        runs.record_source(session, id_, "r", 1, source)
        item = ItemResult(item={"text": "a\tb\n\\."}, definition=1, status="FAIL", message="why")
        runs.record_job(
            session, id_, "r",
            JobResult(kind="transcode", step_id="hd", begun_at=now(), finished_at=now(), source=None, items=(item,)),
        )  # fmt: skip
        session.add(EventRow(id="e", workflow_id=id_, run_id="r", body='{"a": "\\\\N"}'))
        session.flush()
        values = {"role": "workflow", "target": {}, "receiver": "", "ordered": False}
        session.add(DeliveryRow(event_id="e", workflow_id=id_, due_at=utcnow(), give_up_at=utcnow(), **values))
    return str(id_)


def contents(url: str) -> dict[str, list[str]]:
    """All rows of all tables, as text."""
    engine = make_engine(url)
    with engine.connect() as connection:
        return {
            name: sorted(text for (text,) in connection.exec_driver_sql(f'SELECT "{name}"::text FROM "{name}"'))
            for name in inspect(engine).get_table_names()
        }


def test_a_restored_database_is_the_same_and_goes_on(database: str, other: Any, tmp_path: Path) -> None:
    id_, file = fill(), tmp_path / "media.zip"
    file.write_text("of last week")
    written = run("backup", str(file))
    assert written.exit_code == 0, written.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["media.zip"]
    before = contents(database)
    assert sum(map(len, before.values())) >= 7
    url = other()
    restored = run("restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert contents(url) == before
    with transaction() as session:
        assert store.get_workflow(session, id_).definition.name == "clips"
        assert store.update_workflow(session, id_, workflow("clips", priority=5), 1).revision == 2
        assert store.create_workflow(session, workflow("more")).id != id_
        assert decide(session, "next") == 3
        assert [job.items[0].message for job in runs.results_of_run(session, id_, "r")] == ["why"]
    again = run("restore", str(file))
    assert again.exit_code == 1
    assert "is not empty" in again.stderr


def test_two_backups_at_once_to_one_file(
    database: str, other: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins and ends while the first one writes: each is complete."""
    id_, file, written = fill(), tmp_path / "media.zip", backup._written

    def overtaken(engine: Any, archive: Any) -> Any:
        monkeypatch.setattr(backup, "_written", written)
        backup.write_backup(database, file)
        return written(engine, archive)

    monkeypatch.setattr(backup, "_written", overtaken)
    backup.write_backup(database, file)
    assert [path.name for path in tmp_path.iterdir()] == ["media.zip"]
    other()
    assert run("restore", str(file)).exit_code == 0
    with transaction() as session:
        assert store.get_workflow(session, id_).definition.name == "clips"


def test_a_directory_that_is_missing_is_named_with_the_file(database: str, tmp_path: Path) -> None:
    refused = run("backup", str(tmp_path / "none" / "media.zip"))
    assert refused.exit_code == 1
    assert "none/media.zip cannot be used" in refused.stderr


def test_a_backup_of_an_earlier_version_is_upgraded(database: str, other: Any, tmp_path: Path) -> None:
    """Of a schema whose runs had no column `cpu_s`."""
    command.downgrade(alembic_config(database), "0030")
    insert = "INSERT INTO run (workflow_id, run_id, created_at) VALUES ('wf', 'r', now())"
    with make_engine(database).begin() as connection:
        connection.exec_driver_sql(insert)
    file = tmp_path / "old.zip"
    assert "of schema 0030" in run("backup", str(file)).output
    url = other()
    restored = run("restore", str(file))
    assert restored.exit_code == 0, restored.output
    found = contents(url)
    assert found["alembic_version"] == [f"({newest_revision()})"]
    assert len(found["run"]) == 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-30]), "is no complete backup"),
        (lambda path: path.write_text("text"), "is no complete backup"),
        (lambda path: _rewrite(path, drop="manifest.json"), "has no valid manifest.json"),
        (lambda path: _rewrite(path, revision="9999"), "does not know: install that version"),
        (lambda path: _rewrite(path, rows=99), "in place of 99"),
        (lambda path: _rewrite(path, drop="tables/event.copy"), "is no complete backup: it has no tables/event.copy"),
        (lambda path: _flip(path, "manifest.json"), "has no valid manifest.json"),
        (lambda path: _flip(path, "tables/event.copy"), "cannot be restored"),
    ],
    ids=["cut", "text", "no manifest", "newer", "rows", "no table", "flipped manifest", "flipped table"],
)
def test_what_is_refused_leaves_the_database_empty(
    database: str, other: Any, tmp_path: Path, damage: Any, words: str
) -> None:
    fill()
    file = tmp_path / "media.zip"
    run("backup", str(file))
    damage(file)
    url = other()
    refused = run("restore", str(file))
    assert (refused.exit_code, words in refused.stderr) == (1, True), refused.output
    assert {name for name, rows in contents(url).items() if rows} <= {"alembic_version"}


def test_a_database_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", "postgresql+psycopg2://u:p@127.0.0.1:9/media")
    clear_caches()
    failed = run("backup", str(tmp_path / "media.zip"))
    clear_caches()
    assert failed.exit_code == 1
    assert not isinstance(failed.exception, psycopg2.Error)
    assert list(tmp_path.iterdir()) == []


def _flip(path: Path, member: str) -> None:
    """Change the compressed bytes of a member, whose header is 30 bytes and its name."""
    with zipfile.ZipFile(path) as archive:
        found = archive.getinfo(member)
    data = bytearray(path.read_bytes())
    begin = found.header_offset + 30 + len(member) + (20 if member.startswith("tables/") else 0)
    for place in range(begin, begin + 8):
        data[place] ^= 0xFF
    path.write_bytes(data)


def _rewrite(path: Path, drop: str = "", revision: str = "", rows: int = 0) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != drop}
    if not drop:
        manifest = json.loads(members["manifest.json"])
        manifest["revision"] = revision or manifest["revision"]
        if rows:
            next(table for table in manifest["tables"] if table["name"] == "event")["rows"] = rows
        members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.full
def test_an_embedded_database_is_filled_and_saved_when_it_is_asked_for(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    first, again = tmp_path / "first.zip", tmp_path / "again.zip"
    assert run("backup", str(first)).exit_code == 0
    with tempfile.TemporaryDirectory(prefix="mw-") as name:
        Path(name).chmod(0o711)  # as root, the server runs as `nobody` and has to pass through
        monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", "")
        monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", name)
        clear_caches()
        try:
            for words in (["restore", str(first)], ["backup", str(again)]):
                ended = run(*words, "--embedded")
                assert ended.exit_code == 0, ended.output
        finally:
            embedded_server(get_settings()).stop()
            clear_caches()
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(again) as other:
        names = [name for name in one.namelist() if name != backup.MANIFEST]
        assert {name: sorted(one.read(name).splitlines()) for name in names} == {
            name: sorted(other.read(name).splitlines()) for name in names
        }
