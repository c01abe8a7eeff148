"""Operators as users place them in DAG files: what is checked when Airflow parses them, and what they return."""

from __future__ import annotations

import inspect
import json
import math
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, task_group
from airflow.sdk.exceptions import AirflowFailException

from media_workflows import orchestration
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import ItemResult, JobResult, OutputRecord, SourceObject, now
from media_workflows.errors import DefinitionError, SourceGoneError
from media_workflows.orchestration import (
    AnalysisOperator,
    ContentReviewOperator,
    FeaturesOperator,
    GateOperator,
    SampleSnapshotOperator,
    TranscodeOperator,
    UploadSensor,
)
from media_workflows.orchestration.links import OutputLink, RunLink
from media_workflows.orchestration.operator_arguments import (
    InvalidArgumentsError,
    found_source,
    output_place,
    quarantine_directory,
    source_place,
)
from media_workflows.orchestration.operator_results import returned_outputs
from media_workflows.orchestration.operators import OPERATORS

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "samples" / "dags" / "example_media_operators.py"
PLACES = {"source": "s3://input/{{ params.key }}", "output": "s3://out/hd/"}
ITEMS = [{"template": 100010}]


def transcode(**arguments: Any) -> TranscodeOperator:
    return TranscodeOperator(**{"task_id": "hd", **PLACES, "items": ITEMS, **arguments})


def test_the_public_names_are_those_of_the_documentation() -> None:
    text = (ROOT / "docs" / "operators.md").read_text()
    for name in orchestration.__all__:
        assert getattr(orchestration, name).__name__ == name
        assert f"`{name}`" in text, name
    assert {operator.__name__ for operator in OPERATORS.values()} <= set(orchestration.__all__)
    with pytest.raises(AttributeError, match="no attribute 'NoOperator'"):
        orchestration.NoOperator  # noqa: B018


def test_parsing_loads_neither_media_nor_storage() -> None:
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1]); "
        "print([name for name in ('av', 'boto3', 'ffmpeg', 'numpy', 'media_workflows.store', 'media_workflows.storage',"
        " 'media_workflows.media', 'media_workflows.execution') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SAMPLE)], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip().endswith("[]"), done.stdout + done.stderr


