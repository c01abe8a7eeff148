"""The package as an Airflow provider."""

from __future__ import annotations

import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import airflow
import jsonschema
from airflow.providers_manager import ProvidersManager
from airflow.sdk.bases.operator import BaseOperator
from airflow.sdk.bases.sensor import BaseSensorOperator
from airflow.triggers.base import BaseTrigger

from media_workflows import __version__, orchestration
from media_workflows.provider_info import get_provider_info

BASES = {"operators": BaseOperator, "sensors": BaseSensorOperator, "triggers": BaseTrigger}


def test_the_provider_fits_the_schema_of_airflow() -> None:
    schema = json.loads((Path(airflow.__file__).parent / "provider_info.schema.json").read_text())
    jsonschema.validate(get_provider_info(), schema)


def test_airflow_lists_the_provider() -> None:
    listed = ProvidersManager().providers["media-workflows"]
    assert listed.version == __version__ == get_provider_info()["versions"][0]
    assert listed.data["name"] == "Media Workflows"


def test_the_listed_modules_hold_what_is_said() -> None:
    info = get_provider_info()
    for group, base in BASES.items():
        for name in (name for entry in info[group] for name in entry["python-modules"]):
            own = [
                value
                for value in vars(importlib.import_module(name)).values()
                if getattr(value, "__module__", "") == name
            ]
            assert any(isinstance(value, type) and issubclass(value, base) for value in own), name


def test_every_trigger_is_in_a_listed_module() -> None:
    """Airflow's triggerer may take the listed ones only."""
    info = get_provider_info()
    listed = {name for entry in info["triggers"] for name in entry["python-modules"]}
    names = [f"{orchestration.__name__}.{one.name}" for one in pkgutil.iter_modules(orchestration.__path__)]
    modules = {name: importlib.import_module(name) for name in names if not name.endswith(".executors")}
    holding = {
        name
        for name, module in modules.items()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, BaseTrigger) and value.__module__ == name
    }
    assert holding == listed


def test_every_public_operator_is_in_a_listed_module() -> None:
    info = get_provider_info()
    listed = {name for group in BASES for entry in info[group] for name in entry["python-modules"]}
    assert {getattr(orchestration, name).__module__ for name in orchestration.__all__} <= listed


def test_a_listing_imports_neither_operators_nor_models() -> None:
    code = (
        "import sys; from media_workflows.provider_info import get_provider_info as info; info();"
        "print(*[name for name in sys.modules if name.split('.')[0] in ('airflow', 'pydantic', 'boto3', 'sqlalchemy')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == []
