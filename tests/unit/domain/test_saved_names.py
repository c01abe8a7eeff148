"""Names and keys that would fail after the encode, or reach nothing, are refused when the workflow is saved."""

from __future__ import annotations

from typing import Any

import pytest

from definitions import definition
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import DefinitionError

HLS = {"container": "hls", "video": {}, "audio": {}}
LADDER = {"format": "hls", "segment_type": "ts-ts-segment", "streams": [{"video": {}, "audio": {}}]}
CONTROL = "must not contain control characters or line breaks"
BRACES = "must have '{' and '}' around the name of a variable only"
LONG = "bytes or more, and S3 accepts 1024: shorten it"
UNKNOWN = "unknown variable {inputname}"
URL = "not a URL"

# Every field that becomes the name of an output, as a function of its value.
NAMES: dict[str, Any] = {
    "output_path": lambda name: {"transcode": [{"template": 100010, "output_path": name}]},
    "segment_path": lambda name: {"transcode": [{"parameters": HLS, "segment_path": f"{{number}}{name}"}]},
    "web_vtt_path": lambda name: {"image_sprite": [{"template": 10, "web_vtt_path": name}]},
    "sub_stream_path": lambda name: _ladder(sub_stream_path=f"{{subStreamNumber}}{name}"),
    "ladder_segment_path": lambda name: _ladder(segment_path=f"{{subStreamNumber}}_{{segmentNumber}}{name}"),
    "key_path": lambda name: {
        "adaptive_dynamic_streaming": [{"parameters": LADDER | {"encryption": {"key_path": name}}}]
    },
}
# Every field that is the key of a further input.
KEYS: dict[str, Any] = {
    "head": lambda key: {"transcode": [{"template": 100010, "head": [key]}]},
    "tail": lambda key: {"transcode": [{"template": 100010, "tail": [key]}]},
    "cuts": lambda key: {"transcode": [{"template": 100010, "cuts": [{"end_offset_s": 1}, {"key": key}]}]},
    "burned_in": lambda key: {"transcode": [{"template": 100010, "burned_in_subtitles": {"key": key}}]},
    "burned_in_ladder": lambda key: _ladder(burned_in_subtitles={"key": key}),
    "add_on_audios": lambda key: _ladder(add_on_audios=[{"key": key}]),
    "add_on_subtitles": lambda key: _ladder(add_on_subtitles=[{"key": key}]),
}


def _ladder(**fields: Any) -> dict[str, Any]:
    return {"adaptive_dynamic_streaming": [{"parameters": LADDER, **fields}]}


def problems(**parts: Any) -> str:
    with pytest.raises(DefinitionError) as raised:
        parse_workflow(definition(**parts))
    return "\n".join(problem.expected for problem in raised.value.problems)


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a\r\nb.{format}", CONTROL),
        ("a\x85.{format}", CONTROL),
        ("a\u2028.{format}", CONTROL),
        ("a\uffff.{format}", CONTROL),
        ("片" * 340 + ".{format}", LONG),
        ("{" * 500 + ".{format}", BRACES),
        ("{inputName.{format}", BRACES),
        ("{inputname}.{format}", UNKNOWN),
    ],
)
def test_names_of_outputs(field: str, name: str, expected: str) -> None:
    if expected is LONG:
        name = "a" * 10 + name  # beyond 1024 bytes also without a directory
    assert expected in problems(jobs=NAMES[field](name))


