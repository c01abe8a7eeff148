"""Text as words are compared: one width, one case, simplified Chinese, without what stands between characters."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# Categories of Unicode that stand between characters, or on top of them: accents, spaces, controls, punctuation.
_BETWEEN = ("M", "Z", "C", "P")
_FIRST_IDEOGRAPH = 0x2E80


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    from opencc import OpenCC  # its tables take a tenth of a second

    return OpenCC("t2s")


@lru_cache(maxsize=65_536)
def _folded(char: str) -> str:
    """'Ａ' -> 'a', '臺' -> '台', 'ﬁ' -> 'fi'. Characters alone: what a word is compared with must not depend on it."""
    if ord(char) < _FIRST_IDEOGRAPH:
        return unicodedata.normalize("NFKD", char).casefold()  # 'é' -> 'e' and its accent, which is left out
    return str(_simplifier().convert(unicodedata.normalize("NFKC", char).casefold()))


def is_alphabetic(char: str) -> bool:
    """Whether words of its script are separated by spaces: letters and digits that are no ideographs or kana."""
    return char.isalnum() and ord(unicodedata.normalize("NFKC", char)[0]) < _FIRST_IDEOGRAPH


@dataclass(frozen=True)
class NormalText:
    """`positions[i]` is where character i of `text` comes from in the original."""

    text: str
    positions: tuple[int, ...]

    def widest_gap(self, start: int, end: int) -> int:
        """The most original characters that were left out between two neighbours of text[start:end]."""
        return max((later - earlier - 1 for earlier, later in pairwise(self.positions[start:end])), default=0)


def normal_text(original: str, keep_punctuation: bool = False) -> NormalText:
    """The text to search in, or for. Symbols ('+', '$') stay; of punctuation and spaces nothing does.

    With `keep_punctuation` only spaces, accents and controls go.
    """
    left_out = _BETWEEN[:3] if keep_punctuation else _BETWEEN
    pairs = [
        (folded, position)
        for position, char in enumerate(original)
        for folded in _folded(char)
        if not unicodedata.category(folded).startswith(left_out)
    ]
    return NormalText("".join(char for char, _ in pairs), tuple(position for _, position in pairs))
