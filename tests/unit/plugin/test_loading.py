"""What Airflow loads with the plugin, in every one of its processes, and what those that fork import early."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from media_workflows.orchestration.preload import MODULES

PLUGINS = Path(__file__).parents[3] / "plugins"


def test_only_the_plugin_itself_is_executed() -> None:
    from airflow.sdk._shared.module_loading import find_path_from_directory

    found = [Path(file) for file in find_path_from_directory(str(PLUGINS), ".airflowignore", "glob")]
    python = [file.relative_to(PLUGINS).as_posix() for file in found if file.is_file() and file.suffix == ".py"]
    assert python == ["media_workflows_plugin/__init__.py"]


def _loaded_by(code: str, *arguments: str) -> set[str]:
    """Modules of a fresh interpreter that runs `code`."""
    program = f"{code}\nimport json, sys\nprint('MODULES' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(PLUGINS)},
    )
    return set(json.loads(done.stdout.rpartition("MODULES")[2]))


def test_the_api_is_not_built_before_its_first_request() -> None:
    loaded = _loaded_by("import media_workflows_plugin")
    assert "media_workflows_plugin" in loaded
    assert "media_workflows_plugin.api.app" not in loaded


@pytest.mark.parametrize("component", ["scheduler", "dag-processor", "triggerer"])
def test_components_that_fork_import_what_their_children_need(component: str) -> None:
    start = "from media_workflows.orchestration.preload import on_starting\non_starting(component=None)"
    loaded = _loaded_by(start, component)
    assert set(MODULES.get(component, ())) <= loaded
    assert ("media_workflows.execution.run_step" in loaded) == (component == "scheduler")
