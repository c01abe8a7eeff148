"""Names of outputs: variables, directories, numbers."""

from __future__ import annotations

import pytest

from media_workflows.naming import (
    COMMON_VARIABLES,
    NumberFormat,
    output_key,
    pattern_faults,
    render,
    source_directory,
    source_variables,
)


@pytest.mark.parametrize(
    ("key", "name", "suffix"),
    [
        ("in/My clip.MP4", "My clip", "MP4"),
        ("a.tar.gz", "a.tar", "gz"),
        ("in/片名", "片名", ""),
        ("in/.hidden", ".hidden", ""),
        ("in/.hidden.mp4", ".hidden", "mp4"),
        ("in.d/a", "a", ""),
        ("in//a.mp4", "a", "mp4"),
        ("in/a b+c%20.mov", "a b+c%20", "mov"),
    ],
)
def test_source_variables(key: str, name: str, suffix: str) -> None:
    assert source_variables(key) == {"inputName": name, "inputFormat": suffix}


@pytest.mark.parametrize(
    ("key", "directory"), [("a.mp4", ""), ("in/a.mp4", "in/"), ("in/hd/a.mp4", "in/hd/"), ("/a.mp4", "/")]
)
def test_source_directory(key: str, directory: str) -> None:
    assert source_directory(key) == directory


@pytest.mark.parametrize(
    ("pattern", "directory", "key"),
    [
        ("{inputName}_{definition}.{format}", None, "in/片 a_10.jpg"),
        ("{inputName}_{definition}.{format}", "out/", "out/片 a_10.jpg"),
        ("{inputName}_{definition}.{format}", "", "片 a_10.jpg"),
        ("covers/{inputFormat}.{format}", None, "in/covers/mp4.jpg"),
        ("/top/{inputName}.{format}", "out/", "top/片 a.jpg"),
        ("/{inputName}.{format}", None, "片 a.jpg"),
        ("fixed.{format}", "out/", "out/fixed.jpg"),
    ],
)
def test_output_key(pattern: str, directory: str | None, key: str) -> None:
    assert output_key(pattern, directory, "in/片 a.mp4", {"format": "jpg", "definition": "10"}) == key


def test_braces_in_a_source_name_are_no_variables() -> None:
    assert output_key("{inputName}.{format}", "out/", "in/{format}{x}.mp4", {"format": "jpg"}) == "out/{format}{x}.jpg"


def test_unknown_variables_stay() -> None:
    assert render("{a}{b}", {"a": "1"}) == "1{b}"


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        (NumberFormat(), ["0", "1", "2"]),
        (NumberFormat(initial=1), ["1", "2", "3"]),
        (NumberFormat(increment=5, min_length=3), ["000", "005", "010"]),
        (NumberFormat(initial=9, min_length=2, placeholder="-"), ["-9", "10", "11"]),
        (NumberFormat(initial=99, min_length=2), ["99", "100", "101"]),
    ],
)
def test_number_format(numbers: NumberFormat, shown: list[str]) -> None:
    assert [numbers.render(index) for index in range(3)] == shown


@pytest.mark.parametrize(
    ("pattern", "faults"),
    [
        ("{inputName}.{format}", []),
        ("/{definition}/{inputFormat}.{format}", []),
        ("中文 {inputName}.{format}", []),
        ("a..b.{format}", []),
        ("{inputName}", ["must end with '.{format}'"]),
        ("{inputName}{format}", ["must end with '.{format}'"]),
        ("", ["must end with '.{format}'"]),
        ("../{inputName}.{format}", ["must not hold '..' or '//' as a part"]),
        ("a/../b.{format}", ["must not hold '..' or '//' as a part"]),
        ("a//b.{format}", ["must not hold '..' or '//' as a part"]),
    ],
)
def test_pattern_faults(pattern: str, faults: list[str]) -> None:
    assert pattern_faults(pattern, COMMON_VARIABLES) == faults


def test_unknown_variables_are_told_with_the_known_ones() -> None:
    faults = pattern_faults("{inputname}_{number}", COMMON_VARIABLES)
    assert faults == [
        "unknown variable {inputname}; known here: definition, format, inputFormat, inputName",
        "unknown variable {number}; known here: definition, format, inputFormat, inputName",
        "must end with '.{format}'",
    ]
    assert pattern_faults("{number}.{format}", COMMON_VARIABLES | {"number"}) == []


@pytest.mark.parametrize("key", ["in/...mp4", "...mp4"])
def test_a_source_name_cannot_climb_out_of_the_output_directory(key: str) -> None:
    """A file named '...mp4' has the stem '..'; `run-local` writes keys as paths."""
    assert ".." not in output_key("{inputName}/cover.{format}", "out/", key, {"format": "jpg"}).split("/")
