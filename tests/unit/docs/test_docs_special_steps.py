"""docs/special-steps.md: its examples are valid, and its tables name every action and every field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from definitions import definition
from media_workflows.domain.step_actions import ACTIONS
from media_workflows.domain.workflow import parse_workflow

DOCS = Path(__file__).parents[3] / "docs"
LANGUAGES = ["special-steps.md", "zh/special-steps.md"]


def text(document: str) -> str:
    return (DOCS / document).read_text("utf-8")


@pytest.mark.parametrize("document", LANGUAGES)
def test_the_examples_are_valid(document: str) -> None:
    examples = re.findall(r"^```yaml\n(.*?)^```", text(document), re.MULTILINE | re.DOTALL)
    assert len(examples) >= len(ACTIONS)
    for example in examples:
        data: dict[str, Any] = definition(**yaml.safe_load(example))
        del data["jobs"]
        parse_workflow(data)


@pytest.mark.parametrize("document", LANGUAGES)
def test_every_action_and_field_is_there(document: str) -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text(document), re.MULTILINE | re.DOTALL))
    for kind, action in ACTIONS.items():
        assert f"| [`{kind}`](#{kind}) |" in text(document)
        for field in action.model_fields:
            assert f"`{field}`" in sections[kind], (kind, field)
