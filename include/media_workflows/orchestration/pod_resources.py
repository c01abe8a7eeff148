"""Resources of the pods in which KubernetesExecutor runs tasks: by lane, and by kind where the setting names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import get_parsing_context
from airflow.sdk.configuration import conf

from media_workflows.airflow_adapter.planned_tasks import Lane, kind_lane
from media_workflows.domain.jobs import JOB_KINDS
from media_workflows.domain.jobs.features import FEATURES
from media_workflows.domain.step_actions import ACTION_KINDS
from media_workflows.errors import PodResourcesError
from media_workflows.settings import PodResources, get_settings

PROVIDER = "apache-airflow-providers-cncf-kubernetes"
_EXECUTOR = "KubernetesExecutor"
_OVERRIDE = "pod_override"  # Airflow's key of `executor_config`

# What a container of config/kubernetes/values.yaml has for one task. The storage holds the source and what is made of
# it: nothing outlives a pod. A limit of processors that is above the request lets Airflow start faster.
DEFAULTS: Mapping[Lane, PodResources] = {
    "encode": {
        "requests": {"cpu": "4", "memory": "4Gi", "ephemeral-storage": "20Gi"},
        "limits": {"cpu": "8", "memory": "8Gi", "ephemeral-storage": "60Gi"},
    },
    "light": {
        "requests": {"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "5Gi"},
        "limits": {"cpu": "2", "memory": "3Gi", "ephemeral-storage": "30Gi"},
    },
    "control": {
        "requests": {"cpu": "250m", "memory": "512Mi", "ephemeral-storage": "512Mi"},
        "limits": {"cpu": "1", "memory": "2Gi", "ephemeral-storage": "2Gi"},
    },
}
NAMES = (*DEFAULTS, *JOB_KINDS, FEATURES, *ACTION_KINDS)  # that the setting may have


def pod_arguments(lane: Lane, kind: str = "", executor: str | None = None) -> dict[str, Any]:
    """An operator's arguments for its pod: none where no KubernetesExecutor may run the task.

    `executor` is the one that the task names itself. Raises PodResourcesError.
    """
    if get_parsing_context().task_id or not _may_run_in_pod(executor):  # a task that runs has its pod
        return {}
    return {"executor_config": {_OVERRIDE: _pod(pod_resources(lane, kind))}}


def with_pod(kind: str, given: dict[str, Any] | None, executor: str | None) -> dict[str, Any]:
    """The `executor_config` of an operator of this kind; a `pod_override` that is given stays as it is."""
    if given and _OVERRIDE in given:
        return given
    return {**(given or {}), **pod_arguments(kind_lane(kind), kind, executor).get("executor_config", {})}


def pod_resources(lane: Lane, kind: str = "") -> PodResources:
    """The defaults of the lane, what the setting has for it, and above all what it has for the kind."""
    setting = get_settings().pod_resources
    unknown = sorted(setting.keys() - set(NAMES))
    if unknown:
        raise PodResourcesError(
            "setting pod_resources: {unknown} is neither a lane nor a kind; the names are {names}",
            unknown=", ".join(unknown),
            names=", ".join(NAMES),
        )
    return _replaced(_replaced(DEFAULTS[lane], setting.get(lane, {})), setting.get(kind, {}))


def _replaced(below: PodResources, given: PodResources) -> PodResources:
    """A resource that is given replaces its request and its limit: one of them alone means what it does in Kubernetes.

    Else a request could be above the limit of the defaults, and Kubernetes would refuse the pod.
    """
    requests, limits = given.get("requests", {}), given.get("limits", {})

    def kept(amounts: dict[str, str]) -> dict[str, str]:
        return {name: amount for name, amount in amounts.items() if name not in requests and name not in limits}

    return {
        "requests": kept(below.get("requests", {})) | requests,
        "limits": kept(below.get("limits", {})) | limits,
    }


def _may_run_in_pod(executor: str | None) -> bool:
    """Whether the executor of a task is, or by a cluster policy may become, a KubernetesExecutor.

    Executors for Celery and local processes do not read `executor_config`; those of AWS pass each key on to AWS.
    """
    configured = _configured_executors()
    in_pods = [entry for entry in configured if entry.endswith(_EXECUTOR)]
    if executor is not None:
        return any(executor in _names(entry) for entry in in_pods)
    return bool(in_pods) and ".amazon." not in configured[0]


def _configured_executors() -> list[str]:
    """The entries of `[core] executor`, the default first, and those of teams, where Airflow reads them."""
    sections = conf.get("core", "executor").split(";")
    if not conf.getboolean("core", "multi_team", fallback=False):
        sections = sections[:1]
    return [entry.strip() for section in sections for entry in section.rpartition("=")[2].split(",")]


def _names(entry: str) -> set[str]:
    """What a task may call an executor: its alias, its path or its class."""
    alias, _, path = entry.rpartition(":")
    return {alias, path, path.rpartition(".")[2]} - {""}


def _pod(resources: PodResources) -> Any:
    """The V1Pod that Airflow merges with the pod template. Raises PodResourcesError if its package is not installed."""
    try:
        from kubernetes.client import models as k8s  # 700 modules: only where pods are started
    except ImportError as error:
        raise PodResourcesError(
            "[core] executor names {executor}, but its package cannot be imported ({cause}): install {package} in the "
            "image of all components of Airflow",
            executor=_EXECUTOR,
            cause=str(error),
            package=PROVIDER,
        ) from None
    container = k8s.V1Container(name="base", resources=k8s.V1ResourceRequirements(**resources))
    return k8s.V1Pod(spec=k8s.V1PodSpec(containers=[container]))
