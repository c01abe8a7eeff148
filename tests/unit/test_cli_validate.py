"""`media-workflows validate`: readable errors that name file and field."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from definitions import definition
from media_workflows.cli import app
from media_workflows.cli.definitions import read_definition
from media_workflows.domain.definition_yaml import definition_yaml
from media_workflows.domain.workflow import parse_workflow


def validate(*files: Path) -> Result:
    return CliRunner().invoke(app, ["validate", *map(str, files)], env={"COLUMNS": "500"})


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return _written(tmp_path / "good.yaml", definition(name="短视频_1"))


def _written(file: Path, data: object) -> Path:
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return file


def _failed(result: Result) -> str:
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr
    return result.stderr


def test_valid(good: Path) -> None:
    result = validate(good)
    assert result.exit_code == 0
    assert "短视频_1 is valid" in result.stdout.replace("\n", "")


def test_problems_name_file_and_field(tmp_path: Path) -> None:
    bad = _written(tmp_path / "bad.yaml", definition(name="a b", priority=11, jobs={"transcode": [{"template": "x"}]}))
    said = _failed(validate(bad))
    assert "3 problems in the definition" in said
    assert f"{bad}: name: got 'a b'; must have 1 to 128 characters" in said
    assert f"{bad}: priority: got 11; " in said
    assert f"{bad}: jobs.transcode[0].template: got 'x'; " in said


def test_every_problem_of_every_file_is_told(tmp_path: Path, good: Path) -> None:
    first = _written(tmp_path / "first.yaml", definition(name="a b"))
    second = _written(tmp_path / "second.yaml", definition(priority=11))
    said = _failed(validate(first, good, second))
    assert f"{first}: name" in said
    assert f"{second}: priority" in said


def test_yaml_errors_name_file_and_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: w\ntrigger: {bucket: [}\n")
    said = _failed(validate(bad))
    assert str(bad) in said
    assert "line 2" in said


@pytest.mark.parametrize("content", [b"", b"- 1\n", b"just text\n", b"\xff\xfe\x00"])
def test_files_that_are_no_definition(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(content)
    assert str(bad) in _failed(validate(bad))


def test_a_yaml_date_is_no_name(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: 2026-01-01\ntrigger: {bucket: abc}\njobs: {transcode: [{template: 875}]}\n")
    assert "name: got datetime.date(2026, 1, 1)" in _failed(validate(bad))


def test_yaml_tags_run_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(f"name: !!python/object/apply:os.mkdir ['{tmp_path}/made']\n")
    _failed(validate(bad))
    assert not (tmp_path / "made").exists()


def test_a_missing_file(tmp_path: Path) -> None:
    result = validate(tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert "none.yaml" in result.stderr


def test_a_file_name_with_brackets(tmp_path: Path) -> None:
    """Square brackets mean nothing: a name must come out as it is and must not end in a traceback."""
    (tmp_path / "a[").mkdir()
    file = _written(tmp_path / "a[" / "red] [bold].yaml", definition())
    result = validate(file)
    assert result.exit_code == 0, result.exception
    assert str(file) in result.stdout.replace("\n", "")


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"notification": {"type": "http", "url": "http://127.0.0.1/"}},
        {"notification": {"type": "sqs", "queue_url": "http://127.0.0.1/q"}},
        {"notification": {"type": "sns", "topic_arn": "arn:aws:sns:us-east-1:1:t"}},
        {"jobs": {"transcode": [{"template": 100010, "watermarks": [{"mark": {"type": "text", "text": "片: '名'"}}]}]}},
        {"jobs": {"transcode": [{"parameters": {"container": "mp4", "video": {}, "audio": {}}}]}},
        {"jobs": {"animated_graphic": [{"parameters": {}, "end_offset_s": 1}]}},
        {"trigger": {"bucket": "abc", "formats": ["*"]}, "priority": -3},
    ],
)
def test_what_is_exported_can_be_read_again(tmp_path: Path, parts: dict[str, object]) -> None:
    made = parse_workflow(definition(**parts))
    file = tmp_path / "exported.yaml"
    file.write_text(definition_yaml(made), encoding="utf-8")
    assert read_definition(file) == made
