"""docker-compose.yaml with the variables of its .env file filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

# ${NAME:?text} must be set, ${NAME:-text} and ${NAME-text} have a default, $$ is a dollar.
VARIABLE = re.compile(r"(?P<dollar>\$\$)|\$\{(?P<name>\w+)(?::?(?P<operator>[-?])(?P<text>[^}]*))?\}")


def filled_in(text: str, variables: Mapping[str, str]) -> str:
    """As Compose substitutes. Raises KeyError for a required variable without a value."""

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        return variables[found["name"]] if found["operator"] != "-" else variables.get(found["name"], found["text"])

    return VARIABLE.sub(value, text)


def services(root: Path, variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Each service's part of the file in the checkout `root`, by name. Raises KeyError as `filled_in`."""

    def filled(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: filled(value) for key, value in part.items()}
        if isinstance(part, list):
            return [filled(value) for value in part]
        return filled_in(part, variables) if isinstance(part, str) else part

    parts = yaml.safe_load((root / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]
    return {name: filled(part) for name, part in parts.items()}