@pytest.mark.parametrize("field", KEYS)
@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("subs/{inputname}.srt", UNKNOWN),
        ("subs/{inputName.srt", BRACES),
        ("subs/inputName}.srt", BRACES),
        ("https://h.example/a.srt", URL),
        ("s3://bucket/a.srt", URL),
        ("a\nb.srt", CONTROL),
        ("片" * 342 + ".srt", LONG),
    ],
)
def test_keys_of_inputs(field: str, key: str, expected: str) -> None:
    assert expected in problems(jobs=KEYS[field](key))


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("head", "transcode[0].head[0]"),
        ("tail", "transcode[0].tail[0]"),
        ("cuts", "transcode[0].cuts[1].key"),
        ("burned_in", "transcode[0].burned_in_subtitles.key"),
        ("burned_in_ladder", "adaptive_dynamic_streaming[0].burned_in_subtitles.key"),
        ("add_on_audios", "adaptive_dynamic_streaming[0].add_on_audios[0].key"),
        ("add_on_subtitles", "adaptive_dynamic_streaming[0].add_on_subtitles[0].key"),
    ],
)
def test_the_problem_of_a_key_is_at_its_field(field: str, place: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        parse_workflow(definition(jobs=KEYS[field]("https://h.example/a.srt")))
    assert [problem.field for problem in raised.value.problems] == [f"jobs.{place}"]


def test_the_directory_counts() -> None:
    item = {"template": 100010, "output_path": "a" * 600 + ".{format}"}
    assert parse_workflow(definition(jobs={"transcode": [item]}, output={"directory": "b/"}))
    assert LONG in problems(jobs={"transcode": [item]}, output={"directory": "b" * 500 + "/"})


@pytest.mark.parametrize("place", ["trigger", "output"])
@pytest.mark.parametrize(("directory", "expected"), [("a\x7f/", CONTROL), ("片" * 342 + "/", LONG)])
def test_directories(place: str, directory: str, expected: str) -> None:
    assert expected in problems(**{place: {"bucket": "abc", "directory": directory}})


def test_an_empty_key_is_none() -> None:
    assert "must not be empty" in problems(jobs=KEYS["head"](""))


def test_a_number_in_a_key_has_at_least_one_character() -> None:
    def parse(name: str) -> None:
        parse_workflow(definition(jobs={"image_sprite": [{"template": 10, "output_path": name}]}))

    with pytest.raises(DefinitionError, match="makes a key of 1025 bytes or more"):
        parse(f"/{'a' * 1020}{{number}}.{{format}}")
    parse(f"/{'a' * 1019}{{number}}.{{format}}")


@pytest.mark.parametrize(
    ("kind", "item", "number"),
    [
        ("image_sprite", {"template": 10, "number_format": {"min_length": 20}}, "0" * 20),
        ("sample_snapshot", {"template": 10, "number_format": {"initial": 12345}}, "12345"),
        ("snapshot_by_time_offset", {"template": 10, "time_offsets": ["0s"] * 11}, "10"),
    ],
)
def test_a_number_in_a_key_has_its_length_as_far_as_it_is_known(kind: str, item: dict[str, Any], number: str) -> None:
    def parse(length: int) -> None:
        output_path = f"/{'a' * (length - len(f'{number}.jpg'))}{{number}}.{{format}}"
        parse_workflow(definition(jobs={kind: [item | {"output_path": output_path}]}))

    with pytest.raises(DefinitionError, match="makes a key of 1025 bytes or more"):
        parse(1025)
    parse(1024)


FRAGMENTED = {"container": "hls", "video": {"codec": "h265"}, "audio": {}}
LADDER_OF_FRAGMENTS = LADDER | {"segment_type": "mp4-segment"}


@pytest.mark.parametrize(
    ("kind", "parameters", "suffix"),
    [
        ("transcode", HLS, "_0.ts"),
        ("transcode", FRAGMENTED, "_init.mp4"),
        ("adaptive_dynamic_streaming", LADDER, "_0_0.ts"),
        ("adaptive_dynamic_streaming", LADDER_OF_FRAGMENTS, "_0_init.mp4"),
    ],
)
def test_the_names_of_segments_count_too(kind: str, parameters: dict[str, Any], suffix: str) -> None:
    def parse(length: int) -> None:
        output_path = f"/{'a' * (length - len(suffix))}.{{format}}"
        parse_workflow(definition(jobs={kind: [{"parameters": parameters, "output_path": output_path}]}))

    with pytest.raises(DefinitionError, match="makes a key of 1025 bytes or more"):
        parse(1025)
    parse(1024)
