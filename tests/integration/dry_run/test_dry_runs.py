"""Dry runs on a real S3 server, a real database and real ffmpeg: what they tell, and that they write nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from clips import Clips
from definitions import graph, workflow
from media_workflows.airflow_adapter import switches
from media_workflows.cli import app
from media_workflows.domain.candidates import Rule
from media_workflows.domain.dry_run import DryRun, PlannedJob
from media_workflows.domain.workflow import Workflow, parse_workflow
from media_workflows.services import dry_run as service
from media_workflows.services.dry_run import DryRunner
from media_workflows.settings import get_settings
from media_workflows.storage.provenance import Provenance
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.store import workflows as store
from media_workflows.store.engine import get_engine, transaction
from media_workflows.store.tables import Base, utcnow
from media_workflows.store.workflows import StoredWorkflow
from split_clips import SplitClips

KEY = "in/my clip.mp4"
CHECKED = Path(__file__).parents[3] / "config" / "workflows" / "checked.yaml"
JOBS: dict[str, Any] = {
    "transcode": [{"template": 100010}, {"template": 100210}],
    "snapshot_by_time_offset": [
        {"template": 10, "time_offsets": ["0s", "1s"]},
        {"template": 10, "time_offsets": ["9s"], "output_path": "late_{number}.{format}"},
    ],
    "image_sprite": [{"template": 10}],
}


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MEDIA_WORKFLOWS_DATA_DIR", str(tmp_path / "data"))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def asked(bucket: str) -> Workflow:
    return workflow("w", bucket, "in/", jobs=JOBS)


@pytest.fixture
def put(storage: ObjectStorage, bucket: str, clips: Clips) -> Any:
    def put_(key: str = KEY, source: Path | None = None, metadata: dict[str, str] | None = None) -> None:
        body = (source or clips.plain).read_bytes()
        storage.client.put_object(Bucket=bucket, Key=key, Body=body, Metadata=metadata or {})

    return put_


def graph_on(bucket: str) -> Workflow:
    def shot(id_: str, *after: str, **parts: Any) -> dict[str, Any]:
        item = {"template": 10, "output_path": f"{id_}_{{number}}.{{format}}"}
        return {"id": id_, "after": list(after), "sample_snapshot": item} | parts

    steps = [
        {"id": "check", "quality_control": {"template": 10}},
        {"id": "small", "transcode": {"template": 100010}, "when": "source.short_edge < 2000"},
        {"id": "large", "transcode": {"template": 100030}, "when": "!(source.short_edge < 2000)"},
        shot("covers", input="small"),
        shot("sport", when='has(source.metadata.title) && source.tags["department"] == "sport"'),
        shot("black", "check", when="quality.black_screen"),
        shot("last", "large"),
        {"id": "kept", "after": ["small"], "copy": {"bucket": bucket, "directory": "archive/"}},
    ]
    return parse_workflow(graph(*steps, trigger={"bucket": bucket, "directory": "in/"}))


def runner(asked: Workflow, storage: ObjectStorage | None, calibrate: bool = False) -> DryRunner:
    return service.runner_of_definition(asked, calibrate, storage)


def stored_runner(
    stored: StoredWorkflow, storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch, enabled: bool
) -> DryRunner:
    monkeypatch.setattr(switches, "enabled_ids", lambda ids: set(ids) if enabled else set())
    return service.runner_of_stored(stored, False, storage)


def job(answer: DryRun, kind: str) -> PlannedJob:
    (found,) = [found for found in answer.jobs if found.kind == kind]
    return found


def row_counts() -> dict[str, int]:
    with get_engine().connect() as connection:
        names = [table.name for table in Base.metadata.sorted_tables]
        return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


class TestOfObjects:
    def test_what_would_be_made(
        self, database: str, storage: ObjectStorage, bucket: str, asked: Workflow, put: Any
    ) -> None:
        put()
        answer = runner(asked, storage).of_object(KEY)
        assert (answer.verdict.rule, answer.verdict.fires) == (Rule.MATCHED, True)
        assert answer.source is not None
        assert answer.source.video is not None
        outputs = [
            [(output.key, output.count, output.conflict) for output in item.outputs]
            for item in job(answer, "transcode").items
        ]
        assert outputs == [
            [("in/my clip_transcode_100010.mp4", 1, "")],
            [("in/my clip_transcode_100210.m3u8", 1, ""), ("in/my clip_transcode_100210_{number}.ts", None, "")],
        ]
        good, late = job(answer, "snapshot_by_time_offset").items
        assert [(output.key, output.count) for output in good.outputs] == [
            ("in/my clip_snapshotByTimeOffset_10_{number}.jpg", 2)
        ]
        assert (late.code, late.outputs) == ("InvalidInput.InvalidTimeOffset", ())
        (sprite,) = job(answer, "image_sprite").items
        assert [(output.key, output.role) for output in sprite.outputs] == [
            ("in/my clip_imageSprite_10_0.jpg", "main"),
            ("in/my clip_imageSprite_10.vtt", "manifest"),
        ]
        assert {output.bucket for found in answer.jobs for item in found.items for output in item.outputs} == {bucket}

    def test_the_dag_is_the_one_that_would_run(
        self, database: str, storage: ObjectStorage, asked: Workflow, put: Any
    ) -> None:
        answer = runner(asked, storage).of_object(KEY)
        assert {task.task_id: task.downstream for task in answer.tasks} == {
            "upload": ("image_sprite", "snapshot_by_time_offset", "transcode"),
            **dict.fromkeys(JOBS, ("notify",)),
            "notify": (),
        }
        assert answer.tasks[0].operator == "UploadSensor"

    def test_which_steps_would_run(self, database: str, storage: ObjectStorage, bucket: str, put: Any) -> None:
        put(metadata={"title": "x"})
        storage.client.put_object_tagging(
            Bucket=bucket, Key=KEY, Tagging={"TagSet": [{"Key": "department", "Value": "sport"}]}
        )
        answer = runner(graph_on(bucket), storage).of_object(KEY)
        assert {found.step_id: found.forecast.message for found in answer.jobs if found.forecast} == {
            "check": "would run",
            "small": "would run: source.short_edge < 2000 (source.short_edge = 120)",
            "large": "would be skipped: its condition is false: !(source.short_edge < 2000) (source.short_edge = 120)",
            "covers": "would run",
            "sport": 'would run: has(source.metadata.title) && source.tags["department"] == "sport" '
            "(source.metadata = {'title': 'x'}, source.tags = {'department': 'sport'})",
            "black": "decided during the run by quality.black_screen",
            "last": "would be skipped: all steps before it would be",
        }
        assert [(one.step_id, one.kind, one.forecast.outcome) for one in answer.actions] == [("kept", "copy", "runs")]
        planned = {found.step_id: bool(found.commands) for found in answer.jobs}
        assert planned == {"check": True, "small": True, "large": False, "covers": False, "sport": True,
                           "black": True, "last": False}  # fmt: skip
        rules = {task.task_id: task.trigger_rule for task in answer.tasks}
        assert (rules["upload"], rules["small"]) == ("all_success", "none_failed_min_one_success")

    def test_commands_hold_no_path_of_this_machine(
        self, database: str, storage: ObjectStorage, asked: Workflow, put: Any, tmp_path: Path
    ) -> None:
        put()
        shown = runner(asked, storage, calibrate=True).of_object(KEY).model_dump_json()
        assert "-i file:source " in shown
        assert str(tmp_path) not in shown
        assert "source-cache" not in shown
        assert str(Path(__file__).parents[3]) not in shown

    def test_every_job_gets_its_estimate(
        self, database: str, storage: ObjectStorage, asked: Workflow, put: Any
    ) -> None:
        put()
        answer = runner(asked, storage, calibrate=True).of_object(KEY)
        assert all(found.estimate and (found.estimate.cpu_s or 0) > 0 for found in answer.jobs)
        assert all(found.estimate is None for found in runner(asked, storage).of_object(KEY).jobs)

    def test_nothing_is_written(
        self, database: str, storage: ObjectStorage, bucket: str, asked: Workflow, put: Any
    ) -> None:
        put()
        before = (storage.list_page(bucket).objects, row_counts())
        runner(asked, storage, calibrate=True).of_object(KEY)
        assert (storage.list_page(bucket).objects, row_counts()) == before
        assert not (get_settings().data_dir / "work").exists()

    def test_objects_in_the_way(
        self, database: str, storage: ObjectStorage, bucket: str, asked: Workflow, put: Any
    ) -> None:
        put()
        put("in/my clip_transcode_100010.mp4")
        found = job(runner(asked, storage).of_object(KEY), "transcode").items[0].outputs[0]
        assert "exists and is not this workflow's earlier output" in found.conflict
        onto_itself = workflow(
            "w", bucket, jobs={"transcode": [{"template": 100010, "output_path": "{inputName}.{format}"}]}
        )
        found = job(runner(onto_itself, storage).of_object(KEY), "transcode").items[0].outputs[0]
        assert found.conflict == f"{KEY} would replace its own source"

    def test_an_earlier_output_of_its_own_is_not_in_the_way(
        self,
        database: str,
        storage: ObjectStorage,
        bucket: str,
        asked: Workflow,
        put: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        with transaction() as session:
            stored = store.create_workflow(session, asked)
        output = "in/my clip_transcode_100010.mp4"
        put()
        put(output, metadata=Provenance(stored.id, 1, "run", KEY, "e", "transcode").to_metadata(bucket, output))
        answer = stored_runner(stored, storage, monkeypatch, enabled=True).of_object(KEY)
        assert job(answer, "transcode").items[0].outputs[0].conflict == ""

    def test_a_broken_source(
        self, database: str, storage: ObjectStorage, asked: Workflow, put: Any, clips: Clips
    ) -> None:
        put(source=clips.text)
        answer = runner(asked, storage).of_object(KEY)
        assert answer.verdict.fires
        assert answer.jobs == ()
        assert answer.notes[0].startswith("every job would fail: the source cannot be read")

    def test_a_large_source_is_left_alone(
        self, database: str, storage: ObjectStorage, asked: Workflow, put: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put()
        monkeypatch.setenv("MEDIA_WORKFLOWS_DRY_RUN_MAX_BYTES", "100")
        get_settings.cache_clear()
        answer = runner(asked, storage).of_object(KEY)
        assert (answer.verdict.fires, answer.jobs) == (True, ())
        assert "exceed setting dry_run_max_bytes (100)" in answer.notes[0]
        assert not (get_settings().data_dir / "source-cache").exists()


class TestRules:
    @pytest.mark.parametrize(
        ("key", "rule"),
        [
            ("in/", Rule.DIRECTORY),
            ("other/a.mp4", Rule.NO_WORKFLOW),
            ("in/a.txt", Rule.FORMAT),
            ("in/no.mp4", Rule.GONE),
        ],
    )
    def test_by_name(self, database: str, storage: ObjectStorage, asked: Workflow, key: str, rule: Rule) -> None:
        answer = runner(asked, storage).of_object(key)
        assert (answer.verdict.rule, answer.verdict.fires, answer.jobs) == (rule, False, ())

    def test_an_output_of_ours(
        self, database: str, storage: ObjectStorage, bucket: str, asked: Workflow, put: Any
    ) -> None:
        put(metadata=Provenance("wf_1", 1, "run", "in/x.mp4", "e", "transcode").to_metadata(bucket, KEY))
        answer = runner(asked, storage).of_object(KEY)
        assert answer.verdict.rule == Rule.OWN_OUTPUT
        assert answer.jobs  # what it would cost is told all the same

    @pytest.mark.parametrize(
        ("enabled", "seconds_ago", "rule"),
        [(False, 60, Rule.DISABLED), (True, 60, Rule.MATCHED), (True, -60, Rule.BEFORE_ENABLED)],
    )
    def test_the_state_of_a_stored_workflow(
        self,
        database: str,
        storage: ObjectStorage,
        asked: Workflow,
        put: Any,
        monkeypatch: pytest.MonkeyPatch,
        enabled: bool,
        seconds_ago: int,
        rule: Rule,
    ) -> None:
        put()
        with transaction() as session:
            stored = store.create_workflow(session, asked)
        stored = stored.model_copy(update={"enabled_at": utcnow() - timedelta(seconds=seconds_ago)})
        assert stored_runner(stored, storage, monkeypatch, enabled).of_object(KEY).verdict.rule == rule


class TestCommand:
    def run(self, *arguments: str) -> Any:
        return CliRunner().invoke(app, ["dry-run", *arguments], env={"COLUMNS": "300"})

    @pytest.fixture
    def definition_file(self, tmp_path: Path) -> Path:
        file = tmp_path / "w.yaml"
        trigger = {"bucket": "media-input", "directory": "in/"}
        file.write_text(json.dumps({"name": "w", "trigger": trigger, "jobs": JOBS}))
        return file

    def test_a_local_file(self, database: str, definition_file: Path, sample: Path) -> None:
        result = self.run(str(definition_file), "--file", str(sample))
        assert result.exit_code == 0, result.output
        assert "media-input/in/my clip.mp4: triggers a run" in result.stdout
        assert "in/my clip_transcode_100210_{number}.ts (some files)" in result.stdout
        assert "$ ffmpeg -" in result.stdout
        assert "s of processor time: an estimate" in result.stdout
        assert "would fail (definition 10): time offset '9s'" in result.stdout

    def test_joined_clips_lie_beside_the_file(self, database: str, tmp_path: Path, sample: Path) -> None:
        file = tmp_path / "joined.yaml"
        jobs = {"transcode": [{"template": 100010, "head": [sample.name]}, {"template": 100020, "tail": ["none.mp4"]}]}
        file.write_text(json.dumps({"name": "w", "trigger": {"bucket": "media-input"}, "jobs": jobs}))
        answer = json.loads(self.run(str(file), "--file", str(sample), "--no-calibrate", "--json").stdout)
        found, missing = answer["jobs"][0]["items"]
        assert (found["message"], len(found["outputs"])) == ("", 1)
        assert "'none.mp4', which this job names, is not a readable media file" in missing["message"]

    @pytest.mark.full
    def test_burned_in_subtitles_are_drawn_in_the_estimate_too(
        self, database: str, clips: Clips, tmp_path: Path, sample: Path
    ) -> None:
        sample.with_suffix(".srt").write_bytes(clips.subtitles.read_bytes())
        item = {"template": 100010, "burned_in_subtitles": {"key": "{inputName}.srt"}}
        missing = {"template": 100020, "burned_in_subtitles": {"key": "none.srt"}}
        ladder = {"template": 10, "burned_in_subtitles": {"key": "{inputName}.srt"}}
        jobs = {"transcode": [item, missing], "adaptive_dynamic_streaming": [ladder]}
        file = tmp_path / "burned.yaml"
        file.write_text(json.dumps({"name": "w", "trigger": {"bucket": "media-input"}, "jobs": jobs}))
        run = self.run(str(file), "--file", str(sample), "--json")
        assert run.exit_code == 0, run.output
        for job in json.loads(run.stdout)["jobs"]:
            assert "subtitles=filename=asset_" in job["commands"][0]
            assert str(tmp_path) not in job["commands"][0]
            assert job["estimate"]["cpu_s"] > 0
        assert "'none.srt', which this job names, is not" in run.stdout

    def test_json_without_estimate(self, database: str, definition_file: Path, sample: Path) -> None:
        result = self.run(str(definition_file), "--file", str(sample), "--key", "in/x.mov", "--no-calibrate", "--json")
        answer = json.loads(result.stdout)
        assert (answer["key"], answer["verdict"]["fires"]) == ("in/x.mov", True)
        assert [found["estimate"] for found in answer["jobs"]] == [None] * 3

    def test_steps_are_shown_with_what_decides_them(self, database: str, sample: Path) -> None:
        result = self.run(str(CHECKED), "--file", str(sample), "--no-calibrate")
        assert result.exit_code == 0, result.output
        assert "check (quality_control)\n  would run\n" in result.stdout
        assert "hd (transcode)\n  would be skipped: its condition is false: source.has_video && " in result.stdout
        assert "covers (sample_snapshot)\n  would be skipped: all steps before it would be\n" in result.stdout

    def test_neither_key_nor_file(self, definition_file: Path) -> None:
        assert self.run(str(definition_file)).exit_code == 2

    def test_an_unknown_workflow(self, database: str, sample: Path) -> None:
        result = self.run("nothing", "--file", str(sample))
        assert result.exit_code == 1
        assert "error: there is no workflow 'nothing'" in result.stderr


@pytest.mark.full
def test_in_how_many_chunks_several_workers_would_encode(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_WORKFLOWS_SPLIT_CHUNK_S", "2")
    get_settings.cache_clear()
    clip = SplitClips(tmp_path).cfr
    parameters = {"container": "mp4", "video": {"gop_s": 1}, "audio": {}}
    items = [
        {"parameters": parameters, "split": "always"},
        {"parameters": {**parameters, "container": "mkv"}, "split": "always", "output_path": "b.{format}"},
        {"parameters": parameters, "split": "never", "output_path": "c.{format}"},
        {"parameters": parameters, "output_path": "d.{format}"},  # by its length, which is unknown without a trial
    ]
    streams = [{"video": {"width": width}, "audio": {}} for width in (128, 160)]
    ladder = {"parameters": {"format": "hls", "segment_s": 1, "streams": streams}, "split": "always"}
    asked = workflow("w", bucket, "in/", jobs={"transcode": items, "adaptive_dynamic_streaming": [ladder]})
    jobs = service.of_file(DryRunner(asked, (), calibrate=False), clip).jobs
    notices = {
        job.kind: [[(notice.code, *notice.parameters.values()) for notice in item.notices] for item in job.items]
        for job in jobs
    }
    assert notices == {
        "transcode": [[("WouldSplit", 3)], [("NotSplit", "split", "container", "")], [], []],
        "adaptive_dynamic_streaming": [[("WouldSplit", 3)]],
    }


def test_the_crf_of_a_target_of_quality(bucket: str, clips: Clips) -> None:
    """With trials the run's own, and their cost in the estimate; without them a usual one."""
    video = {"target_vmaf": 93, "height": 128}
    asked = workflow("w", bucket, "in/", jobs={"transcode": [{"parameters": {"container": "mp4", "video": video}}]})
    (job,) = service.of_file(DryRunner(asked, ()), clips.plain).jobs
    (tried,) = job.items[0].notices
    assert tried.code in ("CrfChosen", "TargetVmafMissed")
    assert f"-crf {tried.parameters['crf']} " in job.commands[0]
    assert job.estimate is not None
    assert job.estimate.measured_cpu_s > 0
    (job,) = service.of_file(DryRunner(asked, (), calibrate=False), clips.plain).jobs
    (assumed,) = job.items[0].notices
    assert (assumed.code, assumed.parameters["reason"]) == ("CrfNotProbed", "not_tried")
    assert "-crf 23 " in job.commands[0]


