"""docs/conditions.md lists every variable, and its examples are valid. Run this file to print the table anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from media_workflows.domain.conditions.checking import check_condition
from media_workflows.domain.conditions.outcomes import ALL, variables_after
from media_workflows.domain.conditions.variables import Variable
from media_workflows.domain.step_definition import StepDefinition

DOCS = Path(__file__).parents[3] / "docs"
LANGUAGES = ["conditions.md", "zh/conditions.md"]


def row(variable: Variable) -> str:
    return f"| `{variable.name}` | {variable.type} | {variable.unit} | {variable.meaning} |"


def rows(document: str) -> list[str]:
    return [
        line
        for line in (DOCS / document).read_text("utf-8").splitlines()
        if line.startswith("| `") and ".md" not in line
    ]


def test_the_table_is_the_registered_variables() -> None:
    assert rows("conditions.md") == [row(variable) for variable in ALL]


def test_the_chinese_table_has_the_same_variables_and_types() -> None:
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in rows("zh/conditions.md")]
    assert [tuple(line[:2]) for line in cells] == [(f"`{variable.name}`", variable.type) for variable in ALL]
    assert all(meaning for *_, meaning in cells)


@pytest.mark.parametrize("document", LANGUAGES)
def test_the_examples_are_valid(document: str) -> None:
    blocks = re.findall(r"^```cel\n(.*?)^```", (DOCS / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    examples = [line.partition("  //")[0].strip() for block in blocks for line in block.splitlines()]
    assert len(examples) > 5
    jobs = {"hd": {"transcode": 100040}, "check": {"quality_control": 10}, "text": {"recognition": 10}}
    jobs |= {"review": {"content_review": 10}, "tags": {"analysis": 10}}
    before = [
        StepDefinition.model_validate({"id": id_, kind: {"template": template}})
        for id_, job in jobs.items()
        for kind, template in job.items()
    ]
    variables = variables_after(before)
    for example in examples:
        check_condition(example, variables)


if __name__ == "__main__":
    print("\n".join(row(variable) for variable in ALL))
