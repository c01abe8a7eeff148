"""Subtitles: lines that fit, breaks where one reads them, and time to read."""

from __future__ import annotations

from itertools import pairwise

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


@given(st.lists(st.text(alphabet="ab的是，。. ,", min_size=1, max_size=60), max_size=6))
def test_nothing_is_lost_and_cues_do_not_overlap(texts: list[str]) -> None:
    said = [Utterance(start_s=5 * n, end_s=5 * n + 4, text=text, confidence=9) for n, text in enumerate(texts)]
    found = cues(said)
    assert "".join("".join(cue.lines) for cue in found).replace(" ", "") == "".join(texts).replace(" ", "")
    assert all(len(cue.lines) <= 2 for cue in found)
    assert all(one.start_s < one.end_s <= other.start_s for one, other in pairwise(found))
