"""The word library in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, get_args

from sqlalchemy import ColumnElement, Select, Text, cast, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from media_workflows.domain.base import Model
from media_workflows.domain.words import MAX_TAGS, NewWords, WordChange, WordSample, WordUsage
from media_workflows.errors import ConflictError, NotFoundError
from media_workflows.store.tables import WordRow, utcnow


class StoredWord(WordSample):
    """A word with its times."""

    created_at: datetime
    updated_at: datetime


class PutWords(NamedTuple):
    """How many words were added, got other usages and tags, or stayed as they were."""

    added: int
    replaced: int
    kept: int


class WordPage(Model):
    """One page of words, by keyword."""

    total: int
    items: list[StoredWord]


def create_words(session: Session, new: NewWords, author: str = "") -> list[StoredWord]:
    """Store all words, or none. Raises ConflictError that names the words already listed."""
    merged = {word.keyword: _merged(word, new) for word in new.words}
    if known := known_words(session, list(merged)):
        raise ConflictError(
            "words: {words} are listed already; change them, or leave them out", words=", ".join(sorted(known))
        )
    now = utcnow()
    values = [
        {**word.model_dump(mode="json"), "author": author, "created_at": now, "updated_at": now}
        for word in merged.values()
    ]
    made = session.scalars(insert(WordRow).on_conflict_do_nothing().returning(WordRow.keyword), values).all()
    if len(made) < len(values):
        raise ConflictError("words: some of them were listed by another request; load the list and repeat the others")
    return [get_word(session, keyword) for keyword in merged]


def known_words(session: Session, keywords: Sequence[str]) -> set[str]:
    """Those of the keywords that are listed."""
    return set(session.scalars(select(WordRow.keyword).where(WordRow.keyword.in_(keywords))))


def put_words(
    session: Session, words: Sequence[WordSample], known: Collection[str], *, replace: Collection[str], author: str = ""
) -> PutWords:
    """Add words to the library; `known` are those that are listed already.

    These get the new values of `replace`, of `usages` and `tags`; () = they stay.
    """
    now = utcnow()
    in_order = sorted(words, key=lambda word: word.keyword)  # two imports of the same words cannot deadlock
    values = [
        {**word.model_dump(mode="json"), "author": author, "created_at": now, "updated_at": now} for word in in_order
    ]
    new = insert(WordRow)
    put = new.on_conflict_do_nothing()
    if replace:
        changed = {name: new.excluded[name] for name in (*replace, "author", "updated_at")}
        put = new.on_conflict_do_update(index_elements=[WordRow.keyword], set_=changed)
    put_now = session.scalars(put.returning(WordRow.keyword), values).all() if values else []
    added = len(set(put_now).difference(known))
    return PutWords(added=added, replaced=len(put_now) - added, kept=len(values) - len(put_now))


def _merged(word: WordSample, new: NewWords) -> WordSample:
    """A word with the request's defaults: its own usages take precedence, tags are merged.

    Raises ConflictError when it would have too many tags.
    """
    usages = word.usages if "usages" in word.model_fields_set else new.usages
    try:
        return WordSample(keyword=word.keyword, usages=usages, tags=tuple(dict.fromkeys((*word.tags, *new.tags))))
    except ValueError:
        raise ConflictError(
            "tags: '{keyword}' would have more than {max_tags} tags; leave some out",
            keyword=word.keyword,
            max_tags=MAX_TAGS,
        ) from None


def update_word(session: Session, keyword: str, change: WordChange, author: str = "") -> StoredWord:
    """Replace a word's usages and tags. Raises NotFoundError."""
    row = session.get(WordRow, keyword, with_for_update=True)
    if row is None:
        raise _unknown(keyword)
    row.usages, row.tags = list(change.usages), list(change.tags)
    row.author, row.updated_at = author, utcnow()
    session.flush()
    return _stored(row)


def delete_words(session: Session, keywords: Sequence[str]) -> None:
    """Delete all words, or none. Raises NotFoundError that names a missing one."""
    gone = set(session.scalars(delete(WordRow).where(WordRow.keyword.in_(keywords)).returning(WordRow.keyword)))
    for keyword in keywords:
        if keyword not in gone:
            raise _unknown(keyword)


def get_word(session: Session, keyword: str) -> StoredWord:
    """The word with this keyword. Raises NotFoundError."""
    row = session.get(WordRow, keyword)
    if row is None:
        raise _unknown(keyword)
    return _stored(row)


def get_words(session: Session, keywords: Sequence[str]) -> list[StoredWord]:
    """Those of the keywords that are listed, as words."""
    return [_stored(row) for row in session.scalars(select(WordRow).where(WordRow.keyword.in_(keywords)))]


def _unknown(keyword: str) -> NotFoundError:
    return NotFoundError("the word '{keyword}' is not listed", keyword=keyword)


def all_words(session: Session) -> list[WordSample]:
    """Every word, by keyword."""
    return [_stored(row) for row in session.scalars(select(WordRow).order_by(WordRow.keyword))]


def list_words(
    session: Session, search: str = "", usage: str = "", tag: str = "", offset: int = 0, limit: int = 100
) -> WordPage:
    """A page of words that contain `search` and have this usage and tag; '' = any."""
    query = select(WordRow)
    if search:
        query = query.where(WordRow.keyword.icontains(search, autoescape=True))
    if usage:
        query = query.where(WordRow.usages.op("?")(usage))
    if tag:
        query = query.where(WordRow.tags.op("?")(tag))
    return _page(session, query, offset, limit)


def find_words(
    session: Session, keywords: Sequence[str], usages: Sequence[str], tags: Sequence[str], offset: int, limit: int
) -> WordPage:
    """A page of the words that are among `keywords`, serve one of `usages` and have one of `tags`; none = any."""
    query = select(WordRow)
    if keywords:
        query = query.where(WordRow.keyword.in_(keywords))
    if usages:
        query = query.where(has_one_of(WordRow.usages, sorted(set().union(*map(_serving, usages)))))
    if tags:
        query = query.where(has_one_of(WordRow.tags, tags))
    return _page(session, query, offset, limit)


def _page(session: Session, query: Select[WordRow], offset: int, limit: int) -> WordPage:
    rows = session.scalars(query.order_by(WordRow.keyword).offset(offset).limit(limit))
    return WordPage(total=_count(session, query), items=[_stored(row) for row in rows])


def _serving(usage: str) -> set[str]:
    """The usages that include this one or a part of it."""
    purpose = usage.partition(".")[0]
    if usage == "all":
        return set(get_args(WordUsage))
    parts = {one for one in get_args(WordUsage) if one.startswith(f"{usage}.")}
    return {usage, purpose, "all"} | parts


def has_one_of(column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    """Whether a list (JSONB) has one of the values."""
    return column.op("?|")(cast(list(values), ARRAY(Text)))  # type: ignore[no-any-return]


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _stored(row: WordRow) -> StoredWord:
    return StoredWord.model_validate(
        {
            "keyword": row.keyword,
            "usages": row.usages,
            "tags": row.tags,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )
