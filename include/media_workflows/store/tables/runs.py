"""Runs, what they made, and what they are making now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import Base, utcnow


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
    notices: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
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
