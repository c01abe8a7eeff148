"""`media-workflows validate`: readable errors that name file and field."""

from __future__ import annotations

from itertools import pairwise
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


def test_a_file_without_an_end_is_refused() -> None:
    assert "must have at most 2000000 characters" in _failed(validate(Path("/dev/zero")))


def test_every_problem_of_every_file_is_reported(tmp_path: Path, good: Path) -> None:
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


@pytest.mark.parametrize("content", ["", "\n", "# nothing yet\n", "---\n---\n", "null\n", "~\n"])
@pytest.mark.parametrize("command", ["validate", "run-local"])
def test_an_empty_file_is_called_so(tmp_path: Path, command: str, content: str) -> None:
    """Of every command that reads definitions: `validate` reads many, `run-local` one."""
    (empty := tmp_path / "empty.yaml").write_text(content, encoding="utf-8")
    words = [command, str(empty)] if command == "validate" else [command, str(empty), str(empty)]
    said = _failed(CliRunner().invoke(app, words, env={"COLUMNS": "500"}))
    assert f"{empty}: yaml: got an empty file; must have at least one workflow or template: write one" in said
    assert "None" not in said


@pytest.mark.parametrize("content", [b"", b"- 1\n", b"just text\n", b"\xff\xfe\x00"])
def test_files_that_are_no_definition(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_bytes(content)
    assert str(bad) in _failed(validate(bad))


def test_problems_of_names_and_templates_are_reported_with_all_others(tmp_path: Path) -> None:
    """Also those of items beside invalid ones, under their own numbers."""
    items = [
        {"template": "no such"},
        {"template": 100010, "output_path": "{nothing}.{format}"},
        {"template": 999},
        {"template": True},
        {"template": 100010, "output_path": "same.{format}"},
        {"template": 100010, "output_path": "same.{format}"},
    ]
    bad = _written(tmp_path / "bad.yaml", definition(name="a b", priority="x", jobs={"transcode": items}))
    said = _failed(validate(bad))
    assert "7 problems in the definition" in said
    assert f"{bad}: name: " in said
    assert f"{bad}: priority: got 'x'; must be an integer" in said
    assert "jobs.transcode[0].template: got 'no such'; there is no transcode template named 'no such'" in said
    assert "jobs.transcode[1].output_path: got '{nothing}.{format}'; unknown variable {nothing}" in said
    assert "jobs.transcode[2].template: got 999; there is no transcode template 999: choose another of " in said
    assert "jobs.transcode[3].template: got True; must be the number or the name of a transcode template" in said
    assert "jobs.transcode[5].output_path: got 'same.{format}'; writes the same object as jobs.transcode[4]" in said


def test_an_unknown_name_of_a_watermark_template(tmp_path: Path) -> None:
    jobs = {"transcode": [{"template": 100010, "watermarks": [{"template": "logo"}]}]}
    said = _failed(validate(_written(tmp_path / "bad.yaml", definition(jobs=jobs))))
    assert "jobs.transcode[0].watermarks[0].template: got 'logo'; there is no watermark template named 'logo'" in said


def test_a_file_of_several_documents(tmp_path: Path) -> None:
    """As the pages export them: templates, and workflows that name them."""
    template = {"kind": "transcode", "name": "mine", "parameters": {"container": "mp4", "video": {}}}
    file = tmp_path / "all.yaml"
    workflows = [definition(name="good", jobs={"transcode": [{"template": "mine"}]}), definition(name="b a d")]
    file.write_text(yaml.safe_dump_all([template, *workflows]), encoding="utf-8")
    assert f"{file}, document 3: name: got 'b a d'" in _failed(validate(file))
    file.write_text(yaml.safe_dump_all([template, workflows[0]]), encoding="utf-8")
    assert validate(file).stdout.replace("\n", "").count("is valid") == 2


def test_short_files_end_soon(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.yaml"
    levels = "".join(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise("abcdefgh"))
    bomb.write_text(f"a: &a [{', '.join('x' * 9)}]\n{levels}")
    assert "aliases (*name) are not supported" in _failed(validate(bomb))


def test_yaml_tags_run_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(f"name: !!python/object/apply:os.mkdir ['{tmp_path}/made']\n")
    _failed(validate(bad))
    assert not (tmp_path / "made").exists()


def test_a_folder_is_checked_as_sync_reads_it(tmp_path: Path) -> None:
    """With the folders below it, both endings, no hidden ones, and templates that its files share."""
    (tmp_path / "deep" / ".git").mkdir(parents=True)
    template = {"kind": "transcode", "name": "mine", "parameters": {"container": "mp4", "video": {}}}
    _written(tmp_path / "template.yml", template)
    used = _written(tmp_path / "deep" / "one.yaml", definition(name="one", jobs={"transcode": [{"template": "mine"}]}))
    for hidden in (tmp_path / "deep" / ".git" / "a.yaml", tmp_path / ".b.yaml", tmp_path / "notes.txt"):
        hidden.write_text("no: definition", encoding="utf-8")
    result = validate(tmp_path)
    assert (result.exit_code, result.stdout.replace("\n", "").count("is valid")) == (0, 2)
    assert str(used) in result.stdout.replace("\n", "")
    _written(tmp_path / "deep" / "bad.yml", definition(name="a b"))
    assert f"{tmp_path / 'deep' / 'bad.yml'}: name: got 'a b'" in _failed(validate(tmp_path))


def test_a_folder_beside_files(tmp_path: Path, good: Path) -> None:
    (folder := tmp_path / "more").mkdir()
    _written(folder / "two.yaml", definition(name="two"))
    assert validate(good, folder).stdout.replace("\n", "").count("is valid") == 2


def test_a_folder_without_definitions_is_an_error(tmp_path: Path) -> None:
    said = _failed(validate(tmp_path))
    assert f"{tmp_path}: got an empty folder; must have at least one definition in a *.yaml or *.yml file" in said


def test_two_of_one_name_in_a_folder_are_refused_as_by_sync(tmp_path: Path) -> None:
    files = [_written(tmp_path / name, definition(name="twice")) for name in ("a.yaml", "b.yaml")]
    assert _failed(validate(tmp_path)).count("must be the only workflow of this name in the folder") == 2
    assert validate(*files).exit_code == 0  # an export may be beside its file


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
