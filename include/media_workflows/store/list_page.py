"""Pages of long lists, newest first, without reading all rows of a large table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from media_workflows.store import page_count
from media_workflows.store.page_count import counted

Places = Select[*tuple[Any, ...]]
RECENT = 1_000  # rows
MANY = 100_000  # rows, which are found and sorted in about 0.1 s


class ListPage(NamedTuple):
    """The places of one page, newest first; `total_is_exact` is false when more than `total` match."""

    total: int
    total_is_exact: bool
    places: Sequence[Row[*tuple[Any, ...]]]


def list_page(
    session: Session, found: Places, order: Sequence[str], offset: int, limit: int, recent: Places | None = None
) -> ListPage:
    """A page of `found`, by the columns `order`, the highest first.

    Of a search `recent` has those of `found` that are among the newest of the rest of the filter: of a search that many
    rows match, these mostly have the page.
    """
    if recent is None:
        total, is_exact = counted(session, found)
        # Few: all are found, then sorted (OFFSET is a fence between the two for PostgreSQL). By the newest first, it
        # would read all rows where it guesses that more match.
        return ListPage(total, is_exact, newest(session, found.offset(0) if is_exact else found, order, offset, limit))
    if page := _few(session, found, order, offset, limit, page_count.MAX_COUNTED):
        return page
    places = newest(session, recent, order, offset, limit)
    if len(places) < limit:
        # The newest ones do not match, so the newest first would read all of these, too.
        few = _few(session, found, order, offset, limit, MANY)
        places = few.places if few else newest(session, found, order, offset, limit)
    return ListPage(page_count.MAX_COUNTED, total_is_exact=False, places=places)


def newest(
    session: Session, found: Places, order: Sequence[str], offset: int, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of these places, the highest first."""
    place = found.subquery().c
    return session.execute(
        select(*place).order_by(*(place[name].desc() for name in order)).offset(offset).limit(limit)
    ).all()


def _few(session: Session, found: Places, order: Sequence[str], offset: int, limit: int, most: int) -> ListPage | None:
    """A page of at most `most` rows, counted as they are read, once; None = there are more."""
    place = found.limit(most + 1).subquery().c
    ordered = select(*place, func.count().over().label("of_all")).order_by(*(place[name].desc() for name in order))
    rows = session.execute(ordered.offset(offset).limit(limit)).all()
    total = rows[0].of_all if rows else counted(session, found, most + 1)[0]
    return None if total > most else ListPage(total, total_is_exact=True, places=rows)