def _refusal(**arguments: Any) -> str:
    with pytest.raises(DefinitionError) as found:
        transcode(**arguments)
    return str(found.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"items": [{"template": 999}]}, ["hd.items[0].template: got 999", "there is no transcode template 999"]),
        ({"items": [{"parameters": {"container": "mp5"}}]}, ["hd.items[0].parameters.container: got 'mp5'"]),
        ({"items": []}, ["hd.items: got []", "at least one item"]),
        ({"items": {"template": 1}}, ["hd.items: got {'template': 1}"]),
        ({"items": ["a"]}, ["hd.items[0]: got 'a'"]),
        ({"items": None}, ["hd.items: got nothing", "must be given"]),
        ({"source": "in/a.mp4"}, ["hd.source: got 'in/a.mp4'", "s3://bucket/key"]),
        ({"source": "s3://input"}, ["hd.source: got 's3://input'", "must name an object"]),
        ({"output": "s3://out/hd"}, ["hd.output: got 's3://out/hd'", "ends with '/'"]),
        ({"output": "https://out/", "items": [{}]}, ["2 problems", "hd.output", "hd.items[0]"]),
        ({"output": "s3://out/a/../b/"}, ["hd.output: got", "no '.' or '..'"]),
        ({"output": "s3://out/a//b/"}, ["hd.output: got", "between single slashes"]),
        ({"output": "s3://out//"}, ["hd.output: got 's3://out//'", "between single slashes"]),
        ({"output": "s3://out/{nope}/"}, ["hd.output: got", "{nope}"]),
        ({"quarantine": "../"}, ["hd.quarantine: got '../'"]),
        ({"source": ["s3://input/a.mp4"]}, ["hd.source: got ['s3://input/a.mp4']", ".expand(source="]),
        ({"source": Path("a.mp4")}, ["hd.source: got PosixPath('a.mp4')", "the `output` of an operator"]),
        ({"source": UploadSensor(task_id="up", bucket="media-input")}, ["hd.source: got <Task(UploadSensor): up>"]),
        ({"source": {"bucket": "IN!", "key": "a.mp4"}}, ["hd.source.bucket: got 'IN!'", "must be a bucket name"]),
        ({"output": "s3://Out/"}, ["hd.output: got 'Out'", "lower-case"]),
        ({"output": {"bucket": "out", "key": "hd/"}}, ["hd.output: got", "must be s3://bucket/directory/"]),
        ({"aws_conn_id": 5}, ["hd.aws_conn_id: got 5", "must be the id of an Airflow connection"]),
        ({"aws_conn_id": ""}, ["hd.aws_conn_id: got ''"]),
        ({"items": "[{'template': 100010}]"}, ["hd.items: got", "render_template_as_native_obj=True"]),
        (
            {"items": [{"template": "ours"}, {"template": 999}]},
            ["1 problem in the arg", "hd.items[1].template: got 999"],
        ),
        ({"items": ["{{ params.a }}", ITEMS[0], {"template": 999}]}, ["1 problem in", "hd.items[2].template: got 999"]),
        ({"items": [ITEMS[0], ITEMS[0]]}, ["hd.items[1].output_path: got", "the same object as items[0].output_path:"]),
        ({"source": {"bucket": "input", "key": None}}, ["hd.source.key: got None", "must be the key of an object"]),
        ({"source": {"bucket": "input", "key": 5}}, ["hd.source.key: got 5"]),
        ({"source": "s3://input/in/"}, ["hd.source: got 's3://input/in/'", "a key that ends with '/' is a directory"]),
        ({"source": {"bucket": "input", "key": "in/"}}, ["hd.source: got", "a key that ends with '/' is a directory"]),
        (
            {"source": {"bucket": "input", "key": "a.mp4", "etag": "e", "size": 1}},
            ["2 problems in the arguments", "hd.source.size_bytes: got nothing", "hd.source.size: got 1"],
        ),
        ({"workflow": "wf_1"}, ["hd.workflow: got 'wf_1'", "only the DAGs that are made of workflows"]),
        (
            {"items": [{**ITEMS[0], "formats": {"mp4"}}]},
            ["hd.items[0].formats: got {'mp4'}", "must be a value of JSON"],
        ),
        (
            {"items": [{"template": "{{ params.a }}", "end_offset_s": math.inf}, {"template": b"ours"}]},
            ["2 problems in", "hd.items[0].end_offset_s: got inf", "hd.items[1].template: got b'ours'"],
        ),
        ({"items": [{"template": "{{ params.a }}", ("a", 1): 5}]}, ["hd.items[0]: got ('a', 1)", "that are text"]),
    ],
)
def test_mistakes_of_the_dag_file_are_named(arguments: dict[str, Any], words: list[str]) -> None:
    refusal = _refusal(**arguments)
    assert [word for word in words if word not in refusal] == [], refusal


@pytest.mark.parametrize(
    "items",
    [
        [{"template": "{{ params.template }}"}],
        [{"template": 1_000_123}],
        [{"template": "ours"}],
        [{"template": 100010, "watermarks": [{"template": "ours"}]}],
        "{{ params.renditions }}",
    ],
    ids=["Jinja", "a custom template", "a custom template's name", "a custom watermark", "all from Jinja"],
)
def test_what_only_the_run_knows_is_checked_then(items: Any) -> None:
    assert transcode(items=items).items == items


def mapped(**arguments: Any) -> Any:
    return TranscodeOperator.partial(**{"task_id": "hd", "output": "s3://out/", "items": ITEMS, **arguments})


def test_mapped_operators_are_checked_too() -> None:
    with pytest.raises(DefinitionError, match=r"hd\.items\[0\]\.template: got 999"):
        mapped(items=[{"template": 999}])


A, B = "s3://input/a.mp4", "s3://input/b.mp4"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"source": [A, "in/b.mp4"]}, ["hd.source[1]: got 'in/b.mp4'", "1 problem in"]),
        ({"source": [[A, B]]}, ["hd.source[0]: got", ".expand(source="]),
        ({"source": {"a": A}}, ["hd.source[0]: got ('a', "]),
        ({"source": [A], "items": [ITEMS, [{"template": 999}]]}, ["hd.items[1][0].template: got 999"]),
        ({"source": [A], "output": ["s3://out/a/", "s3://out/b"]}, ["hd.output[1]: got 's3://out/b'"]),
        ({"output": ["s3://out/a/"]}, ["hd.source: got nothing"]),
        (
            {"source": [A], "items": [ITEMS, ITEMS * 2]},
            ["hd.items[1][1].output_path: ", "object as items[1][0].output"],
        ),
    ],
)
def test_so_are_the_elements_they_are_mapped_over(arguments: dict[str, Any], words: list[str]) -> None:
    fixed = {name: value for name, value in {"output": "s3://out/", "items": ITEMS}.items() if name not in arguments}
    with pytest.raises(InvalidArgumentsError) as found:
        TranscodeOperator.partial(task_id="hd", **fixed).expand(**arguments)
    assert [word for word in words if word not in str(found.value)] == [], found.value


