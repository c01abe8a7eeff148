"""Layers: which package imports which, and which modules start processes."""

from __future__ import annotations

import ast
import configparser
import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from definitions import workflow
from media_workflows.airflow_adapter.dag_file import dag_file_text

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "include" / "media_workflows"
SPAWNERS = {"media/ffmpeg/run.py", "media/source/isolated.py", "store/embedded.py"}
# What starts a process, by its whole name: modules, and functions of modules that do other things, too.
SPAWNING = re.compile(
    r"(subprocess|pty|multiprocessing|asyncio\.subprocess|concurrent\.futures\.(ProcessPoolExecutor|process)"
    r"|(os|posix)\.(system|popen|fork|forkpty|exec\w+|spawn\w+|posix_spawn\w*)|asyncio\.create_subprocess_\w+)\b"
)
HEAVY = ["boto3", "botocore", "av", "ffmpeg", "onnxruntime", "cv2", "numpy", "dlib"]


def test_import_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=".importlinter", no_cache=True) == 0


def _spawning(tree: ast.AST) -> set[str]:
    """Names of what starts a process in a module, under whatever name it was imported."""
    nodes = list(ast.walk(tree))
    imports = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names = {
        alias.asname or _first(alias.name): alias.name if alias.asname else _first(alias.name) for alias in imports
    }
    used = {name for node in nodes for name in _imported(node)}
    used |= {_whole_name(node, names) for node in nodes if isinstance(node, ast.Attribute)}
    return {name for name in used if SPAWNING.match(name)}


def _first(name: str) -> str:
    return name.partition(".")[0]


def _whole_name(node: ast.expr, names: Mapping[str, str]) -> str:
    """'os.path.join' for an attribute of a module; '' = not of one."""
    if isinstance(node, ast.Attribute):
        owner = _whole_name(node.value, names)
        return f"{owner}.{node.attr}" if owner else ""
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.system('x')",
        "import os as o; o.fork()",
        "from os import popen",
        "from os import posix_spawn as start",
        "import subprocess as sub",
        "from subprocess import run",
        "import asyncio.subprocess",
        "from asyncio import subprocess",
        "import asyncio; asyncio.create_subprocess_exec('x')",
        "from concurrent.futures import ProcessPoolExecutor",
        "import concurrent.futures; concurrent.futures.ProcessPoolExecutor()",
        "import multiprocessing.pool",
    ],
)
def test_every_start_of_a_process_is_seen(code: str) -> None:
    assert _spawning(ast.parse(code))


@pytest.mark.parametrize("code", ["from os import path", "import re; re.fullmatch('x', 'y')", "import spawner"])
def test_nothing_else_is_a_start(code: str) -> None:
    assert not _spawning(ast.parse(code))


def test_only_the_spawners_start_processes() -> None:
    spawning = {
        str(file.relative_to(PACKAGE)): names
        for file in PACKAGE.rglob("*.py")
        if (names := _spawning(ast.parse(file.read_text(encoding="utf-8"))))
    }
    others = {file: names for file, names in spawning.items() if file not in SPAWNERS and not file.startswith("demo/")}
    assert others == {}
    assert spawning.keys() >= SPAWNERS  # or the search finds nothing at all


def test_nothing_imports_what_is_above_the_package() -> None:
    above = ("media_workflows_plugin", "dags", "samples", "benchmarks", "tests")
    for file in PACKAGE.rglob("*.py"):
        names = [name for node in ast.walk(ast.parse(file.read_text("utf-8"))) for name in _imported(node)]
        assert [name for name in names if name.split(".")[0] in above] == [], file


def test_every_part_of_the_package_may_or_may_not_import_airflow() -> None:
    """The contract lists those that may not: a new one belongs there, or among those that may."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    may_not = contracts["importlinter:contract:airflow"]["source_modules"].split()
    parts = {one.name for one in pkgutil.iter_modules([str(PACKAGE)])}
    assert {name.rpartition(".")[2] for name in may_not} == parts - {"airflow_adapter", "orchestration", "__main__"}


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
