"""Verdicts: thresholds, categories, places."""

from __future__ import annotations

from typing import Any

import pytest

from hand_features import BOX, face, features, labels, said, shots, text
from media_workflows.domain.features import Features, Utterance, Word
from media_workflows.domain.jobs.content_review import ContentReviewItem, ContentReviewParameters
from media_workflows.domain.persons import Face, PersonSample
from media_workflows.domain.sub_tasks import SubTaskResult
from media_workflows.domain.sub_tasks.content_review import ReviewOutput
from media_workflows.domain.sub_tasks.verdict import verdict
from media_workflows.domain.words import WordSample
from media_workflows.intelligence.decisions.answers import NO_PERSONS, NO_WORDS, Question, answers
from media_workflows.intelligence.decisions.persons import face_confidence

ENGINES = {"faces": "dlib"}


def word(keyword: str, *tags: str, usages: tuple[str, ...] = ("all",)) -> WordSample:
    return WordSample.model_validate({"keyword": keyword, "tags": tags, "usages": usages})


def person(name: str, at: float, *tags: str, engine: str = "dlib") -> PersonSample:
    known = Face(id=1, engine=engine, embedding=(at, *[0.0] * 127))
    return PersonSample(id=len(name), name=name, tags=tags, faces=(known,))


def results(seen: Features, checks: dict[str, Any], words: Any = (), persons: Any = ()) -> tuple[SubTaskResult, ...]:
    parameters = ContentReviewParameters.model_validate(checks)
    return answers(ContentReviewItem(parameters=parameters), Question(seen, parameters, words, persons))


def spoken(*words: tuple[str, float]) -> Utterance:
    """Words with a confidence each, one each second."""
    timed = tuple(Word(start_s=n, end_s=n + 1, text=text, confidence=value) for n, (text, value) in enumerate(words))
    return said(*(word.text for word in timed)).model_copy(update={"words": timed})


def review(seen: Features, checks: dict[str, Any], words: Any = (), persons: Any = ()) -> ReviewOutput:
    (result,) = results(seen, checks, words, persons)
    assert isinstance(result.output, ReviewOutput), result.message
    return result.output


def test_words_in_text_have_time_box_label_and_thresholds() -> None:
    seen = features(text=(text("一条广告", "敏感词在此"), text("敏 感 詞", start_s=20, end_s=21, confidence=80.2)))
    found = review(seen, {"prohibited": {"ocr": {}}}, [word("敏感词", "prohibited"), word("别的", "prohibited")])
    first, second = found.segments
    assert (first.start_s, first.end_s, first.moment_s) == (2, 5, 3.5)
    assert (first.keywords, first.label, first.box) == (("敏感词",), "prohibited", (10, 70, 110, 110))
    assert (first.confidence, first.suggestion) == (100, "block")
    assert (second.confidence, second.suggestion, second.start_s) == (80, "review", 20)
    assert (found.suggestion, found.confidence, found.label) == ("block", 100, "prohibited")


def test_a_word_over_two_lines_has_both_boxes() -> None:
    (segment,) = review(
        features(text=(text("前面敏感", "词后面"),)), {"prohibited": {"ocr": {}}}, [word("敏感词", "prohibited")]
    ).segments
    assert segment.box == (10, 20, 110, 110)


def test_spoken_words_have_their_own_times() -> None:
    seen = features(transcript=(said("please", "buy", "snake", "oil", "now"),))
    found = review(
        seen,
        {"prohibited": {"asr": {"block_confidence": 70, "review_confidence": 50}}},
        [word("snake oil", "prohibited")],
    )
    (segment,) = found.segments
    assert (segment.start_s, segment.end_s, segment.keywords, segment.box) == (12, 14, ("snake oil",), None)
    assert (found.suggestion, found.sample_rate, found.duration_s) == ("block", 0, 60)


def test_one_unsure_character_does_not_hide_a_spoken_word() -> None:
    """Whisper base on real speech: a name that it understood, and in noise what it misheard for it."""
    right = spoken(("达", 63.1), ("摩", 79.0), ("院", 23.1))
    wrong = spoken(("打", 39.9), ("模", 38.1), ("样", 51.1))
    check = {"prohibited": {"asr": {"block_confidence": 50, "review_confidence": 0}}}
    listed = [word("达摩院", "prohibited"), word("打模样", "prohibited")]
    first, second = (review(features(transcript=(said_so,)), check, listed).segments[0] for said_so in (right, wrong))
    assert (first.confidence, first.suggestion) == (55, "block")
    assert (second.confidence, second.suggestion) == (43, "review")


