"""Loops of words: what is kept of them."""

from __future__ import annotations

import pytest

from media_workflows.intelligence.engines.asr.whisper_guards import is_repeated, without_loops


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no no no no", "no no no no"),  # people say that
        ("a no no no no no b", "a no b"),
        ("x a b c a b c a b c a b c a b c y", "x a b c y"),
        ("a b a b a b a b", "a b a b a b a b"),
        ("", ""),
    ],
)
def test_loops(said: str, kept: str) -> None:
    words = said.split()
    assert without_loops(words, words) == kept.split()


def test_sentences() -> None:
    assert not is_repeated("a", ["a", "a"])
    assert is_repeated("a", ["b", "a", "a", "a"])
    assert not is_repeated("b", ["a", "a", "a"])