def test_and_mapped_keyword_arguments() -> None:
    with pytest.raises(
        InvalidArgumentsError, match=r"2 problems(.|\n)*hd\[1\]\.source: got nothing(.|\n)*\.quarantine"
    ):
        mapped().expand_kwargs([{"source": A}, {"quarantine": "no directory"}])


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"sourc": A},
            [f"hd[0].sourc: got '{A}'; must be an argument of TranscodeOperator", "hd[0].source: got nothing"],
        ),
        ({"source": A, "output": "s3://out/b/"}, ["1 problem", "hd[0].output: got 's3://out/b/'; must be left out"]),
        ({"source": A, "retries": 2}, ["1 problem", "hd[0].retries: got 2; must be left out"]),
    ],
)
def test_names_that_a_mapped_task_would_refuse_are_named(row: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(InvalidArgumentsError) as found:
        mapped().expand_kwargs([row])
    assert [word for word in words if word not in str(found.value)] == [], found.value


def test_airflow_would_refuse_these_names_only_in_the_task() -> None:
    task = TranscodeOperator.partial(task_id="hd", items=ITEMS).expand_kwargs([{"source": A, "output": "s3://out/"}])
    for row in ({"sourc": A}, {"items": ITEMS}, {"retries": 2}):
        with pytest.raises(TypeError, match=next(iter(row))):
            task.unmap({"source": A, "output": "s3://out/", **row})
    assert mapped().expand_kwargs([{"source": A, "output": "s3://out/b/"}], strict=False).task_id == "hd"


def test_a_task_group_is_in_the_place_of_a_mistake() -> None:
    with DAG("d", schedule=None):

        @task_group
        def g() -> None:
            with pytest.raises(InvalidArgumentsError, match=r"  - g\.hd\.output: got 's3://out/hd'"):
                mapped(output="s3://out/hd")
            with pytest.raises(InvalidArgumentsError, match=r"  - g\.hd\.source\[0\]: got 'a'"):
                mapped().expand(source=["a"])

        g()


@pytest.mark.parametrize(
    ("operator", "fixed", "expanded", "words"),
    [
        (UploadSensor, {"bucket": "Media!"}, {}, r"t\.bucket: got 'Media!'"),
        (UploadSensor, {"prefix": "/a"}, {}, r"t\.prefix: got '/a'"),
        (UploadSensor, {}, {"bucket": ["media-input", "Media!"]}, r"t\.bucket\[1\]: got 'Media!'"),
        (UploadSensor, {"bucket": "media-input"}, {"prefix": ["/a"]}, r"t\.prefix\[0\]: got '/a'"),
        (UploadSensor, {"bucket": "media-input"}, {"prefix": [None]}, r"t\.prefix\[0\]: got None"),
        (UploadSensor, {}, {"prefix": ["a/"]}, r"1 problem in the arguments:\n  - t\.bucket: got nothing"),
        (GateOperator, {"review_task_id": 5}, {}, r"t\.review_task_id: got 5"),
        (GateOperator, {}, {"source": [A, "in/a"]}, r"t\.source\[1\]: got 'in/a'"),
        (GateOperator, {}, {"review_task_id": ["a"]}, r"t\.source: got nothing"),
    ],
)
def test_sensors_and_gates_are_checked_mapped_too(
    operator: Any, fixed: dict[str, Any], expanded: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidArgumentsError, match=words):
        operator.partial(task_id="t", **fixed).expand(**expanded)


def test_sensors_and_gates_are_mapped() -> None:
    sensors = UploadSensor.partial(task_id="up", bucket="media-input").expand(region_name=[None, "eu-north-1"])
    assert sensors.unmap({"region_name": "eu-north-1"}).prefix == ""
    rows = [{"source": A}, {"source": B, "review_task_id": "strict"}]
    gates = GateOperator.partial(task_id="gate").expand_kwargs(rows)
    assert gates.unmap(rows[1]).review_task_id == "strict"


def test_what_other_tasks_or_defaults_give_passes() -> None:
    with DAG("d", schedule=None, default_args={"output": "s3://out/"}):
        hd = transcode()
        assert TranscodeOperator.partial(task_id="a", items=ITEMS).expand(source=hd.output).task_id == "a"
        assert mapped(task_id="b").expand_kwargs(hd.output).task_id == "b"
        assert mapped(task_id="c").expand_kwargs([hd.output]).task_id == "c"
        assert mapped(task_id="d").expand(source=[A, "{{ params.key }}", hd.output]).task_id == "d"
        assert mapped(task_id="e", quarantine="{{ params.q }}").expand(source=[{"bucket": "input", "key": "a"}])

        @task_group
        def each(key: str) -> None:
            TranscodeOperator(task_id="f", source=key, output="s3://out/", items=ITEMS)

        each.expand(key=[A, B])


def test_what_a_mapped_task_finds_out_is_not_retried() -> None:
    task = mapped().expand(source=[A])
    with pytest.raises(AirflowFailException, match=r"hd\.source: got 'in/b\.mp4'"):
        task.unmap({"source": "in/b.mp4"})


def features(for_jobs: Any, **arguments: Any) -> FeaturesOperator:
    return FeaturesOperator(task_id="look", **PLACES, for_jobs=for_jobs, **arguments)


REVIEW = [{"template": 10}]


@pytest.mark.parametrize(
    ("for_jobs", "words"),
    [
        ({}, ["look.for_jobs: got {}", "{'content_review': [{'template': 10}]}"]),
        (REVIEW, ["look.for_jobs: got [{'template': 10}]", "by job kind"]),
        ("{'analysis': []}", ["look.for_jobs: got", "render_template_as_native_obj=True"]),
        ({"content_review": []}, ["look.for_jobs.content_review: got []", "at least one item"]),
        ({"content_review": {"template": 10}}, ["look.for_jobs.content_review: got {'template': 10}"]),
        ({"transcode": [{"template": 100010}]}, ["look.for_jobs.transcode: got transcode", "must be one of: content"]),
        ({"content_review": [{"template": 999}]}, ["look.for_jobs.content_review[0].template: got 999"]),
        ({"analysis": [{"nope": 1}]}, ["look.for_jobs.analysis[0].nope: got 1"]),
        ({"analysis": [{"template": {10}}]}, ["look.for_jobs.analysis[0].template: got {10}", "a value of JSON"]),
        (
            {"analysis": "{{ a }}", "content_review": [{"template": 999}]},
            ["look.for_jobs.content_review[0].template: "],
        ),
        ({"analysis": [{"template": "ours"}, {"nope": 1}]}, ["look.for_jobs.analysis[1].nope: got 1"]),
        ({"transcode": "{{ a }}"}, ["look.for_jobs.transcode: got transcode"]),
        (None, ["look.for_jobs: got nothing"]),
    ],
)
def test_mistakes_in_the_jobs_of_features_are_named(for_jobs: Any, words: list[str]) -> None:
    with pytest.raises(InvalidArgumentsError) as found:
        features(for_jobs)
    assert [word for word in words if word not in str(found.value)] == [], found.value
    with pytest.raises(InvalidArgumentsError):
        FeaturesOperator.partial(task_id="look", output="s3://out/", for_jobs=for_jobs).expand(source=[A])


def test_features_take_no_items_and_wait_for_what_only_the_run_shows() -> None:
    with pytest.raises(InvalidArgumentsError, match=r"look\.items: got .*`for_jobs` holds the items"):
        features({"content_review": REVIEW}, items=REVIEW)
    for for_jobs in ("{{ params.jobs }}", {"analysis": "{{ params.tags }}"}, {"analysis": [{"template": "ours"}]}):
        assert features(for_jobs).for_jobs == for_jobs


@pytest.mark.parametrize(("rendered", "words"), [("[{'template': 100010}]", "native_obj"), (7, "at least one item")])
def test_what_a_template_renders_to_is_one_problem(rendered: Any, words: str) -> None:
    operator = transcode(items="{{ params.renditions }}")
    operator.items = rendered
    with pytest.raises(InvalidArgumentsError, match=rf"1 problem in(.|\n)*items: got (.|\n)*{words}"):
        operator._items("")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("native", "found"), [(True, None), (False, "native_obj")])
