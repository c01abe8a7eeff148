"""The starters of the release, from the files in `starters/`, with their questions in `starters/questions/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

import media_workflows
from media_workflows.domain.starters import Question, Starter
from media_workflows.domain.yaml_reader import read_documents
from media_workflows.errors import NotFoundError

STARTERS = Path(media_workflows.__file__).parent / "starters"


@cache
def list_starters() -> tuple[Starter, ...]:
    """All starters, by name. They are part of the release, so they are read once."""
    return tuple(_starter(file) for file in sorted(STARTERS.glob("*.yaml")))


def get_starter(name: str) -> Starter:
    """A starter. Raises NotFoundError."""
    found = next((starter for starter in list_starters() if starter.name == name), None)
    if found is None:
        raise NotFoundError("there is no starter '{name}': see `media-workflows starters list`", name=name)
    return found


def _starter(file: Path) -> Starter:
    """The comment in its first line describes it."""
    text = file.read_text("utf-8")
    (definition,) = read_documents(text)
    questions = file.parent / "questions" / file.name
    return Starter(
        name=file.stem,
        description=text.partition("\n")[0].removeprefix("# "),
        definition=definition,
        questions=tuple(map(Question.model_validate, _data(questions))) if questions.exists() else (),
    )


def _data(file: Path) -> list[object]:
    """Data of ours, which may use anchors for what several choices share."""
    data: list[object] = yaml.safe_load(file.read_text("utf-8"))
    return data
