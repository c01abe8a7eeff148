"""Definitions: each rule of each field, and where a problem is reported."""

from __future__ import annotations

import json
from typing import Any

import pytest

from definitions import PNG, definition, workflow
from media_workflows.domain.jobs import JOB_KINDS, MAX_ITEMS
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.errors import DefinitionError

RAW = {"container": "mp4", "video": {"codec": "h264"}}


def problems(data: Any) -> dict[str, str]:
    """Field -> what is expected, of a definition that must be refused."""
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(data)
    return {problem.field: problem.expected for problem in caught.value.problems}


def only_problem(data: Any) -> tuple[str, str]:
    found = problems(data)
    assert len(found) == 1, found
    return next(iter(found.items()))


def jobs(**kinds: Any) -> dict[str, Any]:
    return definition(jobs=kinds)


def test_the_smallest_definition() -> None:
    made = parse_workflow(definition())
    assert made.trigger.directory is None
    assert (made.output.bucket, made.output.directory, made.output_bucket) == (None, None, "media-input")
    assert (made.notification, made.priority) == (None, 0)
    assert [kind for kind, _ in made.jobs.by_kind()] == ["transcode"]


def test_stored_definitions_read_back() -> None:
    full = definition(
        output={"bucket": "media-output", "region": "cn-north-1", "directory": "/out/"},
        trigger={"bucket": "media-input", "region": "cn-north-1", "directory": "in/", "formats": ["MP4"]},
        jobs={
            "transcode": [{"parameters": RAW, "watermarks": [{"mark": {"type": "text", "text": "片名"}}]}],
            "sample_snapshot": [{"template": 10, "watermarks": [{"mark": {"type": "image", "content": PNG}}]}],
        },
        notification={"type": "sns", "topic_arn": "arn:aws:sns:us-east-1:123456789012:media"},
        priority=-10,
        airflow={"owner": "video", "tags": ["短视频"], "max_active_runs": 2, "execution_timeout_s": 7200},
    )
    made = parse_workflow(full)
    assert Workflow.model_validate_json(json.dumps(made.model_dump(mode="json"))) == made
    assert parse_workflow(made.model_dump(mode="json")) == made


@pytest.mark.parametrize("name", ["a", "短视频_封面-1", "_-", "A" * 128, "片" * 128, "㐀", "𠀀", "0"])
def test_names(name: str) -> None:
    assert parse_workflow(definition(name=name)).name == name


@pytest.mark.parametrize(
    "name", ["", "A" * 129, "片" * 129, "a b", "a.b", "a/b", "a\n", "\na", "é", "カナ", "а", "1,2", "，", "😀"]
)
def test_bad_names(name: str) -> None:
    field, expected = only_problem(definition(name=name))
    assert field == "name"
    assert "1 to 128 characters: Chinese, Latin letters, digits, '_' and '-'" in expected


def test_a_name_is_required_and_is_text() -> None:
    data = definition()
    del data["name"]
    assert "name" in problems(data)
    assert "name" in problems(definition(name=7))
    assert "name" in problems(definition(name=None))


@pytest.mark.parametrize("bucket", ["abc", "media-input", "a.b.c", "0-1", "a" * 63])
@pytest.mark.parametrize("part", ["trigger", "output"])
def test_buckets(part: str, bucket: str) -> None:
    assert getattr(parse_workflow(definition(**{part: {"bucket": bucket}})), part).bucket == bucket


@pytest.mark.parametrize("bucket", ["", "ab", "a" * 64, "Media", "a_b", "-ab", "ab-", ".ab", "桶桶桶", "a/b", "abc\n"])
@pytest.mark.parametrize("part", ["trigger", "output"])
def test_bad_buckets(part: str, bucket: str) -> None:
    field, expected = only_problem(definition(**{part: {"bucket": bucket}}))
    assert field == f"{part}.bucket"
    assert "3 to 63 lower-case letters" in expected