def test_a_dry_run_names_a_missing_libvmaf(bucket: str, clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media_workflows.media.encoders.installed.filter_names", lambda _: frozenset())
    items = [
        {"parameters": {"container": "mp4", "video": {"target_vmaf": 93}}},
        {"parameters": {"container": "mp4", "video": {"crf": 23}}, "output_path": "b.{format}"},
    ]
    asked = workflow("w", bucket, "in/", jobs={"transcode": items})
    found = service.of_file(DryRunner(asked, (), calibrate=False), clips.plain)
    assert [one.field for one in found.unavailable] == ["jobs.transcode[0]"]
    bad, good = found.jobs[0].items
    assert (bad.code, "libvmaf" in bad.message, good.code) == ("FailedOperation", True, "")


@pytest.mark.full
def test_the_streams_of_an_automatic_ladder(bucket: str, clips: Clips) -> None:
    """With trials those of a run, without them the usual ones; none is above the source."""
    ladder = {"format": "hls", "ladder": "auto", "streams": [{"video": {}, "audio": {}}]}
    asked = workflow("w", bucket, "in/", jobs={"adaptive_dynamic_streaming": [{"parameters": ladder}]})
    for calibrate, code in ((True, "LadderChosen"), (False, "LadderNotProbed")):
        (job,) = service.of_file(DryRunner(asked, (), calibrate=calibrate), clips.plain).jobs
        (notice,) = job.items[0].notices
        assert notice.code == code
        heights = [int(one) for one in re.findall(r"(\d+)p crf", str(notice.parameters["rungs"]))]
        assert heights == [120]  # of the source
        playlists = [one.key for one in job.items[0].outputs if one.role == "playlist"]
        assert len(playlists) == len(heights)
