"""docker-compose.yaml and its image, as far as they can be checked without Docker."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from media_workflows import __version__
from media_workflows.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
COMPONENTS = {"api-server", "scheduler", "dag-processor", "triggerer", "worker-control", "worker"}
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?::?([-?])([^}]*))?\}")


def used_variables() -> dict[str, tuple[str, str]]:
    """name -> (operator, text) of ${NAME?text} and ${NAME-text}; ('', '') when no use gives either."""
    found: dict[str, tuple[str, str]] = {}
    for name, operator, text in VARIABLE.findall(TEXT):
        if operator or name not in found:
            found[name] = (operator, text)
    return found


def example_variables() -> dict[str, str | None]:
    """name -> value of config/example.env; None where the line is a comment."""
    found: dict[str, str | None] = {}
    for line in (ROOT / "config" / "example.env").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"(#?)([A-Z][A-Z0-9_]*)=(.*)", line):
            found[match[2]] = None if match[1] else match[3]
    return found


def example_defaults() -> dict[str, str]:
    lines = (ROOT / "config" / "example.env").read_text(encoding="utf-8").splitlines()
    return dict(line.removeprefix("#").split("=", 1) for line in lines if re.match(r"#[A-Z][A-Z0-9_]*=", line))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_image_has_an_exact_tag(name: str) -> None:
    tag = SERVICES[name]["image"].rpartition(":")[2]
    assert re.match(r"\d+\.\d+", tag), f"{name} wants an image with an exact version, got {SERVICES[name]['image']}"


def test_the_base_image_is_the_pinned_airflow() -> None:
    base = re.search(r"^FROM \S+:slim-([\d.]+)-python3\.11$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    assert base
    pinned = f"apache-airflow=={base[1]}"
    for name in ("requirements.txt", "requirements-compose.txt"):
        assert pinned in (ROOT / name).read_text(encoding="utf-8").splitlines()


def test_our_image_has_our_version() -> None:
    assert SERVICES["worker"]["image"] == f"media-workflows:{__version__}"


def test_all_airflow_components_are_there() -> None:
    commands = {SERVICES[name]["command"].partition(" --")[0] for name in COMPONENTS}
    assert commands == {"api-server", "scheduler", "dag-processor", "triggerer", "celery worker"}
    for name in COMPONENTS:
        waits_for = SERVICES[name]["depends_on"]["airflow-init"]
        assert waits_for == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"airflow-init"}))
def test_every_lasting_service_is_watched_and_restarted(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_a_service_waits_for_is_there(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        assert wait["condition"] != "service_healthy" or "healthcheck" in SERVICES[other]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_the_log_of_every_container_is_limited(name: str) -> None:
    """json-file keeps all by default."""
    logging = SERVICES[name]["logging"]
    assert logging["driver"] == "json-file"
    assert re.fullmatch(r"\d+m", logging["options"]["max-size"])
    assert int(logging["options"]["max-file"]) > 1


def test_ports_are_published_on_loopback_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_required_variables_are_in_the_example_and_empty() -> None:
    required = {name for name, (operator, _) in used_variables().items() if operator == "?"}
    example = example_variables()
    assert {name for name, value in example.items() if value == ""} == required
    assert {name for name, value in example.items() if value} == set()  # no ready-made secrets


def test_optional_variables_are_in_the_example_with_their_defaults() -> None:
    assert example_defaults() == {name: text for name, (operator, text) in used_variables().items() if operator == "-"}


def test_every_variable_is_required_or_has_a_default() -> None:
    assert [name for name, (operator, _) in used_variables().items() if not operator] == []


def test_settings_are_real() -> None:
    prefix = Settings.model_config["env_prefix"]
    names = {name for name in SERVICES["worker"]["environment"] if name.startswith(prefix)}
    assert names
    assert {name.removeprefix(prefix).lower() for name in names} <= set(Settings.model_fields)


def test_real_users_instead_of_the_demos() -> None:
    for name in (*COMPONENTS, "airflow-init"):
        assert "FabAuthManager" in SERVICES[name]["environment"]["AIRFLOW__CORE__AUTH_MANAGER"]


def test_the_configuration_file_is_in_the_image() -> None:
    path = SERVICES["worker"]["environment"]["AIRFLOW_CONFIG"]
    assert path == "/opt/airflow/config/airflow.cfg"
    assert "COPY --chown=airflow:0 config /opt/airflow/config" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "config" / "airflow.cfg", encoding="utf-8")
    assert "WorkflowBundle" in parser["dag_processor"]["dag_bundle_config_list"]


def test_both_databases_are_made() -> None:
    mounts = "\n".join(SERVICES["postgres"]["volumes"])
    assert "./config/postgres-init.sql:" in mounts
    assert SERVICES["postgres"]["environment"]["POSTGRES_DB"] == "airflow"
    assert "CREATE DATABASE media;" in (ROOT / "config" / "postgres-init.sql").read_text(encoding="utf-8")


def test_named_volumes_are_declared() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith((".", "/"))}
    assert named == set(COMPOSE["volumes"])


def test_the_build_context_holds_what_the_image_copies() -> None:
    wanted = re.findall(r"^COPY (?:--\S+ )?(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.M))
    copied = {name for names in wanted for name in names.split()}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_every_database_url_names_a_driver_that_is_installed() -> None:
    """SQLAlchemy 2.1 takes another driver than psycopg2 where a URL of PostgreSQL names none."""
    urls = re.findall(r"(?:db\+)?(postgresql\S*?)://", TEXT)
    assert len(urls) == 3
    pinned = (ROOT / "requirements-compose.txt").read_text(encoding="utf-8")
    assert {url.partition("+")[2] for url in urls} == {"psycopg2"}
    assert re.search(r"^psycopg2-binary==", pinned, re.M)


def test_every_queue_has_a_worker_and_control_one_of_its_own() -> None:
    consumed = {
        name: SERVICES[name]["command"].partition("--queues ")[2].split(",") for name in ("worker-control", "worker")
    }
    environment = SERVICES["worker"]["environment"]
    named = [environment[f"MEDIA_WORKFLOWS_{kind}_QUEUE"] for kind in ("CONTROL", "ENCODE", "LIGHT")]
    assert consumed["worker-control"] == named[:1]
    assert consumed["worker"] == [*named[1:], "default"]


def test_the_broker_keeps_its_messages() -> None:
    command, mounts = SERVICES["broker"]["command"], SERVICES["broker"]["volumes"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert f"broker:{command[command.index('--dir') + 1]}" in mounts


@pytest.mark.parametrize("name", sorted(COMPONENTS))
def test_no_health_check_imports_airflow(name: str) -> None:
    """Seconds of CPU each, every minute, for every component."""
    words = " ".join(SERVICES[name]["healthcheck"]["test"])
    assert not re.search(r"\bairflow (jobs|db)\b|--app airflow|celery_executor", words), words
    scripts = re.findall(r"/opt/airflow/(config/\S+\.py)", words)
    assert all("import airflow" not in (ROOT / script).read_text(encoding="utf-8") for script in scripts)


def test_the_readme_makes_the_buckets_of_its_sample() -> None:
    for name in ("README.md", "README.zh.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        sample = yaml.safe_load(re.findall(r"```yaml\n(name: .*?)```", text, re.S)[0])
        (loop,) = re.findall(r"for name in ([\w ]+); do echo \"s3\.bucket\.create -name media-\$name\"", text)
        made = {f"media-{word}" for word in loop.split()}
        assert {sample["trigger"]["bucket"], sample["output"]["bucket"]} <= made
