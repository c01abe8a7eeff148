"""The files a job works on: its source, and the objects that items name beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from media_workflows.model.result import SourceObject
from media_workflows.naming import render, source_variables
from media_workflows.storage.s3 import ObjectStorage
from media_workflows.storage.source_cache import SourceCache


@dataclass(frozen=True)
class Inputs:
    """Local files and the SHA-256 of their bytes; `extra` and `extra_sha256` by the keys as items name them."""

    source: Path
    source_sha256: str
    extra: Mapping[str, Path]
    extra_sha256: Mapping[str, str]


_NOTHING: Mapping[str, SourceObject] = {}


@contextmanager
def fetched(
    cache: SourceCache,
    storage: ObjectStorage,
    source: SourceObject,
    extra_keys: Iterable[str],
    made: Mapping[str, SourceObject] = _NOTHING,
) -> Iterator[Inputs]:
    """All of them, while the context lasts; an extra object that is not there is left out. Raises StorageError.

    `made` are objects that this run has made; they count before those in the source's bucket.
    """
    with ExitStack() as stack:
        path = stack.enter_context(cache.fetch(storage, source))
        objects = {key: made.get(key) or _extra_object(storage, source, key) for key in dict.fromkeys(extra_keys)}
        found = {key: extra for key, extra in objects.items() if extra is not None}
        yield Inputs(
            source=path,
            source_sha256=cache.sha256(source),
            extra={key: stack.enter_context(cache.fetch(storage, extra)) for key, extra in found.items()},
            extra_sha256={key: cache.sha256(extra) for key, extra in found.items()},
        )


def _extra_object(storage: ObjectStorage, source: SourceObject, pattern: str) -> SourceObject | None:
    """The object in the source's bucket that a key pattern names for this source."""
    key = render(pattern, source_variables(source.key))
    head = storage.head(source.bucket, key)
    if head is None:
        return None
    return SourceObject(
        bucket=source.bucket, key=key, etag=head.etag, size_bytes=head.size_bytes, version_id=head.version_id
    )
