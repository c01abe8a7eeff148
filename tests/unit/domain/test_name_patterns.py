"""Checks of output name patterns."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from media_workflows.domain.name_patterns import pattern_problems
from media_workflows.naming import COMMON_VARIABLES


def messages(pattern: str, variables: Iterable[str]) -> list[str]:
    return [str(problem) for problem in pattern_problems(pattern, variables)]


@pytest.mark.parametrize(
    ("pattern", "problems"),
    [
        ("{inputName}.{format}", []),
        ("/{definition}/{inputFormat}.{format}", []),
        ("中文 {inputName}.{format}", []),
        ("a..b.{format}", []),
        ("{inputName}", ["must end with '.{format}'"]),
        ("{inputName}{format}", ["must end with '.{format}'"]),
        ("", ["must end with '.{format}'"]),
        ("../{inputName}.{format}", ["must not contain '..', '.' or '//' as a path part"]),
        ("a/../b.{format}", ["must not contain '..', '.' or '//' as a path part"]),
        ("a/./b.{format}", ["must not contain '..', '.' or '//' as a path part"]),
        ("a\n{inputName}.{format}", ["must not contain control characters or line breaks"]),
        ("{inputName}\0.{format}", ["must not contain control characters or line breaks"]),
        ("a//b.{format}", ["must not contain '..', '.' or '//' as a path part"]),
    ],
)
def test_pattern_problems(pattern: str, problems: list[str]) -> None:
    assert messages(pattern, COMMON_VARIABLES) == problems


def test_unknown_variables_are_reported_with_the_known_ones() -> None:
    problems = messages("{inputname}_{number}", COMMON_VARIABLES)
    assert problems == [
        "unknown variable {inputname}; known here: definition, format, inputFormat, inputName",
        "unknown variable {number}; known here: definition, format, inputFormat, inputName",
        "must end with '.{format}'",
    ]
    assert messages("{number}.{format}", COMMON_VARIABLES | {"number"}) == []


@pytest.mark.parametrize("pattern", ["{inputDirectory}_{inputName}.{format}", "a{inputDirectory}/b.{format}"])
def test_the_input_directory_is_a_whole_part(pattern: str) -> None:
    (problem,) = messages(pattern, COMMON_VARIABLES | {"inputDirectory"})
    assert problem.startswith("{inputDirectory} must be a whole part between slashes")
