"""Guards against text that Whisper invents: in silence and noise, and by repeating itself."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, TypeVar

# Whisper's own thresholds (openai/whisper, transcribe.py): no speech; a text that compresses better is a loop.
_NO_SPEECH, _COMPRESSION = 0.6, 2.4
# Mean log probability of the tokens of segments that are probably no speech; Whisper's own is -1, for any segment.
_LEAST_LOG_PROBABILITY = -0.7
_LONGEST_LOOP = 8  # words of one round
_ROUNDS = 5  # of the same words; people do say "no, no, no"
_SAME_SENTENCES = 3

_T = TypeVar("_T")


def is_invented(segment: Any) -> bool:
    """Whether a segment of faster-whisper is probably no speech, or a loop by how well it compresses."""
    silent = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _LEAST_LOG_PROBABILITY
    return bool(silent or segment.compression_ratio > _COMPRESSION)


def without_loops(words: Sequence[_T], keys: Sequence[Hashable]) -> list[_T]:
    """The words with only the first of five or more equal rounds of one to eight words. `keys` compare the words."""
    kept: list[_T] = []
    at = 0
    while at < len(words):
        length, rounds = _loop(keys, at)
        kept += words[at : at + length]
        at += length * rounds
    return kept


def _loop(keys: Sequence[Hashable], at: int) -> tuple[int, int]:
    """The length and number of rounds of the shortest loop that begins here; (1, 1) = none."""
    for length in range(1, _LONGEST_LOOP + 1):
        first, rounds = keys[at : at + length], 1
        while keys[at + rounds * length : at + (rounds + 1) * length] == first:
            rounds += 1
        if rounds >= _ROUNDS and len(first) == length:
            return length, rounds
    return 1, 1


def is_repeated(text: str, before: Sequence[str]) -> bool:
    """Whether the last three texts are this one already."""
    return len(before) >= _SAME_SENTENCES and set(before[-_SAME_SENTENCES:]) == {text}
