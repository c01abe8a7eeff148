"""The part of the API's description that the Python client uses: `python tests/client_document.py` writes it.

`make client` makes the client's models of it. Values of enumerations and limits of texts are left out, and models may
have further fields: the client of one version reads the answers of a newer server.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from api_document import references, with_parts

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "clients" / "python" / "media_workflows_client"
DOCUMENT = PACKAGE.parent / "openapi.json"
OPERATIONS = {
    "/api/v1/workflows": ("get", "post"),
    "/api/v1/workflows/{workflow_id}": ("get", "put", "delete"),
    "/api/v1/workflows/{workflow_id}/enable": ("post",),
    "/api/v1/workflows/{workflow_id}/disable": ("post",),
    "/api/v1/workflows/{workflow_id}/runs/{run_id}/content/{key}": ("get",),
    "/api/v1/uploads": ("get",),
    "/api/v1/runs": ("get",),
    "/api/v1/runs/{run_id}": ("get",),
    "/api/v1/runs/{run_id}/cancel": ("post",),
    "/api/v1/runs/{run_id}/retry": ("post",),
    "/api/v1/runs/{run_id}/files": ("get",),
    "/api/v1/process": ("post",),
    "/api/v1/process/{request_id}": ("get",),
    "/api/v1/process/{request_id}/objects": ("get",),
    "/api/v1/process/{request_id}/cancel": ("post",),
}
_GOOD = ("200", "201")
_PLAIN = {"type": "object", "additionalProperties": True}  # what goes in as a dictionary


def client_document() -> str:
    """The document, as JSON. It is made by the app itself and needs no server."""
    from media_workflows_plugin.api.app import create_app

    whole = create_app().openapi()
    paths = {
        path: {method: _call(whole["paths"][path][method]) for method in methods}
        for path, methods in OPERATIONS.items()
    }
    models = whole["components"]["schemas"]
    named = with_parts(models, set(references(paths)))
    schemas = {name: _tolerant(models[name]) for name in sorted(named)}
    info = {"title": "Media Workflows", "version": "1"}
    document = {"openapi": whole["openapi"], "info": info, "paths": paths, "components": {"schemas": schemas}}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _call(call: dict[str, Any]) -> dict[str, Any]:
    """Its parameters, the model of its answer, and that it has a body."""
    kept: dict[str, Any] = {
        "operationId": call["operationId"].partition("_api_v1")[0],
        "parameters": [
            {"name": one["name"], "in": one["in"], "required": one.get("required", False), "schema": _PLAIN}
            for one in call.get("parameters", [])
            if one["in"] != "header"
        ],
        "responses": {
            code: {"description": "", "content": _tolerant(answer.get("content", {}))}
            for code, answer in call["responses"].items()
            if code in _GOOD
        },
    }
    if "requestBody" in call:
        kept["requestBody"] = {"content": {"application/json": {"schema": _PLAIN}}}
    return kept


def _tolerant(part: Any, keys_are_names: bool = False) -> Any:
    if isinstance(part, list):
        return [_tolerant(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = part if keys_are_names else {key: value for key, value in part.items() if not _narrows(key, value)}
    return {key: _tolerant(value, not keys_are_names and key == "properties") for key, value in kept.items()}


def _narrows(key: str, value: Any) -> bool:
    return key in ("title", "enum", "pattern", "minLength", "maxLength") or (
        key == "additionalProperties" and value is False
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "plugins"))
    DOCUMENT.write_text(client_document(), encoding="utf-8")
