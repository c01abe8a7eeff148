"""Retrying all failed runs: one that cannot be retried does not keep the others from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.services import run_control


def test_the_others_are_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def session() -> Iterator[None]:
        yield None

    def retry(workflow_id: str, run_id: str, *, force: bool) -> list[str]:
        if run_id == "r2":
            raise ConflictError("no task of run 'r2' failed: there is nothing to retry")
        return ["transcode"]

    monkeypatch.setattr(run_control, "failed_run_ids", lambda workflow_id: ["r1", "r2", "r3"])
    monkeypatch.setattr(run_control, "transaction", session)
    monkeypatch.setattr(run_control, "get_workflow", lambda *_: None)
    monkeypatch.setattr(run_control, "retry_run", retry)
    assert run_control.retry_failed_runs("wf_1") == ["r1", "r3"]


def test_an_unknown_workflow_is_reported(database: str) -> None:
    with pytest.raises(NotFoundError, match="no workflow 'no-such'"):
        run_control.retry_failed_runs("no-such")
