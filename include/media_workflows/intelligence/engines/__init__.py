"""Recognition engines: a protocol for each kind, a module for each engine, imported on first use."""

from __future__ import annotations

from pathlib import Path

from media_workflows.errors import EngineUnavailableError


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