def test_a_trigger_bucket_is_required() -> None:
    assert only_problem(definition(trigger={}))[0] == "trigger.bucket"
    data = definition()
    del data["trigger"]
    assert only_problem(data)[0] == "trigger"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ("", None),
        ("/", None),
        ("in/", "in/"),
        ("/in/", "in/"),
        ("/in/高清 hd/", "in/高清 hd/"),
        ("a.b/..c/", "a.b/..c/"),
    ],
)
@pytest.mark.parametrize("part", ["trigger", "output"])
def test_directories(part: str, given: str | None, kept: str | None) -> None:
    made = parse_workflow(definition(**{part: {"bucket": "media-input", "directory": given}}))
    assert getattr(made, part).directory == kept
    assert made.trigger.prefix == (kept if part == "trigger" and kept else "")


@pytest.mark.parametrize("directory", ["in", "/in", "a//", "//", "//a/", "a//b/", "../", "a/../b/", "./a/", "a/./"])
@pytest.mark.parametrize("part", ["trigger", "output"])
def test_bad_directories(part: str, directory: str) -> None:
    field, _ = only_problem(definition(**{part: {"bucket": "media-input", "directory": directory}}))
    assert field == f"{part}.directory"


def test_a_missing_slash_is_named() -> None:
    assert "for example 'in/hd/'" in only_problem(definition(trigger={"bucket": "abc", "directory": "in/hd"}))[1]


@pytest.mark.parametrize("part", ["trigger", "output"])
def test_no_nul_in_directories(part: str) -> None:
    """PostgreSQL keeps no NUL: the definition has to be refused before it gets there."""
    field, _ = only_problem(definition(**{part: {"bucket": "media-input", "directory": "a\0b/"}}))
    assert field == f"{part}.directory"


def test_no_nul_in_a_text_watermark() -> None:
    item = {"template": 100010, "watermarks": [{"mark": {"type": "text", "text": "a\0b"}}]}
    assert "jobs.transcode[0]" in only_problem(jobs(transcode=[item]))[0]


@pytest.mark.parametrize("field", ["trigger", "output", "jobs", ""])
def test_unknown_fields(field: str) -> None:
    data = definition(output={})
    (data[field] if field else data)["colour"] = "red"
    assert only_problem(data) == (f"{field}.colour".lstrip("."), "unknown field, remove it")


@pytest.mark.parametrize("given", [{}, {"transcode": []}, {"transcode": [], "sample_snapshot": []}])
def test_at_least_one_job(given: Any) -> None:
    field, expected = only_problem(definition(jobs=given))
    assert field == "jobs"
    assert expected == f"must have at least one job of: {', '.join(JOB_KINDS)}"


def test_either_jobs_or_steps_are_required() -> None:
    data = definition()
    steps = [{"id": "hd", "transcode": [{"template": 100010}]}]
    assert only_problem({**data, "steps": steps})[0] == "steps"
    del data["jobs"]
    assert only_problem(data)[0] == "steps"
    assert parse_workflow({**data, "steps": steps}).jobs is None


@pytest.mark.parametrize(
    ("kind", "more", "known"),
    [
        ("snapshot_by_time_offset", {"time_offsets": ["0s"]}, "10"),
        ("sample_snapshot", {}, "10"),
        ("image_sprite", {}, "10"),
        ("animated_graphic", {"end_offset_s": 1}, "20000, 20001"),
    ],
)
def test_a_template_of_another_kind_is_none(kind: str, more: dict[str, Any], known: str) -> None:
    good = {"template": int(known.split(", ")[0]), **more}
    field, expected = only_problem(jobs(**{kind: [good, {"template": 999, "output_path": "", **more}]}))
    assert (field, expected) == (f"jobs.{kind}[1].template", f"there is no {kind} template 999: choose one of {known}")


