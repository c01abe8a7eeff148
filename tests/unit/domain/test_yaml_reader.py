"""YAML from outside: short texts are read in no time, whatever they say, and as JSON's types."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
import yaml

from media_workflows.domain import yaml_reader
from media_workflows.domain.plain_data import MAX_DEPTH, MAX_VALUES
from media_workflows.domain.yaml_reader import MAX_CHARACTERS, MAX_DOCUMENTS, read_documents
from media_workflows.errors import DefinitionError

LINES = "abcdefgh"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(LINES)
)


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test with the fast loader, and with the one for installations without libyaml."""
    if request.param == "python":
        monkeypatch.setattr(yaml_reader, "LOADER", yaml_reader._PythonLoader)
    elif not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BOMB, "line 2: aliases (*name) are not supported: write out the values"),
        ("a: &a [*a]", "line 1: aliases (*name) are not supported: write out the values"),
        ("[" * 20_000, f"line 1: must have at most {MAX_DEPTH} levels"),
        ("a: 1\nb: {c: 1,\n c: 2}", "line 3: the field c is there twice: leave one out"),
        ("a: !!python/object/apply:os.getcwd []", "line 1: tags (!name) are not supported: leave them out"),
        ("? [a]\n: b", "line 1: names of fields must be text: put them in quotes"),
        ("a" * (MAX_CHARACTERS + 1), f"must have at most {MAX_CHARACTERS} characters"),
        ("--- a\n" * (MAX_DOCUMENTS + 1), f"must have at most {MAX_DOCUMENTS} documents: split it"),
        ("a: [", "must be valid YAML"),
        ("a: \0", "must be valid YAML"),
        (f"a: {'9' * 5000}", "must be valid YAML"),
    ],
)
def test_what_is_refused(text: str, expected: str) -> None:
    begun = time.process_time()
    with pytest.raises(DefinitionError) as raised:
        read_documents(text)
    assert time.process_time() - begun < 30  # libyaml: 0.5 s; minutes or no end without the limits
    (problem,) = raised.value.problems
    assert expected in problem.expected


@pytest.mark.parametrize("limit", [2_000, pytest.param(MAX_VALUES, marks=pytest.mark.full)])
def test_values_are_counted(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """With the real limit, the slow loader takes 2 s, and 7 s where coverage is measured."""
    monkeypatch.setattr(yaml_reader, "MAX_VALUES", limit)
    test_what_is_refused("- a\n" * 2 * limit, f"line {limit}: more than {limit} values: split it")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-01-01", "2026-01-01"),
        ("1:30", "1:30"),
        ("1:" * 500_000 + "1", "1:" * 500_000 + "1"),
        ("1e5", "1e5"),
        ("=", "="),
        ("{<<: 1}", {"<<": 1}),
        ("[yes, Off, ~, null]", [True, False, None, None]),
        ("[0x1F, 017, -3, 1_000, .5, -1.5e+3]", [31, 15, -3, 1000, 0.5, -1500.0]),
        ("'2'", "2"),
    ],
)
def test_plain_scalars(text: str, value: Any) -> None:
    assert read_documents(f"a: {text}") == [{"a": value}]


def test_what_is_written_can_be_read() -> None:
    values = [
        "yes",
        "2026-01-01",
        "1:30",
        "1e5",
        "=",
        "<<",
        "~",
        "",
        "0x1",
        "1_0",
        " a",
        "#",
        "é😀",
        1,
        1.5,
        True,
        None,
    ]
    assert read_documents(yaml.safe_dump({"a": values}, allow_unicode=True)) == [{"a": values}]


def test_empty_documents_are_left_out() -> None:
    assert read_documents("--- a\n---\n--- b\n") == ["a", "b"]
    assert read_documents("# nothing\n") == []
