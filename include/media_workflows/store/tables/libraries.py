"""Tables of the word and person libraries."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import Base, utcnow


class WordRow(Base):
    """A word of the library."""

    __tablename__ = "word"

    keyword: Mapped[str] = mapped_column(String(20), primary_key=True)
    usages: Mapped[list[str]]
    tags: Mapped[list[str]]
    author: Mapped[str] = mapped_column(String(256), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)


class PersonRow(Base):
    """A person of the library."""

    __tablename__ = "person"
    __table_args__ = (Index("person_name_unique", "name", unique=True),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    usages: Mapped[list[str]]
    tags: Mapped[list[str]]
    author: Mapped[str] = mapped_column(String(256), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)


class PersonFaceRow(Base):
    """A face of a person: the embedding that `engine` computed from a picture, which is not kept."""

    __tablename__ = "person_face"
    __table_args__ = (Index("person_face_person", "person_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    engine: Mapped[str] = mapped_column(Text)
    embedding: Mapped[list[float]]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
