"""The tables. Times are UTC with zone; JSON columns hold models of `media_workflows.model`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

FIRST_TEMPLATE_ID = 1_000_000


def utcnow() -> datetime:
    """Now, with zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Shared column types."""

    type_annotation_map = {  # noqa: RUF012
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(none_as_null=True),
        list[dict[str, Any]]: JSONB,
        list[str]: JSONB,
        list[float]: JSONB,
    }


class WorkflowRow(Base):
    """The head of a workflow: which revision is current, and what is not part of the definition."""

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
    enabled_at: Mapped[datetime | None] = mapped_column(default=None)
    deleted_at: Mapped[datetime | None] = mapped_column(default=None)


class RevisionRow(Base):
    """One edit; never changed. `definition` None = deleted. `sequence` orders the edits of all workflows.

    `templates` are the own templates it uses, as they were at that time: a revision needs nothing else to run.
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


class TemplateRow(Base):
    """The head of an own template. Its ids begin where the presets' end."""

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
    """One edit of a template; never changed. `definition` None = deleted."""

    __tablename__ = "template_revision"

    template_id: Mapped[int] = mapped_column(ForeignKey("template.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[dict[str, Any] | None]
    author: Mapped[str] = mapped_column(String(256), default="")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class ListingRootRow(Base):
    """A bucket and prefix that polling lists; objects found by its first listing were there before."""

    __tablename__ = "listing_root"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    prefix: Mapped[str] = mapped_column(Text, primary_key=True)
    first_listed_at: Mapped[datetime] = mapped_column(default=utcnow)
    last_listed_at: Mapped[datetime] = mapped_column(default=utcnow)


class KnownObjectRow(Base):
    """An object as the last listing saw it; `fingerprint` is its ETag and modification time in that listing."""

    __tablename__ = "known_object"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(Text)


class UploadDecisionRow(Base):
    """What was decided for one uploaded object and one workflow ('' = no workflow concerned)."""

    __tablename__ = "upload_decision"
    __table_args__ = (
        Index("upload_decision_once", "bucket", "key", "identity", "workflow_id", unique=True),
        Index("upload_decision_recent", "bucket", "id"),
        Index("upload_decision_workflow", "workflow_id", "id"),
        Index("upload_decision_run", "run_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(63))
    key: Mapped[str] = mapped_column(Text)
    identity: Mapped[str] = mapped_column(Text)
    workflow_id: Mapped[str] = mapped_column(String(32), default="")
    outcome: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(32))
    run_id: Mapped[str | None] = mapped_column(String(250), default=None)
    source: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[datetime] = mapped_column(default=utcnow)


class WaitingRunRow(Base):
    """A hand-started run without a key: it takes the next upload. `upload` is that object once it came."""

    __tablename__ = "waiting_run"

    workflow_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(250), primary_key=True)
    since: Mapped[datetime] = mapped_column(default=utcnow)
    upload: Mapped[dict[str, Any] | None]


class RunRow(Base):
    """What a run works on, as its upload sensor found it; `error` is a fault of the source itself."""

    __tablename__ = "run"

    workflow_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(250), primary_key=True)
    revision: Mapped[int]
    source: Mapped[dict[str, Any] | None]
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class JobResultRow(Base):
    """The latest result of one job kind in one run."""

    __tablename__ = "job_result"

    workflow_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(250), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    result: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class JobProgressRow(Base):
    """How far a job task is: its latest try and when that began, the phase it is in, and ffmpeg's own figures."""

    __tablename__ = "job_progress"

    workflow_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(250), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    try_number: Mapped[int]
    begun_at: Mapped[datetime | None]
    phase: Mapped[str] = mapped_column(String(16))
    percent: Mapped[float]
    fps: Mapped[float | None]
    speed: Mapped[float | None]
    eta_s: Mapped[float | None]
    updated_at: Mapped[datetime]


class CancelledRunRow(Base):
    """A run that somebody cancelled through us; a job that starts after that was asked for again."""

    __tablename__ = "cancelled_run"

    workflow_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(250), primary_key=True)
    cancelled_by: Mapped[str] = mapped_column(String(256))
    cancelled_at: Mapped[datetime] = mapped_column(default=utcnow)


class MadeItemRow(Base):
    """An item that was made: of which bytes, by which recipe, and the outputs. One row for each place it lies in.

    `bucket` and `key` are those of its first output.
    """

    __tablename__ = "made_item"

    content_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    recipe_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(32))
    run_id: Mapped[str] = mapped_column(String(250))
    outputs: Mapped[list[dict[str, Any]]]
    made_at: Mapped[datetime] = mapped_column(default=utcnow)


class OutputClaimRow(Base):
    """A run that is publishing to an output key now: two runs never write one key at the same time."""

    __tablename__ = "output_claim"

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(32))
    run_id: Mapped[str] = mapped_column(String(250))
    claimed_at: Mapped[datetime] = mapped_column(default=utcnow)


class PendingUploadRow(Base):
    """A multipart upload begun and not yet ended: what a killed task leaves is found here and aborted."""

    __tablename__ = "pending_upload"
    __table_args__ = (Index("pending_upload_run", "run_id", "kind"),)

    upload_id: Mapped[str] = mapped_column(Text, primary_key=True)
    bucket: Mapped[str] = mapped_column(String(63))
    key: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(String(250))
    kind: Mapped[str] = mapped_column(String(64))


class EventRow(Base):
    """The outbox: an event and its exact body in the reference's shape. `kind` is 'finish' or 'change'."""

    __tablename__ = "event"
    __table_args__ = (Index("event_run", "workflow_id", "run_id"), Index("event_created", "created_at"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(32))
    run_id: Mapped[str] = mapped_column(String(250))
    kind: Mapped[str] = mapped_column(String(16), default="finish", server_default=text("'finish'"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class DeliveryRow(Base):
    """An event on its way to one target. `role` is 'workflow' or 'function': whose target it is.

    `state` is 'pending', 'delivered' or 'dead'. A pending one is sent when `due_at` has come, by the sender that
    holds it until `leased_until`; an `ordered` one also waits for the earlier ones of its workflow.
    `tries` counts the attempts since it was last queued, `attempts` all of them.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_once", "event_id", "role", unique=True),
        Index("delivery_due", "receiver", "due_at", postgresql_where=text("state = 'pending'")),
        Index("delivery_order", "workflow_id", "role", "id", postgresql_where=text("state = 'pending' AND ordered")),
        Index("delivery_workflow", "workflow_id", "id"),
        Index("delivery_dead", "id", postgresql_where=text("state = 'dead'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    workflow_id: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(16))
    target: Mapped[dict[str, Any]]
    receiver: Mapped[str] = mapped_column(Text)
    ordered: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16), default="pending")
    due_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    tries: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class DeliveryAttemptRow(Base):
    """One try to deliver: the receiver's status and the first 2 kB of its answer, or why there is none."""

    __tablename__ = "delivery_attempt"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    latency_s: Mapped[float]
    status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str] = mapped_column(Text, default="")


class FunctionCallbackRow(Base):
    """The function that gets the events of all workflows: at most one row. `target` None = switched off."""

    __tablename__ = "function_callback"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target: Mapped[dict[str, Any] | None]
    author: Mapped[str] = mapped_column(String(256), default="")
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)


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
    """A face of a person: the embedding that `engine` made of a picture, which is not kept."""

    __tablename__ = "person_face"
    __table_args__ = (Index("person_face_person", "person_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    engine: Mapped[str] = mapped_column(Text)
    embedding: Mapped[list[float]]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
