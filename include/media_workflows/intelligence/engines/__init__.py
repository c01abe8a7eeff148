"""Recognition engines: a protocol for each kind, a module for each engine, imported on first use."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from media_workflows.errors import EngineUnavailableError

# From 1.29 on, onnxruntime sends usage data to its vendor unless this is set before it starts. Engines run offline.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


def load(module: str, engine: str, extra: str = "intelligence") -> Any:
    """Import a module of an extra. Raises EngineUnavailableError if it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise EngineUnavailableError(
            engine, f"{error}", f"install it: pip install 'media-workflows[{extra}]'"
        ) from error


def require(module: str, engine: str, extra: str = "intelligence") -> None:
    """Raises EngineUnavailableError, as `load` does, if a module of an extra is not installed. Nothing is imported."""
    if find_spec(module) is None:
        raise EngineUnavailableError(
            engine, f"No module named '{module}'", f"install it: pip install 'media-workflows[{extra}]'"
        )


def model_path(setting: str, name: str, engine: str, *, holds: str) -> Path:
    """The path of a model from the setting `name`. Raises EngineUnavailableError if it does not exist.

    `holds` describes the expected path, for the error ("a directory with model.bin").
    """
    if not setting:
        raise EngineUnavailableError(engine, "no model is set", f"point the setting {name} to {holds}")
    if not (path := Path(setting)).exists():
        raise EngineUnavailableError(
            engine, f"{name} is {setting!r}, which does not exist", f"point the setting {name} to {holds}"
        )
    return path
