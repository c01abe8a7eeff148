"""What tasks and DAG files need, prepared once by the Airflow component that forks a process for each of them.

An Airflow listener, registered by the plugin. Without it every task imports the same modules again and parses the same
descriptions, which is most of the processor time of a small task, and holds them in memory of its own. What is prepared
is data: no connection, thread or decoder, because a fork copies none of them whole.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import structlog
from airflow.listeners import hookimpl

log = structlog.get_logger(__name__)

_PARSING = ("media_workflows.orchestration.dag_builder",)
_TASKS = (
    *_PARSING,
    "airflow.dag_processing.bundles.local",
    "airflow.dag_processing.bundles.manager",
    "airflow.dag_processing.dagbag",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.sdk.execution_time.timeout",
    "jinja2.ext",
    "media_workflows.airflow_adapter.connections",
    "media_workflows.airflow_adapter.s3_hook",
    "media_workflows.execution.expected_sidecars",
    "media_workflows.execution.media_step",
    "media_workflows.execution.run_step",
    "media_workflows.execution.workflow_steps",
    "media_workflows.notifications.outbox",
    "media_workflows.orchestration.bundle",
    "media_workflows.storage.links",
    "media_workflows.intelligence.engines.ocr.rapidocr",
    "imageio_ffmpeg.binaries",
    "PIL.JpegImagePlugin",
)
_SAMPLE = """{
  "name": "sample", "trigger": {"bucket": "sources"}, "output": {"bucket": "outputs"},
  "jobs": {"snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]},
  "notification": {"type": "http", "url": "https://example.com/events"}
}"""


def _build_a_dag() -> None:
    """Read the settings, and load what the first DAG of a process loads, such as Airflow's timetables."""
    from media_workflows.orchestration.dag_builder import build_dag

    build_dag("sample", 1, _SAMPLE)


def _configure_tables() -> None:
    """The first statement of a process configures the tables, for which Airflow imports all of its own.

    The engine has no connection yet. That of an embedded server would start it.
    """
    from media_workflows.settings import get_settings
    from media_workflows.store.engine import get_engine
    from media_workflows.store.tables import Base

    Base.registry.configure()
    if get_settings().database_url:
        get_engine()


def _rehearse_statements() -> None:
    """Write a run and its event in a transaction that is rolled back, and close the connections.

    An engine asks the server of its first connection for version and options, and compiles each statement at its first
    use. What it learns is data, which tasks inherit. Raises SQLAlchemyError; then each task does this itself.
    """
    from sqlalchemy.orm import Session

    from media_workflows.domain.result import SourceObject
    from media_workflows.domain.run import Run
    from media_workflows.domain.workflow import Workflow
    from media_workflows.notifications.outbox import finish_in
    from media_workflows.orchestration.notify import unfinished_jobs
    from media_workflows.settings import get_settings
    from media_workflows.store.engine import close_connections, get_engine
    from media_workflows.store.runs import record_source

    if not get_settings().database_url:
        return
    run = Run("sample", "sample", 1, Workflow.model_validate_json(_SAMPLE))
    source = SourceObject(bucket="sources", key="sample", etag="sample", size_bytes=0)
    try:
        with Session(get_engine()) as session:  # without a commit
            record_source(session, run.workflow_id, run.run_id, run.revision, source)
            finish_in(session, run, unfinished_jobs(run, {}))
    finally:
        close_connections()


def _make_s3_client() -> None:
    """Read botocore's descriptions of S3, and make the client of the environment's credentials."""
    from media_workflows.settings import get_settings
    from media_workflows.storage.clients import prepare_clients

    prepare_clients(get_settings())


def _read_tools() -> None:
    """The version of ffmpeg and the digests of the fonts, by which every media task finds what it may reuse."""
    from media_workflows.execution.reuse import tools_of
    from media_workflows.settings import get_settings

    tools_of(get_settings())


class Preparation(NamedTuple):
    """What a component imports and calls before it forks."""

    modules: tuple[str, ...]
    calls: tuple[Callable[[], None], ...]


_FOR_PARSING = Preparation(_PARSING, (_build_a_dag,))
_FOR_TASKS = Preparation(_TASKS, (_build_a_dag, _configure_tables, _rehearse_statements, _make_s3_client, _read_tools))
# By the subcommand of `airflow`: a component that starts has no type yet. The scheduler is the parent of the tasks of
# the LocalExecutor.
PREPARATIONS: Mapping[str, Preparation] = {
    "dag-processor": _FOR_PARSING,
    "scheduler": _FOR_TASKS,
    "celery": _FOR_TASKS,
}


@hookimpl
def on_starting(component: Any) -> None:
    """Called where a component starts, before it forks; and in each task, which has the command line of its parent."""
    from airflow.sdk.execution_time.task_runner import TaskRunnerMarker

    if not isinstance(component, TaskRunnerMarker):
        prepare_for("".join(sys.argv[1:2]))


def prepare_for(subcommand: str) -> None:
    """Import and prepare what the children of a component need, by its subcommand of `airflow`.

    A failure is logged: the task that needs what failed reports it.
    """
    preparation = PREPARATIONS.get(subcommand, Preparation((), ()))
    for name in preparation.modules:
        import_module(name)
    for call in preparation.calls:
        try:
            call()
        except Exception:
            log.exception("tasks will have to do this themselves", preparation=call.__name__.strip("_"))
