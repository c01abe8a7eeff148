"""Clips for the tests against a real Airflow."""

from __future__ import annotations

from pathlib import Path

import pytest

from clips import Clips


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good, small clip."""
    return Clips(tmp_path_factory.mktemp("clip")).plain
