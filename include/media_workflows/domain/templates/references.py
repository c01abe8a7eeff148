"""References to templates by name: ids differ between installations, names need not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from media_workflows.domain.jobs import JOB_ITEMS
from media_workflows.domain.templates.library import Library

Holder = dict[str, Any]


def with_ids(data: Any, library: Library) -> Any:
    """A raw workflow definition with known template names replaced by ids."""

    def to_id(kind: str, reference: Any) -> Any:
        found = library.named(kind, reference) if isinstance(reference, str) else None
        return found.id if found else reference

    return _rewritten(data, to_id)


def with_names(data: Any, library: Library) -> Any:
    """A dumped workflow definition with the ids of custom templates replaced by names; presets keep their ids."""

    def to_name(kind: str, reference: Any) -> Any:
        found = library.get(kind, reference) if isinstance(reference, int) else None
        return found.name if found and not found.preset else reference

    return _rewritten(data, to_name)


def _rewritten(data: Any, replace: Callable[[str, Any], Any]) -> Any:
    if not isinstance(data, dict):
        return data
    changed = dict(data)
    if isinstance(data.get("jobs"), dict):
        changed["jobs"] = {kind: _items(kind, items, replace) for kind, items in data["jobs"].items()}
    if isinstance(data.get("steps"), list):
        changed["steps"] = [_step(step, replace) for step in data["steps"]]
    return changed


def _step(step: Any, replace: Callable[[str, Any], Any]) -> Any:
    if not isinstance(step, dict):
        return step
    return {name: _items(name, value, replace) if name in JOB_ITEMS else value for name, value in step.items()}


def _items(kind: str, items: Any, replace: Callable[[str, Any], Any]) -> Any:
    if isinstance(items, dict):  # a step's only item, without its list
        return _item(kind, items, replace)
    if not isinstance(items, list):
        return items
    return [_item(kind, item, replace) if isinstance(item, dict) else item for item in items]


def _item(kind: str, item: Holder, replace: Callable[[str, Any], Any]) -> Holder:
    changed = dict(item)
    if "template" in item:
        changed["template"] = replace(kind, item["template"])
    if isinstance(item.get("watermarks"), list):
        changed["watermarks"] = _items("watermark", item["watermarks"], replace)
    return changed


def used_templates(data: Any) -> Iterator[tuple[str, int]]:
    """(kind, id) of each template that a dumped workflow definition names."""
    found: list[tuple[str, int]] = []

    def note(kind: str, reference: Any) -> Any:
        if isinstance(reference, int):
            found.append((kind, reference))
        return reference

    _rewritten(data, note)
    return iter(dict.fromkeys(found))
