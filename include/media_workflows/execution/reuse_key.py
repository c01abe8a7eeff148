"""When two items come out as the same bytes, and which names these bytes may bear. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from media_workflows.domain.jobs.base import JobItem
from media_workflows.domain.templates import parameters_of
from media_workflows.media.jobs.job import RECIPE_VERSION
from media_workflows.store.made_items import MadeOutput

# What only says where the parameters come from, how outputs are called and stored, when the run begins, who encodes, or
# when segments can be played: chunks show what one encode shows.
_NOT_OPTIONS = {"template", "parameters", "override", "output_path", "objects", "wait_for", "split", "early_playlist"}


def reuse_sha256(
    item: JobItem[Any], tools: str, extra_sha256: Mapping[str, str], source_name: str = "", workflow_id: str = ""
) -> str:
    """The hash of all that decides an item's bytes besides its source.

    `tools` names ffmpeg and the fonts; `extra_sha256` has the hashes of the objects that the item names.
    `source_name` counts only where the picture shows it, `workflow_id` only of encrypted outputs: they share their
    content key, and who may read those of one workflow must not be able to decrypt those of another.
    The number of threads is left out: it changes bytes, but not what they show. So are defaults: a parameter that a
    newer version adds leaves earlier outputs reusable, and a default that changes must raise RECIPE_VERSION.
    """
    parameters = parameters_of(item)
    key = {
        "version": RECIPE_VERSION,
        "tools": tools,
        "kind": item.kind,
        "parameters": parameters.model_dump(mode="json", exclude_defaults=True),
        "options": item.model_dump(mode="json", exclude=_NOT_OPTIONS, exclude_defaults=True),
        "extra": [extra_sha256.get(key) for key in item.extra_keys],
    }
    if item.shows_file_name:
        key["source_name"] = source_name
    if getattr(parameters, "encryption", None):
        key["workflow"] = workflow_id
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()


def reused_keys(outputs: Sequence[MadeOutput], key_of: Callable[[dict[str, str]], str]) -> list[str] | None:
    """The keys that reused outputs get in this item; `key_of` renders its output pattern.

    None = they cannot be reused: a manifest names the others relative to itself, so all of its item
    move together, from one directory to another, or not at all.
    """
    asked = [key_of(output.variables) if output.variables is not None else None for output in outputs]
    named = [key for key in asked if key is not None]
    if len(named) == len(outputs) and all(output.record.role != "manifest" for output in outputs):
        return named
    moved = _moved([output.record.key for output in outputs], asked)
    return moved if moved and all(key in (None, new) for key, new in zip(asked, moved, strict=True)) else None


def _moved(keys: Sequence[str], asked: Sequence[str | None]) -> list[str] | None:
    """All keys in the directory of the first one that is asked for; None when one lies elsewhere."""
    old, new = next(((_directory(k), _directory(a)) for k, a in zip(keys, asked, strict=True) if a), ("", None))
    if new is None or not all(key.startswith(old) for key in keys):
        return None
    return [new + key.removeprefix(old) for key in keys]


def _directory(key: str) -> str:
    return key[: key.rfind("/") + 1]
