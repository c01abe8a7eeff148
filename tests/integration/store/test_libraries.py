"""The libraries of words and persons, in PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from media_workflows.domain.persons import PersonDefinition
from media_workflows.domain.words import NewWords, WordChange
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store import persons, words
from media_workflows.store.engine import transaction
from media_workflows.store.persons import Embedding

pytestmark = pytest.mark.usefixtures("database")
FACE = Embedding(engine="dlib", embedding=(0.5, -0.25))


def create(*keywords: str, **parts: Any) -> list[words.StoredWord]:
    new = NewWords.model_validate({"words": [{"keyword": keyword} for keyword in keywords], **parts})
    with transaction() as session:
        return words.create_words(session, new, "me")


def listed(**filters: Any) -> list[str]:
    with transaction() as session:
        return [word.keyword for word in words.list_words(session, **filters).items]


def test_words_are_made_found_changed_and_deleted() -> None:
    one, two = create("违禁词", "100%", tags=["prohibited"], usages=["review"])
    assert (one.keyword, one.tags, one.usages) == ("违禁词", ("prohibited",), ("review",))
    create("other")
    assert listed() == sorted(["违禁词", "100%", "other"])
    assert listed(search="禁") == ["违禁词"]
    assert listed(search="0%") == ["100%"]
    assert listed(search="%%") == []
    assert listed(tag="prohibited", usage="review", limit=1) == ["100%"]
    assert listed(usage="all") == ["other"]
    with transaction() as session:
        changed = words.update_word(session, "违禁词", WordChange(usages=("all",), tags=("porn",)), "you")
        assert (changed.usages, changed.tags) == (("all",), ("porn",))
        assert changed.updated_at >= two.updated_at
        words.delete_words(session, ["违禁词", "other"])
    assert listed() == ["100%"]


def test_a_words_own_usages_and_tags_count_too() -> None:
    new = {"words": [{"keyword": "a", "usages": ["recognition.asr"], "tags": ["x"]}, {"keyword": "b"}]}
    with transaction() as session:
        made = words.create_words(session, NewWords.model_validate({**new, "tags": ["y"], "usages": ["review"]}))
    assert [(word.usages, word.tags) for word in made] == [(("recognition.asr",), ("x", "y")), (("review",), ("y",))]


def test_all_words_of_a_call_or_none() -> None:
    create("a")
    with pytest.raises(ConflictError, match="a are listed already"):
        create("b", "a")
    with pytest.raises(NotFoundError, match="'zz' is not listed"), transaction() as session:
        words.delete_words(session, ["a", "zz"])
    assert listed() == ["a"]


def test_a_call_holds_at_most_a_hundred_words() -> None:
    assert len(create(*(f"w{n}" for n in range(100)))) == 100
    with pytest.raises(ValueError, match="at most 100"):
        create(*(f"x{n}" for n in range(101)))


def test_persons_are_made_found_changed_and_deleted() -> None:
    with transaction() as session:
        ann = persons.create_person(session, PersonDefinition(name="安", tags=("vip",)), [FACE, FACE])
        persons.create_person(session, PersonDefinition(name="Bob"), [])
    assert [(face.engine, face.embedding) for face in ann.faces] == [("dlib", (0.5, -0.25))] * 2
    with transaction() as session:
        assert [person.name for person in persons.all_persons(session)] == ["安", "Bob"]
        assert [person.name for person in persons.list_persons(session, tag="vip").items] == ["安"]
        assert persons.list_persons(session, search="b", limit=1).total == 1
        changed = persons.update_person(session, ann.id, PersonDefinition(name="Ann", usages=("review.face",)))
        assert (changed.name, changed.tags, len(changed.faces)) == ("Ann", (), 2)
        persons.delete_face(session, ann.id, ann.faces[0].id)
        assert [face.id for face in persons.get_person(session, ann.id).faces] == [ann.faces[1].id]
        persons.delete_person(session, ann.id)
        assert [person.name for person in persons.all_persons(session)] == ["Bob"]


def test_names_are_unique_and_faces_few() -> None:
    with transaction() as session:
        ann = persons.create_person(session, PersonDefinition(name="Ann"), [FACE] * 4)
    with pytest.raises(ConflictError, match="named 'Ann' exists"), transaction() as session:
        persons.create_person(session, PersonDefinition(name="Ann"), [])
    with pytest.raises(ConflictError, match="at most 5, 'Ann' has 4"), transaction() as session:
        persons.add_faces(session, ann.id, [FACE] * 2)
    with transaction() as session:
        assert len(persons.add_faces(session, ann.id, [FACE]).faces) == 5


def test_what_is_not_there() -> None:
    with transaction() as session:
        with pytest.raises(NotFoundError, match="no person 99"):
            persons.get_person(session, 99)
        with pytest.raises(NotFoundError, match="no person 99"):
            persons.update_person(session, 99, PersonDefinition(name="x"))
        with pytest.raises(NotFoundError, match="no person 99"):
            persons.delete_person(session, 99)
        with pytest.raises(NotFoundError, match="has no face 1"):
            persons.delete_face(session, 99, 1)
