"""Search of object keys by the beginnings of their words: PostgreSQL's own text search, which needs no extension.

Letters, digits and their like form words; ASCII punctuation separates them. Each character of Chinese, Japanese and
Korean is a word of its own, as these write none: a search for several of them is one for a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import ColumnElement, cast, false, func
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute

_IDEOGRAPHS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEPARATORS = r"\u0001-/\u003a-@\u005b-\u0060{-\u007f"
_SEPARATED = re.compile(f"[{_SEPARATORS}]+")
_PIECES = re.compile(f"[{_IDEOGRAPHS}]|[^{_IDEOGRAPHS}]+")


def words_sql(key: str) -> str:
    """The words of a key as SQL: the expression of a stored column, as finding them is expensive."""
    separated = f"([{_IDEOGRAPHS}])|[{_SEPARATORS}]+"
    return rf"to_tsvector('simple'::regconfig, regexp_replace({key}, '{separated}', ' \1 ', 'g'))"


def tagged_words_sql(key: str, tag: str) -> str:
    """The words of a key and a tag, such as a state, by which `has_words` finds rows with both in one index.

    A tag begins with '=', which separates words: no search finds it.
    """
    return f"({words_sql(key)} || array_to_tsvector(ARRAY['=' || coalesce({tag}, '')]))"


def words_query(search: str) -> str:
    """A search as a text-search query; '' = it has no word.

    >>> words_query("Holiday-2026 第一")
    "'Holiday':* & '2026':* & '第' <-> '一':*"
    """
    return " & ".join(
        " <-> ".join(f"'{piece}'" for piece in _PIECES.findall(word)) + ":*"
        for word in _SEPARATED.split(search)
        if word
    )


def has_words(words: InstrumentedAttribute[str | None], search: str, tags: Collection[str] = ()) -> ColumnElement[bool]:
    """The condition that a key has words that begin as those of the search; one without words has no match.

    `words` is a column with those of the key, as `words_sql` finds them; with `tags`, as `tagged_words_sql` does: the
    row must have one of these, too.
    """
    if not (query := words_query(search)):
        return false()
    asked: ColumnElement[str] = func.to_tsquery("simple", query)
    if tags:  # not by to_tsquery, which would take the '=' for a separator
        asked = asked.op("&&")(cast(" | ".join(f"'={tag}'" for tag in sorted(tags)), TSQUERY))
    return words.op("@@", is_comparison=True)(asked)
