"""Conditions tried on objects of a real S3 server: what is read, what is answered, what is not downloaded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clips import Clips
from media_workflows.cli import app
from media_workflows.domain.conditions.source import SOURCE
from media_workflows.errors import DefinitionError, InvalidRequestError, NotPermittedError, SourceGoneError
from media_workflows.services import conditions as service
from media_workflows.services.conditions import ConditionTrial
from media_workflows.settings import get_settings
from media_workflows.storage.s3 import ObjectStorage

KEY = "in/我的 clip.mp4"


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, storage: ObjectStorage) -> Iterator[None]:
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("media_workflows.services.buckets.storage", lambda: storage)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def tried(bucket: str, storage: ObjectStorage, clips: Clips) -> Callable[[str], ConditionTrial]:
    """Tries a condition on a clip of 160x120 and 2 s with sound, with metadata and a tag."""
    body, metadata = clips.plain.read_bytes(), {"Title": "a"}
    storage.client.put_object(Bucket=bucket, Key=KEY, Body=body, Metadata=metadata, Tagging="department=sport")
    return lambda expression: service.try_on_object(service.checked(expression), bucket, KEY)


def values_of(trial: ConditionTrial) -> dict[str, Any]:
    return {one.name: one.value for one in trial.values}


def test_values_of_the_content_the_head_and_the_tags(tried: Callable[[str], ConditionTrial]) -> None:
    trial = tried(
        "source.short_edge >= 120 && source.duration_s < 3.5 && source.has_audio && source.container == 'mp4'"
        " && source.metadata.title == 'a' && source.tags['department'] == 'sport' && source.key.startsWith('in/我')"
    )
    assert (trial.value, trial.error) == (True, None)
    found = values_of(trial)
    assert found["source.short_edge"] == 120
    assert found["source.duration_s"] == pytest.approx(2, abs=0.2)
    assert (found["source.metadata"], found["source.tags"]) == ({"title": "a"}, {"department": "sport"})


def test_all_variables_but_the_unknown_ones_have_a_value(tried: Callable[[str], ConditionTrial]) -> None:
    unknown = [one.name for one in SOURCE if not tried(f"has({one.name})").value]
    assert unknown == []


def test_the_content_is_read_only_where_it_is_named(
    tried: Callable[[str], ConditionTrial], storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[str] = []
    storage.client.meta.events.register("before-call.s3", lambda model, **_: requests.append(model.name))
    assert tried("source.extension == 'mp4' && source.size_bytes > 1000").value is True
    assert requests == ["HeadObject"]
    monkeypatch.setenv("MEDIA_WORKFLOWS_DRY_RUN_MAX_BYTES", "100")
    get_settings.cache_clear()
    trial = tried("source.extension == 'mp4' && source.width > 1")
    assert trial.error is not None
    assert (trial.value, trial.error.code) == (None, "LimitExceeded")
    assert "a try-out reads at most 100 (setting dry_run_max_bytes)" in trial.error.message
    assert set(requests) == {"HeadObject"}


def test_what_has_no_value_is_an_error_with_all_values(tried: Callable[[str], ConditionTrial]) -> None:
    trial = tried("source.short_edge >= 100 && source.metadata.owner == 'b'")
    assert trial.error is not None
    assert (trial.value, trial.error.code) == (None, "InvalidInput")
    assert 'there is no "owner"' in trial.error.message
    assert trial.error.parameters["column"] == "51"
    assert values_of(trial) == {"source.short_edge": 120, "source.metadata": {"title": "a"}}


def test_an_object_that_is_no_media(bucket: str, storage: ObjectStorage) -> None:
    storage.client.put_object(Bucket=bucket, Key="in/a.mp4", Body=b"not a video")
    trial = service.try_on_object(service.checked("source.width > 1"), bucket, "in/a.mp4")
    assert trial.error is not None
    assert (trial.error.code, values_of(trial)) == ("SourceFileError", {"source.width": None})


def test_refusals(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    condition = service.checked("source.width > 1")
    with pytest.raises(SourceGoneError, match=r"there is no object 'in/none\.mp4'"):
        service.try_on_object(condition, bucket, "in/none.mp4")
    with pytest.raises(InvalidRequestError, match=r"expression: .*column 7: there is no variable source.widht"):
        service.checked("source.widht > 1")
    monkeypatch.setenv("MEDIA_WORKFLOWS_ALLOWED_PLACES", '["elsewhere"]')
    get_settings.cache_clear()
    with pytest.raises(NotPermittedError, match="is not among the places that workflows may use"):
        service.try_on_object(condition, bucket, "in/none.mp4")


STEPS: list[dict[str, Any]] = [
    {"id": "hd", "transcode": {"template": 100040}},
    {"id": "small", "after": ["hd"], "sample_snapshot": [{"template": 10}]},
]


@pytest.mark.parametrize(
    ("expression", "value", "error"),
    [
        ("source.width < 1000 || steps.hd.output.size_ratio > 1.0", True, ""),
        ("source.width > 1000 && steps.hd.output.size_ratio > 1.0", False, ""),
        ("source.width < 1000 && steps.hd.output.size_ratio > 1.0", None, "steps.hd.output.size_ratio"),
        ("has(steps.hd.output.vmaf)", None, "steps.hd.output.vmaf"),
        ("run.priority > 0", None, "run.priority"),
        ("source.metadata.owner == 'b' && run.forced", None, 'there is no "owner"'),
    ],
)
def test_values_of_a_run_are_named(
    bucket: str, database: str, tried: Any, expression: str, value: bool | None, error: str
) -> None:
    condition = service.checked(expression, service.steps_before_in(service.parsed_steps(STEPS), "small"))
    trial = service.try_on_object(condition, bucket, KEY)
    assert (trial.value, trial.error is None) == (value, not error)
    if trial.error:
        assert error in trial.error.message
        assert trial.error.code == "InvalidInput"


def test_a_condition_of_a_step_reads_what_its_steps_before_have(database: str) -> None:
    steps = service.parsed_steps(STEPS)
    with pytest.raises(InvalidRequestError, match="is known only after step 'hd': name it in `after`"):
        service.checked("steps.hd.output.vmaf > 1.0", service.steps_before_in(steps, "hd"))
    with pytest.raises(InvalidRequestError, match=r"step: .*there is no step 'sd': choose one of hd, small"):
        service.steps_before_in(steps, "sd")
    with pytest.raises(DefinitionError, match=r"steps\[0\].*must have the items of one job"):
        service.parsed_steps([{"id": "a"}])


class TestCommand:
    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(app, ["conditions", *arguments], env={"COLUMNS": "300"})

    def test_try(self, tried: Callable[[str], ConditionTrial], bucket: str) -> None:
        uri = f"s3://{bucket}/{KEY}"
        result = self.run("try", "source.short_edge >= 1080", uri)
        assert (result.exit_code, result.stdout) == (0, "false, because source.short_edge = 120\n")
        error = self.run("try", "source.width / 0 > 1", uri)
        assert (error.exit_code, "division by zero" in error.stdout) == (1, True)
        as_json = json.loads(self.run("try", "has(source.fps) || true", uri, "--json").stdout)
        assert (as_json["value"], as_json["names"]) == (True, ["source.fps"])

    def test_try_without_an_object(self) -> None:
        assert self.run("try", "source.is_hdr").stdout == "valid; reads source.is_hdr\n"
        refused = self.run("try", "source.width")
        assert (refused.exit_code, "the result must be true or false" in refused.stderr) == (1, True)
        assert self.run("try", "true", "s3://bucket").exit_code == 2

    def test_try_as_a_step(self, database: str, tmp_path: Path) -> None:
        file = tmp_path / "w.json"
        file.write_text(json.dumps({"name": "w", "trigger": {"bucket": "media-input"}, "steps": STEPS}))
        condition = 'steps.hd.status == "failed"'
        found = self.run("try", condition, "--workflow", str(file), "--step", "small")
        assert (found.exit_code, found.stdout) == (0, "valid; reads steps.hd.status\n")
        assert self.run("try", condition, "--workflow", str(file), "--step", "hd").exit_code == 1
        assert self.run("try", condition, "--step", "hd").exit_code == 2

    def test_variables(self) -> None:
        lines = self.run("variables").stdout.splitlines()
        assert any(line.split()[:3] == ["source.width", "integer", "pixels"] for line in lines)
        names = [one["name"] for one in json.loads(self.run("variables", "--json").stdout)]
        assert names[0] == "source.key"
        assert {"run.priority", "quality.no_voice_share", "steps.<id>.output.vmaf"} <= set(names)
