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
def plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the plugin registers for the tasks of workflows: Airflow does not load the folder in tests."""
    from airflow import plugins_manager

    from media_workflows_plugin import MediaWorkflowsPlugin

    strategies = {
        f"{strategy.__module__}.{strategy.__qualname__}": strategy
        for strategy in MediaWorkflowsPlugin.priority_weight_strategies
    }
    monkeypatch.setattr(plugins_manager, "get_priority_weight_strategy_plugins", lambda: strategies)


@pytest.fixture
def open_bundle(bundle_root: Path, database: str) -> Any:
    """Opens the bundle as a process of Airflow does: at its newest, or at a version."""
    from media_workflows.orchestration.bundle import WorkflowBundle

    def open_(version: str | None = None) -> WorkflowBundle:
        bundle = WorkflowBundle(name="media_workflows", version=version)
        bundle.initialize()
        return bundle

    return open_
