"""Terms of a text: the words that say what it is about. English and Chinese. Pure.

Chinese is segmented by jieba (rjieba), whose tags of parts of speech choose the nouns; in scripts with spaces, terms
are the words that are no stop words (stopwordsiso). Traditional characters are read as simplified ones. Other languages
have no list here, so their common words count as terms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from media_workflows.intelligence.decisions.normal_text import simplified
from media_workflows.intelligence.extras import load

_ENGINE = "keywords of a text"
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_][\w'’\-]*")
_LEAST_LETTERS, _LEAST_CHARACTERS = 3, 2  # of a word; shorter ones say little
_NOUNS = ("n", "vn", "an", "j", "x")  # beginnings of jieba's tags; x = not in its dictionary, often a name
# What the list of stop words lacks: words that speech on any subject is full of.
_SPOKEN = """
    yeah gonna wanna gotta lot lots day days tomorrow yesterday people time times guys kinda sorta basically
    事情 东西 今天 明天 昨天 现在 问题 情况 方面 朋友 意思 样子 之间 时间 地方 感觉
"""
_LEAST_PAIRS = 3  # of two terms side by side, to be one


class Term(NamedTuple):
    """A term at text[start:end]. Equal keys are the same term in other forms: 'Models' and 'model'."""

    key: str
    shown: str
    start: int
    end: int


def terms_of(texts: Sequence[str]) -> list[list[Term]]:
    """The terms of each text, in their order. Two that mostly stand side by side are one: 'machine learning'.

    Raises EngineUnavailableError if a package is not installed.
    """
    single = [list(_terms(text)) for text in texts]
    counts = Counter(term.key for terms in single for term in terms)
    pairs = Counter(
        (one.key, two.key)
        for text, terms in zip(texts, single, strict=True)
        for one, two in pairwise(terms)
        if _are_adjacent(text, one, two)
    )
    phrases = {
        pair for pair, count in pairs.items() if count >= _LEAST_PAIRS and 2 * count >= min(counts[key] for key in pair)
    }
    return [list(_with_phrases(text, terms, phrases)) for text, terms in zip(texts, single, strict=True)]


def most_usual_forms(texts: Sequence[Sequence[Term]]) -> dict[str, str]:
    """How each term is mostly written, by its key; of equally usual forms the first one."""
    forms: dict[str, Counter[str]] = {}
    for term in (term for terms in texts for term in terms):
        forms.setdefault(term.key, Counter())[term.shown] += 1
    return {key: counted.most_common(1)[0][0] for key, counted in forms.items()}


def _are_adjacent(text: str, one: Term, two: Term) -> bool:
    return one.key != two.key and text[one.end : two.start] in ("", " ")


def _with_phrases(text: str, terms: Sequence[Term], phrases: set[tuple[str, str]]) -> Iterator[Term]:
    at = 0
    while at < len(terms):
        one, two = terms[at], terms[at + 1] if at + 1 < len(terms) else None
        if two and (one.key, two.key) in phrases and _are_adjacent(text, one, two):
            yield Term(f"{one.key} {two.key}", text[one.start : two.end], one.start, two.end)
            at += 2
        else:
            yield one
            at += 1


def _terms(text: str) -> Iterator[Term]:
    if not _HAN.search(text):
        yield from _spaced_terms(text, 0)
        return
    plain, at = simplified(text), 0
    for word, tag in load("rjieba", _ENGINE).tag(plain):
        start = plain.index(word, at)
        at = start + len(word)
        if not _HAN.search(word):
            yield from _spaced_terms(text[start:at], start)
        elif _is_noun(word, tag):
            yield Term(word, text[start:at], start, at)


def _is_noun(word: str, tag: str) -> bool:
    return len(word) >= _LEAST_CHARACTERS and tag.startswith(_NOUNS) and word not in _stop_words()


def _spaced_terms(text: str, offset: int) -> Iterator[Term]:
    for match in _WORD.finditer(text):
        shown = re.sub(r"(?:['’]s?|-)$", "", match.group())
        lower = shown.casefold()
        if len(shown) >= _LEAST_LETTERS and lower.replace("’", "'") not in _stop_words():
            yield Term(_singular(lower), shown, offset + match.start(), offset + match.start() + len(shown))


def _singular(word: str) -> str:
    """Harman's S stemmer: 'studies' -> 'study', 'models' -> 'model'; 'class' and 'virus' stay."""
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word[:-1] if word.endswith("s") and not word.endswith(("us", "ss")) else word


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    """English and Chinese ones."""
    listed: set[str] = load("stopwordsiso", _ENGINE).stopwords(["en", "zh"])
    return frozenset(listed | set(_SPOKEN.split()))
