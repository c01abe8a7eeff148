"""What Airflow changes of a run is shown: at once where an index finds it, else after the next search, 30 s at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from media_workflows.airflow_adapter import run_copies
from media_workflows.store.engine import transaction
from media_workflows.store.tables import RunSearchRow, utcnow

Change = Callable[..., None]
NOW = utcnow()
DOCUMENTED_AGE = run_copies.MAX_SEARCH_AGE


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test may take as long as a search is valid."""
    monkeypatch.setattr(run_copies, "MAX_SEARCH_AGE", timedelta(hours=1))


@pytest.fixture
def workflow(create: Any, metadata: Any) -> str:
    return str(create("watched"))


@pytest.fixture
def change(metadata: Any) -> Change:
    """Changes runs as Airflow does."""

    def change(run_id: str, **fields: Any) -> None:
        from airflow.models.dagrun import DagRun
        from sqlalchemy import select

        metadata.rollback()
        row = metadata.scalars(select(DagRun).where(DagRun.run_id == run_id)).one()
        for name, value in fields.items():
            setattr(row, name, value)
        metadata.commit()

    return change


@pytest.fixture
def delete(metadata: Any) -> Callable[[str], None]:
    def delete(run_id: str) -> None:
        from airflow.models.dagrun import DagRun
        from sqlalchemy import delete

        metadata.execute(delete(DagRun).where(DagRun.run_id == run_id))
        metadata.commit()

    return delete


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """One entry for each search through all of Airflow's runs."""
    made: list[Any] = []
    search = run_copies._changed
    monkeypatch.setattr(run_copies, "_changed", lambda since: (made.append(since), search(since))[1])
    return made


def listed(admin: Any, **query: Any) -> dict[str, str]:
    """The state of each run in the list."""
    items = admin.get("/api/v1/runs", params={"results": False, **query}).json()["items"]
    return {run["run_id"]: run["state"] for run in items}


def shown(admin: Any, workflow: str, run_id: str = "r1") -> str:
    """The state on the run's own page."""
    return str(admin.get(f"/api/v1/runs/{run_id}?workflow={workflow}").json()["state"])


def make_search_old(age: timedelta = timedelta(minutes=61)) -> None:
    """The dag-processor is down."""
    with transaction() as session:
        session.execute(update(RunSearchRow).values(began_at=RunSearchRow.began_at - age))


UNFINISHED_CHANGES = [
    ("queued", {"_state": "running", "start_date": NOW}),
    ("queued", {"_state": "failed", "end_date": NOW}),
    ("running", {"_state": "success", "end_date": NOW}),
    ("running", {"_state": "failed", "end_date": NOW}),
    ("running", {"_state": "queued", "start_date": None, "queued_at": NOW}),
]
CLEARED: list[tuple[str, dict[str, Any]]] = [
    (state, {"_state": after, "end_date": None, "clear_number": 1})
    for state in ("success", "failed")
    for after in ("queued", "running")
]
ENDED_CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("success", {"_state": "failed"}),
    ("failed", {"_state": "success"}),
    ("failed", {"end_date": NOW + timedelta(hours=1), "_state": "success", "clear_number": 1}),
]


@pytest.mark.parametrize(("state", "fields"), UNFINISHED_CHANGES + CLEARED)
def test_a_change_to_or_from_unfinished_is_shown_at_once(
    admin: Any, workflow: str, add_run: Any, change: Change, searches: list[Any], state: str, fields: dict[str, Any]
) -> None:
    """A run that was cleared in Airflow, too; no search is needed."""
    add_run(workflow, "r1", state, 1 if state in ("success", "failed") else None)
    assert listed(admin) == {"r1": state}
    searches.clear()
    change("r1", **fields)
    assert listed(admin) == {"r1": fields["_state"]}
    assert listed(admin, state=fields["_state"]) == {"r1": fields["_state"]}
    assert shown(admin, workflow) == fields["_state"]
    assert admin.get(f"/api/v1/workflows/{workflow}").json()["last_run"]["state"] == fields["_state"]
    assert searches == []


