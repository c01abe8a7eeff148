"""What a condition may say, and what is answered to one that may not."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from media_workflows.domain.conditions.checking import MAX_CHARACTERS, check_condition, read_condition
from media_workflows.domain.conditions.evaluation import evaluate
from media_workflows.domain.conditions.outcomes import variables_after
from media_workflows.domain.conditions.source import SOURCE
from media_workflows.domain.conditions.variables import ValueType, Variable, Variables
from media_workflows.domain.invalid import InvalidValuesError
from media_workflows.domain.step_definition import StepDefinition
from media_workflows.errors import ConditionError

STEP = "steps.hd.output.size_ratio"
VARIABLES = Variables((*SOURCE, Variable(STEP, ValueType.NUMBER, ""), Variable("steps.hd.status", ValueType.TEXT, "")))


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidValuesError) as raised:
        check_condition(text, VARIABLES)
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("true", ()),
        ("source.short_edge >= 1080 && source.duration_s < 3600", ("source.short_edge", "source.duration_s")),
        ("source.short_edge >= 1080.5 || source.fps in [25, 30]", ("source.short_edge", "source.fps")),
        ("has(source.bitrate_kbps) && source.bitrate_kbps > 5000", ("source.bitrate_kbps",)),
        ('!("zho" in source.languages)', ("source.languages",)),
        ('source.languages.exists(l, l.startsWith("z"))', ("source.languages",)),
        ('source.metadata.title == "x" || source.tags["a-b"] == "y"', ("source.metadata", "source.tags")),
        ('has(source.metadata.title) && size(source.name) > 3 && source.key.matches("^in/")',
         ("source.metadata", "source.name", "source.key")),
        ("steps.hd.output.size_ratio > 1", (STEP,)),
        ("source.is_hdr ? source.bit_depth > 8 : source.width >\n  1920",
         ("source.is_hdr", "source.bit_depth", "source.width")),
    ],
)  # fmt: skip
def test_valid_conditions_and_what_they_read(text: str, names: tuple[str, ...]) -> None:
    assert check_condition(text, VARIABLES).names == names


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the condition is empty"),
        ("true" + " " * MAX_CHARACTERS, f"the condition has {MAX_CHARACTERS + 4} characters, and at most"),
        ("source.name == '\ud800'", "not valid Unicode"),
        ("(" * 60 + "true" + ")" * 60, "nested too deeply"),
        ("source.width >", "line 1, column 15: the condition ends too early"),
        ('source.name == "a', "line 1, column 16: the condition ends too early"),
        ("source.width = 1", "line 1, column 14: '=' is no operator: write =="),
        ("source.width => 1", "line 1, column 14: '=>' is no operator: write >="),
        ("source.has_video and true", "line 1, column 18: 'and' is no operator: write &&"),
        ("source.width > 1;", "line 1, column 17: the condition cannot be parsed here: token recognition"),
        ("source.widht > 1", "line 1, column 7: there is no variable source.widht: did you mean source.width"),
        ("has(source.widht)", "line 1, column 4: there is no variable source.widht: did you mean source.width"),
        ("width > 1", "line 1, column 1: there is no variable width: did you mean source.width?"),
        ("sources.width > 1", "there is no variable sources.width: did you mean source.width?"),
        ("source.zz > 1", "there is no variable source.zz: choose from source.key, source.name"),
        ("x.y == 1", "line 1, column 2: there is no variable x.y: choose from source, steps"),
        ("source.has_video &&\n  source.hight > 1", "line 2, column 9: there is no variable source.hight: did you"),
        ('"中文" == source.nam', "line 1, column 15: there is no variable source.nam"),
        ("steps.sd.status == 'x'", "line 1, column 6: there is no variable steps.sd: choose from steps.hd"),
        ("source.width > 'a'", "line 1, column 14: '>' cannot compare integer with text"),
        ("source.name == 3", "line 1, column 13: '==' cannot compare text with integer"),
        ("source.width in ['a']", "'in' cannot compare integer with list of texts"),
        ("source.width == null", "line 1, column 14: no value is null: write has(…)"),
        ("source.duration_s * 2 > 1.0", "line 1, column 19: '*' does not calculate with an integer and a number"),
        ("source.name[0] == 'a'", "line 1, column 12: '[ ]' does not take text and integer"),
        ("-source.name == 'a'", "line 1, column 1: '-' does not take text"),
        ("lenght(source.name) > 1", "line 1, column 7: there is no function lenght(): use one of all, bool"),
        ("source.name.startWith('a')", "line 1, column 22: there is no function startWith(): use one of startsWith"),
        ("size(source.name, 1) > 1", "line 1, column 5: size() does not take these values"),
        ("source.width", "the result must be true or false, and is integer"),
        ("source.width.x > 1", "line 1, column 13: the condition is not valid here: expression of type 'int' cannot"),
        ("source == source", "line 1, column 1: source is a group of values: name one of them, as in source.key"),
        ("steps.hd.output == 1", "steps.hd.output is a group of values: name one of them, as in steps.hd.output.si"),
        ("[1].exists(source, source == 1)", "source is the name of a group of values: give the variable"),
        ("[1].all(a, [1].all(b, true))", "a macro cannot contain another macro or follow it"),
        ("[1].map(a, [a]).exists(b, true)", "a macro cannot contain another macro or follow it"),
        ("conditions.source{width: 1}.width == 1", "line 1, column 1: conditions.source cannot be made here"),
    ],
)  # fmt: skip
def test_problems_say_where_and_what_to_do(text: str, problem: str) -> None:
    assert problem in problems(text)[0]


def test_all_problems_of_types_and_names_are_listed() -> None:
    found = problems("source.widht > 5 && source.name > 3 && sourc.key == ''")
    assert [line.partition(":")[0] for line in found] == ["line 1, column 7", "line 1, column 33", "line 1, column 45"]


STEPS = [
    StepDefinition.model_validate(step)
    for step in (
        {"id": "hd", "transcode": {"template": 100040}},
        {"id": "review", "content_review": {"template": 10}},
        {"id": "ask", "approval": {"message": "Publish?"}},
    )
]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("steps.hd.status == 'fail'", "column 20: steps.hd.status is never 'fail': it is one of success, failed, sk"),
        ("'reject' != steps.ask.answer", "column 1: steps.ask.answer is never 'reject': it is one of approved, rej"),
        ("review.verdict in ['pass', 'ok']", "column 28: review.verdict is never 'ok': it is one of pass, review, bl"),
        ("'gore' in review.categories", "column 1: review.categories is never 'gore': it is one of porn, terrorism"),
        ("source.name.matches('[')", "column 21: the regular expression '[' cannot be used: missing ]: ["),
        ("matches(source.name, '(?=a)')", "column 22: the regular expression '(?=a)' cannot be used: invalid perl"),
    ],
)
def test_literals_that_cannot_be_right_are_problems(text: str, problem: str) -> None:
    variables = variables_after(STEPS)
    with pytest.raises(InvalidValuesError, match="line 1") as raised:
        check_condition(text, variables)
    assert problem in str(raised.value)
    assert read_condition(text, variables), "a stored one is evaluated as before"


@pytest.mark.parametrize(
    "text",
    [
        "steps.hd.status in ['success', 'failed'] && steps.ask.answer == 'approved'",
        "review.verdict == source.name || source.name == 'fail'",
        "source.name.matches('[0-9]+') || source.name.matches(source.extension)",
    ],
)
def test_literals_that_can_be_right_are_not(text: str) -> None:
    assert check_condition(text, variables_after(STEPS))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("quality.black_screen", "quality.black_screen is known only after a step of quality_control: name such a st"),
        ("review.verdict == 'pass'", "review.verdict is known only after a step of content_review"),
        ("answer == 'approved'", "answer is known only after a step of approval or call"),
        ("steps.hd.answer == 'approved'", "steps.hd.answer is known only after a step of approval or call"),
    ],
)
def test_values_of_a_kind_of_step_name_it(text: str, problem: str) -> None:
    with pytest.raises(InvalidValuesError) as raised:
        check_condition(text, variables_after(STEPS[:1]))
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("text", "place", "token", "operator"),
    [
        ("NOT source.is_hdr", 1, "NOT", "!"),
        ("not(source.is_hdr)", 4, "not", "!"),
        ("source.is_hdr AND true", 15, "AND", "&&"),
        ("source.is_hdr OR true", 15, "OR", "||"),
        ("source.width === 1", 14, "===", "=="),
        ("source.width <> 1", 14, "<>", "!="),
        ("source.name == 'a = b' and source.width=1", 24, "and", "&&"),
        ("source.name IN ['a']", 13, "IN", "in"),
        ("source.name is 'a'", 13, "is", "=="),
    ],
)
def test_operators_of_other_languages_are_answered_with_those_of_cel(
    text: str, place: int, token: str, operator: str
) -> None:
    assert problems(text)[0] == f"line 1, column {place}: '{token}' is no operator: write {operator}"


# Pieces of conditions, which random texts rarely hit.
PIECES = [
    *(
        "source",
        ".",
        "width",
        "name",
        "languages",
        "metadata",
        "duration_s",
        "has",
        "size",
        "exists",
        "map",
        "x",
        "dyn",
    ),
    *("(", ")", "[", "]", "{", "}", "&&", "||", "!", "?", ":", ",", ">", "==", "in", "+", "-", "/", "\n", " ", "null"),
    *("0", "1", "1.5", "1u", "9223372036854775807", "'a'", '"中"', "b'\\xff'", "'\\u0000'", "'('"),
    *("type", "string", "matches", "timestamp"),
]


@settings(max_examples=150)
@given(st.one_of(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.text(max_size=60)))
@example("{1:1,1:2}[1]==1")
def test_no_text_ends_in_another_error(text: str) -> None:
    with contextlib.suppress(InvalidValuesError, ConditionError):
        evaluate(check_condition(text, VARIABLES), {"source.width": 1, "source.name": "a"})
