"""The input files of a job: its source, and the extra objects that items name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from media_workflows.domain.result import SourceObject
from media_workflows.naming import fill_in
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import SourceCache
from media_workflows.storage.source_objects import source_object


@dataclass(frozen=True)
class Inputs:
    """Local input files and the SHA-256 of their bytes; `extra` and `extra_sha256` by the key patterns of items.

    `readings`: the directory for what is read of each file. `objects`: what they were fetched from.
    """

    source: Path
    source_sha256: str
    extra: Mapping[str, Path]
    extra_sha256: Mapping[str, str]
    readings: Mapping[Path, Path]
    objects: FetchedObjects


@dataclass(frozen=True)
class ExtraObjects:
    """The extra objects of items: key patterns, the run's source, the trigger's directory, and outputs of this run.

    Patterns are filled in with the name of `source`, and lie in its bucket; `made` takes precedence.
    """

    key_patterns: Iterable[str]
    source: SourceObject
    trigger_directory: str
    made: Mapping[str, SourceObject] = field(default_factory=dict)


@dataclass(frozen=True)
class FetchedObjects:
    """The objects that another machine fetches for the same inputs."""

    source: SourceObject
    extra: ExtraObjects


@contextmanager
def fetched(
    cache: SourceCache,
    storage: ObjectStorage,
    source: SourceObject,
    extra: ExtraObjects,
) -> Iterator[Inputs]:
    """All input files while the context lasts; a missing extra object is left out.

    Raises StorageError, and OutputNameError when a key pattern cannot be filled in.
    """
    with ExitStack() as stack:
        path = stack.enter_context(cache.fetch(storage, source))
        objects = {key: _extra_object(storage, key, extra) for key in dict.fromkeys(extra.key_patterns)}
        found = {key: object_ for key, object_ in objects.items() if object_ is not None}
        extra_paths = {key: stack.enter_context(cache.fetch(storage, object_)) for key, object_ in found.items()}
        extra_readings = {extra_paths[key]: cache.readings(object_) for key, object_ in found.items()}
        yield Inputs(
            source=path,
            source_sha256=cache.sha256(source),
            extra=extra_paths,
            extra_sha256={key: cache.sha256(object_) for key, object_ in found.items()},
            readings={path: cache.readings(source), **extra_readings},
            objects=FetchedObjects(source, extra),
        )


def _extra_object(storage: ObjectStorage, pattern: str, extra: ExtraObjects) -> SourceObject | None:
    """The object that a key pattern names for this source: an output of this run, or in the source's bucket."""
    if made := extra.made.get(pattern):
        return made
    key = fill_in(pattern, extra.source.key, extra.trigger_directory, {})
    head = storage.head(extra.source.bucket, key)
    return None if head is None else source_object(extra.source.bucket, key, head)
