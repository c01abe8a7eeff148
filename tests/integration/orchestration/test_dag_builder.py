"""A workflow as a DAG: its tasks, its settings, and what Airflow makes of its file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import Asset

from definitions import PNG, workflow
from media_workflows.airflow_adapter.dag_file import dag_file_text, revision_of_tags
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.workflow import Workflow
from media_workflows.errors import DefinitionError
from media_workflows.orchestration.dag_builder import build_dag
from media_workflows.settings import get_settings

ALL_JOBS: dict[str, Any] = {
    "transcode": [{"template": 100010}, {"template": 100210}],
    "snapshot_by_time_offset": [{"template": 10, "time_offsets": ["0s"]}],
    "sample_snapshot": [{"template": 10}],
    "animated_graphic": [{"template": 20000, "end_offset_s": 1}],
}
TEXT = "'''\\ 中文 {{ x }} {% y"


def built(definition: Workflow, revision: int = 3) -> Any:
    return build_dag("wf_1", revision, definition.model_dump_json())


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_(name: str, value: str) -> None:
        monkeypatch.setenv(f"MEDIA_WORKFLOWS_{name}", value)
        get_settings.cache_clear()

    yield set_
    get_settings.cache_clear()


def test_the_dag() -> None:
    dag = built(workflow("短视频_1", directory="in/", jobs=ALL_JOBS))
    assert (dag.dag_id, dag.dag_display_name) == ("wf_1", "短视频_1")
    assert dag.tags == {"media", "media revision 3"}
    assert (dag.schedule, dag.catchup, dag.is_paused_upon_creation) == (None, False, True)
    assert dag.description == (
        "media-input/in/ → transcode, snapshot_by_time_offset, sample_snapshot, animated_graphic"
    )
    assert "**短视频_1**, revision 3" in dag.doc_md


def test_a_task_builds_no_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "upload")
    assert built(workflow()).doc_md is None


def test_the_tag_of_the_revision_is_ours_alone() -> None:
    dag = built(workflow(jobs=ALL_JOBS, airflow={"tags": ["media revision 9", "media revision x", "b"]}))
    assert dag.tags == {"media", "media revision 3", "b"}
    assert revision_of_tags(sorted(dag.tags)) == 3
    assert revision_of_tags(["media", "b"]) == 0


def test_tasks_and_their_order() -> None:
    dag = built(workflow(jobs=ALL_JOBS))
    assert set(dag.task_ids) == {"upload", *ALL_JOBS, "notify"}
    assert dag.get_task("transcode").task_display_name == "Transcode"
    assert dag.get_task("upload").downstream_task_ids == set(ALL_JOBS)
    for kind in ALL_JOBS:
        task = dag.get_task(kind)
        assert (task.upstream_task_ids, task.downstream_task_ids) == ({"upload"}, {"notify"})
        assert (task.kind, task.revision, task.workflow.name) == (kind, 3, "w")


def test_one_task_per_configured_kind() -> None:
    assert set(built(workflow()).task_ids) == {"upload", "transcode", "notify"}


def test_notify_is_the_teardown() -> None:
    dag = built(workflow(jobs=ALL_JOBS))
    assert [task.task_id for task in dag.tasks if task.is_teardown] == ["notify"]
    notify = dag.get_task("notify")
    assert notify.on_failure_fail_dagrun is False
    assert notify.trigger_rule == "all_done_setup_success"


def test_the_sensor() -> None:
    sensor = built(workflow(directory="in/")).get_task("upload")
    assert (sensor.bucket, sensor.prefix, sensor.revision) == ("media-input", "in/", 3)
    assert built(workflow()).get_task("upload").prefix == ""
    assert (sensor.deferrable, sensor.poke_interval, sensor.timeout) == (True, 1, 3650 * 24 * 3600)


def test_the_key_parameter() -> None:
    dag = built(workflow())
    assert list(dag.params) == ["key", "force"]
    assert dag.params["key"] is None
    param = dag.params.get_param("key")
    assert param.resolve("in/a.mp4") == "in/a.mp4"
    with pytest.raises(Exception, match="not of type"):
        param.resolve(7)


def test_the_force_parameter() -> None:
    dag = built(workflow())
    assert dag.params["force"] is False
    assert dag.params.get_param("force").resolve(True) is True
    with pytest.raises(Exception, match="not of type"):
        dag.params.get_param("force").resolve("yes")


@pytest.mark.parametrize(("priority", "weight"), [(-10, 1), (0, 11), (10, 21)])
def test_priorities(priority: int, weight: int) -> None:
    dag = built(workflow(priority=priority, jobs=ALL_JOBS))
    assert {task.priority_weight for task in dag.tasks} == {weight}
    assert {task.weight_rule for task in dag.tasks} == {"media_workflows.orchestration.priority.UploadsFirst"}


def test_pools(setting: Any) -> None:
    setting("ENCODE_POOL", "encode")
    setting("LIGHT_POOL", "light")
    pools = {task.task_id: task.pool for task in built(workflow(jobs=ALL_JOBS)).tasks}
    assert pools == {
        "upload": "default_pool",
        "transcode": "encode",
        "snapshot_by_time_offset": "light",
        "sample_snapshot": "light",
        "animated_graphic": "light",
        "notify": "default_pool",
    }


def test_features_of_the_sound_alone_are_light(setting: Any) -> None:
    for name in ("ENCODE", "LIGHT"):
        setting(f"{name}_POOL", f"{name.lower()}_pool")
        setting(f"{name}_QUEUE", f"{name.lower()}_queue")

    def lane(asr_only: bool) -> tuple[str, str]:
        parameters: dict[str, Any] = {"asr_full_text": {}} | ({} if asr_only else {"ocr_full_text": True})
        task = built(workflow(jobs={"recognition": [{"parameters": parameters}]})).get_task(FEATURES)
        return task.pool, task.queue

    assert lane(asr_only=True) == ("light_pool", "light_queue")
    assert lane(asr_only=False) == ("encode_pool", "encode_queue")


def test_a_workflow_leaves_slots_to_others(setting: Any) -> None:
    assert {task.max_active_tis_per_dag for task in built(workflow(jobs=ALL_JOBS)).tasks} == {None}
    setting("ENCODE_TASKS_PER_WORKFLOW", "3")
    limits = {task.task_id: task.max_active_tis_per_dag for task in built(workflow(jobs=ALL_JOBS)).tasks}
    assert limits == dict.fromkeys(("upload", *ALL_JOBS, "notify")) | {"transcode": 3}


def test_retries(setting: Any) -> None:
    setting("JOB_RETRIES", "5")
    setting("JOB_RETRY_DELAY_S", "7")
    setting("NOTIFY_RETRIES", "9")
    setting("LOST_TRIES", "30")
    dag = built(workflow(jobs=ALL_JOBS))
    configured = dict.fromkeys(["upload", *ALL_JOBS], 5) | {"notify": 9}
    assert {task.task_id: task.retry_policy.retries for task in dag.tasks} == configured
    assert {task.task_id: task.retries - 30 for task in dag.tasks} == configured
    assert {task.retry_delay for task in dag.tasks} == {timedelta(seconds=7)}
    assert dag.get_task("notify").retry_exponential_backoff
    assert dag.get_task("notify").max_retry_delay == timedelta(hours=1)


def test_the_airflow_options() -> None:
    options = {"owner": "video", "tags": ["短视频"], "max_active_runs": 2, "execution_timeout_s": 7200}
    dag = built(workflow(jobs={**ALL_JOBS, **LOOKING}, airflow=options))
    assert (dag.tags, dag.max_active_runs, dag.owner) == ({"media", "短视频", "media revision 3"}, 2, "video")
    jobs = {*ALL_JOBS, *LOOKING, "signals"}
    timeouts = {task.task_id: task.execution_timeout for task in dag.tasks}
    assert timeouts == dict.fromkeys(jobs, timedelta(hours=2)) | {"upload": None, "notify": None}


def test_the_asset() -> None:
    (asset,) = built(workflow(jobs=ALL_JOBS, airflow={"asset_events": True})).get_task("notify").outlets
    assert asset == Asset("x-media-workflows://workflow/wf_1")  # as a user writes it
    assert [task.outlets for task in built(workflow(jobs=ALL_JOBS)).tasks] == [[]] * (2 + len(ALL_JOBS))


WAITS_FOR_ADD_ONS = {"add_on_subtitles": [{"key": "s/{inputName}.srt"}], "wait_for": {"timeout_s": 60}}
WAITING = {
    "add-ons": {"jobs": {"adaptive_dynamic_streaming": [{"template": 10, **WAITS_FOR_ADD_ONS}]}},
    "approval": {
        "jobs": None,
        "steps": [{"id": "ask", "approval": {"message": "?"}}, {"id": "hd", "transcode": {"template": 100010}}],
    },
    "gate": {"jobs": {**ALL_JOBS, "content_review": [{"template": 10, "gate": "publish_on_pass"}]}},
}


@pytest.mark.parametrize("parts", WAITING.values(), ids=WAITING)
def test_runs_that_wait_do_not_hold_up_uploads(parts: dict[str, Any]) -> None:
    """A run that waits is active in Airflow all the time: the limit of its runs must not be reached by them."""
    assert built(workflow(**parts)).max_active_runs == 1000
    assert built(workflow(**parts, airflow={"max_active_runs": 3})).max_active_runs == 3


def test_without_airflow_options_the_defaults_of_airflow_apply() -> None:
    from airflow.sdk.configuration import conf

    dag = built(workflow(jobs=ALL_JOBS))
    assert dag.max_active_runs == conf.getint("core", "max_active_runs_per_dag")
    assert {task.owner for task in dag.tasks} == {conf.get("operators", "default_owner")}
    timeouts = {task.task_id: task.execution_timeout for task in dag.tasks}
    assert timeouts == dict.fromkeys(ALL_JOBS, timedelta(hours=24)) | {"upload": None, "notify": None}


def test_a_definition_stored_before_the_section_existed_makes_the_same_dag(plugin: None) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    new = json.loads(workflow(jobs=ALL_JOBS).model_dump_json())
    old = {name: value for name, value in new.items() if name != "airflow"}
    first, second = (DagSerialization.to_dict(build_dag("wf_1", 3, json.dumps(stored))) for stored in (old, new))
    assert first == second


IMAGE = [{"mark": {"type": "image", "content": PNG}}]


@pytest.mark.parametrize("kind", ["transcode", "snapshot_by_time_offset", "sample_snapshot"])
def test_the_documentation_holds_no_images(kind: str) -> None:
    """Ten of 200 KiB each would make every load of the DAG's page a burden."""
    item = ALL_JOBS[kind][0] | {"watermarks": IMAGE}
    doc = built(workflow(jobs={kind: [item]})).doc_md
    assert PNG not in doc
    assert f"{kind}:" in doc


