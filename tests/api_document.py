"""What the pages know of the API: `python tests/api_document.py` writes it.

`openapi.json` has the API's models, which `make pages-types` makes TypeScript of: without paths, which the pages' calls
write themselves. `tests/form_schemas.json` has the schemas that forms are drawn from, for tests. Both are without
texts, so that a file changes when a shape does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WWW = Path(__file__).parents[1] / "plugins" / "media_workflows_plugin" / "www"
DOCUMENT = WWW / "openapi.json"
FORMS = WWW / "tests" / "form_schemas.json"
_TEXTS = ("title", "description")
_REF = "#/components/schemas/"


def api_models() -> str:
    """The document, as JSON. It is made by the app itself and needs no server."""
    from media_workflows_plugin.api.app import create_app

    whole = create_app().openapi()
    models = whole["components"]["schemas"]
    taken = with_parts(models, set(references([call.get("requestBody") for call in _calls(whole)])))
    for name, model in models.items():
        if name not in taken and "properties" in model:
            model["required"] = list(model["properties"])  # an answer has all its fields, with defaults or not
    schemas = {name: _shape(models[name]) for name in sorted(models)}
    document = {"openapi": whole["openapi"], "info": {"title": "Media Workflows", "version": "1"}, "paths": {}}
    return json.dumps({**document, "components": {"schemas": schemas}}, indent=1, ensure_ascii=False) + "\n"


def form_schemas() -> str:
    """What the route of the schemas answers, as JSON, without texts."""
    from media_workflows.domain.templates.template import PARAMETERS
    from media_workflows.domain.workflow import Workflow

    parameters = {kind: _shape(model.model_json_schema()) for kind, model in PARAMETERS.items()}
    schemas = {"workflow": _shape(Workflow.model_json_schema()), "parameters": parameters}
    return json.dumps(schemas, indent=1, ensure_ascii=False) + "\n"


def _calls(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def references(part: Any) -> Iterator[str]:
    """Names of the models that `part` refers to."""
    if isinstance(part, str) and part.startswith(_REF):
        yield part.removeprefix(_REF)
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from references(each)


def with_parts(models: dict[str, Any], names: set[str]) -> set[str]:
    """These models and those inside them."""
    further = {inner for name in names for inner in references(models[name])} - names
    return with_parts(models, names | further) if further else names


def _shape(part: Any, keys_are_names: bool = False) -> Any:
    if isinstance(part, list):
        return [_shape(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: value for key, value in part.items() if keys_are_names or key not in _TEXTS}
    return {key: _shape(value, not keys_are_names and key == "properties") for key, value in kept.items()}


if __name__ == "__main__":
    sys.path.insert(0, str(WWW.parents[1]))
    DOCUMENT.write_text(api_models(), encoding="utf-8")
    FORMS.write_text(form_schemas(), encoding="utf-8")
