"""config/kubernetes against docker-compose.yaml, the chart's keys and the schemas of Kubernetes.

kubectl, if it is there, renders the kustomize base. Helm is not run: the chart is on no package registry.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft7Validator

import airflow_chart
from media_workflows.cluster.compose_file import services
from media_workflows.orchestration.pod_resources import DEFAULTS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "config" / "kubernetes"
KUBERNETES = "1.37"
REQUIRED = dict.fromkeys(
    re.findall(r"^(\w+)=", (ROOT / "config" / "example.env").read_text(encoding="utf-8"), re.MULTILINE), "CHANGE-ME"
)
COMPOSE = services(ROOT, REQUIRED)
VALUES: dict[str, Any] = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
CELERY = VALUES["workers"]["celery"]
SETS: dict[str, dict[str, Any]] = {one["name"]: one for one in CELERY["sets"]}
JOB: dict[str, Any] = yaml.safe_load((FOLDER / "init-job.yaml").read_text(encoding="utf-8"))
CONTAINER = JOB["spec"]["template"]["spec"]["containers"][0]
POD: dict[str, Any] = yaml.safe_load((FOLDER / "pod-template.yaml").read_text(encoding="utf-8"))
SECRETS = {
    secret["metadata"]["name"]: secret
    for secret in yaml.safe_load_all((FOLDER / "secrets.example.yaml").read_text(encoding="utf-8"))
}
# What a value of Compose names by its own services.
OF_COMPOSE_SERVICES = {
    "AIRFLOW__API__BASE_URL",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "MEDIA_WORKFLOWS_S3_ENDPOINT_URL",
    "MEDIA_WORKFLOWS_S3_PUBLIC_ENDPOINT_URL",
}
# Variables that the chart itself sets from the secrets that values.yaml names, and the key that it reads.
OF_THE_CHART = {
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": (VALUES["data"]["metadataSecretName"], "connection"),
    "AIRFLOW__CELERY__RESULT_BACKEND": (VALUES["data"]["resultBackendSecretName"], "connection"),
    "AIRFLOW__CELERY__BROKER_URL": (VALUES["data"]["brokerUrlSecretName"], "connection"),
    "AIRFLOW__CORE__FERNET_KEY": (VALUES["fernetKeySecretName"], "fernet-key"),
    "AIRFLOW__API__SECRET_KEY": (VALUES["apiSecretKeySecretName"], "api-secret-key"),
    "AIRFLOW__API_AUTH__JWT_SECRET": (VALUES["jwtSecretName"], "jwt-secret"),
}


def plain_environment() -> dict[str, str]:
    lines = (FOLDER / "environment.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def queues_of(command: str) -> set[str]:
    return set(re.findall(r"--queues (\S+)", command)[0].split(","))


def joined(command: str) -> str:
    """A shell script as its commands, without line breaks within one and with one kind of dollar."""
    return re.sub(r"\s*\\\n\s*", " ", command).replace("$$", "$").strip()


def test_the_environment_is_that_of_compose() -> None:
    expected = {name: str(value) for name, value in COMPOSE["scheduler"]["environment"].items()}
    plain, secret = plain_environment(), SECRETS["media-workflows-environment"]["stringData"]
    assert {*plain, *secret, *OF_THE_CHART} == set(expected)
    differing = {name for name, value in plain.items() if value != expected[name]}
    assert differing == OF_COMPOSE_SERVICES
    assert not plain.keys() & secret.keys()


def test_every_pod_reads_the_environment() -> None:
    refs = [next(iter(ref.values()))["name"] for ref in yaml.safe_load(VALUES["extraEnvFrom"])]
    assert refs == ["media-workflows-environment"] * 2
    generated = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
    assert [one["name"] for one in generated["configMapGenerator"]] == ["media-workflows-environment"]
    assert generated["generatorOptions"] == {"disableNameSuffixHash": True}


@pytest.mark.parametrize("variable", sorted(OF_THE_CHART))
def test_secrets_have_the_keys_that_the_chart_reads_and_the_job_reads_the_same(variable: str) -> None:
    name, key = OF_THE_CHART[variable]
    assert "CHANGE-ME" in SECRETS[name]["stringData"][key]
    given = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in CONTAINER["env"]}
    assert given[variable] == {"name": name, "key": key}


def test_keda_can_read_the_address_of_the_database() -> None:
    assert SECRETS["media-workflows-airflow"]["stringData"]["connection"].startswith("postgresql://")


def test_no_secret_is_in_the_repository() -> None:
    values = {name: value for secret in SECRETS.values() for name, value in secret["stringData"].items()}
    set_here = {name: value for name, value in values.items() if "CHANGE-ME" not in value}
    assert set_here == {"ADMIN_USER": "admin", "ADMIN_EMAIL": "admin@localhost.invalid", "ROLES": ""}


def test_the_workers_serve_the_queues_of_compose() -> None:
    of_compose = [queues_of(COMPOSE[name]["command"]) for name in ("worker-control", "worker")]
    served = {name: queues_of(one["args"][-1]) for name, one in SETS.items()}
    assert set().union(*served.values()) == set().union(*of_compose)
    assert sum(map(len, served.values())) == len(set().union(*served.values())), "a queue of two sets"
    assert served["control"] == of_compose[0]
    # KEDA and the chart read `queue`, the worker its arguments.
    assert {name: set(one["queue"].split(",")) for name, one in SETS.items()} == served
    environment = plain_environment()
    assert {environment[f"MEDIA_WORKFLOWS_{lane}_QUEUE"] for lane in ("CONTROL", "LIGHT", "ENCODE")} == {*SETS}


def test_as_many_encode_workers_as_slots() -> None:
    encode = SETS["encode"]
    concurrency = int(re.findall(r"--concurrency (\d+)", encode["args"][-1])[0])
    slots = int(re.findall(r"--encode-slots (\d+)", CONTAINER["args"][-1])[0])
    assert slots == encode["keda"]["maxReplicaCount"] * concurrency
    assert VALUES["config"]["celery"]["worker_concurrency"] == concurrency


def test_the_source_cache_is_on_a_volume_that_holds_it() -> None:
    environment = plain_environment()
    (mount,), (claim,) = CELERY["extraVolumeMounts"], CELERY["volumeClaimTemplates"]
    assert mount == {"name": claim["metadata"]["name"], "mountPath": environment["MEDIA_WORKFLOWS_DATA_DIR"]}
    size = int(claim["spec"]["resources"]["requests"]["storage"].removesuffix("Gi")) << 30
    assert size > 2 * int(environment["MEDIA_WORKFLOWS_SOURCE_CACHE_MAX_BYTES"])
    assert CELERY["persistence"]["enabled"], "the chart uses volumeClaimTemplates in a StatefulSet only"


def test_the_job_does_what_the_service_of_compose_does() -> None:
    without_numbers = re.compile(r"\d+")
    of_compose = joined(COMPOSE["airflow-init"]["command"][-1])
    assert without_numbers.sub("N", joined(CONTAINER["args"][-1])) == without_numbers.sub("N", of_compose)
    assert CONTAINER["args"][:-1] == COMPOSE["airflow-init"]["command"][:-1]
    assert not VALUES["migrateDatabaseJob"]["enabled"]
    assert not VALUES["createUserJob"]["enabled"]
    used = set(re.findall(r"\$(\w+)", CONTAINER["args"][-1]))
    assert used == set(SECRETS["media-workflows-admin"]["stringData"])
    read = {next(iter(ref.values()))["name"] for ref in CONTAINER["envFrom"]}
    assert read == {"media-workflows-environment", "media-workflows-admin"}


def test_the_image_is_that_of_compose() -> None:
    image = VALUES["images"]["airflow"]
    assert f"{image['repository']}:{image['tag']}" == CONTAINER["image"] == COMPOSE["scheduler"]["image"]
    base = re.findall(r"^FROM \S+:slim-([\d.]+)-", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [VALUES["airflowVersion"]] == base


@pytest.mark.parametrize(
    ("component", "service"),
    [("scheduler", "scheduler"), ("dagProcessor", "dag-processor"), ("triggerer", "triggerer")],
)
def test_probes_are_the_health_checks_of_compose(component: str, service: str) -> None:
    assert VALUES[component]["livenessProbe"]["command"] == COMPOSE[service]["healthcheck"]["test"][1:]


def test_the_probe_of_workers_is_that_of_compose() -> None:
    (check,) = (part.split("#")[0] for part in COMPOSE["worker"]["healthcheck"]["test"][1:])
    assert CELERY["livenessProbe"]["command"] == ["sh", "-c", joined(check)]


def test_the_pod_template_is_a_worker_without_volumes_that_stay() -> None:
    (container,) = POD["spec"]["containers"]
    assert (container["name"], container["image"]) == ("base", CONTAINER["image"])
    assert container["envFrom"] == yaml.safe_load(VALUES["extraEnvFrom"])
    set_here = {one["name"]: one for one in container["env"]}
    assert set_here.pop("AIRFLOW__CORE__EXECUTOR")["value"] == "LocalExecutor"
    limit = DEFAULTS["encode"]["limits"]["cpu"]
    assert set_here.pop("MEDIA_WORKFLOWS_FFMPEG_THREADS")["value"] == limit
    assert [one for one in set_here.values() if one not in CONTAINER["env"]] == []
    (mount,), (volume,) = container["volumeMounts"], POD["spec"]["volumes"]
    assert mount == {"name": volume["name"], "mountPath": plain_environment()["MEDIA_WORKFLOWS_DATA_DIR"]}
    assert volume["emptyDir"] == {}


def test_the_source_cache_fits_into_the_storage_of_a_pod() -> None:
    cache = int(plain_environment()["MEDIA_WORKFLOWS_SOURCE_CACHE_MAX_BYTES"])
    for lane in ("encode", "light"):
        limit = DEFAULTS[lane]["limits"]["ephemeral-storage"]
        assert int(limit.removesuffix("Gi")) << 30 > cache


@pytest.mark.parametrize("manifest", [JOB, POD, *SECRETS.values()], ids=lambda one: one["metadata"]["name"])
def test_manifests_fit_the_schema_of_kubernetes(manifest: dict[str, Any]) -> None:
    assert kubernetes_validate.validate(manifest, KUBERNETES, strict=True) == KUBERNETES


@pytest.mark.parametrize("name", sorted(SETS))
def test_what_a_set_gives_to_its_pods_fits_the_schema_of_kubernetes(name: str) -> None:
    """The StatefulSet that the chart makes of a set, of the parts that values.yaml gives."""
    probe = {key: value for key, value in CELERY["livenessProbe"].items() if key not in ("enabled", "command")}
    labels = {"component": "worker"}
    worker = {
        "name": "worker",
        "image": CONTAINER["image"],
        "args": SETS[name]["args"],
        "resources": SETS[name]["resources"],
        "livenessProbe": probe | {"exec": {"command": CELERY["livenessProbe"]["command"]}},
        "volumeMounts": CELERY["extraVolumeMounts"],
        "envFrom": yaml.safe_load(VALUES["extraEnvFrom"]),
    }
    pod = {"terminationGracePeriodSeconds": CELERY["terminationGracePeriodSeconds"], "containers": [worker]}
    stateful_set = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": f"media-worker-{name}"},
        "spec": {
            "serviceName": "media-worker",
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
            "volumeClaimTemplates": CELERY["volumeClaimTemplates"],
        },
    }
    assert kubernetes_validate.validate(stateful_set, KUBERNETES, strict=True) == KUBERNETES


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
def test_what_kustomize_makes_of_the_base() -> None:
    """As `kubectl apply -k` applies it: the ConfigMap by the name that all pods read, and the Job as it is written."""
    made = subprocess.run(["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    found = {one["kind"]: one for one in yaml.safe_load_all(made.stdout)}
    assert found.keys() == {"ConfigMap", "Job"}
    for manifest in found.values():
        assert kubernetes_validate.validate(manifest, KUBERNETES, strict=True) == KUBERNETES
    assert found["Job"] == JOB
    assert found["ConfigMap"]["metadata"]["name"] == "media-workflows-environment"
    assert found["ConfigMap"]["data"] == plain_environment()


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
@pytest.mark.parametrize("file", ["docs/rights.md", "config/kubernetes/environment.env"])
def test_json_for_kustomize_is_what_pods_read(file: str, tmp_path: Path) -> None:
    """It keeps quotes, and what stands behind the value; the setting would not be JSON."""
    text = (FOLDER.parents[1] / file).read_text(encoding="utf-8")
    value = re.findall(r"MEDIA_WORKFLOWS_ROLE_PLACES=({.*?})`|# JSON in one line, .*: ({.*})$", text, re.MULTILINE)
    (shown,) = (one or other for one, other in value)
    (tmp_path / "a.env").write_text(f"MEDIA_WORKFLOWS_ROLE_PLACES={shown}\n", encoding="utf-8")
    (tmp_path / "kustomization.yaml").write_text("configMapGenerator: [{name: a, envs: [a.env]}]\n", encoding="utf-8")
    made = subprocess.run(["kubectl", "kustomize", str(tmp_path)], capture_output=True, text=True, check=True)
    read = yaml.safe_load(made.stdout)["data"]["MEDIA_WORKFLOWS_ROLE_PLACES"]
    assert json.loads(read) == {"Admin": ["*"]}


def chart_problems(values: dict[str, Any]) -> list[str]:
    """What the chart does not have, or has with another type."""
    errors = Draft7Validator(airflow_chart.VALUES).iter_errors(values)
    return sorted(f"{one.json_path}: {one.message}" for one in errors)


def test_the_values_are_those_of_the_chart() -> None:
    assert chart_problems(VALUES) == []
    assert f"chart ({airflow_chart.CHART.rpartition('.')[0]})" in (FOLDER / "values.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"workers": {"celery": {"volumeClaimTemplate": []}}}, "$.workers.celery"),
        ({"workers": {"celery": {"sets": [{"name": "encode", "keda": {"maxReplicas": 4}}]}}}, "sets[0].keda"),
        ({"workers": {"celery": {"sets": [{"name": "encode", "replicas": "4"}]}}}, "sets[0].replicas"),
        ({"workers": {"replicas": 1}}, "$.workers"),
        ({"webserver": {}}, "$:"),
        ({"scheduler": {"livenessProbe": {"enabled": True}}}, "$.scheduler.livenessProbe"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_values_that_the_chart_does_not_have_are_found(change: dict[str, Any], place: str) -> None:
    (problem,) = chart_problems(change)
    assert place in problem


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(kubernetes_validate.ValidationError, match="Additional properties"):
        kubernetes_validate.validate(JOB | {"unknown": 1}, KUBERNETES, strict=True)
