"""Workflows in PostgreSQL: revisions, names, editors at the same time, lists."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from definitions import workflow
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store import sequence, switches
from media_workflows.store import workflows as store
from media_workflows.store.definition_changes import DefinitionChange, change_at, changes_between
from media_workflows.store.engine import transaction
from media_workflows.store.tables import RevisionRow, WorkflowRow, utcnow
from media_workflows.store.workflow_filter import WorkflowFilter
from media_workflows.store.workflows import StoredWorkflow

pytestmark = pytest.mark.usefixtures("database")


def do(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """One store function in a transaction of its own."""
    with transaction() as session:
        return function(session, *arguments, **named)


def listed_changes(session: Any, after: int, upto: int) -> list[DefinitionChange]:
    return list(changes_between(session, after, upto))


def create(name: str = "w", **parts: Any) -> StoredWorkflow:
    made: StoredWorkflow = do(store.create_workflow, workflow(name, **parts), "me")
    return made


def edit(stored: StoredWorkflow, **parts: Any) -> StoredWorkflow:
    made: StoredWorkflow = do(
        store.update_workflow, stored.id, workflow(stored.definition.name, **parts), stored.revision, "you"
    )
    return made


def revisions(workflow_id: str) -> list[tuple[int, str, Any]]:
    with transaction() as session:
        rows = session.scalars(
            select(RevisionRow).where(RevisionRow.workflow_id == workflow_id).order_by(RevisionRow.number)
        )
        return [(row.number, row.author, row.definition and row.definition["priority"]) for row in rows]


def test_create_and_read() -> None:
    made = create("短视频", directory="in/", priority=3)
    assert re.fullmatch(r"wf_[0-9a-f]{12}", made.id)
    assert (made.revision, made.sequence, made.enabled_at) == (1, 1, None)
    assert made.definition == workflow("短视频", directory="in/", priority=3)
    assert made.created_at.utcoffset() == timedelta(0)
    for found in (
        do(store.get_workflow, made.id),
        do(store.find_by_name, "短视频"),
        do(store.resolve_workflow, made.id),
        do(store.resolve_workflow, "短视频"),
    ):
        assert found == made


def test_update_appends() -> None:
    made = create(directory="in/", priority=1)
    edited = edit(made, directory="other/", bucket="elsewhere", priority=2)
    assert (edited.id, edited.revision, edited.sequence) == (made.id, 2, 2)
    assert edited.created_at == made.created_at
    assert edited.updated_at > made.updated_at
    assert do(store.get_workflow, made.id) == edited
    assert revisions(made.id) == [(1, "me", 1), (2, "you", 2)]
    with transaction() as session:
        row = session.get_one(WorkflowRow, made.id)
        assert (row.trigger_bucket, row.trigger_prefix, row.name) == ("elsewhere", "other/", "w")


def test_delete_keeps_the_revisions() -> None:
    made = create(priority=1)
    do(store.delete_workflow, made.id, "he")
    assert revisions(made.id) == [(1, "me", 1), (2, "he", None)]
    for function, argument in (
        (store.get_workflow, made.id),
        (store.resolve_workflow, "w"),
        (store.delete_workflow, made.id),
        (switches.lock_switch, made.id),
    ):
        with pytest.raises(NotFoundError):
            do(function, argument)
    with pytest.raises(NotFoundError):
        edit(made)
    assert do(store.find_by_name, "w") is None
    assert do(store.list_workflows).total == 0


def test_an_unknown_workflow_is_named() -> None:
    with pytest.raises(NotFoundError, match="no workflow 'wf_none'"):
        do(store.resolve_workflow, "wf_none")


def test_a_name_is_unique_among_the_living() -> None:
    first = create("a")
    other = create("b")
    with pytest.raises(ConflictError, match="a workflow named 'a' exists already"):
        create("a")
    with pytest.raises(ConflictError, match="a workflow named 'a' exists already"):
        do(store.update_workflow, other.id, workflow("a"), 1)
    assert do(store.get_workflow, other.id).revision == 1
    create("A")  # another name
    do(store.delete_workflow, first.id)
    again = create("a")
    assert again.id != first.id
    do(store.delete_workflow, again.id)  # two dead ones of one name
    create("a")


def test_a_refused_name_uses_no_sequence_number() -> None:
    create("a")
    with pytest.raises(ConflictError):
        create("a")
    assert create("b").sequence == 2


def test_an_id_means_the_workflow_of_that_id() -> None:
    """A name may look like an id; whoever has the id must still reach his workflow."""
    made = create("a")
    create(made.id)
    assert do(store.resolve_workflow, made.id).id == made.id


def test_the_second_editor_gets_a_conflict() -> None:
    made = create(priority=1)
    edit(made, priority=2)
    with pytest.raises(ConflictError, match="started from revision 1, but the workflow is at 2"):
        edit(made, priority=3)
    assert revisions(made.id) == [(1, "me", 1), (2, "you", 2)]


def test_an_edit_ahead_of_the_store_is_refused() -> None:
    made = create()
    with pytest.raises(ConflictError):
        do(store.update_workflow, made.id, workflow(), 2)


def _both(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """Two threads that begin together; each one's result or ConflictError."""
    barrier = threading.Barrier(2)

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        return [future.result() for future in [pool.submit(run, first), pool.submit(run, second)]]