@pytest.mark.parametrize("item", [{}, {"template": 100010, "parameters": RAW}])
def test_one_of_template_and_parameters(item: dict[str, Any]) -> None:
    field, expected = only_problem(jobs(transcode=[item]))
    assert field == "jobs.transcode[0]"
    assert "exactly one of `template` (an id) and `parameters`" in expected


@pytest.mark.parametrize("priority", [-10, 0, 10])
def test_priorities(priority: int) -> None:
    assert parse_workflow(definition(priority=priority)).priority == priority


def test_airflow_options_are_absent_unless_set() -> None:
    assert "airflow" not in parse_workflow(definition(airflow={})).model_dump(exclude_defaults=True)
    made = parse_workflow(definition(airflow={"owner": "video team"}))
    assert made.model_dump(exclude_defaults=True)["airflow"] == {"owner": "video team"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("owner", text) for text in ("a,b", " a", "a ", "a\nb", "x" * 101, 7)),
        *(("tags", tags) for tags in (["ok"] * 21, "media", None)),
        *(("max_active_runs", number) for number in (0, 1001, 1.5)),
        *(("execution_timeout_s", seconds) for seconds in (59, 604_801, "long")),
        ("asset_events", "x"),
    ],
)
def test_bad_airflow_options(field: str, value: Any) -> None:
    assert only_problem(definition(airflow={field: value}))[0] == f"airflow.{field}"


def test_a_bad_tag_is_named_with_its_place() -> None:
    assert problems(definition(airflow={"tags": ["ok", "", "a,b"]})) == {
        "airflow.tags[1]": "must not be empty",
        "airflow.tags[2]": "must have at most 100 characters, none of them a comma, and no space at an end",
    }


@pytest.mark.parametrize("priority", [-11, 11, 0.5, "high", None])
def test_bad_priorities(priority: Any) -> None:
    assert only_problem(definition(priority=priority))[0] == "priority"


def test_regions_must_be_the_same() -> None:
    trigger = {"bucket": "media-input", "region": "cn-north-1"}
    for region in (None, "cn-north-1"):
        parse_workflow(definition(trigger=trigger, output={"region": region}))
    field, expected = only_problem(definition(trigger=trigger, output={"bucket": "abc", "region": "eu-west-3"}))
    assert field == "output.region"
    assert "'cn-north-1'" in expected


NOTIFICATIONS = [
    {"type": "http", "url": "http://127.0.0.1:9900/events"},
    {"type": "http", "url": "https://example.com/a?b=c"},
    {"type": "sqs", "queue_url": "http://127.0.0.1:4566/000000000000/media"},
    {"type": "sns", "topic_arn": "arn:aws:sns:us-east-1:123456789012:media"},
    {"type": "sns", "topic_arn": "arn:aws-cn:sns:cn-north-1:123456789012:media.fifo"},
]


@pytest.mark.parametrize("target", NOTIFICATIONS)
def test_notifications(target: dict[str, Any]) -> None:
    made = parse_workflow(definition(notification=target)).notification
    assert made is not None
    assert made.model_dump(exclude_defaults=True) == target
    assert (made.mode, made.format, made.connection) == ("finish", "workflow_task", None)


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ({"type": "http", "url": "ftp://example.com"}, "notification.url"),
        ({"type": "http", "url": "http://"}, "notification.url"),
        ({"type": "http", "url": "http:///x"}, "notification.url"),
        ({"type": "http", "url": "http:/x"}, "notification.url"),
        ({"type": "http", "url": "example.com"}, "notification.url"),
        ({"type": "http", "url": ""}, "notification.url"),
        ({"type": "http", "url": "http://[broken/hook"}, "notification.url"),
        ({"type": "http", "url": "http://example.com:port/"}, "notification.url"),
        ({"type": "http", "url": "http://example.com/" + "a" * 2048}, "notification.url"),
        ({"type": "http"}, "notification.url"),
        ({"type": "sqs", "queue_url": "media"}, "notification.queue_url"),
        ({"type": "sns", "topic_arn": "arn:aws:sqs:us-east-1:1:x"}, "notification.topic_arn"),
        ({"type": "mail", "to": "me"}, "notification"),
        ({"url": "http://example.com/"}, "notification"),
    ],
)
def test_bad_notifications(target: dict[str, Any], field: str) -> None:
    found = only_problem(definition(notification=target))[0]
    assert found.replace(f".{target.get('type')}.", ".") == field  # the tag is the next test's matter


