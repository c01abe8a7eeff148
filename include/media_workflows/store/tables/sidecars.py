"""Tables of sidecars: objects beside a source that ladders take as add-ons, also when they arrive later."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH, STEP_ID_LENGTH, Base, utcnow


class SidecarRow(Base):
    """An object that an item names as an add-on for one source, and the newest run that makes the item of it."""

    __tablename__ = "sidecar"
    __table_args__ = (Index("sidecar_run", "workflow_id", "run_id"),)

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH), primary_key=True)
    source_key: Mapped[str] = mapped_column(Text, primary_key=True)
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH), primary_key=True)
    map_index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH))
    expected_at: Mapped[datetime] = mapped_column(default=utcnow)


class SidecarPrefixRow(Base):
    """Where the add-ons of a workflow lie: polling lists these directories, too."""

    __tablename__ = "sidecar_prefix"

    workflow_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    prefix: Mapped[str] = mapped_column(Text, primary_key=True)