def _conflicts(results: list[Any]) -> int:
    return sum(isinstance(result, ConflictError) for result in results)


def test_of_two_editors_at_once_one_wins() -> None:
    made = create(priority=0)
    for number in range(5):
        current = do(store.get_workflow, made.id)
        results = _both(partial(edit, current, priority=1), partial(edit, current, priority=2))
        assert _conflicts(results) == 1, number
    assert [number for number, _, _ in revisions(made.id)] == [1, 2, 3, 4, 5, 6]


def test_the_second_transaction_waits_for_the_first() -> None:
    """Both open at once: the first has edited and not committed when the second begins."""
    made = create(priority=1)
    begun, outcome = threading.Event(), []

    def second() -> None:
        begun.set()
        try:
            edit(made, priority=3)
        except ConflictError as error:
            outcome.append(error)

    thread = threading.Thread(target=second)
    with transaction() as session:
        store.update_workflow(session, made.id, workflow(priority=2), 1, "you")
        thread.start()
        assert begun.wait(120)
        thread.join(0.3)
        assert thread.is_alive()
        assert outcome == []
    thread.join(120)
    assert len(outcome) == 1
    assert revisions(made.id) == [(1, "me", 1), (2, "you", 2)]


def test_a_rolled_back_edit_lets_the_second_through() -> None:
    made = create(priority=1)

    def edits_and_fails(session: Any) -> None:
        store.update_workflow(session, made.id, workflow(priority=2), 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        do(edits_and_fails)
    assert edit(made, priority=3).sequence == 2


def test_of_two_with_one_name_at_once_one_wins() -> None:
    for number in range(5):
        results = _both(partial(create, f"n{number}"), partial(create, f"n{number}"))
        assert _conflicts(results) == 1


def test_edit_and_delete_at_once() -> None:
    made = create()
    barrier = threading.Barrier(2)

    def run(work: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            work()
        except (ConflictError, NotFoundError) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        edited = pool.submit(run, lambda: edit(made))
        deleted = pool.submit(run, lambda: do(store.delete_workflow, made.id))
        assert deleted.result() == "done"
        assert edited.result() in {"done", "NotFoundError"}
    assert revisions(made.id)[-1][2] is None


def test_sequence_numbers_under_concurrency() -> None:
    """No gap, no double, and what a reader sees never gains an older sibling."""
    seen: list[int] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            with transaction() as session:
                newest = sequence.latest_sequence(session)
                count = len(list(session.scalars(select(RevisionRow.sequence))))
            seen.append(newest)
            if count < newest:
                seen.append(-1)

    def write(number: int) -> None:
        made = create(f"w{number}")
        for priority in range(3):
            made = edit(made, priority=priority)

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(10)))
    stop.set()
    reader.join()
    with transaction() as session:
        numbers = list(session.scalars(select(RevisionRow.sequence).order_by(RevisionRow.sequence)))
    assert numbers == list(range(1, 41))
    assert seen == sorted(seen)
    assert -1 not in seen


def test_enabling_is_no_edit() -> None:
    made = create()
    before = utcnow()
    do(switches.enable, made.id)
    enabled = do(store.get_workflow, made.id)
    assert (enabled.revision, enabled.sequence) == (1, 1)
    assert before <= enabled.enabled_at <= utcnow()
    assert edit(enabled).enabled_at == enabled.enabled_at


