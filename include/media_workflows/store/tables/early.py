"""Objects of ladders that can be played while they are made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH, STEP_ID_LENGTH, Base


class EarlyObjectRow(Base):
    """An object that a step has published, or is about to, before it was verified; not any more once it is.

    `role` is that of the output. `playable_at` is when the manifest was there, with all that it names.
    """

    __tablename__ = "early_object"
    __table_args__ = (Index("early_object_step", "workflow_id", "run_id", "step_id", "map_index"),)

    bucket: Mapped[str] = mapped_column(String(63), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH))
    step_id: Mapped[str] = mapped_column(String(STEP_ID_LENGTH))
    map_index: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    playable_at: Mapped[datetime | None]
