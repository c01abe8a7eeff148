"""Modules of the extras, which need not be installed."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec
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
