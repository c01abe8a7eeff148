"""Tables of backfills and their objects."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import RUN_ID_LENGTH, Base, utcnow


class BackfillRow(Base):
    """A backfill: what it selects, its limits, and how far it is.

    The listing goes on after key `cursor`. `total` counts the objects selected; `active`, `finished`, `failed` and
    `skipped` are those of them that are no longer queued. Nothing is done before `next_at`; since `minute_began`,
    `minute_starts` runs were started. `problem` is why it does not go on at present. It was running for
    `running_s` seconds, and since `running_since`, if it is running now.
    """

    __tablename__ = "backfill"
    __table_args__ = (Index("backfill_newest", "workflow_id", "created_at"), Index("backfill_state", "state"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(32))
    bucket: Mapped[str] = mapped_column(String(63))
    filters: Mapped[dict[str, Any]]
    max_at_once: Mapped[int]
    per_minute: Mapped[int | None] = mapped_column(default=None)
    start_when_counted: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16))
    problem: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(String(256))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    running_s: Mapped[float] = mapped_column(default=0.0)
    running_since: Mapped[datetime | None] = mapped_column(default=None)
    cursor: Mapped[str] = mapped_column(Text, default="")
    listed: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    total_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    active: Mapped[int] = mapped_column(BigInteger, default=0)
    finished: Mapped[int] = mapped_column(BigInteger, default=0)
    failed: Mapped[int] = mapped_column(BigInteger, default=0)
    skipped: Mapped[int] = mapped_column(BigInteger, default=0)
    next_at: Mapped[datetime | None] = mapped_column(default=None)
    minute_began: Mapped[datetime | None] = mapped_column(default=None)
    minute_starts: Mapped[int] = mapped_column(default=0)


class BackfillObjectRow(Base):
    """An object of a backfill. `reason` is why it was skipped."""

    __tablename__ = "backfill_object"
    __table_args__ = (
        Index("backfill_object_state", "backfill_id", "state", "key"),
        Index("backfill_object_run", "run_id", postgresql_where=text("run_id IS NOT NULL")),
    )

    backfill_id: Mapped[str] = mapped_column(ForeignKey("backfill.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    etag: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    run_id: Mapped[str | None] = mapped_column(String(RUN_ID_LENGTH), default=None)
    reason: Mapped[str | None] = mapped_column(String(16), default=None)
