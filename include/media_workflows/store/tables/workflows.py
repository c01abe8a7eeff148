"""Tables of workflows and templates with their revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.domain.step_items import FIRST_TEMPLATE_ID
from media_workflows.store.tables.base import Base, utcnow


class WorkflowRow(Base):
    """The head of a workflow: its current revision number, and data outside the definition.

    `enabled` is the counterpart of Airflow's pause switch; None = never compared with it. `dag_since` is the time since
    when Airflow has the DAG whose switch it was compared with; None = Airflow had not parsed it.
    """

    __tablename__ = "workflow"
    __table_args__ = (
        Index("workflow_name_unique", "name", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index("workflow_created", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    revision: Mapped[int]
    trigger_bucket: Mapped[str] = mapped_column(String(63))
    trigger_prefix: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)
    enabled: Mapped[bool | None] = mapped_column(default=False)
    enabled_at: Mapped[datetime | None] = mapped_column(default=None)
    dag_since: Mapped[datetime | None] = mapped_column(default=None)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)


class RevisionRow(Base):
    """One edit; immutable. `definition` None = deleted. `sequence` orders the edits of all workflows.

    `templates` are the custom templates it uses, as they were at that time: a revision is self-contained.
    """

    __tablename__ = "revision"
    __table_args__ = (Index("revision_sequence", "sequence", unique=True),)

    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    definition: Mapped[dict[str, Any] | None]
    templates: Mapped[list[dict[str, Any]]] = mapped_column(default=list, server_default=text("'[]'"))
    author: Mapped[str] = mapped_column(String(256), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class DraftRow(Base):
    """The next revision of a workflow, made from revision `base_revision`; `number` counts the edits of the draft."""

    __tablename__ = "workflow_draft"

    workflow_id: Mapped[str] = mapped_column(ForeignKey("workflow.id"), primary_key=True)
    number: Mapped[int]
    base_revision: Mapped[int]
    definition: Mapped[dict[str, Any]]
    author: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TemplateRow(Base):
    """The head of a custom template. Its ids begin where the presets' end."""

    __tablename__ = "template"
    __table_args__ = (
        Index("template_name_unique", "kind", "name", unique=True, postgresql_where=text("deleted_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(start=FIRST_TEMPLATE_ID), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)


class TemplateRevisionRow(Base):
    """One edit of a template; immutable. `definition` None = deleted."""

    __tablename__ = "template_revision"

    template_id: Mapped[int] = mapped_column(ForeignKey("template.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any] | None]
    author: Mapped[str] = mapped_column(String(256), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class ImportRow(Base):
    """An import of definitions: its YAML, which is removed when it has ended, and who works on it until when.

    `id` is the client's. `editable` are the existing workflows that its user was permitted to change, `places` the
    places of the storage (None = all).
    """

    __tablename__ = "definition_import"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    total: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(default=utcnow)
    author: Mapped[str] = mapped_column(String(256), default="", server_default=text("''"))
    yaml: Mapped[str] = mapped_column(Text)
    editable: Mapped[list[str]] = mapped_column(JSONB)
    places: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True), default=None)
    worker: Mapped[str | None] = mapped_column(String(32), default=None)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class ImportedDocumentRow(Base):
    """The outcome of a document of an import. It is written in the transaction of the change, so there is one only."""

    __tablename__ = "imported_document"

    import_id: Mapped[str] = mapped_column(ForeignKey("definition_import.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[dict[str, Any]]