@pytest.mark.parametrize(("state", "fields"), ENDED_CHANGES)
def test_a_change_of_an_ended_run_is_shown_on_its_page_at_once_and_in_lists_after_a_search(
    admin: Any, workflow: str, add_run: Any, change: Change, state: str, fields: dict[str, Any]
) -> None:
    """Marked by hand, or cleared and ended again before anyone looked."""
    add_run(workflow, "r1", state, 1)
    add_run(workflow, "r2", state, 1)
    assert listed(admin) == {"r1": state, "r2": state}
    change("r1", **fields)
    change("r2", **fields)
    assert shown(admin, workflow) == fields["_state"]
    assert listed(admin)["r1"] == fields["_state"]
    assert listed(admin)["r2"] == state
    make_search_old()
    assert listed(admin)["r2"] == fields["_state"]


def test_the_dag_processor_searches_each_time(
    admin: Any, workflow: str, add_run: Any, change: Change, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from media_workflows.orchestration.bundle import WorkflowBundle

    monkeypatch.setenv("AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH", str(tmp_path))
    add_run(workflow, "r1", "success", 1)
    assert listed(admin) == {"r1": "success"}
    change("r1", _state="failed")
    bundle = WorkflowBundle(name="media_workflows")
    bundle.initialize()
    bundle.refresh()
    assert listed(admin) == {"r1": "failed"}


def test_runs_deleted_in_airflow(
    admin: Any, workflow: str, add_run: Any, delete: Callable[[str], None], change: Change
) -> None:
    """An ended one stays as it was; one that had not ended is failed by the dag-processor's next look."""
    add_run(workflow, "r1", "success", 1)
    add_run(workflow, "r2", "running")
    before = listed(admin)
    delete("r1")
    delete("r2")
    assert listed(admin) == before
    assert (shown(admin, workflow, "r1"), shown(admin, workflow, "r2")) == ("success", "running")
    run_copies.recheck_unfinished()
    assert listed(admin) == {"r1": "success", "r2": "failed"}
    assert shown(admin, workflow, "r2") == "failed"
    add_run(workflow, "r3", "success", 1)  # the newest number may be less than before
    assert listed(admin)["r3"] == "success"


def test_a_run_that_began_and_ended_between_two_looks_is_listed(
    admin: Any, workflow: str, add_run: Any, searches: list[Any]
) -> None:
    add_run(workflow, "r1", "success", 1)
    assert listed(admin) == {"r1": "success"}
    searches.clear()
    add_run(workflow, "r2", "failed", 0.1)
    assert listed(admin) == {"r1": "success", "r2": "failed"}
    assert searches == []


def test_one_that_became_visible_after_a_newer_one_is_found_by_a_search(
    admin: Any, workflow: str, add_run: Any, metadata: Any
) -> None:
    from sqlalchemy import text

    add_run(workflow, "r1", "success", 1)
    assert listed(admin) == {"r1": "success"}
    add_run(workflow, "r2", "success", 1)
    metadata.execute(text("UPDATE dag_run SET id = -id WHERE run_id = 'r2'"))  # as if numbered before the other
    metadata.commit()
    assert listed(admin) == {"r1": "success"}
    make_search_old()
    assert listed(admin) == {"r1": "success", "r2": "success"}


def test_polls_do_not_search(admin: Any, workflow: str, add_run: Any, searches: list[Any]) -> None:
    """Those of all pages that show runs."""
    add_run(workflow, "r1", "running")
    paths = ["/home", "/workflows", f"/workflows/{workflow}", "/runs", "/runs/causes", f"/runs/r1?workflow={workflow}"]
    for path in (*paths, *paths, *paths):
        assert admin.get(f"/api/v1{path}").status_code == 200
    assert searches == []  # the creation of the workflow made one
    for made in (0, 1):
        make_search_old(timedelta(minutes=40))
        admin.get("/api/v1/home")
        assert len(searches) == made


def test_the_documented_age() -> None:
    """See docs/runs.md."""
    assert DOCUMENTED_AGE.total_seconds() == 30
