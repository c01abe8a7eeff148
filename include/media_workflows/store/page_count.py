"""How many rows a list has, without reading all of a large table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.orm import Session

MAX_COUNTED = 10_000


def counted(session: Session, query: Select[*tuple[Any, ...]], most: int | None = None) -> tuple[int, bool]:
    """The number of rows of a query, at most `most` (None = MAX_COUNTED), and whether that is all of them."""
    most = MAX_COUNTED if most is None else most
    rows = query.with_only_columns(literal_column("1")).limit(most + 1).subquery()
    found = session.scalar(select(func.count()).select_from(rows)) or 0
    return min(found, most), found <= most
