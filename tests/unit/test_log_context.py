"""What records are about is in each of them: of structlog and of Python's logging, in threads, too."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.contextvars import bound_contextvars, clear_contextvars

from media_workflows import log_context
from media_workflows.log_context import ContextThreads, log_object, logs_about

PACKAGE = Path(log_context.__file__).parent
SOURCES = [*PACKAGE.rglob("*.py"), *(PACKAGE.parents[1] / "plugins").rglob("*.py")]


@pytest.fixture(autouse=True)
def _nothing_bound() -> Iterator[None]:
    clear_contextvars()
    yield
    clear_contextvars()


@contextmanager
def airflow_log() -> Iterator[list[dict[str, Any]]]:
    """Records as Airflow writes those of a task: by its own configuration, one line of JSON each."""
    from airflow.sdk._shared.logging.structlog import structlog_processors

    chain, _, write = structlog_processors(json_output=True)
    written = io.BytesIO()
    records: list[dict[str, Any]] = []
    saved, handlers = structlog.get_config(), logging.root.handlers[:]
    structlog.configure(
        processors=[*chain, write],
        logger_factory=structlog.BytesLoggerFactory(written),
        cache_logger_on_first_use=False,
    )
    stdlib = logging.StreamHandler(text := io.StringIO())
    stdlib.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=chain, processors=[_as_text]))
    logging.root.addHandler(stdlib)
    try:
        yield records
    finally:
        logging.root.handlers = handlers
        structlog.configure(**saved)
        records += [json.loads(line) for line in written.getvalue().splitlines()]
        records += [json.loads(line) for line in text.getvalue().splitlines()]


def _as_text(_logger: Any, _method: str, record: MutableMapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in record.items() if not name.startswith("_")}, default=str)


def test_each_record_of_a_task_names_its_run_step_and_object() -> None:
    """Run and step are Airflow's, which it binds when a task begins."""
    with airflow_log() as records, bound_contextvars(dag_id="wf_1", run_id="r1", task_id="hd"):
        log_object("in", "片.mp4")
        structlog.get_logger("media_workflows.storage").warning("repeating", operation="GetObject")
        logging.getLogger("some_library").warning("a %s", "retry")
        with ContextThreads(2) as threads:
            list(threads.map(lambda _: structlog.get_logger("media_workflows").info("in a thread"), range(3)))
    assert len(records) == 5
    assert {(one["dag_id"], one["run_id"], one["task_id"], one["object"]) for one in records} == {
        ("wf_1", "r1", "hd", "in/片.mp4")
    }


def test_a_process_that_works_on_many_runs_names_each() -> None:
    with airflow_log() as records:
        with logs_about(workflow="wf_1", run="r1", event_id="e1"):
            structlog.get_logger("media_workflows").info("an event was delivered")
        with logs_about(workflow="wf_2"), logs_about(bucket="in", key="b.mp4"):
            structlog.get_logger("media_workflows").info("decided")
        structlog.get_logger("media_workflows").info("about nothing")
    named = [{name: one[name] for name in ("workflow", "run", "object", "event_id") if name in one} for one in records]
    assert named == [
        {"workflow": "wf_1", "run": "r1", "event_id": "e1"},
        {"workflow": "wf_2", "object": "in/b.mp4"},
        {},
    ]


def test_there_is_one_logging_style() -> None:
    """structlog's, with values by name; Python's logging only where a library's level is set."""
    texts = {file: file.read_text(encoding="utf-8") for file in SOURCES if "www" not in file.parts}
    assert [file for file, text in texts.items() if re.search(r"= logging\.getLogger\(", text)] == []
    assert [file for file, text in texts.items() if "ThreadPoolExecutor" in text] == [Path(log_context.__file__)]
    logging_ones = {file: text for file, text in texts.items() if "get_logger(" in text}
    assert len(logging_ones) > 10
    assert [f"{file}: {call}" for file, text in logging_ones.items() for call in _formatted(ast.parse(text))] == []


def _formatted(tree: ast.AST) -> list[str]:
    """Calls of the module's log whose message is put together from values."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    of_log = [call for call in calls if isinstance(call.func.value, ast.Name) and call.func.value.id == "log"]  # type: ignore[attr-defined]
    return [
        ast.unparse(call)
        for call in of_log
        if len(call.args) > 1 or any(isinstance(a, ast.JoinedStr) for a in call.args)
    ]
