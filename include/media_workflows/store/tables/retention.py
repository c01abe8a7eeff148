"""What was decided about old outputs: kept when the run's own records are gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import DAG_ID_LENGTH, RUN_ID_LENGTH, Base, utcnow


class OldOutputsRow(Base):
    """The outputs of a run whose days are over: which were deleted, and which stay and why (`OldOutput`)."""

    __tablename__ = "old_outputs"
    __table_args__ = (
        Index("old_outputs_decided", "decided_at"),
        Index("old_outputs_workflow", "workflow_id", "decided_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(DAG_ID_LENGTH))
    run_id: Mapped[str] = mapped_column(String(RUN_ID_LENGTH))
    days: Mapped[int]
    outputs: Mapped[list[dict[str, Any]]]
    decided_at: Mapped[datetime] = mapped_column(default=utcnow)
