"""Search of object keys by the beginnings of their words: PostgreSQL's own text search, which needs no extension.

Letters, digits and their like form words; ASCII punctuation separates them. Each character of Chinese, Japanese and
Korean is a word of its own, as these write none: a search for several of them is one for a phrase.
"""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, false, func
from sqlalchemy.orm import InstrumentedAttribute

_IDEOGRAPHS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_SEPARATORS = r"\u0001-/\u003a-@\u005b-\u0060{-\u007f"
_SEPARATED = re.compile(f"[{_SEPARATORS}]+")
_PIECES = re.compile(f"[{_IDEOGRAPHS}]|[^{_IDEOGRAPHS}]+")


def words_sql(key: str) -> str:
    """The words of a key as SQL: the expression of a stored column, as finding them is dear."""
    separated = f"([{_IDEOGRAPHS}])|[{_SEPARATORS}]+"
    return rf"to_tsvector('simple'::regconfig, regexp_replace({key}, '{separated}', ' \1 ', 'g'))"


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


def has_words(words: InstrumentedAttribute[str | None], search: str) -> ColumnElement[bool]:
    """The condition that a key has words that begin as those of the search; one without words has no match.

    `words` is a column with those of the key, as `words_sql` finds them.
    """
    if not (query := words_query(search)):
        return false()
    return words.op("@@", is_comparison=True)(func.to_tsquery("simple", query))
