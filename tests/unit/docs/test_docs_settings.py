"""docs/settings.md is the Settings class as a table. Run this file to print the table anew."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from media_workflows.settings import Settings

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"


def shown_default(field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path):
        value = str(value).replace(str(Path.home()), "~", 1)
    return f"`{value}`" if value != "" else "empty"


def row(name: str, field: FieldInfo) -> str:
    prefix = Settings.model_config["env_prefix"]
    return f"| `{name}` | `{prefix}{name.upper()}` | {shown_default(field)} | {field.description} |"


def rows() -> list[str]:
    return [row(name, field) for name, field in Settings.model_fields.items()]


def test_the_table_is_the_settings_class() -> None:
    written = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert written == rows()


def test_the_named_environment_variables_work(monkeypatch: Any, tmp_path: Path) -> None:
    for name in [name for name in os.environ if "MEDIA_WORKFLOWS_" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AIRFLOW_CONFIG", str(tmp_path / "none.cfg"))
    monkeypatch.setenv("AIRFLOW__MEDIA_WORKFLOWS__JOB_RETRIES", "7")
    monkeypatch.setenv("MEDIA_WORKFLOWS_NOTIFY_RETRIES", "8")
    assert (Settings().job_retries, Settings().notify_retries) == (7, 8)


if __name__ == "__main__":
    print("\n".join(rows()))
