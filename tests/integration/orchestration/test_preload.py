"""What a process that forks prepares with the database: statements, and neither rows nor connections."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine.interfaces import CacheStats

from media_workflows.domain.result import SourceObject
from media_workflows.domain.run import Run
from media_workflows.domain.workflow import Workflow
from media_workflows.orchestration.notify import store_end
from media_workflows.orchestration.preload import _SAMPLE, _rehearse_statements, log
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.runs import record_source
from media_workflows.store.tables import DeliveryRow, EventRow, RunRow


@pytest.fixture
def rehearsed(database: str) -> None:
    _rehearse_statements()


@pytest.mark.usefixtures("rehearsed")
def test_nothing_is_left_in_the_database_or_open() -> None:
    assert get_engine().pool.checkedin() == 0  # type: ignore[attr-defined]
    with transaction() as session:
        for row in (RunRow, EventRow, DeliveryRow):
            assert session.scalar(select(func.count()).select_from(row)) == 0


@pytest.mark.usefixtures("rehearsed")
def test_the_statements_of_upload_and_notify_are_compiled() -> None:
    compiled: list[str] = []

    def executed(_conn: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        if context.compiled is not None and context.cache_hit is not CacheStats.CACHE_HIT:
            compiled.append(statement)

    engine = get_engine()
    run = Run("wf", "run", 1, Workflow.model_validate_json(_SAMPLE))
    source = SourceObject(bucket="sources", key="a.mp4", etag="1", size_bytes=1)
    event.listen(engine, "after_cursor_execute", executed)
    try:
        with transaction() as session:
            record_source(session, run.workflow_id, run.run_id, run.revision, source)
        store_end(run, {}, log)
    finally:
        event.remove(engine, "after_cursor_execute", executed)
    assert compiled == []
