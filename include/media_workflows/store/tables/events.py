"""Tables of events, deliveries and attempts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import DAG_ID_LENGTH, Base, utcnow


class EventRow(Base):
    """The outbox: an event and its exact body. `kind` is an `EventKind`.

    `traceparent` (W3C Trace Context) is the span in which it was written; None = traces were off.
    """

    __tablename__ = "event"
    __table_args__ = (Index("event_run", "workflow_id", "run_id"), Index("event_created", "created_at"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
    run_id: Mapped[str] = mapped_column(String(250))
    kind: Mapped[str] = mapped_column(String(16), default="finish", server_default=text("'finish'"))
    body: Mapped[str] = mapped_column(Text)
    traceparent: Mapped[str | None] = mapped_column(String(64), default=None)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class DeliveryRow(Base):
    """The delivery of an event to one target. `role` is 'workflow', 'function' or 'step': whose target it is.

    `state` is 'pending', 'delivered' or 'dead'. A pending one is sent at or after `due_at`, by the sender that
    leases it until `leased_until`; an `ordered` one also waits for the earlier ones of its workflow.
    `tries` counts the attempts since it was last queued, `attempts` all of them; `last_status` is the receiver's answer
    to the latest, None = there was none. `words` are those of the key of the run's source; None = it had none yet.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_once", "event_id", "role", unique=True),
        Index("delivery_due", "receiver", "due_at", postgresql_where=text("state = 'pending'")),
        Index("delivery_order", "workflow_id", "role", "id", postgresql_where=text("state = 'pending' AND ordered")),
        Index("delivery_workflow", "workflow_id", "id"),
        Index("delivery_created", "created_at"),
        Index("delivery_state", "state", "id"),
        Index("delivery_answered", "last_status", "id", postgresql_where=text("attempts > 0")),
        Index("delivery_words", "words", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
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
    last_status: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    words: Mapped[str | None] = mapped_column(TSVECTOR, default=None)


class DeliveryAttemptRow(Base):
    """One delivery attempt: the receiver's status and the first 2 kB of its answer, or the error."""

    __tablename__ = "delivery_attempt"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime]
    latency_s: Mapped[float]
    status: Mapped[int | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str] = mapped_column(Text, default="")


class FunctionCallbackRow(Base):
    """The function that receives the events of all workflows: at most one row. `target` None = disabled."""

    __tablename__ = "function_callback"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target: Mapped[dict[str, Any] | None]
    author: Mapped[str] = mapped_column(String(256), default="")
    updated_at: Mapped[datetime] = mapped_column(default=utcnow)
