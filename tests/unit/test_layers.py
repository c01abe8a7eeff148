"""Layers: which package imports which, and which modules start processes."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from definitions import workflow
from media_workflows.airflow_adapter.dag_file import dag_file_text

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "include" / "media_workflows"
SPAWNERS = {"media/ffmpeg/run.py", "media/source/isolated.py", "store/embedded.py"}
SPAWNING_MODULES = {"subprocess", "pty", "multiprocessing"}
SPAWNING_CALLS = {"system", "popen", "fork", "forkpty", "create_subprocess_exec", "create_subprocess_shell"}
HEAVY = ["boto3", "botocore", "av", "ffmpeg", "onnxruntime", "cv2", "numpy", "dlib"]


def test_import_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=".importlinter", no_cache=True) == 0


def _spawning(tree: ast.AST) -> set[str]:
    """Names of what starts a process in a module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] in SPAWNING_MODULES}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in SPAWNING_MODULES:
            found.add(str(node.module))
        elif isinstance(node, ast.Attribute) and (
            node.attr in SPAWNING_CALLS or node.attr.startswith(("exec", "spawn", "posix_spawn"))
        ):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            found |= {f"{owner}.{node.attr}"} if owner in {"os", "asyncio"} else set()
        elif isinstance(node, ast.ImportFrom) and node.module in {"os", "asyncio"}:
            found |= {alias.name for alias in node.names if alias.name.startswith(("exec", "spawn", "create_sub"))}
    return found


def test_only_the_spawners_start_processes() -> None:
    spawning = {
        str(file.relative_to(PACKAGE)): names
        for file in PACKAGE.rglob("*.py")
        if (names := _spawning(ast.parse(file.read_text(encoding="utf-8"))))
    }
    others = {file: names for file, names in spawning.items() if file not in SPAWNERS and not file.startswith("demo/")}
    assert others == {}
    assert spawning.keys() >= SPAWNERS  # or the search finds nothing at all


def test_pure_packages_open_no_urls() -> None:
    """Import contracts name whole external packages, and `urllib.parse` is pure."""
    pure = [PACKAGE / name for name in ("domain", "vendor_mps", "intelligence/decisions")]
    files = [file for folder in pure for file in folder.rglob("*.py")]
    assert len(files) > 100
    nodes = [(file, node) for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    imported = [(file, name) for file, node in nodes for name in _imported(node)]
    assert [each for each in imported if each[1].startswith(("urllib.request", "http.client"))] == []
    assert "urllib.parse.urlsplit" in {name for _, name in imported}  # or the search finds nothing at all


def _imported(node: ast.AST) -> list[str]:
    """The dotted names that a node imports."""
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_parsing_a_dag_loads_nothing_heavy(tmp_path: Path) -> None:
    """Airflow parses each file in a process of its own: every import there is paid for each workflow."""
    everything = workflow(
        jobs={
            "transcode": [{"template": 100010}],
            "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
            "sample_snapshot": [{"template": 10}],
            "image_sprite": [{"template": 10}],
            "animated_graphic": [{"template": 20000, "end_offset_s": 1}],
            "content_review": [{"template": 20, "gate": "publish_on_pass"}],
            "recognition": [{"template": 10}],
            "analysis": [{"template": 20}],
        },
        notification={"type": "sqs", "queue_url": "http://127.0.0.1/queue"},
    )
    file = tmp_path / "wf_1.py"
    file.write_text(dag_file_text("wf_1", 1, everything.model_dump(mode="json")), encoding="utf-8")
    code = f"""
import json, runpy, sys
dag = runpy.run_path({str(file)!r})["dag"]
print(json.dumps([dag.dag_id, [name for name in {HEAVY!r} if name in sys.modules]]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == ["wf_1", []]