def test_words_not_characters_have_a_weight() -> None:
    seen = features(transcript=(spoken(("snake", 90), ("oil", 50)),))
    check = {"prohibited": {"asr": {"review_confidence": 0}}}
    (segment,) = review(seen, check, [word("snake oil", "prohibited")]).segments
    assert segment.confidence == 70


def test_an_unsure_word_passes() -> None:
    seen = features(transcript=(said("snake", "oil", confidence=74),))
    found = review(seen, {"prohibited": {"asr": {}}}, [word("snake oil", "prohibited")])
    assert (found.suggestion, found.segments) == ("pass", ())


def test_categories_have_the_words_of_their_tag() -> None:
    listed = [
        word("aa", "porn"),
        word("bb", "prohibited"),
        word("cc", "brand"),
        word("dd"),
        word("ee", "porn", "brand"),
    ]
    seen = features(text=(text("aa bb cc dd ee"),))

    def keywords(checks: dict[str, Any]) -> set[str]:
        return {key for segment in review(seen, checks, listed).segments for key in segment.keywords}

    assert keywords({"porn": {"ocr": {}}}) == {"aa", "ee"}
    assert keywords({"prohibited": {"ocr": {}}}) == {"bb"}
    assert keywords({"user_defined": {"ocr": {}}}) == {"cc", "dd"}
    assert keywords({"user_defined": {"ocr": {"labels": ["brand"]}}}) == {"cc", "ee"}


def test_usages_keep_words_apart() -> None:
    listed = [
        word("aa", usages=("review.asr",)),
        word("bb", usages=("review.ocr",)),
        word("cc", usages=("recognition",)),
    ]
    seen = features(text=(text("aa bb cc"),), transcript=(said("aa", "bb", "cc", confidence=100),))
    ocr, asr = (review(seen, {"user_defined": {medium: {}}}, listed) for medium in ("ocr", "asr"))
    assert [segment.keywords for segment in ocr.segments] == [("bb",)]
    assert [segment.keywords for segment in asr.segments] == [("aa",)]


@pytest.mark.parametrize(("score", "suggestion"), [(95, "block"), (90, "block"), (60, "review"), (0, "pass")])
def test_porn_needs_a_look_at_any_confidence(score: float, suggestion: str) -> None:
    seen = features(moderation=(labels(1, neutral=100 - score if score < 60 else 1, porn=score),))
    assert review(seen, {"porn": {"image": {}}}).suggestion == suggestion


def test_a_classifiers_likeliest_label_counts_alone() -> None:
    seen = features(moderation=(labels(1, neutral=70, porn=30),))
    assert review(seen, {"porn": {"image": {}}}).suggestion == "pass"


def test_labels_that_do_not_exclude_each_other_all_count() -> None:
    """Those of a network with a sigmoid for each: the second best is no less found."""
    frames = tuple(labels(n, porn=97, guns=98) for n in range(4))
    for category in ("porn", "terrorism"):
        assert review(features(moderation=frames), {category: {"image": {}}}).suggestion == "block"


def test_a_listed_word_may_begin_in_one_utterance_and_end_in_the_next() -> None:
    listed = [word("snake oil", usages=("review.asr",))]
    check: dict[str, Any] = {"user_defined": {"asr": {}}}
    close = (said("buy", "snake", confidence=100), said("oil", start_s=12.5, confidence=100))
    (segment,) = review(features(transcript=close), check, listed).segments
    assert (segment.start_s, segment.end_s) == (11, 13.5)
    apart = (said("buy", "snake", confidence=100), said("oil", start_s=14, confidence=100))
    assert review(features(transcript=apart), check, listed).segments == ()


def test_frames_in_a_row_are_one_segment() -> None:
    scores = (10, 91, 92, 85, 10, 81)
    frames = tuple(labels(2 * n, guns=score) for n, score in enumerate(scores))
    found = review(features(moderation=frames, shots=shots(0)), {"terrorism": {"image": {}}})
    first, second = found.segments
    assert (first.start_s, first.end_s, first.confidence, first.moment_s, first.suggestion) == (2, 8, 92, 4, "block")
    assert (second.start_s, second.end_s, second.suggestion) == (10, 20, "review")
    assert (found.suggestion, found.label, found.sample_rate) == ("block", "guns", 0.1)


