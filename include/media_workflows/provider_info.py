"""What Airflow lists about this package as a provider: the entry point `apache_airflow_provider` of pyproject.toml.

Every process of Airflow may call it, so this module imports nothing heavy.
"""

from __future__ import annotations

from typing import Any

from media_workflows import __version__

NAME = "Media Workflows"
PACKAGE = "media_workflows.orchestration"


def get_provider_info() -> dict[str, Any]:
    """By the schema `provider_info.schema.json` of Airflow."""
    return {
        "package-name": "media-workflows",
        "name": NAME,
        "description": "Media processing: uploads to object storage become verified outputs.",
        "versions": [__version__],
        "integrations": [{"integration-name": NAME, "tags": ["service"]}],
        "operators": [_modules("operators", "action_operators", "gate")],
        "sensors": [_modules("sensor")],
        "triggers": [_modules("upload_triggers", "awaited_add_ons", "sidecars", "ingest", "backfill", "sender")],
        "bundles": [_modules("bundle")],
        "extra-links": [f"{PACKAGE}.links.OutputLink", f"{PACKAGE}.links.RunLink"],
    }


def _modules(*names: str) -> dict[str, Any]:
    return {"integration-name": NAME, "python-modules": [f"{PACKAGE}.{name}" for name in names]}
