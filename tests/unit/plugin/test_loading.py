"""What Airflow loads with the plugin, in every one of its processes, and what those that fork prepare."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from media_workflows.orchestration import preload
from media_workflows.orchestration.preload import PREPARATIONS

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


@pytest.mark.parametrize(
    "component", ["scheduler", *(pytest.param(one, marks=pytest.mark.full) for one in ("dag-processor", "triggerer"))]
)
def test_components_that_fork_import_what_their_children_need(component: str) -> None:
    start = "from media_workflows.orchestration.preload import on_starting\non_starting(component=None)"
    loaded = _loaded_by(start, component)
    assert not (component in PREPARATIONS and set(PREPARATIONS[component].modules) - loaded)
    assert ("media_workflows.execution.run_step" in loaded) == (component == "scheduler")


def test_a_task_prepares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the command line of its parent."""
    from airflow.sdk.execution_time.task_runner import TaskRunnerMarker

    prepared: list[str] = []
    monkeypatch.setattr(preload, "prepare_for", prepared.append)
    monkeypatch.setattr(sys, "argv", ["airflow", "scheduler"])
    preload.on_starting(component=TaskRunnerMarker())
    assert prepared == []
    preload.on_starting(component=None)
    assert prepared == ["scheduler"]


# What a forked task does: the tables are configured, the S3 client and a DAG take no module, file or description more.
_FORKED = """
import json, os, sys, threading
from media_workflows.orchestration.preload import prepare_for
prepare_for("celery")
from media_workflows.execution.reuse import _sha256, tools_of
from media_workflows.media.ffmpeg.run import _answer
from media_workflows.settings import get_settings
fonts = _sha256.cache_info().misses
before = set(sys.modules)

def task():
    from media_workflows.airflow_adapter.connections import airflow_clients
    from media_workflows.airflow_adapter.s3_hook import MediaS3Hook
    from media_workflows.orchestration.dag_builder import build_dag
    from media_workflows.orchestration.preload import _SAMPLE
    from media_workflows.storage import clients
    from media_workflows.store.engine import _engine_for, get_engine
    from media_workflows.store.tables import Base
    dag = build_dag("sample", 1, _SAMPLE)
    made = airflow_clients()
    assert made is clients._prepared.clients and "s3" in vars(made), "the client is not the prepared one"
    assert made.public_s3 is made.s3 and MediaS3Hook(aws_conn_id=None).get_conn() is made.s3
    assert not made.s3._endpoint.http_session._manager.pools, "the parent had opened a connection"
    tools_of(get_settings())
    assert _answer.cache_info().hits and _sha256.cache_info().hits and not _sha256.cache_info().misses - fonts
    assert all(mapper.configured for mapper in Base.registry.mappers)
    assert _engine_for.cache_info().currsize == 1 and get_engine().pool.checkedin() == 0
    assert threading.active_count() == 1
    new = [name for name in set(sys.modules) - before if name.split(".")[0] in OURS]
    assert not new, new

OURS = {"media_workflows", "airflow", "boto3", "botocore", "s3transfer", "sqlalchemy", "jinja2", "pydantic", "PIL"}
pid = os.fork()
if pid == 0:
    try:
        task()
        os._exit(0)
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""


def test_a_forked_task_finds_all_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "demo")
    monkeypatch.setenv("MEDIA_WORKFLOWS_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("MEDIA_WORKFLOWS_AWS_CONN_ID", "")
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATABASE_URL", "postgresql+psycopg2://none@127.0.0.1:9/none")
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", _FORKED], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