def test_the_path_to_a_bad_notification_holds_only_fields() -> None:
    """A field is a path into the definition as the user wrote it: the form looks its control up by it."""
    data = definition(notification={"type": "http", "url": "example.com"})
    assert only_problem(data)[0] == "notification.url"


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("{inputName}", "must end with '.{format}'"),
        ("{name}.{format}", "unknown variable {name}"),
        ("{number}.{format}", "unknown variable {number}"),
        ("../{inputName}.{format}", "must not contain '..'"),
    ],
)
def test_output_name_patterns(pattern: str, problem: str) -> None:
    field, expected = only_problem(jobs(transcode=[{"template": 100010, "output_path": pattern}]))
    assert field == "jobs.transcode[0].output_path"
    assert problem in expected


@pytest.mark.parametrize("kind", ["snapshot_by_time_offset", "sample_snapshot", "image_sprite"])
def test_pictures_are_numbered(kind: str) -> None:
    more = {"time_offsets": ["0s"]} if kind == "snapshot_by_time_offset" else {}
    parse_workflow(jobs(**{kind: [{"template": 10, "output_path": "{inputName}_{number}.{format}", **more}]}))
    field, expected = only_problem(jobs(**{kind: [{"template": 10, "output_path": "{inputName}.{format}", **more}]}))
    assert field == f"jobs.{kind}[0].output_path"
    assert "must contain {number}" in expected


FREE = [
    pytest.param([{"template": 100010}, {"template": 100210}], id="two templates"),
    pytest.param([{"template": 100010}, {"parameters": RAW}], id="template and parameters"),
    pytest.param([{"parameters": RAW}, {"parameters": {**RAW, "container": "mkv"}}], id="two containers"),
    pytest.param([{"template": 100010}, {"template": 100010, "output_path": "b.{format}"}], id="own name"),
    pytest.param(
        [{"template": 100010, "output_path": "a.{format}"}, {"template": 100210, "output_path": "a.{format}"}],
        id="one name, two formats",
    ),
]


@pytest.mark.parametrize("items", FREE)
def test_outputs_that_do_not_collide(items: list[dict[str, Any]]) -> None:
    parse_workflow(jobs(transcode=items))


COLLIDING = [
    pytest.param([{"template": 100010}, {"template": 100010}], id="one template twice"),
    pytest.param([{"parameters": RAW}, {"parameters": {**RAW, "audio": {}}}], id="two raw items"),
    pytest.param(
        [{"template": 100010, "output_path": "a.{format}"}, {"template": 100020, "output_path": "a.{format}"}],
        id="one name",
    ),
    pytest.param(
        [{"template": 100010}, {"template": 100020, "output_path": "{inputName}_transcode_100010.{format}"}],
        id="a name that spells another out",
    ),
]


@pytest.mark.parametrize("items", COLLIDING)
def test_outputs_that_collide(items: list[dict[str, Any]]) -> None:
    field, expected = only_problem(jobs(transcode=items))
    assert field == "jobs.transcode[1].output_path"
    assert expected.startswith("writes the same object as jobs.transcode[0].output_path")


def test_outputs_of_two_kinds_collide() -> None:
    name = "{inputName}_{number}.{format}"
    data = jobs(
        snapshot_by_time_offset=[{"template": 10, "time_offsets": ["0s"], "output_path": name}],
        sample_snapshot=[{"template": 10, "output_path": name}],
    )
    assert only_problem(data)[0] == "jobs.sample_snapshot[0].output_path"


