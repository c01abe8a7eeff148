"""Chinese characters of one word, joined, so that no line of a subtitle breaks within the word."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from importlib.util import find_spec

from media_workflows.domain.spoken_words import SpokenWord, joined

_HAN, _KANA = re.compile("[\u3400-\u9fff\uf900-\ufaff]"), re.compile("[\u3040-\u30ff]")


def whole_chinese_words(pieces: Sequence[SpokenWord]) -> list[SpokenWord]:
    """The pieces with the characters of each word as one, by jieba; unchanged without it, and of Japanese."""
    text = joined(pieces)
    if not _HAN.search(text) or _KANA.search(text) or find_spec("rjieba") is None:
        return list(pieces)
    starts, at = {0}, 0
    for word in importlib.import_module("rjieba").cut(text):
        at += len(word)
        starts.add(at)
    words: list[SpokenWord] = []
    at = 0
    for piece in pieces:
        at += piece.gap and at > 0
        if words and at not in starts and not piece.gap and _HAN.match(piece.text):
            last = words[-1]
            words[-1] = last._replace(text=last.text + piece.text, end_s=max(last.end_s, piece.end_s))
        else:
            words.append(piece)
        at += len(piece.text)
    return words
