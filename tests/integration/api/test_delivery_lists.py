"""The list of deliveries: search by the words of the file's key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from media_workflows.domain.notification import STORED_TARGET
from media_workflows.domain.result import SourceObject
from media_workflows.store import runs
from media_workflows.store.engine import transaction
from media_workflows.store.events import StoredEvent, put_event
from media_workflows.store.tables import DeliveryRow

TARGET = STORED_TARGET.validate_python({"type": "http", "url": "https://receiver.example/"})


def add(workflow: str, run: str, key: str | None) -> None:
    """A run with an event for one target; None = it has no source."""
    event = StoredEvent(
        id=f"e-{run}", workflow_id=workflow, run_id=run, kind="finish", body="{}", created_at=datetime.now(UTC)
    )
    with transaction() as session:
        if key is not None:
            source = SourceObject(bucket="in", key=key, etag="e", size_bytes=9)
            runs.record_source(session, workflow, run, 1, source)
        put_event(session, event, {"workflow": TARGET}, timedelta(days=1))


def found(admin: Any, search: str, **query: Any) -> tuple[int, bool, list[str]]:
    body = admin.get("/api/v1/deliveries", params={"search": search, **query}).json()
    return body["total"], body["total_is_exact"], [one["run_id"] for one in body["items"]]


def test_search_by_words_of_the_key(admin: Any, create: Any) -> None:
    workflow = create("one")
    for run, key in (("r0", "in/Holiday_video-2026.mp4"), ("r1", "in/课程第一讲.mp4"), ("r2", None)):
        add(workflow, run, key)
    assert found(admin, "mp4") == (2, True, ["r1", "r0"])
    assert found(admin, "holi 2026") == (1, True, ["r0"])
    assert found(admin, "第一") == (1, True, ["r1"])
    assert found(admin, "mp4", offset=2) == (2, True, [])
    assert found(admin, "other") == found(admin, "_") == (0, True, [])
    with transaction() as session:
        session.query(DeliveryRow).filter_by(event_id="e-r0").one().state = "dead"
    assert found(admin, "mp4", state="dead") == (1, True, ["r0"])
    assert found(admin, "mp4", run="r1") == (1, True, ["r1"])


@pytest.mark.parametrize("recent", [1, 3])
@pytest.mark.parametrize("many", [2, 100])
def test_a_search_that_many_deliveries_match(
    admin: Any, create: Any, monkeypatch: pytest.MonkeyPatch, recent: int, many: int
) -> None:
    """The newest are searched first; then all, when these are too few for the page."""
    monkeypatch.setattr("media_workflows.store.page_count.MAX_COUNTED", 2)
    monkeypatch.setattr("media_workflows.store.delivery_log.RECENT", recent)
    monkeypatch.setattr("media_workflows.store.list_page.MANY", many)
    workflow = create("one")
    for run in range(4):
        add(workflow, f"r{run}", f"in/{'clip' if run < 3 else 'other'}.mp4")
    assert found(admin, "clip", limit=2) == (2, False, ["r2", "r1"])
    assert found(admin, "clip") == (2, False, ["r2", "r1", "r0"])
    assert found(admin, "clip", offset=2) == (2, False, ["r0"])