def test_a_list_of_items_comes_from_a_parameter_as_documented(native: bool, found: str | None) -> None:
    (documented,) = re.findall(r'`items="([^"]+)"`', (ROOT / "docs" / "operators.md").read_text())
    with DAG("d", schedule=None, render_template_as_native_obj=native):
        operator = transcode(items=documented)
    operator.render_template_fields({"params": {"key": "a.mp4", "renditions": ITEMS}})
    if found:
        with pytest.raises(InvalidArgumentsError, match=found):
            operator._checked_items("")
    else:
        assert [item.definition for item in operator._checked_items("")] == [100010]


@pytest.mark.usefixtures("database")
def test_problems_in_the_task_are_in_the_arguments() -> None:
    operator = transcode(items="{{ params.renditions }}")
    operator.items = [{"template": 999}]
    with pytest.raises(InvalidArgumentsError, match=r"1 problem in the arguments:\n  - items\[0\]\.template: got 999"):
        operator._checked_items("")


def test_decisions_need_a_task_that_extracts_features() -> None:
    with pytest.raises(DefinitionError, match=r"review\.features_task_id: got nothing"):
        ContentReviewOperator(task_id="review", **PLACES, items=[{"template": 10}])
    with pytest.raises(DefinitionError, match=r"features\.for_jobs: got nothing"):
        FeaturesOperator(task_id="features", **PLACES)
    analysis = AnalysisOperator(task_id="a", **PLACES, items=[{"template": 10}], features_task_id="features")
    assert analysis._features_step() == "features"


