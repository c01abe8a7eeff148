"""Word lists as CSV: `read_word_list` names every bad row, `written` is what it reads. Pure.

The first line names the columns: `keyword`, and optionally `usages` and `tags`. A cell with several values separates
them by semicolons; a value with a semicolon or a quote stands in quotes, doubled in the file as CSV requires.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError, field_validator

from media_workflows.domain.base import Model, invalid, problems_of, shown
from media_workflows.domain.invalid import InvalidValueError
from media_workflows.domain.words import WordSample
from media_workflows.errors import DefinitionError, FieldProblem

MAX_LIST_BYTES = 4 * 1024 * 1024  # as base64 it fits the default of api_max_body_bytes
MAX_LIST_ROWS = 10_000
MAX_NAMED_PROBLEMS = 500
FILE, LINES = "content", "lines"  # fields of problems: the whole file, and `lines[12].usages` of line 12 of the file

Encoding = Literal["auto", "utf-8", "utf-16", "gb18030"]
Existing = Literal["refuse", "replace", "keep"]
COLUMNS = ("keyword", "usages", "tags")
_NAMES = {
    **{name: name for name in COLUMNS},
    **dict.fromkeys(("keywords", "word", "words", "term", "terms"), "keyword"),
    **dict.fromkeys(("关键词", "关键字", "词", "词语", "词汇", "热词", "敏感词"), "keyword"),
    **dict.fromkeys(("usage", "用途"), "usages"),
    **dict.fromkeys(("tag", "label", "labels", "标签"), "tags"),
}
_DELIMITERS = ",;\t"  # Excel writes a semicolon where the comma is the decimal sign, and tabs as "Unicode text"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_QUOTE = '"'
_QUOTED = re.compile('"(?:[^"]|"")*"')
_VALUE = re.compile(rf"\s*{_QUOTED.pattern}\s*(?=[;；]|$)|[^;；]+")
_SPECIAL = re.compile(r'[;；"]|^\s|\s$')  # of a value that needs quotes
# Excel runs a cell that begins so as a formula; a quote before it makes it text.
_FORMULA, _MASKED = re.compile(r"'*[=+\-@]"), re.compile(r"'+[=+\-@]")


class WordListFile(Model):
    """A CSV file of words. `existing`: what happens to words of the file that the library has already."""

    content: str = Field(min_length=1, max_length=MAX_LIST_BYTES * 4 // 3 + 4, description="Base64 of the file")
    encoding: Encoding = Field("auto", description="auto: UTF-8 or UTF-16 by its mark, UTF-8, else GB18030")
    existing: Existing = Field(
        "refuse", description="Of words listed already: an error, replace what the file has columns for, or keep them"
    )
    skip_bad_rows: bool = Field(False, description="Import the good rows even if there are bad ones")

    @field_validator("content")
    @classmethod
    def _is_base64(cls, content: str) -> str:
        try:
            base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            raise invalid("must be base64 without line breaks") from None
        return content

    @property
    def data(self) -> bytes:
        """The file."""
        return base64.b64decode(self.content)


class ListedWord(NamedTuple):
    """A good row, and its line in the file (from 1)."""

    line: int
    word: WordSample


@dataclass(frozen=True)
class WordList:
    """The rows of a file. `encoding` is the one that it was read with; `bad` has the problems of bad rows by line.

    `columns` are those that the first line names.
    """

    encoding: str
    columns: frozenset[str]
    words: tuple[ListedWord, ...]
    bad: dict[int, list[FieldProblem]]


def read_word_list(content: bytes, encoding: Encoding = "auto") -> WordList:
    """The words of a CSV file, and the problems of its bad rows.

    Raises DefinitionError for a file that cannot be read as a whole: too large, in another encoding, without the
    column `keyword`, with quotes that do not end.
    """
    require_size(len(content))
    text, used = _decoded(content, encoding)
    rows = _rows(text)
    line, header = next(rows, (1, []))
    columns = _columns(line, header)
    return _read(rows, columns, used)


def require_size(size_bytes: int) -> None:
    """Raises DefinitionError for a file of too many bytes."""
    if size_bytes > MAX_LIST_BYTES:
        too_large = invalid("must have at most {max_bytes} bytes: split the file", max_bytes=MAX_LIST_BYTES)
        raise _refused(f"{size_bytes} bytes", too_large)


def written(words: Iterable[WordSample]) -> str:
    """The words as CSV. Begin the file with a byte order mark: without one Excel does not take it for UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for word in words:
        cells = (word.keyword, _joined(word.usages), _joined(word.tags))
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return file.getvalue()


