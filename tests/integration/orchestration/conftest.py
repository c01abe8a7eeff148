"""A DAG bundle below the test's own directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def bundle_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path / "bundles"))
    return tmp_path / "bundles"


@pytest.fixture
def open_bundle(bundle_root: Path, database: str) -> Any:
    """Opens the bundle as a process of Airflow does: at its newest, or at a version."""
    from media_workflows.orchestration.bundle import WorkflowBundle

    def open_(version: str | None = None) -> WorkflowBundle:
        bundle = WorkflowBundle(name="media_workflows", version=version)
        bundle.initialize()
        return bundle

    return open_
