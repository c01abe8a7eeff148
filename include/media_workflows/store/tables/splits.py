"""Renditions that several workers encode: what to encode, and the chunks with who encodes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH, STEP_ID_LENGTH, Base, utcnow


class SplitRow(Base):
    """A rendition of a step while it is made of chunks.

    `plan` is the hash of all that decides the chunks: a retry of the step finds those that are done. `request` is what
    a helper needs to encode one. Chunks lie below `directory` of `bucket`. `owner_seen_at`: the step's own task ran.
    """

    __tablename__ = "split"
    __table_args__ = (UniqueConstraint("workflow_id", "run_id", "step_id", "map_index", "plan"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH))
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH))
    map_index: Mapped[int]
    plan: Mapped[str] = mapped_column(String(64))
    request: Mapped[dict[str, Any]]
    bucket: Mapped[str] = mapped_column(String(63))
    directory: Mapped[str] = mapped_column(Text)
    owner_seen_at: Mapped[datetime] = mapped_column(default=utcnow)


class SplitChunkRow(Base):
    """A chunk of a rendition. `lease` names one try to encode it, which `worker` renews until `leased_until`.

    `key` None = it is not done. `failures` are tries of helpers that failed: then only the step's own task takes it.
    """

    __tablename__ = "split_chunk"

    split_id: Mapped[int] = mapped_column(ForeignKey("split.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    length_s: Mapped[float]
    lease: Mapped[str | None] = mapped_column(String(32))
    leased_until: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(String(256), default="")
    percent: Mapped[float] = mapped_column(default=0.0)
    failures: Mapped[int] = mapped_column(default=0)
    key: Mapped[str | None] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(String(128), default="")
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    cpu_s: Mapped[float] = mapped_column(default=0.0)
