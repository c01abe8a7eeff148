"""Drafts in PostgreSQL: edits, bases, and their application."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from definitions import workflow
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store import drafts, revisions
from media_workflows.store import workflows as store
from media_workflows.store.drafts import DraftWithDefinition
from media_workflows.store.engine import transaction
from media_workflows.store.workflows import StoredWorkflow

pytestmark = pytest.mark.usefixtures("database")


def do(function: Callable[..., Any], *arguments: Any) -> Any:
    """One store function in a transaction of its own."""
    with transaction() as session:
        return function(session, *arguments)


@pytest.fixture
def stored() -> StoredWorkflow:
    made: StoredWorkflow = do(store.create_workflow, workflow("w"), "ann")
    return made


def save(stored: StoredWorkflow, number: int = 0, base: int = 1, name: str = "w", **parts: Any) -> DraftWithDefinition:
    made: DraftWithDefinition = do(drafts.save_draft, stored.id, workflow(name, **parts), base, number, "bob")
    return made


def apply(stored: StoredWorkflow, number: int, priority: int) -> StoredWorkflow:
    made: StoredWorkflow = do(drafts.apply_draft, stored.id, workflow("w", priority=priority), number, "cid")
    return made


def test_a_draft_changes_nothing_until_it_is_applied(stored: StoredWorkflow) -> None:
    first, second = save(stored, priority=1), save(stored, 1, priority=2)
    assert (first.number, second.number, second.base_revision, second.outdated) == (1, 2, 1, False)
    assert (second.author, second.created_at, second.definition["priority"]) == ("bob", first.created_at, 2)
    assert do(store.get_workflow, stored.id) == stored
    assert apply(stored, 2, priority=2).definition.priority == 2
    assert [(one.number, one.author) for one in do(revisions.list_revisions, stored.id)] == [(2, "cid"), (1, "ann")]
    assert do(drafts.find_draft, stored.id) is None


def test_the_second_of_two_editors_gets_a_conflict(stored: StoredWorkflow) -> None:
    save(stored)
    for number in (0, 2):
        with pytest.raises(ConflictError, match="the draft was changed meanwhile") as raised:
            save(stored, number)
        assert [problem.field for problem in raised.value.problems] == ["number"]
    with pytest.raises(ConflictError, match="the draft was changed meanwhile"):
        apply(stored, 7, priority=1)


def test_an_outdated_draft_says_so_and_is_kept_on_the_newer_revision(stored: StoredWorkflow) -> None:
    save(stored, priority=1)
    do(store.update_workflow, stored.id, workflow("w", priority=3), 1, "dan")
    found = do(drafts.get_draft, stored.id)
    assert (found.base_revision, found.revision, found.outdated) == (1, 2, True)
    with pytest.raises(ConflictError, match="began with revision 1, but the workflow is at 2"):
        apply(stored, 1, priority=1)
    assert save(stored, 1, base=1, priority=1).outdated is True  # an edit alone does not overlook the change
    for base in (0, 3):
        with pytest.raises(ConflictError, match="your draft began with revision"):
            save(stored, 2, base=base)
    assert save(stored, 2, base=2, priority=1).outdated is False
    assert apply(stored, 3, priority=1).revision == 3


def test_uploads_of_the_present_place_are_not_left_behind(stored: StoredWorkflow) -> None:
    places: dict[str, dict[str, Any]] = {
        "trigger.bucket": {"bucket": "other"},
        "trigger.directory": {"directory": "new/"},
    }
    for field, place in places.items():
        with pytest.raises(ConflictError, match="a draft cannot change the trigger's") as raised:
            save(stored, **place)
        assert [problem.field for problem in raised.value.problems] == [field]
    assert save(stored, formats=["mov"]).definition["trigger"]["formats"] == [".mov"]


def test_discarding_and_deleting(stored: StoredWorkflow) -> None:
    save(stored)
    do(drafts.discard_draft, stored.id)
    for function in (drafts.get_draft, drafts.discard_draft):
        with pytest.raises(NotFoundError, match="has no draft"):
            do(function, stored.id)
    save(stored)
    do(store.delete_workflow, stored.id)
    with pytest.raises(NotFoundError, match="there is no workflow"):
        do(drafts.get_draft, stored.id)


def test_a_name_that_is_taken_leaves_the_draft(stored: StoredWorkflow) -> None:
    do(store.create_workflow, workflow("taken"), "ann")
    save(stored, name="taken")
    with pytest.raises(ConflictError, match="'taken' exists already"):
        do(drafts.apply_draft, stored.id, workflow("taken"), 1)
    assert do(drafts.get_draft, stored.id).definition["name"] == "taken"
    assert do(store.get_workflow, stored.id).revision == 1


def test_one_of_two_applications_at_the_same_time(stored: StoredWorkflow) -> None:
    save(stored)

    def outcome(_: int) -> object:
        try:
            return apply(stored, 1, priority=1).revision
        except NotFoundError:
            return "no draft"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(map(str, pool.map(outcome, range(2)))) == ["2", "no draft"]
