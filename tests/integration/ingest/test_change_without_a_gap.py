"""A draft is applied while uploads are decided on: each runs once, by the revision of the moment of its decision."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from definitions import workflow
from media_workflows.domain.candidates import Candidate
from media_workflows.ingest.run_starter import DagState
from media_workflows.store import drafts
from media_workflows.store import workflows as workflow_store
from media_workflows.store.engine import transaction
from media_workflows.store.tables import utcnow
from media_workflows.store.workflows import StoredWorkflow

BLOCKED_S = 0.3


class Change:
    """An enabled workflow, and drafts of it."""

    def __init__(self, scene: Any) -> None:
        self.scene = scene
        self.stored: StoredWorkflow = scene.workflow()
        self.parse(1)

    def parse(self, revision: int) -> None:
        """Airflow has parsed the DAG of this revision."""
        self.scene.starter.states[self.stored.id] = DagState(is_paused=False, revision=revision)

    def apply(self, base: int = 1) -> int:
        changed = workflow("w", self.scene.bucket, "in/", priority=base)
        with transaction() as session:
            draft = drafts.save_draft(session, self.stored.id, changed, base, 0)
        with transaction() as session:
            return drafts.apply_draft(session, self.stored.id, changed, draft.number).revision

    def put(self, key: str) -> Candidate:
        self.scene.put(key)
        return Candidate(bucket=self.scene.bucket, key=key, source="queue", uploaded_at=utcnow())


@pytest.fixture
def change(scene: Any) -> Change:
    return Change(scene)


def test_an_upload_before_the_change_runs_by_the_new_revision_once_airflow_has_it(scene: Any, change: Change) -> None:
    before = change.put("in/a.mp4")
    assert change.apply() == 2
    assert scene.decide([before]) == [before]  # Airflow would run revision 1
    assert scene.decisions() == []
    change.parse(2)
    assert scene.decide([before]) == []
    assert scene.decide([before]) == []
    assert (scene.rules(), scene.fired_keys) == (["matched"], ["in/a.mp4"])


def test_a_run_that_is_being_started_keeps_the_revision_until_it_is_recorded(
    scene: Any, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = scene.starter.start_run
    applied: list[Future[int]] = []
    with ThreadPoolExecutor(1) as pool:

        def start_slowly(*arguments: Any) -> None:
            applied.append(pool.submit(change.apply))
            with pytest.raises(TimeoutError):
                applied[0].result(BLOCKED_S)
            with transaction() as session:
                assert workflow_store.get_workflow(session, change.stored.id).revision == 1
            start(*arguments)

        monkeypatch.setattr(scene.starter, "start_run", start_slowly)
        assert scene.decide([change.put("in/a.mp4")]) == []
        assert applied[0].result(60) == 2
    assert scene.fired_keys == ["in/a.mp4"]


def test_a_change_between_reading_the_workflow_and_starting_the_run(
    scene: Any, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_meanwhile(_dag_id: str, _run_id: str) -> bool:
        change.apply()
        return False

    found = change.put("in/a.mp4")
    with monkeypatch.context() as patch:
        patch.setattr(scene.starter, "has_run", changed_meanwhile)
        assert scene.decide([found]) == [found]
    assert scene.fired == []
    change.parse(2)
    assert scene.decide([found]) == []
    assert scene.fired_keys == ["in/a.mp4"]


def test_uploads_all_the_time_while_one_draft_after_the_other_is_applied(
    scene: Any, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow parses late. No upload is lost, refused or run twice, and the revisions of the runs never go back."""
    keys, last = [f"in/{number:03}.mp4" for number in range(24)], 4
    runs: list[tuple[str, int, int]] = []
    start = scene.starter.start_run

    def start_by_airflow(dag_id: str, run_id: str, conf: dict[str, Any]) -> None:
        with transaction() as session:
            stored = workflow_store.get_workflow(session, dag_id).revision
        runs.append((conf["key"], scene.starter.states[dag_id].revision, stored))
        start(dag_id, run_id, conf)

    def change_again_and_again() -> None:
        for base in range(1, last):
            change.apply(base)
            paused.wait(0.1)
            change.parse(base + 1)

    monkeypatch.setattr(scene.starter, "start_run", start_by_airflow)
    paused = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        changes = pool.submit(change_again_and_again)
        waiting: list[Candidate] = []
        for key in keys:
            waiting = scene.decide([*waiting, change.put(key)])
        changes.result(60)
    assert scene.decide([*waiting, change.put("in/last.mp4")]) == []
    assert sorted(key for key, _, _ in runs) == [*keys, "in/last.mp4"]
    assert [parsed for _, parsed, _ in runs] == [stored for _, _, stored in runs]
    assert [parsed for _, parsed, _ in runs] == sorted(parsed for _, parsed, _ in runs)
    assert runs[-1][1] == last
    assert set(scene.rules()) == {"matched"}
