"""Simplified or traditional characters of a transcript. Models trained on both write either of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from media_workflows.domain.features import Utterance

if TYPE_CHECKING:
    from opencc import OpenCC

ChineseScript = Literal["simplified", "traditional", "unchanged"]
_TABLES = {"simplified": "t2s", "traditional": "s2t"}
_KANA = re.compile("[\u3040-\u30ff]")  # Japanese has characters of both scripts


def in_script(utterances: Sequence[Utterance], script: ChineseScript, language: str) -> tuple[Utterance, ...]:
    """The utterances in this script. Japanese is left as it is."""
    if script == "unchanged" or language == "ja":
        return tuple(utterances)
    return tuple(one if _KANA.search(one.text) else _converted(one, _TABLES[script]) for one in utterances)


def _converted(utterance: Utterance, table: str) -> Utterance:
    texts = [word.text for word in utterance.words]
    words = zip(utterance.words, _all_converted(texts, table), strict=True)
    return utterance.model_copy(
        update={
            "text": _converter(table).convert(utterance.text),
            "words": tuple(word.model_copy(update={"text": text}) for word, text in words),
        }
    )


def _all_converted(texts: Sequence[str], table: str) -> list[str]:
    """Converted together, as a character depends on its neighbours (后 is 後 or 后); alone if the length changes."""
    joined = "".join(texts)
    converted = _converter(table).convert(joined)
    if len(converted) != len(joined):
        return [_converter(table).convert(text) for text in texts]
    ends = list(accumulate(len(text) for text in texts))
    return [converted[end - len(text) : end] for text, end in zip(texts, ends, strict=True)]


@lru_cache(maxsize=2)
def _converter(table: str) -> OpenCC:
    from opencc import OpenCC  # its tables take a tenth of a second

    return OpenCC(table)
