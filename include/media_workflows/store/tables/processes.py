"""Table of requests for ad-hoc processing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from media_workflows.store.tables.base import Base, utcnow


class ProcessRow(Base):
    """A request for ad-hoc processing; immutable. Its objects, states and counts are those of its backfill.

    `number` is the revision of its runs, `digest` a hash of the whole request. `definition` and `templates` are as in
    a revision of a workflow. `url` '' = its sources are objects.
    """

    __tablename__ = "process_request"

    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    request_id: Mapped[str] = mapped_column(String(128), unique=True)
    backfill_id: Mapped[str] = mapped_column(String(32), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]]
    templates: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    url: Mapped[str] = mapped_column(Text, default="")
    force: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