def test_an_absolute_name_collides_with_a_relative_one() -> None:
    """Publishing cannot notice: to it the second is a newer output of the same source."""
    items = [
        {"template": 100010, "output_path": "/out/{inputName}.{format}"},
        {"template": 100020, "output_path": "{inputName}.{format}"},
    ]
    field, _ = only_problem(definition(output={"directory": "out/"}, jobs={"transcode": items}))
    assert field == "jobs.transcode[1].output_path"


def test_problems_are_reported_together() -> None:
    data = definition(
        name="a b",
        trigger={"bucket": "B", "directory": "in", "formats": ["a b"]},
        output={"directory": "out"},
        jobs={
            "transcode": [{"template": 100010}, {"parameters": {"container": "mp4", "video": {"bitrate_kbps": 5}}}],
            "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s", "3"]}],
            "animated_graphic": [{"template": 20000, "start_offset_s": 3, "end_offset_s": 3}],
        },
        priority=99,
        extra=1,
    )
    assert problems(data).keys() == {
        "name",
        "trigger.bucket",
        "trigger.directory",
        "trigger.formats",
        "output.directory",
        "jobs.transcode[1].parameters.video.bitrate_kbps",
        "jobs.snapshot_by_time_offset[0].time_offsets",
        "jobs.animated_graphic[0]",
        "priority",
        "extra",
    }


def test_problems_between_fields_are_reported_together() -> None:
    data = definition(
        trigger={"bucket": "media-input", "region": "a"},
        output={"region": "b"},
        jobs={"transcode": [{"template": 1}, {"template": 100010, "output_path": "x"}]},
    )
    assert problems(data).keys() == {"jobs.transcode[0].template", "jobs.transcode[1].output_path", "output.region"}


def test_problems_in_and_between_fields_are_reported_together() -> None:
    assert problems(definition(name="a b", jobs={"transcode": [{"template": 1}]})).keys() == {
        "name",
        "jobs.transcode[0].template",
    }


def test_the_message_names_each_problem() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(definition(name="a b", priority=11))
    lines = str(caught.value).splitlines()
    assert lines[0] == "2 problems in the definition:"
    assert lines[1].startswith("  - name: got 'a b'; must have 1 to 128 characters")
    assert lines[2].startswith("  - priority: got 11; ")
    assert caught.value.code == "InvalidParameterValue"


@pytest.mark.parametrize("data", [None, [], "text", 1])
def test_no_definition_at_all(data: Any) -> None:
    assert only_problem(data)[0] == "(whole definition)"


def test_long_values_are_cut() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_workflow(definition(name="x" * 5000))
    assert len(str(caught.value)) < 400


def test_immutable() -> None:
    with pytest.raises(ValueError, match="frozen"):
        workflow().name = "other"  # type: ignore[misc]


def _placed(directory: str | None, *paths: str) -> dict[str, Any]:
    items = [{"template": 100010, "output_path": path} for path in paths]
    return definition(output={"directory": directory}, jobs={"transcode": items})


def test_sub_directories_are_kept_by_the_directory_or_by_a_pattern() -> None:
    for data in (_placed("out/{inputDirectory}/", ""), _placed("out/", "{inputDirectory}/{inputName}.{format}")):
        parsed = parse_workflow(data)
        pattern = parsed.jobs.transcode[0].path_pattern
        keys = [parsed.output_key(pattern, f"cam{number}/0001.mp4", {"format": "mp4"}) for number in (1, 2)]
        assert [key.rpartition("/")[0] for key in keys] == ["out/cam1", "out/cam2"]


def test_a_directory_without_the_variable_keeps_its_keys() -> None:
    parsed = parse_workflow(_placed("out/", ""))
    pattern = parsed.jobs.transcode[0].path_pattern
    variables = {"format": "mp4", "definition": "100010"}
    assert parsed.output_key(pattern, "cam1/0001.mp4", variables) == "out/0001_transcode_100010.mp4"


