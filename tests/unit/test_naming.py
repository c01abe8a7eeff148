"""Names of outputs: variables, directories, numbers."""

from __future__ import annotations

import pytest

from media_workflows.errors import OutputNameError
from media_workflows.naming import (
    NumberFormat,
    fixed_directory,
    input_directory,
    output_key,
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


@pytest.mark.parametrize("key", ["in/...mp4", "...mp4"])
def test_a_source_name_cannot_climb_out_of_the_output_directory(key: str) -> None:
    """A file named '...mp4' has the stem '..'; `run-local` writes keys as paths."""
    assert ".." not in output_key("{inputName}/cover.{format}", "out/", key, {"format": "jpg"}).split("/")


@pytest.mark.parametrize(
    ("key", "trigger_directory", "directory"),
    [
        ("in/a.mp4", "in/", ""),
        ("a.mp4", "", ""),
        ("in/cam1/a.mp4", "in/", "cam1"),
        ("in/摄像头 1/2026-11/a.mp4", "in/", "摄像头 1/2026-11"),
        ("in/cam1/a.mp4", "", "in/cam1"),
        ("other/a.mp4", "in/", "other"),
        ("in/e\u0301/{inputName}/a.mp4", "in/", "e\u0301/{inputName}"),
    ],
)
def test_input_directory(key: str, trigger_directory: str, directory: str) -> None:
    assert input_directory(key, trigger_directory) == directory


@pytest.mark.parametrize(
    "key", ["in//a.mp4", "in/../b/a.mp4", "in/./a.mp4", "in/b/../../a.mp4", "in/\n/a.mp4", "/a.mp4"]
)
def test_an_input_directory_that_leads_elsewhere_is_refused(key: str) -> None:
    for pattern, directory in (("{inputDirectory}/x.{format}", "out/"), ("x.{format}", "out/{inputDirectory}/")):
        with pytest.raises(OutputNameError, match="upload it under a plain key"):
            output_key(pattern, directory, key, {"format": "jpg"}, "in/")
    assert output_key("x.{format}", "out/", key, {"format": "jpg"}, "in/") == "out/x.jpg"


@pytest.mark.parametrize(
    ("pattern", "directory", "keys"),
    [
        ("{inputDirectory}/{inputName}.{format}", "out/", ("out/a.jpg", "out/cam1/a.jpg")),
        ("/{inputDirectory}/{inputName}.{format}", "out/", ("a.jpg", "cam1/a.jpg")),
        ("{inputName}.{format}", "out/{inputDirectory}/", ("out/a.jpg", "out/cam1/a.jpg")),
        ("{inputName}.{format}", "{inputDirectory}/x/", ("x/a.jpg", "cam1/x/a.jpg")),
        ("{inputName}.{format}", "{inputName}/", ("{inputName}/a.jpg", "{inputName}/a.jpg")),
    ],
)
def test_sub_directories_in_output_keys(pattern: str, directory: str, keys: tuple[str, str]) -> None:
    sources = ("in/a.mp4", "in/cam1/a.mp4")
    assert tuple(output_key(pattern, directory, key, {"format": "jpg"}, "in/") for key in sources) == keys


def test_a_key_is_at_most_1024_bytes() -> None:
    source = f"in/{'长' * 330}/a.mp4"  # three bytes each
    pattern = "{inputDirectory}/{inputName}.{format}"
    assert len(output_key(pattern, "o" * 26 + "/", source, {"format": "jpg"}, "in/").encode()) == 1023
    with pytest.raises(OutputNameError, match=r"has 1025 bytes, and S3 accepts 1024: use a shorter"):
        output_key(pattern, "o" * 28 + "/", source, {"format": "jpg"}, "in/")


@pytest.mark.parametrize(
    ("directory", "fixed"), [("out/", "out/"), ("out/{inputDirectory}/x/", "out/"), ("{inputDirectory}/", "")]
)
def test_fixed_directory(directory: str, fixed: str) -> None:
    assert fixed_directory(directory) == fixed
