"""Subtitles: lines that fit, breaks where one reads them, and time to read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.features import Utterance, Word
from media_workflows.intelligence.features.subtitle_cues import cues

SPEECH = (
    "It was the first great sorrow of his life. It was not so much the loss of the cotton itself but the fantasy, "
    "the hopes, the dreams built around it."
)


def spoken(text: str, words: list[str], start_s: float = 0, word_s: float = 0.3) -> Utterance:
    """An utterance whose words follow each other without a pause."""
    times = [start_s + n * word_s for n in range(len(words) + 1)]
    timed = tuple(
        Word(start_s=begin_s, end_s=end_s, text=word, confidence=90)
        for word, (begin_s, end_s) in zip(words, pairwise(times), strict=True)
    )
    return Utterance(start_s=times[0], end_s=times[-1], text=text, confidence=90, words=timed)


def test_english_ends_at_sentences_and_clauses() -> None:
    assert [cue.lines for cue in cues([spoken(SPEECH, SPEECH.split())])] == [
        ("It was the first great sorrow of his life.",),
        ("It was not so much the loss of the", "cotton itself but the fantasy, the hopes,"),
        ("the dreams built around it.",),
    ]


def test_chinese_lines_are_short_and_without_spaces() -> None:
    text = "欢迎大家来体验达摩院推出的语音识别模型，今天我们来看看一个很长的句子怎么变成字幕。好的"
    found = cues([spoken(text, [char for char in text if char not in "，。"], word_s=0.2)])
    assert "".join(line for cue in found for line in cue.lines) == text
    assert [cue.lines[-1][-1] for cue in found[:-1]] == ["，", "。"]
    assert max(len(line) for cue in found for line in cue.lines) <= 20


def test_a_pause_ends_a_cue() -> None:
    first, second = spoken("so we", ["so", "we"]), spoken("go home", ["go", "home"], start_s=2)
    both = Utterance(start_s=0, end_s=2.6, text="so we go home", confidence=90, words=(*first.words, *second.words))
    assert [(cue.start_s, cue.lines) for cue in cues([both])] == [(0, ("so we",)), (2, ("go home",))]


def test_there_is_time_to_read() -> None:
    short, fast = spoken("Yes.", ["Yes."]), spoken("我们明天下午三点开会", list("我们明天下午三点开会"), 10, 0.06)
    (yes, chinese) = cues([short, fast])
    assert (yes.start_s, yes.end_s) == (0, 1)
    assert (chinese.start_s, chinese.end_s) == (10, 11.111)  # 10 characters at 9 per second
    cut = cues([short, spoken("No.", ["No."], 0.5)])
    assert cut[0].end_s == cut[1].start_s == 0.5  # not into the next one


def test_words_without_times_share_that_of_the_sentence() -> None:
    found = cues([Utterance(start_s=10, end_s=20, text=SPEECH, confidence=90)])
    assert found[0].lines == ("It was the first great sorrow of his life.",)
    assert found[0].start_s == 10
    assert 12 < found[1].start_s < 14


def test_a_word_that_is_not_in_the_text_does_no_harm() -> None:
    other = spoken("hello world", ["hallo", "world"])
    assert [cue.lines for cue in cues([other])] == [("hello world",)]


MIXED = (
    "我们用TensorFlow和PyTorch训练模型，准确率是３．５％到99.5%，他说“这个结果很好”。"
    "（见《深度学习》）然后我们在GPU上测试Transformer。"
)


@pytest.mark.parametrize("text", [MIXED, MIXED * 3, '他说"你好，我们明天再见"。' * 8, "「好」" * 30, "去哪里？！" * 20])
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text: str) -> None:
    lines = [line for cue in cues([Utterance(start_s=0, end_s=60, text=text, confidence=9)]) for line in cue.lines]
    assert "".join(lines) == text
    assert not [line for line in lines if line[0] in "，。？！、；：”’）》」』％" or line[-1] in "（《“‘「『"]
    assert max(map(len, lines)) <= 20
    words = ["TensorFlow", "PyTorch", "３．５％", "99.5%", "GPU", "Transformer", "深度", "学习", "模型", "结果"]
    assert all(sum(line.count(word) for line in lines) == text.count(word) for word in words)


def test_english_with_some_chinese_has_english_lines() -> None:
    text = "The greeting 你好 means hello in Chinese and everybody uses it in the morning."
    found = cues([Utterance(start_s=0, end_s=6, text=text, confidence=9)])
    assert max(len(line) for cue in found for line in cue.lines) > 20


@pytest.mark.parametrize(
    "short", ["Dr. Smith", "e.g. this", "the U.S. team", "version 3.5 is", "Fig. 3", "J. R. Tolkien"]
)
def test_an_abbreviation_ends_no_cue(short: str) -> None:
    text = f"We met {short} in the garden of the museum. Then we all went home again."
    found = [" ".join(cue.lines) for cue in cues([spoken(text, text.split())])]
    assert found == [f"We met {short} in the garden of the museum.", "Then we all went home again."]


def test_a_sentence_may_end_within_quotes() -> None:
    text = "She said to all of us “we leave now.” Then we all went home again."
    assert [" ".join(cue.lines) for cue in cues([spoken(text, text.split())])][1] == "Then we all went home again."


@given(st.lists(st.text(alphabet="ab的是，。. ,", min_size=1, max_size=60), max_size=6))
def test_nothing_is_lost_and_cues_do_not_overlap(texts: list[str]) -> None:
    said = [Utterance(start_s=5 * n, end_s=5 * n + 4, text=text, confidence=9) for n, text in enumerate(texts)]
    found = cues(said)
    assert "".join("".join(cue.lines) for cue in found).replace(" ", "") == "".join(texts).replace(" ", "")
    assert all(len(cue.lines) <= 2 for cue in found)
    assert all(one.start_s < one.end_s <= other.start_s for one, other in pairwise(found))