def test_outputs_of_another_operator_are_a_source() -> None:
    with DAG("d", schedule=None):
        hd = transcode()
        covers = SampleSnapshotOperator.partial(task_id="covers", output="s3://out/", items=[{"template": 10}]).expand(
            source=hd.output
        )
        sprite = SampleSnapshotOperator(task_id="c", source=hd.output, output="s3://out/", items=[{"template": 10}])
    assert covers.upstream_task_ids == sprite.upstream_task_ids == {"hd"}


def test_places() -> None:
    assert source_place("s3://input/a b/片.mp4") == ("input", "a b/片.mp4")
    assert source_place({"bucket": "input", "key": "a.mp4", "size_bytes": 1}) == ("input", "a.mp4")
    assert output_place("s3://out") == output_place("s3://out/") == ("out", "")


def test_a_source_that_is_gone_is_named() -> None:
    storage: Any = SimpleNamespace(head=lambda bucket, key, version_id: None)
    with pytest.raises(SourceGoneError, match=r"no object 'a\.mp4' in bucket 'input', or no such bucket"):
        found_source(storage, "s3://input/a.mp4")
    confirmed = SourceObject(bucket="input", key="a.mp4", etag="e", size_bytes=1)
    assert found_source(storage, confirmed.model_dump(mode="json")) == confirmed
    with pytest.raises(InvalidArgumentsError, match=r"source\.size_bytes: got nothing"):
        found_source(storage, {"bucket": "input", "key": "a.mp4", "etag": "e"})


def test_the_file_is_serialized_with_its_links() -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    bag = DagBag(dag_folder=str(SAMPLE), bundle_path=SAMPLE.parent, bundle_name="samples")
    assert bag.import_errors == {}
    data = json.loads(json.dumps(DagSerialization.to_dict(bag.dags["example_media_operators"])))
    dag = DagSerialization.from_dict(data)
    assert set(dag.task_ids) == {"full", "preview", "pictures"}
    assert dag.get_task("pictures").is_mapped
    for task_id in dag.task_ids:
        links = {link.name: link.xcom_key for link in dag.get_task(task_id).operator_extra_links}
        assert links == {"Output": OutputLink.xcom_key, "Media run": RunLink.xcom_key}, task_id


INFO: dict[str, Any] = {"container": "mp4", "duration_s": 2.0, "size_bytes": 7, "bitrate_bps": 28}


def test_a_task_returns_files_and_manifests() -> None:
    outputs = [
        OutputRecord(bucket="b", key=f"{role}.x", size_bytes=7, md5="m", role=role, sha256="s")
        for role in ("segment", "main", "playlist", "manifest")
    ]
    outputs[1] = outputs[1].model_copy(update={"info": MediaInfo.model_construct(**INFO, video=None)})
    item = ItemResult(item={}, definition=0, status="SUCCESS", outputs=tuple(outputs))
    result = JobResult(kind="transcode", begun_at=now(), finished_at=now(), source=None, items=(item,))
    assert returned_outputs(result) == [
        {
            "bucket": "b",
            "key": f"{role}.x",
            "size_bytes": 7,
            "duration_s": duration_s,
            "width": None,
            "height": None,
            "sha256": "s",
        }
        for role, duration_s in (("main", 2.0), ("manifest", None))
    ]


