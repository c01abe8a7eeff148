"""Variables of docker-compose.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from media_workflows.cluster.compose_file import filled_in, services

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${SET}", "given"),
        ("${SET:?set it}", "given"),
        ("${SET:-other}", "given"),
        ("${NOT_SET:-other}", "other"),
        ("${NOT_SET-http://s3:8333}", "http://s3:8333"),
        ("a ${SET} and ${NOT_SET:-}", "a given and "),
        ("$$SET", "$SET"),
    ],
)
def test_as_compose_substitutes(text: str, expected: str) -> None:
    assert filled_in(text, {"SET": "given"}) == expected


def test_what_must_be_set_must_be_set() -> None:
    with pytest.raises(KeyError, match="NOT_SET"):
        filled_in("${NOT_SET:?set it in .env}", {})


def test_every_variable_that_must_be_set_is_in_the_example() -> None:
    example = (ROOT / "config" / "example.env").read_text(encoding="utf-8")
    given = dict.fromkeys(re.findall(r"^(\w+)=", example, re.MULTILINE), "x")
    assert "command" in services(ROOT, given)["scheduler"]
