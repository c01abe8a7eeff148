"""Each option of Airflow that we set is one of Airflow's or its providers': an unknown one has no effect, silently."""

from __future__ import annotations

import configparser
import re
import runpy
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
VARIABLE = re.compile(r"\bAIRFLOW__([A-Z_]+?)__([A-Z_]+)\b")
PROVIDERS = ("celery", "fab")
# The scheduler reads it, and config.yml does not list it.
UNLISTED = {("scheduler", "num_stuck_in_queued_retries")}
FILES = (
    "docker-compose.yaml",
    "config/kubernetes/environment.env",
    "config/kubernetes/init-job.yaml",
    "include/media_workflows/demo/layout.py",
)


def airflow_directory() -> Path:
    spec = find_spec("airflow")  # imports nothing
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


@cache
def sections() -> dict[str, dict[str, Any]]:
    """section -> option -> what Airflow's own list says of it, as Airflow joins it of its parts."""
    lists = [yaml.safe_load((airflow_directory() / "config_templates" / "config.yml").read_text(encoding="utf-8"))]
    for name in PROVIDERS:
        info = runpy.run_path(str(airflow_directory() / "providers" / name / "get_provider_info.py"))
        lists.append(info["get_provider_info"]()["config"])
    found: dict[str, dict[str, Any]] = {}
    for part in lists:
        for section, about in part.items():
            found.setdefault(section, {}).update(about["options"])
    return found


def unknown(options: set[tuple[str, str]]) -> set[tuple[str, str]]:
    return {(section, option) for section, option in options if option not in sections().get(section, {})}


def set_options(file: str) -> set[tuple[str, str]]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return {(section.lower(), option.lower()) for section, option in VARIABLE.findall(text)}


@pytest.mark.parametrize("file", FILES)
def test_every_variable_is_an_option(file: str) -> None:
    assert set_options(file)
    assert unknown(set_options(file)) == set()


def test_every_option_of_airflow_cfg_is_one() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "config" / "airflow.cfg", encoding="utf-8")
    given = {(section, option) for section in parser.sections() for option in parser.options(section)}
    assert unknown(given) == UNLISTED
    scheduler = (airflow_directory() / "jobs" / "scheduler_job_runner.py").read_text(encoding="utf-8")
    assert all(f'"{option}"' in scheduler for _, option in UNLISTED)


def test_an_unknown_option_is_found() -> None:
    assert unknown({("core", "parallelism"), ("usage_data_collection", "enabled"), ("core", "parallel")}) == {
        ("usage_data_collection", "enabled"),
        ("core", "parallel"),
    }


@pytest.mark.parametrize(
    ("file", "slots_file"),
    [("config/example.env", "config/example.env"), FILES[1:3]],
)
def test_waiting_jobs_leave_places_for_the_short_tasks(file: str, slots_file: str) -> None:
    """The executor counts what is queued and running, of all pools. What has a slot of a pool must have a place."""
    (places,) = re.findall(r"PARALLELISM=(\d+)$", (ROOT / file).read_text(encoding="utf-8"), re.M)
    slots_text = (ROOT / slots_file).read_text(encoding="utf-8")
    slots = re.findall(r"(?:ENCODE_SLOTS=|LIGHT_SLOTS=|--encode-slots |--light-slots )(\d+)", slots_text)
    assert len(slots) == 2
    default_pool = int(sections()["core"]["default_pool_task_slot_count"]["default"])
    assert int(places) >= 2 * (default_pool + sum(map(int, slots)))
    assert int(places) > int(sections()["core"]["parallelism"]["default"])
