"""docs/kubernetes.md, in both languages: what its commands name is in config/kubernetes. Nothing is installed."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import pytest
import yaml

from airflow_chart import CHART
from doc_blocks import DOCS, blocks, calls
from doc_commands import ROOT, named, shown
from media_workflows.orchestration.pod_resources import DEFAULTS, NAMES, PROVIDER
from media_workflows.settings import Settings

FOLDER = ROOT / "config" / "kubernetes"
PAGES = {"en": DOCS / "kubernetes.md", "zh": DOCS / "zh" / "kubernetes.md"}
NAMESPACE, RELEASE = "media", "media"
VALUES: dict[str, Any] = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
JOB: dict[str, Any] = yaml.safe_load((FOLDER / "init-job.yaml").read_text(encoding="utf-8"))
each_language = pytest.mark.parametrize("language", list(PAGES))


def of_page(language: str) -> list[list[str]]:
    """The commands of the page, with those in its sentences that are whole."""
    whole = [words for words in named(PAGES[language]) if len(words) > 2]
    return [words for words in [*shown(PAGES[language]), *whole] if words[0] in ("kubectl", "helm", "pg_dump")]


def of_upgrade(language: str) -> list[list[str]]:
    """Those of its section about upgrades, whose block is the second one."""
    return list(calls(blocks(PAGES[language], "sh")[1]))


def of_installation(language: str) -> list[list[str]]:
    return list(calls(blocks(PAGES[language], "sh")[0]))


def option(words: list[str], *names: str) -> str:
    """The value of an option; '' = it is not there."""
    return next((value for name, value in pairwise(words) if name in names), "")


@each_language
def test_all_is_done_in_one_namespace(language: str) -> None:
    found = of_page(language)
    assert found[0] == ["kubectl", "create", "namespace", NAMESPACE]
    inside = [words for words in found[1:] if words[0] != "pg_dump" and words[1] != "repo"]
    assert {option(words, "-n") for words in inside} == {NAMESPACE}
    manifests = [JOB, *yaml.safe_load_all((FOLDER / "secrets.example.yaml").read_text(encoding="utf-8"))]
    assert [one["metadata"]["name"] for one in manifests if "namespace" in one["metadata"]] == []


@each_language
def test_what_is_applied_is_there(language: str) -> None:
    applied = [words for words in of_installation(language) if words[:2] == ["kubectl", "apply"]]
    assert [option(words, "-f", "-k") for words in applied] == ["secrets.yaml", "config/kubernetes"]
    kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text(encoding="utf-8"))
    files = [
        *kustomization["resources"],
        *(name for one in kustomization["configMapGenerator"] for name in one["envs"]),
    ]
    assert [name for name in files if not (FOLDER / name).is_file()] == []
    # secrets.yaml is the reader's copy of this file, which says so.
    example = (FOLDER / "secrets.example.yaml").read_text(encoding="utf-8")
    assert example.startswith("# cp config/kubernetes/secrets.example.yaml secrets.yaml,")
    assert " ".join(applied[0]) in example


@each_language
def test_the_job_is_waited_for_as_long_as_it_may_take(language: str) -> None:
    (wait,) = [words for words in of_installation(language) if words[:2] == ["kubectl", "wait"]]
    assert wait[-1] == f"job/{JOB['metadata']['name']}"
    (minutes,) = [word.removeprefix("--timeout=").removesuffix("m") for word in wait if word.startswith("--timeout")]
    assert int(minutes) * 60 == JOB["spec"]["activeDeadlineSeconds"]
    (delete,) = [words for words in of_page(language) if words[:2] == ["kubectl", "delete"]]
    assert (delete[4], delete[5]) == ("job", JOB["metadata"]["name"])


@each_language
def test_the_release_is_the_one_that_the_environment_names(language: str) -> None:
    (add,) = [words for words in of_page(language) if words[:3] == ["helm", "repo", "add"]]
    (upgrade,) = [words for words in of_installation(language) if words[:3] == ["helm", "upgrade", "--install"]]
    release, chart = upgrade[3:5]
    assert (release, chart) == (RELEASE, f"{add[3]}/airflow")
    assert option(upgrade, "--version") == CHART
    assert (ROOT / option(upgrade, "-f")).read_text(encoding="utf-8").count(" ".join(upgrade)) == 1
    environment = (FOLDER / "environment.env").read_text(encoding="utf-8")
    assert f"AIRFLOW__CORE__EXECUTION_API_SERVER_URL=http://{release}-api-server:8080/execution/\n" in environment
    text = PAGES[language].read_text(encoding="utf-8")
    assert f"`{release}-api-server`" in text
    assert f"| `values.yaml` | {'For the chart' if language == 'en' else '用于 chart'} {CHART}" in text


@each_language
def test_the_table_of_workers_is_that_of_the_values(language: str) -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (`[^|]+`) \| (\d+) \| ([^|]+) \|$", PAGES[language].read_text(encoding="utf-8"), re.MULTILINE
    )
    documented = {name: (re.findall(r"`(\w+)`", queues), int(at_once), pods) for name, queues, at_once, pods in rows}
    sets = VALUES["workers"]["celery"]["sets"]
    assert list(documented) == [one["name"] for one in sets]
    for one in sets:
        queues, at_once, pods = documented[one["name"]]
        assert queues == one["queue"].split(",")
        assert f"--concurrency {at_once}" in one["args"][-1]
        numbers = [int(number) for number in re.findall(r"\d+", pods)]
        keda = one.get("keda", {})
        assert numbers == ([keda["minReplicaCount"], keda["maxReplicaCount"]] if keda else [one["replicas"]])


@each_language
def test_the_table_of_pods_is_that_of_the_defaults(language: str) -> None:
    to = {"en": "to", "zh": "到"}[language]
    rows = re.findall(
        rf"^\| `(\w+)` \| [^`|]+ \| (\S+) {to} (\S+) \| (\S+) {to} (\S+) \| (\S+) {to} (\S+) \|$",
        PAGES[language].read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert {row[0]: row[1:] for row in rows} == {
        lane: tuple(
            part[name] for name in ("cpu", "memory", "ephemeral-storage") for part in (one["requests"], one["limits"])
        )
        for lane, one in DEFAULTS.items()
    }


@each_language
def test_the_setting_and_the_provider_of_the_page(language: str) -> None:
    (setting,) = blocks(PAGES[language], "json")
    assert Settings(pod_resources=json.loads(setting)).pod_resources == json.loads(setting)
    assert json.loads(setting).keys() <= set(NAMES)
    (image,) = blocks(PAGES[language], "dockerfile")
    base, install = image.splitlines()
    assert base == f"FROM {JOB['spec']['template']['spec']['containers'][0]['image']}"
    pinned = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    assert install.rpartition(" ")[2] in pinned
    assert PROVIDER in install


@each_language
def test_an_upgrade_stops_all_saves_all_and_then_installs(language: str) -> None:
    """In this order. What ends with the installation ends as it does there, without what was needed once."""
    upgrade = of_upgrade(language)
    assert [" ".join(words[:2]) for words in upgrade] == [
        *("kubectl annotate", "kubectl scale", "kubectl wait", "kubectl scale", "kubectl wait"),
        *("pg_dump --format=custom", "pg_dump --format=custom"),
        *("kubectl delete", "kubectl apply", "kubectl wait", "helm upgrade", "kubectl annotate"),
    ]
    installation = [words for words in of_installation(language) if words[1] not in ("create", "repo")]
    assert upgrade[8:11] == installation[1:]  # the Secrets stay
    assert {words[-1] for words in upgrade if words[1] == "scale"} == {"--replicas=0"}


@each_language
def test_tasks_report_to_the_api_server_until_their_workers_have_ended(language: str) -> None:
    """So it stops last, and the wait is longer than a worker may take."""
    first, others_gone, last, all_gone = of_upgrade(language)[1:5]
    but_api = f"release={RELEASE},component!=api-server"
    assert option(first, "-l") == option(others_gone, "-l") == but_api
    assert option(last, "-l") == option(all_gone, "-l") == f"release={RELEASE}"
    minutes = int(others_gone[-1].removeprefix("--timeout=").removesuffix("m"))
    assert minutes * 60 > VALUES["workers"]["celery"]["terminationGracePeriodSeconds"]


@each_language
def test_keda_is_paused_and_resumed(language: str) -> None:
    """It would start workers again while the databases are migrated."""
    pause, *_, resume = of_upgrade(language)
    note = "autoscaling.keda.sh/paused-replicas"
    assert pause[-2:] == [f"{note}=0", "--overwrite"]
    assert resume[-1] == f"{note}-"
    assert pause[:6] == resume[:6] == ["kubectl", "annotate", "-n", NAMESPACE, "scaledobject", "--all"]


def test_both_languages_have_the_same_commands() -> None:
    for kind in ("sh", "json", "dockerfile", "ini", "python"):
        assert blocks(PAGES["zh"], kind) == blocks(PAGES["en"], kind)
