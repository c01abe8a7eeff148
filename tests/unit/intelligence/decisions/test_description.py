"""A description quotes the transcript: title, keywords and paragraphs. Judged by the transcript itself."""

from __future__ import annotations

import re

from hand_features import features
from media_workflows.domain.features import Features, TextLine, TextSighting, Utterance
from media_workflows.domain.jobs.analysis import AnalysisItem, AnalysisParameters
from media_workflows.domain.sub_tasks.analysis import DescriptionOutput
from media_workflows.intelligence.decisions.answers import NO_DESCRIPTION, Question, answers
from media_workflows.intelligence.decisions.description import describe
from media_workflows.intelligence.decisions.notices import notices
from media_workflows.intelligence.decisions.paragraphs import MOST_PARAGRAPHS

BREAD = (
    "Welcome to the kitchen, where we bake sourdough bread from flour and water.",
    "The sourdough starter needs flour and water every morning.",
    "Knead the bread dough until the flour holds the water.",
    "Let the bread dough rest in a warm kitchen.",
    "Bake the sourdough bread in a hot oven until the crust sings.",
)
BIKES = (
    "Now we repair the chain of an old bicycle.",
    "Clean the bicycle chain and count the broken links.",
    "A chain tool opens the links of the bicycle chain.",
    "Oil the chain before you ride the bicycle again.",
    "A clean chain makes the bicycle quiet.",
)
CLIMATE = (
    "今天我们来讨论气候变化。",
    "气候变化影响全球农业。",
    "科学家用人工智能预测气候变化。",
    "农业产量取决于降雨和气温。",
)


def speech(*sentences: str, every_s: float = 8.0, from_s: float = 0.0, language: str = "en") -> Features:
    """A sentence every few seconds, each an utterance."""
    lines = tuple(
        Utterance(start_s=from_s + n * every_s, end_s=from_s + n * every_s + 6, text=text, confidence=80 + n % 5)
        for n, text in enumerate(sentences)
    )
    end_s = lines[-1].end_s if lines else 0.0
    return features(duration_s=end_s, transcript=lines, engines={"transcript": "stub"}, speech_language=language)


def described(seen: Features) -> DescriptionOutput:
    output = describe(seen)
    assert output is not None
    return output


def test_every_sentence_is_quoted_with_its_time() -> None:
    seen = speech(*BREAD, *BIKES)
    output = described(seen)
    said = {(line.text, line.start_s) for line in seen.transcript}
    quotes = [*output.sentences, *(quote for part in output.paragraphs for quote in part.sentences)]
    assert quotes
    assert {(quote.text, quote.start_s) for quote in quotes} <= said
    assert output.title is not None
    assert (output.title.text + ".", output.title.start_s) in said
    assert (output.method, output.engine, output.language) == ("extractive", "stub", "en")
    assert 80 <= output.confidence <= 84
    for part in output.paragraphs:
        assert all(part.start_s <= quote.start_s and quote.end_s <= part.end_s for quote in part.sentences)


def test_paragraphs_part_where_the_subject_changes() -> None:
    output = described(speech(*BREAD, *BIKES))
    assert [(part.start_s, part.end_s) for part in output.paragraphs] == [(0, 38), (40, 78)]
    bread, bikes = output.paragraphs
    assert "bread" in " ".join(bread.keywords)
    assert "chain" not in " ".join(bread.keywords)
    assert "chain" in " ".join(bikes.keywords)


def test_keywords_are_the_most_frequent_terms() -> None:
    output = described(speech(*BIKES))
    said = " ".join(BIKES).lower()
    for keyword in output.keywords:
        assert len(re.findall(re.escape(keyword.keyword.lower()), said)) >= keyword.count >= 1
    assert "chain" in " ".join(one.keyword for one in output.keywords[:2])
    assert {"the", "and", "now", "you"}.isdisjoint(one.keyword for one in output.keywords)


def test_chinese_is_segmented_into_words() -> None:
    output = described(speech(*CLIMATE, language="zh"))
    words = [one.keyword for one in output.keywords]
    assert words[0] == "气候变化"
    assert {"人工智能", "农业", "科学家"} <= set(words)
    assert {"我们", "今天", "的"}.isdisjoint(words)
    assert output.keywords[0].count == 3
    assert output.title is not None
    assert output.title.text + "。" in CLIMATE


def test_traditional_characters_have_the_same_keywords_in_their_script() -> None:
    traditional = (
        "今天我們來討論氣候變化。",
        "氣候變化影響全球農業。",
        "科學家用人工智能預測氣候變化。",
        "農業產量取決於降雨和氣溫。",
    )
    output = described(speech(*traditional, language="zh"))
    assert output.keywords[0].keyword == "氣候變化"
    assert "農業" in [one.keyword for one in output.keywords]


def test_too_little_speech_has_a_notice_and_no_description() -> None:
    seen = speech("Hello there.", "Thank you.")
    item = AnalysisItem(parameters=AnalysisParameters(description=True))
    question = Question(seen, item.parameters)
    (found,) = answers(item, question)
    assert (found.status, found.output, found.message) == ("SUCCESS", None, NO_DESCRIPTION)
    (notice,) = notices(item, question, (found,))
    assert (notice.code, notice.parameters) == ("TooLittleText", {"reason": "text_description"})
    assert describe(speech()) is None


def test_topics_have_the_times_at_which_they_are_said() -> None:
    seen = speech(*BREAD, *BIKES)
    topics = {one.topic: one for one in described(seen).topics}
    flour = topics["flour"]
    assert (flour.said, flour.shown) == (3, 0)
    assert [span.start_s for span in flour.segments] == [0, 8, 16]


def test_text_in_the_picture_has_topics_without_a_transcript() -> None:
    lines = ("Repair the bicycle chain", "Oil for a bicycle", "Ride your bicycle")
    shown = tuple(
        TextSighting(start_s=5 * n, end_s=5 * n + 4, lines=(TextLine(text=text, confidence=99, box=(0, 0, 90, 20)),))
        for n, text in enumerate(lines)
    )
    output = described(features(duration_s=15, text=shown))
    assert (output.title, output.sentences, output.paragraphs) == (None, (), ())
    (topic,) = output.topics
    assert (topic.topic, topic.said, topic.shown, output.confidence) == ("bicycle", 0, 3, 30)
    assert [(span.start_s, span.end_s) for span in topic.segments] == [(0, 4), (5, 9), (10, 14)]


def test_the_same_transcript_has_the_same_description() -> None:
    assert described(speech(*BREAD, *BIKES)) == described(speech(*BREAD, *BIKES))


def test_ten_hours_have_a_bounded_description() -> None:
    lines = [line for n in range(450) for line in (BREAD if n // 15 % 2 else BIKES)]
    output = described(speech(*lines, every_s=16))
    assert 20 <= len(output.paragraphs) <= MOST_PARAGRAPHS
    assert (len(output.sentences), len(output.keywords)) == (5, 10)
    assert output.paragraphs[-1].end_s > 35_000
    assert len(output.model_dump_json()) < 100_000