def test_changes_between() -> None:
    a, b, c = create("a"), create("b"), create("c")  # 1, 2, 3
    a = edit(a, priority=1)  # 4
    do(store.delete_workflow, b.id)  # 5
    a = edit(a, priority=2)  # 6

    def changes(after: int, upto: int) -> dict[str, tuple[int, Any]]:
        found = do(listed_changes, after, upto)
        assert len({change.workflow_id for change in found}) == len(found)
        return {change.workflow_id: (change.revision, (change.definition or {}).get("priority")) for change in found}

    assert do(sequence.latest_sequence) == 6
    assert changes(0, 0) == changes(6, 6) == changes(6, 99) == {}
    assert changes(0, 3) == {a.id: (1, 0), b.id: (1, 0), c.id: (1, 0)}
    assert changes(0, 5) == {a.id: (2, 1), b.id: (2, None), c.id: (1, 0)}
    assert changes(3, 6) == {a.id: (3, 2), b.id: (2, None)}
    assert changes(5, 6) == {a.id: (3, 2)}
    [deleted] = do(listed_changes, 4, 5)
    assert deleted.definition is None
    for upto in range(7):
        expected = {one.workflow_id: one for one in do(listed_changes, 0, upto)}
        assert [do(change_at, one.id, upto) for one in (a, b, c)] == [expected.get(one.id) for one in (a, b, c)]


def test_the_newest_sequence_of_an_empty_store() -> None:
    assert do(sequence.latest_sequence) == 0
    assert do(listed_changes, 0, 0) == []


def names(**arguments: Any) -> list[str]:
    return [stored.definition.name for stored in do(store.list_workflows, **arguments).items]


@pytest.fixture
def five() -> list[StoredWorkflow]:
    return [create(name) for name in ("Alpha", "beta_1", "betax1", "短视频", "b-e")]


def test_list_order_and_pages(five: list[StoredWorkflow]) -> None:
    assert names() == ["b-e", "短视频", "betax1", "beta_1", "Alpha"]
    assert names(order="asc") == ["Alpha", "beta_1", "betax1", "短视频", "b-e"]
    assert names(limit=2) == ["b-e", "短视频"]
    assert names(offset=2, limit=2) == ["betax1", "beta_1"]
    assert names(offset=4) == ["Alpha"]
    assert names(offset=5) == []
    assert names(limit=0) == []
    assert do(store.list_workflows, offset=4, limit=1).total == 5
    edit(five[0])
    assert names()[-1] == "Alpha"  # by creation, not by edit


def test_pages_do_not_overlap_when_all_are_of_one_moment(five: list[StoredWorkflow]) -> None:
    with transaction() as session:
        session.execute(update(WorkflowRow).values(created_at=utcnow()))
    pages = [names(offset=offset, limit=1)[0] for offset in range(5)]
    assert sorted(pages) == sorted(names())


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("alpha", ["Alpha"]),
        ("ETA", ["beta_1", "betax1"]),
        ("_", ["beta_1"]),
        ("a_1", ["beta_1"]),
        ("%", []),
        ("b%", []),
        ("\\", []),
        ("视", ["短视频"]),
        ("'", []),
        ("", ["Alpha", "beta_1", "betax1", "短视频", "b-e"]),
    ],
)
def test_search(five: list[StoredWorkflow], search: str, found: list[str]) -> None:
    page = do(store.list_workflows, WorkflowFilter(search=search), "asc")
    assert [stored.definition.name for stored in page.items] == found
    assert page.total == len(found)


def test_list_by_ids(five: list[StoredWorkflow]) -> None:
    assert names(ids=[five[1].id, five[4].id, "wf_none"]) == ["b-e", "beta_1"]
    assert names(ids=[]) == []
    assert names(ids=[five[1].id], which=WorkflowFilter(search="alpha")) == []


def test_a_listed_workflow_is_at_its_newest_revision(five: list[StoredWorkflow]) -> None:
    edited = edit(five[2], priority=7)
    assert do(store.list_workflows, ids=[edited.id]).items == [edited]


def test_a_definition_comes_back_as_it_was(everything: Workflow) -> None:
    stored = do(store.create_workflow, everything)
    assert do(store.get_workflow, stored.id).definition == everything


@pytest.fixture
def everything() -> Workflow:
    text = "'''\\ \"{x}\" %s \u2028 😀"
    return workflow(
        jobs={"transcode": [{"template": 100010, "watermarks": [{"mark": {"type": "text", "text": text}}]}]},
        notification={"type": "http", "url": "http://127.0.0.1/?a='b"},
        directory="in/'\\ 中文/",
    )
