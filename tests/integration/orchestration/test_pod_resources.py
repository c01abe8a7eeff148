"""The resources of pods in which KubernetesExecutor would run tasks. The provider makes pods; no cluster runs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from airflow.sdk import DAG

from definitions import graph, workflow
from doc_blocks import DOCS, blocks
from media_workflows.domain.workflow import parse_workflow
from media_workflows.errors import PodResourcesError
from media_workflows.orchestration import GateOperator, SampleSnapshotOperator, TranscodeOperator, UploadSensor
from media_workflows.orchestration.dag_builder import build_dag
from media_workflows.orchestration.pod_resources import DEFAULTS, PROVIDER, pod_resources
from media_workflows.settings import get_settings

ROOT = Path(__file__).parents[3]
PATH = "airflow.providers.cncf.kubernetes.executors.kubernetes_executor.KubernetesExecutor"
ECS = "airflow.providers.amazon.aws.executors.ecs.ecs_executor.AwsEcsExecutor"
JOBS: dict[str, Any] = {
    "transcode": [{"template": 100010}],
    "sample_snapshot": [{"template": 10}],
    "content_review": [{"template": 20, "gate": "publish_on_pass"}],
}
LANES = {
    **{"upload": "control", "signals": "encode", "content_review": "light", "gate": "control"},
    **{"transcode": "encode", "sample_snapshot": "light", "notify": "control"},
}
PLACES: dict[str, Any] = {"source": "s3://input/a.mp4", "output": "s3://out/hd/"}
Executor = Callable[[str], None]


@pytest.fixture
def executor(monkeypatch: pytest.MonkeyPatch) -> Executor:
    return lambda value: monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", value)


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_(value: dict[str, Any]) -> None:
        monkeypatch.setenv("MEDIA_WORKFLOWS_POD_RESOURCES", json.dumps(value))
        get_settings.cache_clear()

    yield set_
    get_settings.cache_clear()


@pytest.fixture
def no_kubernetes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each import of it fails."""
    for name in ("kubernetes", "kubernetes.client", "kubernetes.client.models"):
        monkeypatch.setitem(sys.modules, name, None)


def built(**jobs: Any) -> Any:
    return build_dag("wf_1", 3, workflow(jobs=jobs or JOBS).model_dump_json())


def resources(task: Any) -> dict[str, Any] | None:
    """Of the container `base`; None = the task has no pod of its own."""
    pod = task.executor_config.get("pod_override")
    if pod is None:
        return None
    (container,) = pod.spec.containers
    assert container.name == "base"
    return {"requests": container.resources.requests, "limits": container.resources.limits}


def serialized(dag: Any) -> dict[str, Any]:
    from airflow.serialization.serialized_objects import DagSerialization

    data: dict[str, Any] = json.loads(json.dumps(DagSerialization.to_dict(dag)))
    return data


@pytest.mark.parametrize(
    "configured",
    [
        *("KubernetesExecutor", PATH, f"LocalExecutor,{PATH}", "CeleryExecutor, pods:KubernetesExecutor"),
        "my.executors.OurKubernetesExecutor",
    ],
)
def test_each_task_has_the_resources_of_its_lane(executor: Executor, configured: str) -> None:
    executor(configured)
    assert {task.task_id: resources(task) for task in built().tasks} == {
        task_id: DEFAULTS[lane] for task_id, lane in LANES.items()
    }


def test_steps_have_the_resources_of_their_work(executor: Executor) -> None:
    executor("KubernetesExecutor")
    steps = graph(
        {"id": "ask", "approval": {"message": "?"}},
        {"id": "hd", "after": ["ask"], "transcode": [{"template": 100010}]},
        {"id": "keep", "after": ["hd"], "copy": {"bucket": "archive"}},
    )
    dag = build_dag("wf_1", 3, parse_workflow(steps).model_dump_json())
    lanes = {"ask": "control", "hd": "encode", "keep": "light"}
    assert {step: resources(dag.get_task(step)) for step in lanes} == {
        step: DEFAULTS[lane] for step, lane in lanes.items()
    }


