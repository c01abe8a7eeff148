"""Routes: the person library. Faces are shown by id and engine; their embeddings stay in the store."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel

from media_workflows.domain.base import parsed
from media_workflows.domain.persons import (
    MAX_FACE_PICTURE_BYTES,
    MAX_FACES,
    FacePicture,
    NewPerson,
    PersonDefinition,
    PersonUsage,
)
from media_workflows.services.person_faces import embeddings
from media_workflows.settings import get_settings
from media_workflows.store import persons as store
from media_workflows.store.engine import transaction
from media_workflows.store.persons import StoredPerson
from media_workflows_plugin.api.access import Creator, Deleter, Editor, Reader
from media_workflows_plugin.api.guarded_route import GuardedRoute
from media_workflows_plugin.api.schemas import Number, Offset


class PicturesRoute(GuardedRoute):
    """Its bodies hold pictures as base64: as many and as large as a person may have."""

    least_body_limit = MAX_FACES * MAX_FACE_PICTURE_BYTES * 4 // 3 + 64 * 1024


router = APIRouter(prefix="/api/v1/persons", tags=["persons"], route_class=PicturesRoute)


class FaceAnswer(BaseModel):
    """A face without its embedding."""

    id: int
    engine: str


class PersonAnswer(BaseModel):
    """A person."""

    id: int
    name: str
    description: str
    usages: list[PersonUsage]
    tags: list[str]
    faces: list[FaceAnswer]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, person: StoredPerson) -> PersonAnswer:
        return cls.model_validate(person.model_dump())


class PersonsAnswer(BaseModel):
    """One page of persons."""

    total: int
    items: list[PersonAnswer]


@router.get("")
def list_persons(
    _user: Reader,
    search: Annotated[str, Query(description="Part of the name")] = "",
    tag: str = "",
    offset: Offset = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
) -> PersonsAnswer:
    """List persons by id."""
    with transaction() as session:
        page = store.list_persons(session, search, tag, offset, limit)
    return PersonsAnswer(total=page.total, items=[PersonAnswer.of(person) for person in page.items])


@router.post("", status_code=201)
def create_person(
    new: Annotated[dict[str, Any], Body(description="name, description, usages, tags, faces")], user: Creator
) -> PersonAnswer:
    """Store a person with face embeddings; the pictures are not kept."""
    person = parsed(NewPerson, new)
    faces = embeddings(person.faces, get_settings())
    with transaction() as session:
        return PersonAnswer.of(store.create_person(session, person, faces, user))


@router.get("/{person_id}")
def get_person(person_id: Number, _user: Reader) -> PersonAnswer:
    """One person."""
    with transaction() as session:
        return PersonAnswer.of(store.get_person(session, person_id))


@router.put("/{person_id}")
def update_person(
    person_id: Number, definition: Annotated[dict[str, Any], Body(description="All but the faces")], user: Editor
) -> PersonAnswer:
    """Replace all but the faces."""
    wanted = parsed(PersonDefinition, definition)
    with transaction() as session:
        return PersonAnswer.of(store.update_person(session, person_id, wanted, user))


@router.delete("/{person_id}", status_code=204)
def delete_person(person_id: Number, _user: Deleter) -> None:
    """Delete a person and the faces."""
    with transaction() as session:
        store.delete_person(session, person_id)


@router.post("/{person_id}/faces", status_code=201)
def add_face(
    person_id: Number, face: Annotated[dict[str, Any], Body(description="content: base64 of a picture")], _user: Editor
) -> PersonAnswer:
    """Add a face to a person."""
    faces = embeddings([parsed(FacePicture, face)], get_settings())
    with transaction() as session:
        return PersonAnswer.of(store.add_faces(session, person_id, faces))


@router.delete("/{person_id}/faces/{face_id}", status_code=204)
def delete_face(person_id: Number, face_id: Number, _user: Editor) -> None:
    """Delete a face of a person."""
    with transaction() as session:
        store.delete_face(session, person_id, face_id)
