"""Every answer to the questions of a starter makes a valid definition."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from media_workflows.domain.starters import Choice, Question, Starter, Text, answers_of
from media_workflows.domain.templates import PRESET_LIBRARY
from media_workflows.domain.workflow import parse_workflow, resolved
from media_workflows.errors import InvalidRequestError, NotFoundError
from media_workflows.services.starters import STARTERS, get_starter, list_starters

GOALS = [starter for starter in list_starters() if starter.questions]


def _answers(starter: Starter) -> Iterator[dict[str, str]]:
    for chosen in product(*(question.choices for question in starter.questions)):
        yield {question.id: choice.id for question, choice in zip(starter.questions, chosen, strict=True)}


def test_there_is_a_goal_for_each_purpose() -> None:
    assert [starter.name for starter in GOALS] == [
        *("archive", "lectures", "moderate-uploads", "phone-app"),
        *("podcasts", "publish-on-the-web", "subtitles", "surveillance"),
    ]
    assert {file.stem for file in (STARTERS / "questions").glob("*.yaml")} == {starter.name for starter in GOALS}


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_every_combination_of_answers_is_valid(goal: Starter) -> None:
    assert len(goal.questions) == 3
    made = [goal.answered(answers) for answers in _answers(goal)]
    for definition in made:
        resolved(parse_workflow(definition), PRESET_LIBRARY)
    assert len({str(definition) for definition in made}) > len(made) // 2  # most answers matter whatever the others are


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name)
def test_the_first_choices_change_nothing_and_the_others_something(goal: Starter) -> None:
    assert goal.answered({}) == goal.definition
    for question in goal.questions:
        first, *others = question.choices
        assert not first.change, question.id
        for choice in others:
            assert goal.answered({question.id: choice.id}) != goal.definition, choice.id


def test_texts_are_in_both_languages() -> None:
    texts = [
        text
        for goal in GOALS
        for one in goal.questions
        for text in (one.text, *(choice.text for choice in one.choices))
    ]
    assert all(text.en.isascii() and any("\u4e00" <= char <= "\u9fff" for char in text.zh) for text in texts)


def _starter(*changes: dict[str, object]) -> Starter:
    text = Text(en="", zh="")
    questions = [
        Question(
            id=f"q{at}", text=text, choices=(Choice(id="no", text=text), Choice(id="yes", text=text, change=change))
        )
        for at, change in enumerate(changes)
    ]
    steps = [{"id": "a", "transcode": {"template": 1}}, {"id": "b", "after": ["a"], "transcode": {"template": 2}}]
    return Starter(name="s", description="", definition={"name": "s", "steps": steps}, questions=tuple(questions))


def test_a_removed_step_stays_removed_and_no_step_is_after_it() -> None:
    starter = _starter({"steps": {"a": None}}, {"steps": {"a": {"when": "true"}, "b": {"when": "true"}}})
    assert starter.answered({"q0": "yes", "q1": "yes"})["steps"] == [
        {"id": "b", "transcode": {"template": 2}, "when": "true"}
    ]


def test_changes_are_merged_and_null_removes() -> None:
    starter = _starter({"publish": "together", "steps": {"a": {"transcode": {"template": None, "start_offset_s": 1}}}})
    made = starter.answered({"q0": "yes"})
    assert made["publish"] == "together"
    assert made["steps"][0] == {"id": "a", "transcode": {"start_offset_s": 1}}
    assert starter.definition["steps"][0] == {"id": "a", "transcode": {"template": 1}}


def test_unknown_answers_are_refused() -> None:
    with pytest.raises(InvalidRequestError, match=r"answer\.q0: got maybe; must be one of: no, yes"):
        _starter({}).answered({"q0": "maybe"})
    with pytest.raises(InvalidRequestError, match="no such question: name one of q0"):
        _starter({}).answered({"q1": "yes"})
    with pytest.raises(InvalidRequestError, match="has no questions"):
        _starter().answered({"q1": "yes"})
    with pytest.raises(InvalidRequestError, match="`question:choice`"):
        answers_of(["q0"])
    with pytest.raises(NotFoundError, match="no starter 'nothing'"):
        get_starter("nothing")
