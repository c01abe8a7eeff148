"""Normalised text for comparing words: one width and case, simplified Chinese, no spaces and punctuation."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# Unicode categories that are left out: accents, spaces, controls, punctuation.
_BETWEEN = ("M", "Z", "C", "P")
_FIRST_IDEOGRAPH = 0x2E80


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    from opencc import OpenCC  # its tables take a tenth of a second

    return OpenCC("t2s")


@lru_cache(maxsize=65_536)
def _folded(char: str) -> str:
    """'Ａ' -> 'a', '臺' -> '台', 'ﬁ' -> 'fi'. Single characters only: the result must not depend on the word."""
    if ord(char) < _FIRST_IDEOGRAPH:
        return unicodedata.normalize("NFKD", char).casefold()  # 'é' -> 'e' and its accent, which is left out later
    return str(_simplifier().convert(unicodedata.normalize("NFKC", char).casefold()))


def is_alphabetic(char: str) -> bool:
    """Whether the words of its script are separated by spaces: letters and digits, but not ideographs or kana."""
    return char.isalnum() and ord(unicodedata.normalize("NFKC", char)[0]) < _FIRST_IDEOGRAPH


def simplified(text: str) -> str:
    """The text in simplified characters, of the same length: one that cannot be converted so is left as it is."""
    converted = str(_simplifier().convert(text))
    return converted if len(converted) == len(text) else text


@dataclass(frozen=True)
class NormalText:
    """A normalised text. `positions[i]` is the index of character i in the original."""

    text: str
    positions: tuple[int, ...]

    def widest_gap(self, start: int, end: int) -> int:
        """The largest number of original characters left out between two adjacent ones of text[start:end]."""
        return max((later - earlier - 1 for earlier, later in pairwise(self.positions[start:end])), default=0)


def normal_text(original: str, keep_punctuation: bool = False) -> NormalText:
    """Normalise a text or a keyword. Symbols ('+', '$') stay; punctuation and spaces are left out.

    With `keep_punctuation` only spaces, accents and controls are left out.
    """
    left_out = _BETWEEN[:3] if keep_punctuation else _BETWEEN
    pairs = [
        (folded, position)
        for position, char in enumerate(original)
        for folded in _folded(char)
        if not unicodedata.category(folded).startswith(left_out)
    ]
    return NormalText("".join(char for char, _ in pairs), tuple(position for _, position in pairs))