@pytest.mark.parametrize(
    ("scores", "suggestion"),
    [
        ((0, 99, 0), "review"),  # one odd frame
        ((99, 0, 99), "review"),
        ((0, 99, 89), "review"),  # the neighbour is not at the threshold
        ((0, 95, 91), "block"),
        ((91, 95), "block"),
        ((99,), "block"),  # a source of one sampled frame
    ],
)
def test_a_block_is_confirmed_by_a_frame_beside_it(scores: tuple[float, ...], suggestion: str) -> None:
    """Shots of one frame each: a neighbour may be in another shot."""
    frames = tuple(labels(n, n, neutral=100 - score, porn=score) for n, score in enumerate(scores))
    found = review(features(moderation=frames, shots=shots(*range(len(scores)))), {"porn": {"image": {}}})
    assert found.suggestion == suggestion
    assert {segment.label for segment in found.segments} == {"porn"}


def test_a_detectors_finds_have_boxes() -> None:
    seen = features(moderation=(labels(1, boxes={"guns": BOX, "cat": BOX}, cat=99, guns=91),))
    (segment,) = review(seen, {"terrorism": {"image": {}}}).segments
    assert (segment.label, segment.box) == ("guns", BOX)


def test_a_classifier_without_the_labels_gives_no_verdict() -> None:
    seen = features(moderation=(labels(1, cat=99),), moderation_labels=("cat", "dog"))
    (result,) = results(seen, {"terrorism": {"image": {}}})
    assert (result.status, result.code, result.output) == ("FAIL", "FailedOperation", None)
    assert "supports only cat, dog, none of which is checked" in result.message


def test_persons() -> None:
    seen = features(faces=(face(3, 0.1), face(4, 0.3), face(30, 0.9), face(40, 5.0)), engines=ENGINES)
    found = review(seen, {"user_defined": {"face": {}}}, persons=[person("Ann", 0.0, "vip"), person("Other", 50.0)])
    (segment,) = found.segments
    assert (segment.name, segment.label, segment.start_s, segment.end_s) == ("Ann", "vip", 3, 4)
    assert segment.confidence == pytest.approx(face_confidence(0.1), abs=0.1)
    assert (found.suggestion, found.label) == ("block", "vip")


def test_embeddings_of_another_engine_are_not_compared() -> None:
    seen = features(faces=(face(3, 0.0),), engines=ENGINES)
    found = review(seen, {"user_defined": {"face": {}}}, persons=[person("Ann", 0.0, engine="other")])
    assert found.suggestion == "pass"


def test_what_is_missing_is_reported_and_never_guessed() -> None:
    seen = features(text=(text("nothing"),), missing={"transcript": "no model; set asr_model to a directory"})
    both = results(seen, {"prohibited": {"asr": {}, "ocr": {}}})
    assert [(one.type, one.status) for one in both] == [("prohibited.asr", "FAIL"), ("prohibited.ocr", "SUCCESS")]
    assert both[0].message == "no model; set asr_model to a directory"
    assert both[0].output is None
    assert verdict(both) == "review"
    assert verdict(both[1:]) == "pass"


def test_a_block_is_a_block_though_something_is_missing() -> None:
    seen = features(text=(text("bad"),), missing={"transcript": "no model"})
    assert verdict(results(seen, {"prohibited": {"asr": {}, "ocr": {}}}, [word("bad", "prohibited")])) == "block"


def test_a_check_without_anything_to_look_for_says_so() -> None:
    seen = features(text=(text("bad"),))
    (words,) = results(seen, {"porn": {"ocr": {}}}, [word("bad", "prohibited")])
    assert (words.status, words.message) == ("SUCCESS", NO_WORDS)
    (face,) = results(seen, {"user_defined": {"face": {"labels": ["vip"]}}}, persons=[person("Ann", 0.0)])
    assert face.message == NO_PERSONS
    (fine,) = results(seen, {"prohibited": {"ocr": {}}}, [word("bad", "prohibited")])
    assert fine.message == ""
