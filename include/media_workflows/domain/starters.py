"""Starters: definitions to begin a workflow with, some with questions whose answers change them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from media_workflows.domain.base import InvalidValueError, Model, invalid
from media_workflows.errors import InvalidRequestError


class Text(Model):
    """A text in the languages of the pages."""

    en: str
    zh: str


class Choice(Model):
    """An answer. `change` is merged into the definition: objects by field, `steps` by id; null removes."""

    id: str
    text: Text
    change: dict[str, Any] = Field(default_factory=dict)


class Question(Model):
    """A question about what is needed; the first choice is the definition as it is."""

    id: str
    text: Text
    choices: tuple[Choice, ...] = Field(min_length=2)


class Starter(Model):
    """A definition to begin with; `description` is what it is for, in English. With questions, it is a goal."""

    name: str
    description: str
    definition: dict[str, Any]
    questions: tuple[Question, ...] = ()

    def answered(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """The definition with the answers (question -> choice); one that is missing is the first choice.

        Raises InvalidRequestError for an unknown question or choice.
        """
        _require_known(answers, self.questions)
        made = self.definition
        for question in self.questions:
            chosen = answers.get(question.id, question.choices[0].id)
            change = next(choice.change for choice in question.choices if choice.id == chosen)
            made = _changed(made, change, self.definition)
        return _without_lost_steps(made)


def answers_of(written: Iterable[str]) -> dict[str, str]:
    """Answers from 'question:choice'. Raises InvalidRequestError."""
    parts = [answer.partition(":") for answer in written]
    problems = [
        invalid("must be an answer like `question:choice`").at("answer", question)
        for question, colon, _ in parts
        if not colon
    ]
    if problems:
        raise InvalidRequestError(problems)
    return {question: choice for question, _, choice in parts}


def _require_known(answers: Mapping[str, str], questions: tuple[Question, ...]) -> None:
    choices = {question.id: [choice.id for choice in question.choices] for question in questions}
    problems = [
        _unknown(question, choices).at(f"answer.{question}", answer)
        for question, answer in answers.items()
        if answer not in choices.get(question, ())
    ]
    if problems:
        raise InvalidRequestError(problems)


def _unknown(question: str, choices: Mapping[str, list[str]]) -> InvalidValueError:
    if question in choices:
        return invalid("must be one of: {choices}", choices=", ".join(choices[question]))
    if not choices:
        return invalid("this starter has no questions: leave out the answers")
    return invalid("this starter has no such question: name one of {choices}", choices=", ".join(choices))


def _changed(definition: dict[str, Any], change: Mapping[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with a change. A step that an earlier answer removed stays removed."""
    steps = {step["id"]: step for step in definition["steps"]}
    removed = {step["id"] for step in original["steps"]} - steps.keys()
    changes = {id_: step for id_, step in change.get("steps", {}).items() if id_ not in removed}
    made = _merged(steps, changes)
    rest = {name: value for name, value in change.items() if name != "steps"}
    return {**_merged(definition, rest), "steps": [{"id": id_, **step} for id_, step in made.items()]}


def _merged(value: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON merge patch (RFC 7396)."""
    made = dict(value)
    for name, new in change.items():
        if new is None:
            made.pop(name, None)
        elif isinstance(new, dict):
            made[name] = _merged(made[name] if isinstance(made.get(name), dict) else {}, new)
        else:
            made[name] = new
    return made


def _without_lost_steps(definition: dict[str, Any]) -> dict[str, Any]:
    """No step is after one that an answer removed."""
    ids = {step["id"] for step in definition["steps"]}
    steps = [_after(step, [id_ for id_ in step.get("after", ()) if id_ in ids]) for step in definition["steps"]]
    return {**definition, "steps": steps}


def _after(step: Mapping[str, Any], ids: list[str]) -> dict[str, Any]:
    rest = {name: value for name, value in step.items() if name != "after"}
    return {"id": step["id"], "after": ids, **rest} if ids else rest