def limited(problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    """The problems, or the first ones and how many more there are."""
    found = list(problems)
    if len(found) <= MAX_NAMED_PROBLEMS:
        return found
    more = invalid("has further problems, not listed here: {count}", count=len(found) - MAX_NAMED_PROBLEMS)
    return [*found[:MAX_NAMED_PROBLEMS], more.at(LINES, f"{len(found)} problems")]


def at_line(line: int, error: InvalidValueError, keyword: str) -> FieldProblem:
    """A problem of the keyword in this line."""
    return error.at(f"{LINES}[{line}].keyword", shown(keyword))


def _refused(got: str, error: InvalidValueError) -> DefinitionError:
    return DefinitionError([error.at(FILE, got)])


def _decoded(content: bytes, encoding: Encoding) -> tuple[str, str]:
    """The text and its encoding. UTF-8 is tried first: Chinese text in GB18030 is practically never valid UTF-8."""
    position = 0
    for candidate in _candidates(content) if encoding == "auto" else (encoding,):
        try:
            return content.decode(candidate).removeprefix("\ufeff"), candidate
        except UnicodeDecodeError as error:
            position = error.start + 1
    expected = invalid(
        "must be text in {encoding}: its byte {position} is not; save it as “CSV UTF-8”, or name its encoding",
        encoding="UTF-8 or GB18030" if encoding == "auto" else encoding.upper(),
        position=position,
    )
    raise _refused("other bytes", expected)


def _candidates(content: bytes) -> tuple[Encoding, ...]:
    return ("utf-16",) if content.startswith(_UTF16_MARKS) else ("utf-8", "gb18030")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells) of each row that has any. Raises DefinitionError."""
    head = next(iter(text.lstrip().splitlines()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            broken = invalid("is not CSV from here on: {cause}; check the quotes of the line", cause=error)
            raise DefinitionError([broken.at(f"{LINES}[{line}]", "this line")]) from None
        if row is None:
            return
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield line, cells


def _columns(line: int, header: list[str]) -> list[str]:
    columns = [_NAMES.get(name.casefold(), "") for name in header]
    unknown = [name for name, column in zip(header, columns, strict=True) if not column]
    if unknown or "keyword" not in columns or len(set(columns)) < len(columns):
        expected = invalid("must name the columns, each once: keyword, and if there are any, usages and tags")
        raise DefinitionError([expected.at(f"{LINES}[{line}]", shown(", ".join(header)))])
    return columns


def _read(rows: Iterator[tuple[int, list[str]]], columns: list[str], encoding: str) -> WordList:
    words: dict[str, ListedWord] = {}
    bad: dict[int, list[FieldProblem]] = {}
    for number, (line, cells) in enumerate(rows):
        if number == MAX_LIST_ROWS:
            too_many = invalid("must have at most {max_rows} words: split the file", max_rows=MAX_LIST_ROWS)
            raise _refused(f"more than {MAX_LIST_ROWS}", too_many)
        word = _word(line, cells, columns)
        if not isinstance(word, WordSample):
            bad[line] = word
        elif word.keyword in words:
            first = words[word.keyword].line
            bad[line] = [at_line(line, invalid("is in line {line} already", line=first), word.keyword)]
        else:
            words[word.keyword] = ListedWord(line, word)
    return WordList(encoding, frozenset(columns), tuple(words.values()), bad)


def _word(line: int, cells: list[str], columns: list[str]) -> WordSample | list[FieldProblem]:
    if any(cells[len(columns) :]):
        expected = invalid("must have at most as many cells as the first line, {count}", count=len(columns))
        return [expected.at(f"{LINES}[{line}]", f"{len(cells)} cells")]
    row = {column: cell[1:] if _MASKED.match(cell) else cell for column, cell in zip(columns, cells, strict=False)}
    lists = {name: values for name in COLUMNS[1:] if (values := _split(row.get(name, "")))}
    try:
        return WordSample.model_validate({"keyword": row.get("keyword", ""), **lists})
    except ValidationError as error:
        found = problems_of(error)
        # Without its one bad value, a list is reported as empty, too.
        single = [one for one in found if not any(other.field.startswith(f"{one.field}[") for other in found)]
        return [replace(one, field=f"{LINES}[{line}].{one.field}") for one in single]


def _split(cell: str) -> list[str]:
    """The values of a cell; those in quotes may contain separators."""
    values = (value.strip() for value in _VALUE.findall(cell))
    return [value[1:-1].replace('""', '"') if _QUOTED.fullmatch(value) else value for value in values if value]


def _joined(values: Iterable[str]) -> str:
    return ";".join(f'"{value.replace(_QUOTE, 2 * _QUOTE)}"' if _SPECIAL.search(value) else value for value in values)