def test_links(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    key = SimpleNamespace(dag_id="wf_1", run_id="upload__a+b")
    operator = transcode()
    assert OutputLink().get_link(operator, ti_key=key) == ""
    operator.outputs = [{"bucket": "out", "key": "hd/片.mp4"}]
    url = OutputLink().get_link(operator, ti_key=key)
    assert "/out/hd/%E7%89%87.mp4?" in url or "/hd/%E7%89%87.mp4?" in url
    assert "X-Amz-Expires=86400" in url
    assert RunLink().get_link(operator, ti_key=key) == ""
    operator.workflow = object()  # type: ignore[assignment]
    assert RunLink().get_link(operator, ti_key=key).endswith("/plugin/media-workflows/runs/wf_1/upload__a%2Bb")


@pytest.mark.parametrize("value", ["../", "a/../b/", "quarantine", "/", 5])
def test_a_quarantine_that_is_no_directory_is_refused(value: Any) -> None:
    with pytest.raises(DefinitionError, match="quarantine: got"):
        quarantine_directory(value)


@pytest.mark.parametrize(
    ("value", "directory"), [(None, ""), ("", ""), ("quarantine/", "quarantine/"), ("a/b/", "a/b/")]
)
def test_a_quarantine_is_a_directory_or_none(value: str | None, directory: str) -> None:
    assert quarantine_directory(value) == directory


def test_a_gate_is_checked_too() -> None:
    with pytest.raises(
        InvalidArgumentsError, match=r"2 problems(.|\n)*gate\.source: got 'in/a'(.|\n)*\.review_task_id"
    ):
        GateOperator(task_id="gate", source="in/a", review_task_id=transcode())  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentsError, match=r"a\.features_task_id: got .*must be the id of a task"):
        AnalysisOperator(task_id="a", **PLACES, items=[{"template": 10}], features_task_id=transcode())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"bucket": "s3://media-input"}, r"upload\.bucket: got 's3://media-input'; must be a bucket name"),
        ({"bucket": ""}, r"upload\.bucket: got ''"),
        ({"bucket": None}, r"upload\.bucket: got nothing"),
        ({"bucket": "Media"}, r"upload\.bucket: got 'Media'; .*lower-case"),
        ({"prefix": "/in/"}, r"upload\.prefix: got '/in/'; must be the beginning of a key, such as 'in/'"),
        ({"add_ons": "x"}, r"upload\.add_ons: got 'x'; must be a list of pairs"),
        ({"add_ons": [("a.srt", -1)]}, r"upload\.add_ons: got \[\('a\.srt', -1\)\]"),
        ({"verify": 1.5}, r"upload\.verify: got 1\.5; must be of type bool \| str"),
        ({"botocore_config": "x"}, r"upload\.botocore_config: got 'x'; must be of type dict"),
    ],
)
def test_so_is_a_sensor(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidArgumentsError, match=words):
        UploadSensor(**{"task_id": "upload", "bucket": "media-input", **arguments})
    assert UploadSensor(task_id="upload", bucket="{{ params.bucket }}", prefix="in/").bucket


@pytest.mark.parametrize("operator", [*OPERATORS.values(), UploadSensor, GateOperator])
def test_no_argument_is_left_unchecked(operator: type[Any]) -> None:
    own = [
        kind
        for kind in operator.__mro__
        if kind.__module__.startswith(orchestration.__name__) and "__init__" in vars(kind)
    ]
    names = {name for kind in own for name in inspect.signature(vars(kind)["__init__"]).parameters}
    names -= {"self", "args", "kwargs"}
    needed = {"bucket": "media-input", "source": A, "output": "s3://out/"} | (
        {} if "for_jobs" in names else {"items": "{{ a }}"}
    )
    for name in names:
        arguments = {key: value for key, value in needed.items() if key in names}
        with pytest.raises(InvalidArgumentsError, match=rf"t\.{name}: got <object"):
            operator(**{"task_id": "t", **arguments, name: object()})


def test_a_gate_needs_no_name() -> None:
    gate = GateOperator(task_id="gate", source="s3://input/a.mp4", review_task_id="review")
    assert gate.subject == "Review: publish what this review is not sure about?"


def test_a_gate_needs_the_source_unless_its_workflow_has_it() -> None:
    with pytest.raises(InvalidArgumentsError, match=r"gate\.source: got nothing; must be given"):
        GateOperator(task_id="gate", review_task_id="review")
    assert GateOperator(task_id="gate", workflow_name="w").source is None
