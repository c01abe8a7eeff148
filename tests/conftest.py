"""A clean environment for all tests, and PostgreSQL for those that ask for `database`."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from media_workflows.settings import get_settings

TEMPLATE = "media_template"


def _isolate() -> None:
    """Airflow reads its home when it is first imported, so this comes before any test module.

    Neither the developer's settings nor their airflow.cfg may change a test's outcome.
    """
    for name in [name for name in os.environ if name.startswith(("MEDIA_WORKFLOWS_", "AIRFLOW_"))]:
        del os.environ[name]
    home = Path(tempfile.mkdtemp(prefix="media-workflows-tests-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["AIRFLOW_HOME"] = str(home / "airflow")
    os.environ["MEDIA_WORKFLOWS_DATA_DIR"] = str(home / "data")


_isolate()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, those of the running product last: while it is up it takes a third of a core."""
    items.sort(key=lambda item: ("product" in getattr(item, "fixturenames", ()), "/unit/" not in item.nodeid))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """This session's own PostgreSQL server; its files need not survive a power cut."""
    from media_workflows.store.embedded import EmbeddedServer

    with tempfile.TemporaryDirectory(prefix="mw-postgres-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o711)  # as root, the server runs as `nobody` and has to pass through
        server = EmbeddedServer(root)
        server.ensure_running()
        try:
            with _superuser(server) as cursor:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    cursor.execute(f"ALTER SYSTEM SET {setting} = off")
                cursor.execute("SELECT pg_reload_conf()")
            yield server
        finally:
            server.stop()


@contextmanager
def _superuser(server: Any) -> Iterator[Any]:
    import psycopg2

    connection = psycopg2.connect(host=str(server.socket_dir), user="postgres", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@pytest.fixture(scope="session")
def database_template(postgres: Any) -> str:
    """A migrated database that nobody connects to: the one the others are copied from."""
    from media_workflows.store.migrate import upgrade

    upgrade(postgres.ensure_database(TEMPLATE))
    return TEMPLATE


def clear_caches() -> None:
    """Forget settings and engines, so that a changed environment counts."""
    from media_workflows.store.engine import _engine_for

    get_settings.cache_clear()
    _engine_for.cache_clear()


@pytest.fixture
def database(postgres: Any, database_template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a fresh, migrated, empty database, which is also what `transaction()` opens."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with _superuser(postgres) as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {database_template}")
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", postgres.url(name))
    clear_caches()
    yield postgres.url(name)
    clear_caches()
    with _superuser(postgres) as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def product() -> Iterator[Any]:
    """The running product, see airflow_product.Product; one for all tests that ask for it."""
    from airflow_product import running_product

    with running_product() as product:
        yield product
