"""Errors that the user of the command line can correct: one message, an exit code other than 0, and no traceback."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from clean_state import clear_caches
from media_workflows.cli import app
from media_workflows.settings import get_settings

DATABASE = "MEDIA_WORKFLOWS_DATABASE_URL"


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    clear_caches()
    yield
    clear_caches()


def failed(*words: str) -> str:
    """What the command prints as its error."""
    result: Result = CliRunner().invoke(app, list(words))
    assert isinstance(result.exception, SystemExit), f"a traceback: {result.exception!r}"
    assert result.exit_code != 0
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("error: ")] or [result.stderr]
    return line


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(DATABASE, url)
    clear_caches()


def test_a_database_without_tables(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, str(postgres.ensure_database("no_tables")))
    for words in (["list"], ["templates", "list"], ["words", "list"], ["uploads"], ["events", "list"]):
        assert "run `media-workflows init`" in failed(*words), words


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("nonsense", "Could not parse"),
        ("postgresql+nothing://h/d", "nothing"),
        ("sqlite:///x.db", "sqlite+pysqlite is not supported"),
        ("postgresql+asyncpg://u:p@127.0.0.1/x", "postgresql+asyncpg is not supported"),
        ("postgresql+psycopg2://u:p@[::1/x", "invalid literal"),
        ("postgresql+psycopg2://u:hidden@127.0.0.1:9/d", "refused"),
        ("postgresql+psycopg2://u:hidden@nowhere.invalid/d", "nowhere.invalid"),
    ],
)
def test_a_wrong_database_url(monkeypatch: pytest.MonkeyPatch, url: str, cause: str) -> None:
    use(monkeypatch, url)
    said = failed("templates", "list")
    assert "database_url" in said
    assert cause in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("JOB_RETRIES", "many", "job_retries: Input should be a valid integer"),
        ("UPLOAD_QUEUE_URLS", "not json", "upload_queue_urls"),
        ("ASR_ENGINE", "hidden-value", "asr_engine: Input should be"),
    ],
)
def test_wrong_settings(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str) -> None:
    monkeypatch.setenv(f"MEDIA_WORKFLOWS_{name}", value)
    get_settings.cache_clear()
    said = failed("list")
    assert said.startswith("error: invalid settings")
    assert expected in said
    assert "hidden-value" not in said


@pytest.mark.parametrize("text", ["[media_workflows]\nfunction_callback = {\n", "no section\n"])
def test_a_wrong_airflow_cfg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "airflow.cfg"
    file.write_text(text)
    monkeypatch.setenv("AIRFLOW_CONFIG", str(file))
    get_settings.cache_clear()
    assert "airflow.cfg" in failed("words", "list")


def test_files_that_cannot_be_written_or_read(database: str, tmp_path: Path) -> None:
    latin = tmp_path / "words.txt"
    latin.write_bytes(b"caf\xe9\n")
    with wave.open(str(tmp_path / "sound.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(8000))
    workflow = tmp_path / "w.yaml"
    workflow.write_text(
        "name: w\ntrigger: {bucket: abc}\njobs: {transcode: [{parameters: {container: wav, audio: {codec: pcm}}}]}\n"
    )
    missing = tmp_path / "none" / "x.yaml"
    said = failed("templates", "export", "transcode", "875", "-o", str(missing))
    assert f"{missing} cannot be used (No such file" in said
    assert "/proc/" in failed("run-local", str(tmp_path / "sound.wav"), str(workflow), "--output", "/proc/x")
    said = failed("words", "add", "--file", str(latin))
    assert f"{latin} cannot be used (not UTF-8: byte 4" in said
    assert "NUL" in failed("words", "list", "--search", "a\0b")


def test_a_bug_keeps_its_traceback(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("media_workflows.store.words.list_words", broken)
    assert isinstance(CliRunner().invoke(app, ["words", "list"]).exception, KeyError)


@pytest.mark.parametrize("command", ["backup", "restore"])
@pytest.mark.parametrize(
    ("url", "words", "said"),
    [
        ("", (), "setting database_url is empty: set MEDIA_WORKFLOWS_DATABASE_URL to that of Airflow's components"),
        ("postgresql+psycopg2://a@b/c", ("--embedded",), "name two databases: leave out --embedded, or unset"),
    ],
    ids=["none", "two"],
)
def test_a_backup_is_of_no_database_by_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, url: str, words: tuple[str, ...], said: str
) -> None:
    """A new and empty one would be saved without an error, or filled where no component looks."""
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path / "data"))
    use(monkeypatch, url)
    (file := tmp_path / "media.zip").write_bytes(b"of last week")
    assert said in failed(command, str(file), *words)
    assert not (tmp_path / "data").exists()
    assert file.read_bytes() == b"of last week"


def test_an_embedded_database_that_is_missing_is_not_made_for_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path / "data"))
    use(monkeypatch, "")
    said = failed("backup", str(tmp_path / "media.zip"), "--embedded")
    assert f"there is no embedded database below {tmp_path / 'data'}: set MEDIA_WORKFLOWS_DATA_DIR" in said
    assert not (tmp_path / "data").exists()
