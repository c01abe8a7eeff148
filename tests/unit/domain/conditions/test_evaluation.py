"""The value of a condition, the values that decided it, and what is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_workflows.domain.conditions.checking import check_condition
from media_workflows.domain.conditions.evaluation import Evaluation, evaluate
from media_workflows.domain.conditions.source import SOURCE
from media_workflows.domain.conditions.variables import Values, ValueType, Variable, Variables
from media_workflows.errors import ConditionError

VARIABLES = Variables((*SOURCE, Variable("steps.hd.output.size_ratio", ValueType.NUMBER, "")))
VALUES: Values = {
    "source.width": 1920,
    "source.height": 1080,
    "source.short_edge": 1080,
    "source.duration_s": 25.0,
    "source.fps": 25,
    "source.name": "a.mp4",
    "source.has_video": True,
    "source.languages": ["zho"],
    "source.metadata": {"a-b": "x"},
    "source.size_bytes": 10**12,
}


def evaluated(text: str, values: Values = VALUES) -> Evaluation:
    return evaluate(check_condition(text, VARIABLES), values)


@pytest.mark.parametrize(
    ("text", "value", "decided_by"),
    [
        ("true", True, {}),
        ("source.short_edge >= 1080.0", True, {"source.short_edge": 1080}),
        ("source.short_edge >= 1080.5", False, {"source.short_edge": 1080}),
        ("source.duration_s < 3600", True, {"source.duration_s": 25.0}),
        ("source.fps == 25 && source.fps in [24, 25]", True, {"source.fps": 25}),
        ("source.width > 2000 && source.duration_s < 1", False, {"source.width": 1920}),
        ("source.duration_s < 30 && source.width > 2000", False, {"source.width": 1920}),
        ("source.width > 1000 || source.duration_s < 30", True, {"source.width": 1920}),
        ("source.width < 1000 || source.duration_s < 20", False, {"source.width": 1920, "source.duration_s": 25.0}),
        ("!(source.width > 1000 && source.height > 1000)", False, {"source.width": 1920, "source.height": 1080}),
        (
            "source.has_video ? source.width > 1 : source.fps > 1",
            True,
            {"source.has_video": True, "source.width": 1920},
        ),
        ('"zho" in source.languages', True, {"source.languages": ["zho"]}),
        ('source.languages.all(l, l == "eng")', False, {"source.languages": ["zho"]}),
        ('source.metadata["a-b"] == "x"', True, {"source.metadata": {"a-b": "x"}}),
        ("has(source.bitrate_kbps)", False, {"source.bitrate_kbps": None}),
        ("has(source.bitrate_kbps) && source.bitrate_kbps > 5", False, {"source.bitrate_kbps": None}),
        ("has(source.metadata.title)", False, {"source.metadata": {"a-b": "x"}}),
        ("source.bitrate_kbps > 5 || source.width > 1", True, {"source.width": 1920}),
        ("source.bitrate_kbps > 5 && source.width > 2000", False, {"source.width": 1920}),
        ("has(steps.hd.output.size_ratio)", False, {"steps.hd.output.size_ratio": None}),
    ],
)
def test_values_and_what_decided_them(text: str, value: bool, decided_by: dict[str, Any]) -> None:
    assert evaluated(text) == Evaluation(value, decided_by)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "source.bitrate_kbps > 5",
            "source.bitrate_kbps is unknown for this file; write has(source.bitrate_kbps) && …",
        ),
        ("source.width > 1 && source.bitrate_kbps > 5", "source.bitrate_kbps is unknown for this file"),
        ("source.bitrate_kbps > 5 ? true : false", "source.bitrate_kbps is unknown for this file"),
        ("!(source.bitrate_kbps > 5)", "source.bitrate_kbps is unknown for this file"),
        ("source.tags.owner == 'a'", "source.tags is unknown for this file"),
        ("steps.hd.output.size_ratio > 1", "steps.hd.output.size_ratio is unknown for this file"),
        (
            "source.metadata.title == 'x'",
            'line 1, column 23: there is no "title"; test it first, as in "title" in … && …',
        ),
        ("source.width / 0 > 1", "line 1, column 18: division by zero"),
        ("source.width % (source.width - 1920) == 0", "division by zero"),
        ("source.languages[3] == 'a'", "the list has no index 3, its size is 1; test it first"),
        ("source.size_bytes * 99999999999 > 0", "it cannot be evaluated: integer overflow"),
        ("source.name.matches('(' + source.name)", "it cannot be evaluated: invalid regular expression: missing ): ("),
        ("dyn(source.name) > 5", "it cannot be evaluated: No matching overloads found"),
        ("dyn(1) && true", "it cannot be evaluated: No matching overloads found"),
        ("int(source.name) > 5", "it cannot be evaluated: cannot convert string to int"),
    ],
)
def test_what_has_no_value_is_an_error(text: str, message: str) -> None:
    with pytest.raises(ConditionError) as raised:
        evaluated(text)
    assert message in str(raised.value)


def test_a_long_condition_is_shortened_in_its_error() -> None:
    with pytest.raises(ConditionError) as raised:
        evaluated("source.bitrate_kbps > 5" + " && true" * 30)
    assert str(raised.value).endswith("&& true …")


def test_a_macro_over_many_elements_ends() -> None:
    many: Values = {"source.metadata": {str(number): "x" for number in range(20_000)}}
    with pytest.raises(ConditionError, match="too many steps; use fewer or shorter lists"):
        evaluated("source.metadata.all(name, name != 'a')", many)


COMPARISONS = st.sampled_from(
    ["source.width > 1000", "source.height > 2000", "source.bitrate_kbps > 5", "true", "false"]
)
TREES = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda part: f"!({part})"),
        st.tuples(inner, inner, inner).map(lambda parts: "({} ? {} : {})".format(*parts)),
    ),
    max_leaves=6,
)


@settings(max_examples=60)
@given(TREES)
def test_the_deciding_values_alone_decide(text: str) -> None:
    try:
        found = evaluated(text)
    except ConditionError:
        return  # it depends on the bitrate, which is unknown
    alone = {name: value for name, value in VALUES.items() if name in found.decided_by}
    assert evaluated(text, alone) == found
