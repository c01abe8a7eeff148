"""Table of the machines that do the work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import Base


class WorkerDiskRow(Base):
    """The disk below setting `data_dir` of a worker, and its source cache, when it last began a step."""

    __tablename__ = "worker_disk"

    worker: Mapped[str] = mapped_column(String(256), primary_key=True)
    free_bytes: Mapped[int] = mapped_column(BigInteger)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    cache_bytes: Mapped[int] = mapped_column(BigInteger)
    cache_max_bytes: Mapped[int] = mapped_column(BigInteger)
    seen_at: Mapped[datetime]