@pytest.mark.parametrize(
    ("directory", "path", "field", "expected"),
    [
        ("out/{inputDir}/", "", "output.directory", "unknown variable {inputDir}; known here: inputDirectory"),
        ("out/{inputName}/", "", "output.directory", "unknown variable {inputName}; known here: inputDirectory"),
        ("out{inputDirectory}/", "", "output.directory", "{inputDirectory} must be a whole part"),
        (None, "{inputDirectory}/{inputName}.{format}", "jobs.transcode[0].output_path", "{inputDirectory} requires"),
        (
            "out/{inputDirectory}/",
            "{inputDirectory}/{inputName}.{format}",
            "jobs.transcode[0].output_path",
            "output.directory contains {inputDirectory} already",
        ),
    ],
)
def test_where_the_input_directory_cannot_stand(directory: str | None, path: str, field: str, expected: str) -> None:
    found, wanted = only_problem(_placed(directory, path))
    assert (found, wanted[: len(expected)]) == (field, expected)


def test_an_absolute_pattern_takes_the_input_directory_in_any_workflow() -> None:
    parse_workflow(_placed(None, "/{inputDirectory}/{inputName}.{format}"))


def test_items_that_differ_in_the_input_directory_alone_are_one_object_for_a_source_at_the_top() -> None:
    field, expected = only_problem(_placed("out/", "{inputDirectory}/{inputName}.{format}", "{inputName}.{format}"))
    assert field == "jobs.transcode[1].output_path"
    assert expected.startswith("writes the same object as jobs.transcode[0].output_path")


def test_a_web_vtt_path_is_relative_to_the_sheets() -> None:
    sprite = {"template": 10, "output_path": "{inputDirectory}/{inputName}_{number}.{format}"}
    parse_workflow(definition(output={"directory": "out/"}, jobs={"image_sprite": [sprite]}))
    twice = sprite | {"web_vtt_path": "{inputDirectory}/{inputName}.{format}"}
    field, expected = only_problem(definition(output={"directory": "out/"}, jobs={"image_sprite": [twice]}))
    assert (field, expected) == (
        "jobs.image_sprite[0].web_vtt_path",
        "must be relative to the sheets' directory: put {inputDirectory} into output_path",
    )


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("subs/{inputname}.srt", "unknown variable {inputname}; known here: inputDirectory, inputFormat, inputName"),
        ("subs/{definition}.srt", "unknown variable {definition}; known here: inputDirectory, inputFormat, inputName"),
        ("subs/{inputDirectory}{inputName}.srt", "{inputDirectory} must be a whole part between slashes"),
    ],
)
def test_the_keys_of_extra_objects_have_variables_of_the_source(key: str, expected: str) -> None:
    transcode = {"template": 100010, "head": [key]}
    ladder = {"template": 10, "add_on_subtitles": [{"key": key, "language": "en"}]}
    burned = {"template": 100010, "burned_in_subtitles": {"key": key}}
    for kind, item, place in (
        ("transcode", transcode, "head[0]"),
        ("adaptive_dynamic_streaming", ladder, "add_on_subtitles[0].key"),
        ("transcode", burned, "burned_in_subtitles.key"),
    ):
        field, found = only_problem(definition(jobs={kind: [item]}))
        assert (field, found[: len(expected)]) == (f"jobs.{kind}[0].{place}", expected)
    parse_workflow(
        definition(jobs={"transcode": [transcode | {"head": ["c/{inputDirectory}/{inputName}.{inputFormat}"]}]})
    )


def test_items_of_a_job_are_limited() -> None:
    """Thousands would hold the api-server up while they are compared with each other."""
    item = {"template": 100010}
    items = [item | {"output_path": f"{number}.{{format}}"} for number in range(MAX_ITEMS + 1)]
    parse_workflow(definition(jobs={"transcode": items[:-1]}))
    with pytest.raises(DefinitionError, match=f"at most {MAX_ITEMS}"):
        parse_workflow(definition(jobs={"transcode": items}))
