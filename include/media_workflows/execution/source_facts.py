"""What conditions read of a source: its head, its tags and its media info, each only where it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from media_workflows.domain.conditions.source import TAGS, SourceFacts, source_values
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.result import SourceObject
from media_workflows.storage.s3 import ObjectHead, ObjectStorage
from media_workflows.storage.source_objects import existing_head


def read_facts(
    names: Iterable[str],
    storage: ObjectStorage,
    source: SourceObject,
    media_info: Callable[[], MediaInfo],
    known: SourceFacts | None = None,
) -> SourceFacts:
    """The facts for the variables `names`; those in `known` are not read again.

    Raises StorageError, SourceGoneError, and what `media_info` raises.
    """
    facts = known or facts_of_head(source.key, existing_head(storage, source.bucket, source.key))
    missing = {name for name in names if name.startswith("source.")} - source_values(facts).keys()
    if TAGS in missing and facts.tags is None:
        facts = replace(facts, tags=storage.tags(source.bucket, source.key, source.version_id))
    if missing - {TAGS} and facts.info is None:
        facts = replace(facts, info=media_info())
    return facts


def facts_of_head(key: str, head: ObjectHead) -> SourceFacts:
    """What the head of an object says."""
    return SourceFacts(key, head.size_bytes, head.metadata)
