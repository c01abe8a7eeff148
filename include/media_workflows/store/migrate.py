"""Upgrades the database to the current schema with Alembic."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

_one_thread = threading.Lock()  # Alembic keeps its context in a module global
MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(url: str) -> Config:
    """Alembic's configuration, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Upgrade to the newest revision. Concurrent callers, in threads or processes, wait for each other."""
    with _one_thread:
        command.upgrade(alembic_config(url), "head")


def newest_revision() -> str:
    """The id of the schema that this version of the product requires."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""
