"""The metadata of one object, as DescribeMediaMetaData of the commercial service has it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from media_workflows.domain.base import invalid
from media_workflows.domain.media_info import MediaInfo
from media_workflows.domain.places import Place
from media_workflows.errors import DefinitionError, LimitExceededError
from media_workflows.media.source.probe import probe
from media_workflows.services.buckets import require_region, storage
from media_workflows.services.processes import require_permitted_places
from media_workflows.settings import get_settings
from media_workflows.storage.source_cache import source_cache
from media_workflows.storage.source_objects import existing_source
from media_workflows.vendor_mps.event import media_metadata
from media_workflows.vendor_mps.event_shapes import whole_numbers
from media_workflows.vendor_mps.process_media import read_source


def of_input(input_info: Any, own_workflows: Collection[str] | None) -> dict[str, Any]:
    """The metadata of InputInfo, which must be an object of a bucket; `own_workflows` are as in `processes.process`.

    Raises DefinitionError, NotPermittedError, StorageError, MediaError, LimitExceededError.
    """
    source = read_source(input_info)
    if "url" in source:
        problem = invalid("must be an object of a bucket: copy the file to one")
        raise DefinitionError([problem.at("InputInfo.Type", "'URL'")])
    bucket, (key,) = source["bucket"], source["keys"]
    require_permitted_places([Place(bucket, key)], own_workflows)
    if region := source.get("region"):
        require_region(bucket, storage().bucket_region(bucket), region)
    return dict(whole_numbers(media_metadata(_info(bucket, key), key)))


def _info(bucket: str, key: str) -> MediaInfo:
    settings = get_settings()
    found = existing_source(storage(), bucket, key)
    if found.size_bytes > settings.dry_run_max_bytes:
        raise LimitExceededError(
            "{size} bytes exceed setting dry_run_max_bytes ({limit}): start a task, its detail has the metadata",
            size=found.size_bytes,
            limit=settings.dry_run_max_bytes,
        )
    with source_cache(settings).fetch(storage(), found) as path:
        return probe(path)
