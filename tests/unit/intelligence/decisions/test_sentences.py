"""Sentences of a transcript, with their times."""

from __future__ import annotations

from hand_features import said
from media_workflows.domain.features import Utterance, Word
from media_workflows.intelligence.decisions.quotes import LONGEST_CHINESE_TITLE, LONGEST_TITLE, title_of
from media_workflows.intelligence.decisions.sentences import sentences


def test_an_utterance_of_two_sentences_is_divided_by_the_times_of_its_words() -> None:
    spoken = said("Mr.", "Smith", "came.", "He", "left.")
    assert [(one.text, one.start_s, one.end_s) for one in sentences([spoken])] == [
        ("Mr. Smith came.", 10, 13),
        ("He left.", 13, 15),
    ]


def test_a_sentence_runs_through_utterances() -> None:
    first, second = said("This", "goes", start_s=0, confidence=60), said("on.", start_s=2.2, confidence=90)
    (one,) = sentences([first, second])
    assert (one.text, one.start_s, one.end_s, one.confidence) == ("This goes on.", 0, 3.2, 70)


def test_without_punctuation_sentences_end_with_utterances_and_at_pauses() -> None:
    words = tuple(
        Word(start_s=at, end_s=at + 0.5, text=text, confidence=80)
        for at, text in [(0, "天气"), (0.5, "很好"), (3, "我们"), (3.5, "出发")]
    )
    paused = Utterance(start_s=0, end_s=4, text="天气很好我们出发", confidence=80, words=words)
    other = Utterance(start_s=4.1, end_s=5, text="去北京", confidence=80)
    assert [one.text for one in sentences([paused, other])] == ["天气很好", "我们出发", "去北京"]


def test_speech_without_any_end_is_cut() -> None:
    endless = said(*["word"] * 300, start_s=0)
    parts = sentences([endless])
    assert [len(one.text.split()) for one in parts] == [120, 120, 60]
    assert sentences([]) == []


def test_a_long_title_ends_after_a_clause_or_a_word() -> None:
    assert title_of("Short enough.") == "Short enough"
    clause = f"A clause of some length that takes half of the line, {'and more ' * 10}."
    assert title_of(clause) == "A clause of some length that takes half of the line…"
    words = title_of("word " * 40)
    assert words.endswith("word…")
    assert len(words) <= LONGEST_TITLE
    assert len(title_of("天气" * 40)) <= LONGEST_CHINESE_TITLE
