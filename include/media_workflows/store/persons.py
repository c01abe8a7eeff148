"""The library of persons: names, and embeddings of faces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.persons import MAX_FACES, Face, PersonDefinition, PersonSample
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store.tables import PersonFaceRow, PersonRow, utcnow
from media_workflows.store.words import has_one_of


class Embedding(Model):
    """A face embedding, and the engine that computed it."""

    engine: str
    embedding: tuple[float, ...]


class StoredPerson(PersonSample):
    """A person with its times."""

    created_at: datetime
    updated_at: datetime


class PersonPage(Model):
    """One page of persons, by id."""

    total: int
    items: list[StoredPerson]


def create_person(
    session: Session, definition: PersonDefinition, faces: Sequence[Embedding], author: str = ""
) -> StoredPerson:
    """Store a person. Raises ConflictError when the name is taken."""
    row = PersonRow(author=author, **_columns(definition))
    session.add(row)
    _flush_name(session, definition.name)
    return add_faces(session, row.id, faces)


def update_person(session: Session, id_: int, definition: PersonDefinition, author: str = "") -> StoredPerson:
    """Replace all but the faces. Raises NotFoundError, ConflictError."""
    row = _row(session, id_)
    for name, value in _columns(definition).items():
        setattr(row, name, value)
    row.author, row.updated_at = author, utcnow()
    _flush_name(session, definition.name)
    return get_person(session, id_)


def delete_person(session: Session, id_: int) -> None:
    """Delete a person with the faces. Raises NotFoundError."""
    session.delete(_row(session, id_))
    session.flush()


def add_faces(session: Session, id_: int, faces: Sequence[Embedding]) -> StoredPerson:
    """Add faces to a person. Raises NotFoundError; ConflictError when the person would have more than five."""
    row = _row(session, id_)
    known = session.scalar(select(func.count()).where(PersonFaceRow.person_id == id_)) or 0
    if known + len(faces) > MAX_FACES:
        raise ConflictError(
            "faces: a person has at most {max_faces}, '{name}' has {count}: delete some first",
            max_faces=MAX_FACES,
            name=row.name,
            count=known,
        )
    for face in faces:
        session.add(PersonFaceRow(person_id=id_, engine=face.engine, embedding=list(face.embedding)))
    row.updated_at = utcnow()
    session.flush()
    return get_person(session, id_)


def delete_face(session: Session, id_: int, face_id: int) -> None:
    """Delete a face of a person. Raises NotFoundError."""
    face = session.get(PersonFaceRow, face_id)
    if face is None or face.person_id != id_:
        raise NotFoundError("person {person_id} has no face {face_id}", person_id=id_, face_id=face_id)
    session.delete(face)
    session.flush()


def get_person(session: Session, id_: int) -> StoredPerson:
    """A person with the faces. Raises NotFoundError."""
    row = session.get(PersonRow, id_)
    if row is None:
        raise _unknown(id_)
    (person,) = _stored(session, [row])
    return person


def all_persons(session: Session) -> list[PersonSample]:
    """Every person, by id."""
    return [*_stored(session, session.scalars(select(PersonRow).order_by(PersonRow.id)).all())]


def list_persons(session: Session, search: str = "", tag: str = "", offset: int = 0, limit: int = 100) -> PersonPage:
    """A page of persons whose name contains `search` and that have this tag; '' = any."""
    query = select(PersonRow)
    if search:
        query = query.where(PersonRow.name.icontains(search, autoescape=True))
    if tag:
        query = query.where(PersonRow.tags.op("?")(tag))
    return _page(session, query, offset, limit)


def find_persons(
    session: Session, ids: Sequence[int], names: Sequence[str], tags: Sequence[str], offset: int, limit: int
) -> PersonPage:
    """A page of the persons that are among `ids` and `names` and have one of `tags`; none = any."""
    query = select(PersonRow)
    if ids:
        query = query.where(PersonRow.id.in_(ids))
    if names:
        query = query.where(PersonRow.name.in_(names))
    if tags:
        query = query.where(has_one_of(PersonRow.tags, tags))
    return _page(session, query, offset, limit)


def _page(session: Session, query: Select[Any], offset: int, limit: int) -> PersonPage:
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(PersonRow.id).offset(offset).limit(limit)).all()
    return PersonPage(total=total, items=_stored(session, rows))


def _row(session: Session, id_: int) -> PersonRow:
    row = session.get(PersonRow, id_, with_for_update=True)
    if row is None:
        raise _unknown(id_)
    return row


def _unknown(id_: int) -> NotFoundError:
    return NotFoundError("there is no person {person_id}", person_id=id_)


def _columns(definition: PersonDefinition) -> dict[str, object]:
    return definition.model_dump(mode="json", include=set(PersonDefinition.model_fields))


def _flush_name(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        if "person_name_unique" not in str(error.orig):
            raise
        raise ConflictError("name: a person named '{name}' exists already; choose another name", name=name) from None


def _stored(session: Session, rows: Iterable[PersonRow]) -> list[StoredPerson]:
    found = list(rows)
    faces: dict[int, list[Face]] = {row.id: [] for row in found}
    query = select(PersonFaceRow).where(PersonFaceRow.person_id.in_(list(faces))).order_by(PersonFaceRow.id)
    for face in session.scalars(query):
        faces[face.person_id].append(Face(id=face.id, engine=face.engine, embedding=tuple(face.embedding)))
    return [_person(row, faces[row.id]) for row in found]


def _person(row: PersonRow, faces: Sequence[Face]) -> StoredPerson:
    names = ("id", "name", "description", "usages", "tags", "created_at", "updated_at")
    return StoredPerson.model_validate({**{name: getattr(row, name) for name in names}, "faces": faces})
