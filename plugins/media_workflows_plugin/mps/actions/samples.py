"""Actions: Create, Modify, Delete and Describe of word and person samples, the two libraries of recognition."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from media_workflows.domain.base import parsed
from media_workflows.domain.persons import FacePicture
from media_workflows.errors import DefinitionError
from media_workflows.services.person_faces import usable_embeddings
from media_workflows.settings import get_settings
from media_workflows.store import persons, words
from media_workflows.store.engine import transaction
from media_workflows.store.persons import Embedding, StoredPerson
from media_workflows.vendor_mps import samples as vendor
from media_workflows.vendor_mps.samples import FaceOperation
from media_workflows_plugin.api.access import require_general
from media_workflows_plugin.api.audit import note_made, note_object
from media_workflows_plugin.mps.action import Action, Caller, Json


def create_words(caller: Caller, request: Json) -> Json:
    """Store words, all or none."""
    require_general(caller.user, "PUT")
    new = vendor.read_new_words(request)
    note_object(caller.request, keywords=[word.keyword for word in new.words])
    with transaction() as session:
        words.create_words(session, new, caller.name)
    return {}


def modify_word(caller: Caller, request: Json) -> Json:
    """Change the usages and tags of a word."""
    require_general(caller.user, "PUT")
    change = vendor.read_word_change(request)
    note_object(caller.request, keyword=change.keyword)
    with transaction() as session:
        word = words.get_word(session, change.keyword)
        words.update_word(session, change.keyword, change.applied(word), caller.name)
    return {}


def delete_words(caller: Caller, request: Json) -> Json:
    """Delete words, all or none."""
    require_general(caller.user, "DELETE")
    keywords = vendor.read_gone_words(request)
    note_object(caller.request, keywords=keywords)
    with transaction() as session:
        words.delete_words(session, keywords)
    return {}


def describe_words(caller: Caller, request: Json) -> Json:
    """A page of words."""
    require_general(caller.user, "GET")
    wanted = {"keywords": (), "usages": (), "tags": (), **vendor.read_word_filter(request)}
    with transaction() as session:
        page = words.find_words(session, **wanted)
    described = [vendor.write_word(word, word.created_at, word.updated_at) for word in page.items]
    return {"TotalCount": page.total, "WordSet": described}


def create_person(caller: Caller, request: Json) -> Json:
    """Store a person with those faces whose pictures are usable."""
    require_general(caller.user, "PUT")
    person, pictures = vendor.read_new_person(request)
    faces, failed = _faces(pictures)
    with transaction() as session:
        created = persons.create_person(session, person, faces, caller.name)
    note_made(caller.request, person_id=created.id)
    return {"Person": _described(created), "FailFaceInfoSet": failed}


def _faces(pictures: Sequence[str]) -> tuple[list[Embedding], list[Json]]:
    """The embeddings of usable pictures; the others with their index and why."""
    found, failed = [], []
    for index, content in enumerate(pictures):
        try:
            embeddings, problems = usable_embeddings([parsed(FacePicture, {"content": content})], get_settings())
        except DefinitionError as error:
            problems = dict(enumerate(error.problems))
            embeddings = []
        found += embeddings
        failed += [vendor.write_failed_face(index, problem.expected) for problem in problems.values()]
    return found, failed


def modify_person(caller: Caller, request: Json) -> Json:
    """Change what is given of a person."""
    require_general(caller.user, "PUT")
    change = vendor.read_person_change(request)
    note_object(caller.request, person_id=change.id)
    operation = change.face_operation
    faces, failed = _faces(operation.pictures) if operation else ([], [])
    with transaction() as session:
        definition = change.applied(persons.get_person(session, change.id))
        person = persons.update_person(session, change.id, definition, caller.name)
        if operation:
            person = _with_faces(session, person, operation, faces)
    return {"Person": _described(person), "FailFaceInfoSet": failed}


def _with_faces(
    session: Session, person: StoredPerson, operation: FaceOperation, faces: Sequence[Embedding]
) -> StoredPerson:
    """A reset without one usable picture removes nothing."""
    is_reset = operation.type == "reset" and faces
    gone = [face.id for face in person.faces] if is_reset else operation.ids
    for id_ in gone:
        persons.delete_face(session, person.id, id_)
    return persons.add_faces(session, person.id, faces)


def delete_person(caller: Caller, request: Json) -> Json:
    """Delete a person and the faces."""
    require_general(caller.user, "DELETE")
    id_ = vendor.read_gone_person(request)
    note_object(caller.request, person_id=id_)
    with transaction() as session:
        persons.delete_person(session, id_)
    return {}


def describe_persons(caller: Caller, request: Json) -> Json:
    """A page of persons."""
    require_general(caller.user, "GET")
    wanted = {"ids": (), "names": (), "tags": (), **vendor.read_person_filter(request)}
    with transaction() as session:
        page = persons.find_persons(session, **wanted)
    return {"TotalCount": page.total, "PersonSet": [_described(person) for person in page.items]}


def _described(person: StoredPerson) -> Json:
    return vendor.write_person(person, person.created_at, person.updated_at)


ACTIONS: dict[str, Action] = {
    "CreateWordSamples": create_words,
    "ModifyWordSample": modify_word,
    "DeleteWordSamples": delete_words,
    "DescribeWordSamples": describe_words,
    "CreatePersonSample": create_person,
    "ModifyPersonSample": modify_person,
    "DeletePersonSample": delete_person,
    "DescribePersonSamples": describe_persons,
}
