"""What conditions read of a source: its head, its tags and its media info, each only where it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from media_workflows.domain.conditions.source import TAGS, SourceProperties, source_values
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import SourceObject
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.storage.source_objects import existing_head


def read_properties(
    names: Iterable[str],
    storage: ObjectStorage,
    source: SourceObject,
    media_info: Callable[[], MediaInfo],
    known: SourceProperties | None = None,
) -> SourceProperties:
    """The properties for the variables `names`; those in `known` are not read again.

    Raises StorageError, SourceGoneError, and what `media_info` raises.
    """
    properties = known or properties_of_head(source.key, existing_head(storage, source.bucket, source.key))
    missing = {name for name in names if name.startswith("source.")} - source_values(properties).keys()
    if TAGS in missing and properties.tags is None:
        properties = replace(properties, tags=storage.tags(source.bucket, source.key, source.version_id))
    if missing - {TAGS} and properties.info is None:
        properties = replace(properties, info=media_info())
    return properties


def properties_of_head(key: str, head: ObjectHead) -> SourceProperties:
    """What the head of an object says."""
    return SourceProperties(key, head.size_bytes, head.metadata)
