"""The base class and helpers of all tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

# Airflow's limits. Hand-written DAGs keep their results here, too, and their ids are longer than our workflows'.
DAG_ID_LENGTH = RUN_ID_LENGTH = STEP_ID_LENGTH = 250


def utcnow() -> datetime:
    """The current time in UTC, with zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The declarative base, with shared column types."""

    type_annotation_map = {  # noqa: RUF012
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(none_as_null=True),
        list[dict[str, Any]]: JSONB,
        list[str]: JSONB,
        list[float]: JSONB,
    }
