"""Listed words are found however they are written, and only where they stand."""

from __future__ import annotations

import pytest

from media_workflows.domain.words import WordSample
from media_workflows.intelligence.decisions.words import WordFinder


def found(keyword: str, text: str) -> list[str]:
    """The parts of the text that are the word, as they stand there."""
    return [text[hit.start : hit.end] for hit in WordFinder([WordSample(keyword=keyword)]).find(text)]


@pytest.mark.parametrize(
    ("keyword", "text", "parts"),
    [
        ("foobar", "a FooBar here", ["FooBar"]),
        ("foobar", "ｆｏｏｂａｒ", ["ｆｏｏｂａｒ"]),
        ("ＦＯＯbar", "foobar", ["foobar"]),
        ("foobar", "f o o b a r", ["f o o b a r"]),
        ("foobar", "foo bar, FOO-BAR, foo\nbar, foo\u200bbar", ["foo bar", "FOO-BAR", "foo\nbar", "foo\u200bbar"]),
        ("foo bar", "foobar", ["foobar"]),
        ("cafe", "Café CAFE\u0301", ["Café", "CAFE\u0301"[:4]]),
        ("敏感词", "这个敏感词在这里，敏 感 词，敏*感。词", ["敏感词", "敏 感 词", "敏*感。词"]),
        ("敏感詞", "敏感词", ["敏感词"]),
        ("敏感词", "敏感詞", ["敏感詞"]),
        ("台湾", "臺灣、台灣", ["臺灣", "台灣"]),
        ("头发", "頭髮", ["頭髮"]),
        ("１２３４５", "12345", ["12345"]),
        ("ガス", "ｶﾞｽ", []),  # half-width kana with a mark of its own is two characters
        ("カス", "ｶｽ", ["ｶｽ"]),
    ],
)
def test_the_same_word_otherwise_written(keyword: str, text: str, parts: list[str]) -> None:
    assert found(keyword, text) == parts


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("ass", "first class, assassin, bass"),
        ("foobar", "foo and bar"),
        ("foobar", "foo    bar"),  # too far apart
        ("敏感词", "敏……这是一段很长的话……感词"),
        ("敏感词", "敏感"),
        ("12345", "123456"),
    ],
)
def test_what_is_another_word(keyword: str, text: str) -> None:
    assert found(keyword, text) == []


def test_chinese_words_have_no_borders() -> None:
    assert found("敏感", "很敏感的") == ["敏感"]
    assert found("app", "这个app不错") == ["app"]


def test_punctuation_counts_where_little_else_does() -> None:
    assert found("#1", "11 1 # 1") == ["# 1"]
    assert found("C++", "C, C++ and c + +") == ["C++", "c + +"]


def test_every_place_of_every_word_in_order() -> None:
    finder = WordFinder([WordSample(keyword="red"), WordSample(keyword="blue")])
    assert [(hit.word.keyword, hit.start, hit.end) for hit in finder.find("blue red blue")] == [
        ("blue", 0, 4),
        ("red", 5, 8),
        ("blue", 9, 13),
    ]


@pytest.mark.parametrize("keyword", ["", "，。", "a" * 21, " a", "a\nb"])
def test_what_cannot_be_listed(keyword: str) -> None:
    with pytest.raises(ValueError, match="keyword"):
        WordSample(keyword=keyword)


@pytest.mark.parametrize(
    ("usages", "purposes"),
    [
        (("all",), {"review.ocr", "review.asr", "recognition.ocr", "recognition.asr"}),
        (("review",), {"review.ocr", "review.asr"}),
        (("recognition.asr", "review.ocr"), {"recognition.asr", "review.ocr"}),
    ],
)
def test_usages(usages: tuple[str, ...], purposes: set[str]) -> None:
    word = WordSample.model_validate({"keyword": "a", "usages": usages})
    served = {f"{p}.{m}" for p in ("review", "recognition") for m in ("ocr", "asr") if word.serves(p, m)}
    assert served == purposes
