"""The trigger that watches for uploads: what it passes on, and when it makes new clients."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest

from media_workflows.domain.candidates import Candidate
from media_workflows.ingest.watch import WatchState
from media_workflows.orchestration import ingest
from media_workflows.orchestration.ingest import UploadsTrigger
from media_workflows.store.tables import utcnow

FOUND = Candidate(bucket="b", key="in/a.mp4", source="queue", uploaded_at=utcnow())


class RefusedWatch:
    """Its source fails until it is read with the second clients."""

    made: ClassVar[list[str]] = []

    def __init__(self, _settings: Any, clients: str, _engine: Any, state: WatchState) -> None:
        self.made.append(clients)
        self.state = state.model_copy(update={"listed_at": 7.0})
        self.has_failed = len(self.made) == 1

    def read(self, _wait_s: float) -> list[Candidate]:
        return [] if self.has_failed else [FOUND]


def test_a_source_that_fails_is_read_with_new_clients_after_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credentials of the connection may have been corrected. The place in the listings goes on."""
    RefusedWatch.made.clear()
    answers = iter(["refused", "corrected"])
    for name, value in {"Watch": RefusedWatch, "RENEWED_EVERY_S": 0.05, "get_engine": lambda: None}.items():
        monkeypatch.setattr(ingest, name, value)
    monkeypatch.setattr(ingest, "airflow_clients", lambda _settings: next(answers))
    trigger = UploadsTrigger({"next_root": ["b", "in/"]})

    async def first() -> Any:
        return await anext(trigger.run())

    event = asyncio.run(first())
    assert RefusedWatch.made == ["refused", "corrected"]
    assert event.payload["candidates"] == [FOUND.model_dump(mode="json")]
    assert event.payload["state"] == {"listed_at": 7.0, "next_root": ["b", "in/"], "goes_on": False}
    assert UploadsTrigger(event.payload["state"]).serialize()[1] == {"state": event.payload["state"]}