@pytest.mark.parametrize("directory", ["in/{{ x }}/", "in/{% x/", "in/{#1}/", "in/}}/"])
def test_braces_in_a_directory_are_no_template(directory: str) -> None:
    """S3 keys may hold them. Airflow renders a task's templates before it runs it."""
    sensor = built(workflow(directory=directory)).get_task("upload")
    sensor.render_template_fields({})
    assert sensor.prefix == directory


def _file(directory: Path, definition: Workflow) -> Path:
    path = directory / "wf_1.py"
    path.write_text(dag_file_text("wf_1", 3, definition.model_dump(mode="json")), encoding="utf-8")
    return path


def _everything() -> Workflow:
    jobs = ALL_JOBS | {"transcode": [{"template": 100010, "watermarks": [{"mark": {"type": "text", "text": TEXT}}]}]}
    return workflow("短视频", directory="in/", jobs=jobs, notification={"type": "http", "url": "http://127.0.0.1/'"})


def test_airflow_parses_and_serializes_the_file(tmp_path: Path, plugin: None) -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    _file(tmp_path, _everything())
    bag = DagBag(dag_folder=str(tmp_path), bundle_path=tmp_path, bundle_name="media_workflows")
    assert bag.import_errors == {}
    assert bag.dag_ids == ["wf_1"]
    data = DagSerialization.to_dict(bag.dags["wf_1"])
    again = DagSerialization.from_dict(json.loads(json.dumps(data)))
    assert again.dag_display_name == "短视频"
    assert set(again.task_ids) == {"upload", *ALL_JOBS, "notify"}
    assert again.get_task("notify").is_teardown
    assert TEXT not in json.dumps(data["dag"]["tasks"], ensure_ascii=False)  # definitions are not repeated per task


