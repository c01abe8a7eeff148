"""Word lists as CSV: encodings, columns, bad rows by line, and that what is written is read again."""

from __future__ import annotations

import base64
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_workflows.domain.word_lists import (
    MAX_LIST_BYTES,
    MAX_LIST_ROWS,
    MAX_NAMED_PROBLEMS,
    WordListFile,
    limited,
    read_word_list,
    written,
)
from media_workflows.domain.words import MAX_TAGS, WordSample
from media_workflows.errors import DefinitionError

CHINESE = "关键词,用途,标签\r\n违禁词,review.asr;review.ocr,prohibited\r\n蛇油,,brand；of bottles\r\n"


def words(content: str | bytes) -> list[WordSample]:
    found = read_word_list(content.encode() if isinstance(content, str) else content)
    assert found.bad == {}
    return [word for _, word in found.words]


def problems(content: str) -> dict[str, str]:
    """The expectations by place, of the bad rows or of the whole file."""
    try:
        found = [one for row in read_word_list(content.encode()).bad.values() for one in row]
    except DefinitionError as error:
        found = error.problems
    return {one.field: one.expected for one in found}


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),  # what Excel writes in China; GB18030 is a superset
    ],
)
def test_encodings_are_detected(encoding: str, read_as: str) -> None:
    found = read_word_list(CHINESE.encode(encoding))
    assert found.encoding == read_as
    assert [(line, word.keyword, word.usages, word.tags) for line, word in found.words] == [
        (2, "违禁词", ("review.asr", "review.ocr"), ("prohibited",)),
        (3, "蛇油", ("all",), ("brand", "of bottles")),
    ]


def test_another_encoding_is_refused_or_named_by_the_user() -> None:
    with pytest.raises(DefinitionError, match="UTF-8 or GB18030: its byte 12 is not"):
        read_word_list("keyword\ncafé\n".encode("latin-1"))
    with pytest.raises(DefinitionError, match="in UTF-8: its byte 1 is not"):
        read_word_list(CHINESE.encode("gb18030"), "utf-8")


@pytest.mark.parametrize(
    ("cell", "tags"),
    [('x; "a;b"', ("x", "a;b")), (' "a;b" ;c', ("a;b", "c")), ('"a"b;c', ('"a"b', "c")), ('"a""b"', ('a"b',))],
)
def test_a_value_in_quotes_may_hold_a_separator(cell: str, tags: tuple[str, ...]) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([["keyword", "tags"], ["k", cell]])
    assert [word.tags for word in words(file.getvalue())] == [tags]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([["Tags", "KEYWORD"], ["a;b", "x,y"], ["", ""], ["", "z"]])
    assert [(word.keyword, word.tags) for word in words(file.getvalue())] == [("x,y", ("a", "b")), ("z", ())]


def test_every_bad_row_is_named_with_its_line() -> None:
    found = problems(
        "keyword,usages,tags\n"
        "good,all,\n"
        f"{'x' * 21},,\n"
        "two,never,\n"
        '"good",,\n'
        "four,all,a,b\n"
        "\n"
        ",review,\n"
        '"a\nb",,\n'  # two lines
        f"last,,{';'.join(str(n) for n in range(MAX_TAGS + 1))}\n"
    )
    assert list(found) == [
        *("lines[3].keyword", "lines[4].usages[0]", "lines[5].keyword", "lines[6]", "lines[8].keyword"),
        *("lines[9].keyword", "lines[11].tags"),
    ]
    assert found["lines[5].keyword"] == "is in line 2 already"
    assert "at most as many cells as the first line, 3" in found["lines[6]"]


@pytest.mark.parametrize(
    "content", ["违禁词\n", "keyword,colour\na,b\n", "keyword,词\na,b\n", "tags\na\n", "\n", "sep=;\nkeyword\n"]
)
def test_the_first_line_names_the_columns(content: str) -> None:
    (expected,) = problems(content).values()
    assert "must name the columns, each once: keyword" in expected


@pytest.mark.parametrize(
    "header",
    [
        "keyword",
        "Keywords",
        "word",
        "WORDS",
        "term",
        "terms",
        "关键词",
        "关键字",
        "词",
        "词语",
        "词汇",
        "敏感词",
        "热词",
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_usual_names_of_the_column(header: str, mark: str) -> None:
    (word,) = words(f"{mark}{header},tag,usage\na,b,review\n")
    assert (word.keyword, word.tags, word.usages) == ("a", ("b",), ("review",))


def test_a_file_that_is_no_csv_from_some_line_on_is_refused_as_a_whole() -> None:
    found = problems('keyword\na\n"never closed\nb\n')
    assert list(found) == ["lines[3]"]
    assert "check the quotes" in found["lines[3]"]


def test_limits() -> None:
    with pytest.raises(DefinitionError, match=f"at most {MAX_LIST_BYTES} bytes"):
        read_word_list(b"x" * (MAX_LIST_BYTES + 1))
    rows = "\n".join(["keyword", *(f"w{n}" for n in range(MAX_LIST_ROWS))])
    assert len(words(rows)) == MAX_LIST_ROWS
    assert f"at most {MAX_LIST_ROWS} words" in problems(f"{rows}\none more")["content"]
    bad = read_word_list(("keyword\n" + "?\n" * (MAX_NAMED_PROBLEMS + 2)).encode()).bad
    *named, last = limited(one for row in bad.values() for one in row)
    assert len(named) == MAX_NAMED_PROBLEMS
    assert (last.field, last.expected) == ("lines", "has further problems, not listed here: 2")


def test_a_file_in_a_request() -> None:
    content = base64.b64encode(b"keyword\na").decode()
    assert WordListFile(content=content).data == b"keyword\na"
    with pytest.raises(ValueError, match="base64"):
        WordListFile(content="keyword")


def test_a_spreadsheet_runs_no_cell_as_a_formula() -> None:
    text = written([WordSample(keyword="=1+1", tags=("@a", "b")), WordSample(keyword="'-x"), WordSample(keyword="'y")])
    assert text.splitlines() == ["keyword,usages,tags", "'=1+1,all,'@a;b", "''-x,all,", "'y,all,"]


SAMPLES = st.builds(
    WordSample,
    keyword=st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=19).map(lambda text: f"{text}x"),
    tags=st.lists(st.text(st.characters(categories=["L", "P", "S", "Zs"]), min_size=1, max_size=9), max_size=3),
    usages=st.lists(st.sampled_from(["all", "review", "recognition.asr"]), min_size=1, max_size=3),
)


@given(st.lists(SAMPLES, max_size=5, unique_by=lambda word: word.keyword))
def test_what_is_written_is_read_again(samples: list[WordSample]) -> None:
    assert words("\ufeff" + written(samples)) == samples