@pytest.mark.parametrize(
    "configured",
    [
        "LocalExecutor",
        "CeleryExecutor,LocalExecutor",
        f"{ECS},KubernetesExecutor",
        "LocalExecutor;a=KubernetesExecutor",
    ],
)
def test_without_the_executor_nothing_changes(
    executor: Executor, configured: str, plugin: None, no_kubernetes: None
) -> None:
    """AWS would refuse the key, and Airflow ignores the executors of teams unless there are teams."""
    executor(configured)
    plain = serialized(built())
    assert "executor_config" not in json.dumps(plain)


def test_a_serialized_dag_differs_by_the_pods_alone(executor: Executor, plugin: None) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    executor("LocalExecutor")
    plain = serialized(built())
    executor("LocalExecutor,KubernetesExecutor")
    data = serialized(built())
    again = DagSerialization.from_dict(data)
    assert {task.task_id: resources(task) for task in again.tasks} == {
        task_id: DEFAULTS[lane] for task_id, lane in LANES.items()
    }
    for task in data["dag"]["tasks"]:
        del task["__var"]["executor_config"]
    assert json.dumps(data) == json.dumps(plain)


def test_teams_have_executors_of_their_own(executor: Executor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__MULTI_TEAM", "True")
    executor("LocalExecutor;a=CeleryExecutor;b=CeleryExecutor,KubernetesExecutor")
    assert resources(built().get_task("transcode")) == DEFAULTS["encode"]


def test_a_task_that_runs_imports_no_kubernetes(
    executor: Executor, monkeypatch: pytest.MonkeyPatch, no_kubernetes: None
) -> None:
    executor("KubernetesExecutor")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "transcode")
    assert resources(built().get_task("transcode")) is None


def test_a_missing_package_is_named(executor: Executor, no_kubernetes: None) -> None:
    executor("LocalExecutor,KubernetesExecutor")
    with pytest.raises(PodResourcesError, match=f"names KubernetesExecutor.*: install {PROVIDER} in the image"):
        built()


def test_the_setting_by_lane_and_kind(executor: Executor, setting: Any) -> None:
    """What is given of a resource replaces request and limit: no request is above a limit of the defaults."""
    executor("KubernetesExecutor")
    setting({"encode": {"requests": {"memory": "16Gi"}}, "transcode": {"limits": {"cpu": 2, "nvidia.com/gpu": "1"}}})
    dag, storage = built(), {"requests": {"ephemeral-storage": "20Gi"}, "limits": {"ephemeral-storage": "60Gi"}}
    assert resources(dag.get_task("transcode")) == {
        "requests": storage["requests"] | {"memory": "16Gi"},
        "limits": storage["limits"] | {"cpu": "2", "nvidia.com/gpu": "1"},
    }
    assert resources(dag.get_task("signals")) == {
        "requests": storage["requests"] | {"cpu": "4", "memory": "16Gi"},
        "limits": storage["limits"] | {"cpu": "8"},
    }
    assert resources(dag.get_task("sample_snapshot")) == DEFAULTS["light"]


def test_the_setting_names_lanes_and_kinds(setting: Any) -> None:
    setting({"encodes": {"limits": {"cpu": "2"}}})
    with pytest.raises(PodResourcesError, match="encodes is neither a lane nor a kind; the names are encode, light"):
        pod_resources("encode")


def test_operators_of_other_dags(executor: Executor) -> None:
    """Also those that name their executor, and mapped ones."""
    executor("LocalExecutor,pods:KubernetesExecutor")
    with DAG("mine"):
        tasks = [
            TranscodeOperator(task_id="hd", items=[{"template": 100010}], **PLACES),
            TranscodeOperator(task_id="named", items=[{"template": 100010}], executor="pods", **PLACES),
            TranscodeOperator.partial(task_id="mapped", items=[{"template": 100010}], output="s3://out/").expand(
                source=["s3://input/a.mp4"]
            ),
            SampleSnapshotOperator(task_id="pictures", items=[{"template": 10}], **PLACES),
            UploadSensor(task_id="upload", bucket="input", prefix="in/"),
            GateOperator(task_id="gate", source="s3://input/a.mp4"),
            TranscodeOperator(task_id="here", items=[{"template": 100010}], executor="LocalExecutor", **PLACES),
        ]
    lanes = {**dict.fromkeys(("hd", "named", "mapped"), "encode"), "pictures": "light"}
    lanes |= {"upload": "control", "gate": "control"}
    expected = {task_id: DEFAULTS[lane] for task_id, lane in lanes.items()} | {"here": None}
    assert {task.task_id: resources(task) for task in tasks} == expected