def test_the_system_dags_parse() -> None:
    from airflow.dag_processing.dagbag import DagBag

    folder = Path(__file__).parents[3] / "dags"
    bag = DagBag(dag_folder=str(folder), bundle_path=folder, bundle_name="system")
    assert bag.import_errors == {}
    system = ("uploads", "events", "backfill", "sidecars", "housekeeping", "process", "split")
    assert set(bag.dags) == {f"media_{name}" for name in system}
    assert not any(dag.is_paused_upon_creation for dag in bag.dags.values())
    assert bag.dags["media_sidecars"].max_active_runs == 1000  # a join waits while the run of its ladder works
    (helper,) = bag.dags["media_split"].tasks
    assert (helper.pool, helper.queue) == (get_settings().encode_pool, get_settings().encode_queue)
    for dag_id, task_id in (("media_uploads", "ingest"), ("media_events", "send"), ("media_backfill", "advance")):
        dag = bag.dags[dag_id]
        assert dag.max_active_runs == 1
        assert dag.get_task(task_id).retry_delay == timedelta(seconds=3)


def test_the_file_needs_no_database(tmp_path: Path) -> None:
    """Parsing goes on while our database is down, and never opens it."""
    file = _file(tmp_path, _everything())
    code = f"""
import runpy, sqlalchemy.engine
def refuse(*_, **__): raise AssertionError("a database was opened")
sqlalchemy.engine.Engine.connect = refuse
print(len(runpy.run_path({str(file)!r})["dag"].tasks))
"""
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path / "airflow"),
        "MEDIA_WORKFLOWS_DATABASE_URL": "postgresql+psycopg2://none@127.0.0.1:1/none",
        "MEDIA_WORKFLOWS_DATA_DIR": str(tmp_path / "data"),
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "6"
    assert not (tmp_path / "data").exists()


