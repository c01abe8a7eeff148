"""Simplified and traditional characters of transcripts."""

from __future__ import annotations

from media_workflows.domain.features import Utterance, Word
from media_workflows.intelligence.features.chinese_script import in_script


def said(*words: str) -> Utterance:
    timed = tuple(Word(start_s=n, end_s=n + 1, text=word, confidence=90) for n, word in enumerate(words))
    return Utterance(start_s=0, end_s=len(words), text="".join(words), confidence=90, words=timed)


def test_both_ways() -> None:
    (simplified,) = in_script([said("歡迎", "大家", "來")], "simplified", "zh")
    assert (simplified.text, [word.text for word in simplified.words]) == ("欢迎大家来", ["欢迎", "大家", "来"])
    (traditional,) = in_script([said("皇", "后", "然", "后")], "traditional", "zh")
    assert (traditional.text, "".join(word.text for word in traditional.words)) == ("皇后然後", "皇后然後")


def test_what_is_left_as_it_is() -> None:
    chinese, japanese = said("歡迎"), said("東京", "へ")
    assert in_script([chinese], "unchanged", "zh") == (chinese,)
    assert in_script([japanese], "simplified", "auto") == (japanese,)
    assert in_script([chinese], "simplified", "ja") == (chinese,)