def test_a_pod_of_the_author_stays(executor: Executor) -> None:
    from kubernetes.client import models as k8s

    executor("KubernetesExecutor")
    mine = k8s.V1Pod(metadata=k8s.V1ObjectMeta(labels={"team": "a"}))
    with DAG("mine", default_args={"executor_config": {"pod_template_file": "/a.yaml"}}):
        items = [{"template": 100010}]
        own = TranscodeOperator(task_id="own", items=items, executor_config={"pod_override": mine}, **PLACES)
        shared = TranscodeOperator(task_id="shared", items=items, **PLACES)
    assert own.executor_config == {"pod_override": mine}
    assert shared.executor_config["pod_template_file"] == "/a.yaml"
    assert resources(shared) == DEFAULTS["encode"]


def test_the_system_dags(executor: Executor) -> None:
    from airflow.dag_processing.dagbag import DagBag

    executor("CeleryExecutor,KubernetesExecutor")
    folder = ROOT / "dags"
    bag = DagBag(dag_folder=str(folder), bundle_path=folder, bundle_name="system")
    assert bag.import_errors == {}
    found = {f"{dag.dag_id}.{task.task_id}": resources(task) for dag in bag.dags.values() for task in dag.tasks}
    others = {"media_process.upload": "light", "media_process.process": "encode", "media_sidecars.join": "light"}
    others["media_split.encode"] = "encode"
    assert found == {name: DEFAULTS[others.get(name, "control")] for name in found}
    assert others.keys() <= found.keys()


@pytest.mark.parametrize("language", ["", "zh"])
def test_the_policy_of_the_page_gives_encodes_to_the_executor(
    executor: Executor, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = DOCS / language / "kubernetes.md"
    (code,) = blocks(page, "python")
    (environment,) = blocks(page, "ini")
    executor(environment.splitlines()[0].partition("=")[2])
    monkeypatch.setenv("MEDIA_WORKFLOWS_ENCODE_QUEUE", "encode")
    get_settings.cache_clear()
    names: dict[str, Any] = {}
    exec(code, names)
    try:
        dag = built()
    finally:
        get_settings.cache_clear()
    for task in dag.tasks:
        names["task_policy"](task)
    assert {task.task_id for task in dag.tasks if task.executor == "KubernetesExecutor"} == {"transcode", "signals"}
    assert resources(dag.get_task("transcode")) == DEFAULTS["encode"]


@pytest.mark.parametrize("task_id", ["upload", "transcode"])
def test_the_pod_that_the_provider_makes_of_the_template(executor: Executor, task_id: str) -> None:
    """Of the template, its own parts and the task's resources, as the executor does before it asks Kubernetes."""
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
    from kubernetes.client import ApiClient

    executor("KubernetesExecutor")
    template = ROOT / "config" / "kubernetes" / "pod-template.yaml"
    pod = PodGenerator.construct_pod(
        dag_id="wf_1",
        task_id=task_id,
        pod_id="wf-1",
        try_number=1,
        kube_image="registry/media-workflows:1",
        date=datetime(2026, 1, 1, tzinfo=UTC),
        args=["python", "-m", "airflow.sdk.execution_time.execute_workload"],
        pod_override_object=built().get_task(task_id).executor_config["pod_override"],
        base_worker_pod=PodGenerator.deserialize_model_file(str(template)),
        namespace="media",
        scheduler_job_id="1",
        run_id="r",
    )
    made = ApiClient().sanitize_for_serialization(pod)
    assert kubernetes_validate.validate(made, "1.37", strict=True) == "1.37"
    (container,), (written,) = made["spec"]["containers"], yaml.safe_load(template.read_text())["spec"]["containers"]
    assert container["resources"] == DEFAULTS[LANES[task_id]]
    assert container["image"] == "registry/media-workflows:1"
    assert (container["volumeMounts"], container["envFrom"]) == (written["volumeMounts"], written["envFrom"])
    assert [one for one in written["env"] if one not in container["env"]] == []
