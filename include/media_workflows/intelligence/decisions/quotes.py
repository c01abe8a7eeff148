"""The sentences that say most of a text, by SumBasic (Nenkova and Vanderwende, 2005): quoted, never written. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from media_workflows.domain.spoken_words import CLAUSE_ENDS, SENTENCE_ENDS, is_mostly_cjk
from media_workflows.intelligence.decisions.sentences import Sentence

LONGEST_TITLE, LONGEST_CHINESE_TITLE = 80, 30  # characters
_LEAST_TERMS = 3  # of a sentence that is worth quoting, if there is one


def best_sentences(sentences: Sequence[Sentence], keys: Sequence[Sequence[str]], count: int) -> list[int]:
    """The numbers of at most `count` sentences, the best first; none without terms. `keys` are the terms of each.

    A sentence is as good as its terms are frequent, on average; those of a chosen one count less afterwards.
    """
    counts = Counter(key for terms in keys for key in terms)
    total = sum(counts.values())
    weights = {key: number / total for key, number in counts.items()}
    most = max((len(set(terms)) for terms in keys), default=0)
    left = [at for at, terms in enumerate(keys) if len(set(terms)) >= max(1, min(_LEAST_TERMS, most))]
    chosen: list[int] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda at: (fmean(weights[key] for key in keys[at]), -sentences[at].start_s))
        chosen.append(best)
        left = [at for at in left if sentences[at].text != sentences[best].text]
        weights.update({key: weights[key] ** 2 for key in set(keys[best])})
    return chosen


def title_of(text: str) -> str:
    """A sentence as a title: without its full stop; a long one ends with '…' after a clause, else a word."""
    longest = LONGEST_CHINESE_TITLE if is_mostly_cjk(text) else LONGEST_TITLE
    bare = text.rstrip(".。")
    if len(bare) <= longest:
        return bare
    head = bare[: longest - 1]
    clause = max(head.rfind(mark) for mark in CLAUSE_ENDS + SENTENCE_ENDS)
    word = len(head) if is_mostly_cjk(text) or bare[longest - 1] == " " else head.rfind(" ")
    end = clause if clause >= longest // 2 else word if word > 0 else len(head)
    return f"{head[:end].rstrip()}…"
