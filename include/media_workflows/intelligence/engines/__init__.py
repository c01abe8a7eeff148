"""Engines that see and hear: each kind a small protocol, one file for each engine, loaded when first used."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

from media_workflows.errors import EngineUnavailableError

# From 1.29 on, onnxruntime sends usage data to its vendor unless this is set before it starts. Engines run offline.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


def load(module: str, engine: str, extra: str = "intelligence") -> Any:
    """Import a module of an extra. Raises EngineUnavailableError when it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise EngineUnavailableError(
            engine, f"{error}", f"install it: pip install 'media-workflows[{extra}]'"
        ) from error


def model_path(setting: str, name: str, engine: str, *, holds: str) -> Path:
    """The owner's model as the setting `name` gives it. Raises EngineUnavailableError when it is not there.

    `holds` tells what the path should lead to ("a directory with model.bin").
    """
    if not setting:
        raise EngineUnavailableError(engine, "no model is set", f"set {name} to {holds}")
    if not (path := Path(setting)).exists():
        raise EngineUnavailableError(engine, f"{name} is {setting!r}, which is not there", f"set it to {holds}")
    return path