def test_tasks_that_need_hardware_ask_for_its_queue(setting: Any) -> None:
    video = {"container": "mp4", "video": {"encoder": "nvenc"}}
    on_hardware = workflow(jobs={"transcode": [{"parameters": video}], "sample_snapshot": [{"template": 10}]})
    default = built(on_hardware).get_task("transcode").queue
    setting("HARDWARE_QUEUE", "gpu")
    dag = built(on_hardware)
    assert (dag.get_task("transcode").queue, dag.get_task("sample_snapshot").queue) == ("gpu", default)
    assert built(workflow()).get_task("transcode").queue == default != "gpu"


LOOKING: dict[str, Any] = {
    "content_review": [{"template": 20}],
    "recognition": [{"parameters": {"asr_full_text": {}}}],
    "analysis": [{"template": 10}],
}
LADDER = {"template": 10, "add_on_subtitles": [{"source": "recognition", "language": "en"}]}


def edges(jobs: dict[str, Any]) -> dict[str, set[str]]:
    """task id -> those right behind it"""
    return {task.task_id: set(task.downstream_task_ids) for task in built(workflow(jobs=jobs)).tasks}


def test_jobs_that_look_and_listen_share_the_signals() -> None:
    assert edges({"transcode": [{"template": 100010}], **LOOKING}) == {
        "upload": {"transcode", "signals"},
        "signals": set(LOOKING),
        **{kind: {"notify"} for kind in ("transcode", *LOOKING)},
        "notify": set(),
    }


def test_a_gate_holds_all_but_the_review_back() -> None:
    gated = {**LOOKING, "content_review": [{"template": 20, "gate": "publish_on_pass"}]}
    found = edges({"transcode": [{"template": 100010}], **gated})
    assert (found["upload"], found["signals"], found["content_review"]) == (
        {"signals"},
        {"content_review"},
        {"gate", "notify"},
    )
    assert found["gate"] == {"transcode", "recognition", "analysis", "notify"}


def test_a_ladder_waits_for_the_subtitles_it_names() -> None:
    found = edges({"adaptive_dynamic_streaming": [LADDER], "recognition": LOOKING["recognition"]})
    assert found["recognition"] == {"adaptive_dynamic_streaming", "notify"}
    with pytest.raises(DefinitionError, match="requires a `recognition` job"):
        workflow(jobs={"adaptive_dynamic_streaming": [LADDER], "analysis": LOOKING["analysis"]})


def test_tasks_have_the_queue_of_their_kind(setting: Any) -> None:
    for name in ("control", "light", "encode"):
        setting(f"{name.upper()}_QUEUE", name)
    jobs = {"transcode": [{"template": 100010}], "sample_snapshot": [{"template": 10}]} | LOOKING
    queues = {task.task_id: task.queue for task in built(workflow(jobs=jobs)).tasks}
    encodes = dict.fromkeys(("transcode", FEATURES), "encode")
    light = dict.fromkeys(("sample_snapshot", *LOOKING), "light")
    assert queues == {"upload": "control", "notify": "control"} | encodes | light
