"""Terms of texts, and the topics that they make."""

from __future__ import annotations

from hand_features import features, said, text
from media_workflows.intelligence.decisions.tags import tag_whole
from media_workflows.intelligence.decisions.terms import most_usual_forms, terms_of
from media_workflows.intelligence.decisions.topics import topics


def keys(*texts: str) -> list[list[str]]:
    return [[term.key for term in terms] for terms in terms_of(texts)]


def test_plurals_and_cases_are_one_term() -> None:
    assert keys("Models and a MODEL, the model's studies; class, virus") == [
        ["model", "model", "model", "study", "class", "virus"]
    ]
    assert most_usual_forms(terms_of(["Models", "model", "model"])) == {"model": "model"}


def test_words_that_stand_together_are_one_term() -> None:
    assert keys("machine learning", "machine learning is deep", "learning from machine learning") == [
        ["machine learning"],
        ["machine learning", "deep"],
        ["learning", "machine learning"],
    ]
    assert keys("red car", "red bus") == [["red", "car"], ["red", "bus"]]


def test_places_are_those_of_the_text() -> None:
    for line in ("OpenAI 发布 了新的模型，人工智能 models!", "  气候变化影響全球農業 "):
        for term in terms_of([line])[0]:
            assert line[term.start : term.end] == term.shown


def test_topics_are_what_is_said_and_shown_several_times() -> None:
    seen = features(
        transcript=(said("The", "glacier", "melts."), said("Glaciers", "are", "cold.", start_s=20)),
        text=(text("GLACIER", "Logo"), text("Logo", start_s=10), text("Logo", start_s=30)),
        engines={"transcript": "stub", "text": "ocr"},
    )
    (topic,) = topics(seen)
    assert (topic.tag.lower(), topic.basis, topic.reason) == ("glacier", "text", "said 2 times, shown 1 time")
    assert tag_whole(seen).tags[-1] == topic
    assert list(topics(features())) == []
