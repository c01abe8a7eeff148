"""Places for encodes of long sources: the others wait without a slot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk.exceptions import TaskDeferred
from sqlalchemy import text

from media_workflows.orchestration import SnapshotByTimeOffsetOperator, TranscodeOperator
from media_workflows.orchestration.long_encodes import CHECK_INTERVAL_S, place_for
from media_workflows.settings import get_settings
from media_workflows.store.engine import make_engine
from media_workflows.store.places import LONG_ENCODES, place_among

pytestmark = pytest.mark.usefixtures("database")

LONG = 1000
ITEMS = {"transcode": [{"template": 100010}], "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}]}


@contextmanager
def one_long_encode() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDIA_WORKFLOWS_LONG_ENCODES", "1")
        patch.setenv("MEDIA_WORKFLOWS_LONG_SOURCE_BYTES", str(LONG))
        get_settings.cache_clear()
        yield
    get_settings.cache_clear()


def operator(made_by: Any = TranscodeOperator) -> Any:
    items = ITEMS[made_by.kind]
    return made_by(task_id=made_by.kind, source="s3://bucket/a.mp4", output="s3://bucket/out/", items=items)


def is_free() -> bool:
    with place_among(1, LONG_ENCODES) as free:
        return free


def test_a_place_is_held_until_the_end() -> None:
    with place_among(2, LONG_ENCODES) as first, place_among(2, LONG_ENCODES) as second:
        assert (first, second) == (True, True)
        with place_among(2, LONG_ENCODES) as third, place_among(1, LONG_ENCODES + 1) as elsewhere:
            assert (third, elsewhere) == (False, True)
    assert is_free()


def test_a_failed_task_leaves_its_place() -> None:
    with pytest.raises(ValueError, match="failed"), place_among(1, LONG_ENCODES):
        raise ValueError("failed")
    assert is_free()


def test_a_lost_connection_ends_the_place_and_not_the_task(database: str) -> None:
    with place_among(1, LONG_ENCODES) as free:
        assert free
        with make_engine(database).connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :space"),
                {"space": LONG_ENCODES},
            )
    assert is_free()


def test_a_long_source_waits_without_a_slot() -> None:
    waiting = operator()
    with one_long_encode(), place_for(operator(), "transcode", LONG):
        with pytest.raises(TaskDeferred) as deferred, place_for(waiting, "transcode", LONG):
            pytest.fail("a second long source is encoded")
        with place_for(operator(), "transcode", LONG - 1):
            pass
        with place_for(operator(SnapshotByTimeOffsetOperator), "snapshot_by_time_offset", LONG):
            pass
    assert isinstance(deferred.value.trigger, TimeDeltaTrigger)
    assert CHECK_INTERVAL_S > 0
    assert callable(getattr(waiting, deferred.value.method_name))
    with one_long_encode(), place_for(waiting, "transcode", LONG):
        assert not is_free()


def test_without_the_setting_nothing_waits() -> None:
    with place_for(operator(), "transcode", 10**12), place_for(operator(), "transcode", 10**12):
        assert is_free()


def test_the_place_is_held_while_the_step_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a task that waited starts again."""
    found: list[bool] = []
    request = SimpleNamespace(source=SimpleNamespace(size_bytes=LONG))
    result = SimpleNamespace(kind="transcode", items=(), usage=None)
    monkeypatch.setattr("media_workflows.execution.run_step.run_step", lambda *_: found.append(is_free()) or result)
    task = operator()
    monkeypatch.setattr(type(task), "_request", lambda *_: request)
    monkeypatch.setattr(type(task), "clients", lambda _: None)
    module = "media_workflows.orchestration.job_operator"
    monkeypatch.setattr(f"{module}.returned_outputs", lambda _: [])
    monkeypatch.setattr(f"{module}.require_success", lambda _: None)
    with one_long_encode():
        with place_for(operator(), "transcode", LONG), pytest.raises(TaskDeferred) as deferred:
            task.execute({})
        assert found == []
        assert getattr(task, deferred.value.method_name)({}, event=None) == []
    assert found == [False]
    assert is_free()
