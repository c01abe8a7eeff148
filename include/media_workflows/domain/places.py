"""The places of the storage that a workflow reads and writes, for permissions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.jobs.add_ons import RECOGNISED_SUBTITLES
from media_workflows.domain.placed_items import placed_items
from media_workflows.domain.steps import action_steps, all_items
from media_workflows.domain.workflow import Workflow
from media_workflows.naming import UNPUBLISHED, fixed_directory, source_directory


class Place(NamedTuple):
    """All keys of a bucket that begin with `prefix`; '' = the whole bucket.

    In a permission, a bucket that ends with `*` stands for all buckets that begin so.
    """

    bucket: str
    prefix: str = ""

    @classmethod
    def parse(cls, text: str) -> Place:
        """'media' is a whole bucket, 'media/in/' a directory of it, '*' every bucket."""
        bucket, _, prefix = text.partition("/")
        return cls(bucket, prefix)

    def holds(self, other: Place) -> bool:
        """Whether the other place lies in this one."""
        return self._names(other.bucket) and other.prefix.startswith(self.prefix)

    def leads_to(self, other: Place) -> bool:
        """Whether this place lies in the other one or holds a part of it: it may be shown on the way there."""
        return other._names(self.bucket) and (
            self.prefix.startswith(other.prefix) or other.prefix.startswith(self.prefix)
        )

    def _names(self, bucket: str) -> bool:
        if self.bucket.endswith("*"):
            return bucket.startswith(self.bucket[:-1])
        return self.bucket == bucket

    def __str__(self) -> str:
        return f"{self.bucket}/{self.prefix}"


def places_of(workflow: Workflow) -> list[Place]:
    """What a workflow reads (its trigger, and the extra objects of its items) and writes, each once."""
    return sorted({*_inputs(workflow), *output_places(workflow)})


def first_outside(places: Iterable[Place], allowed: Iterable[Place]) -> Place | None:
    """The first of `places` that lies in none of the allowed ones; None = all do."""
    bounds = list(allowed)
    return next((place for place in places if not any(bound.holds(place) for bound in bounds)), None)


def _inputs(workflow: Workflow) -> Iterator[Place]:
    yield Place(workflow.trigger.bucket, workflow.trigger.prefix)
    yield from extra_inputs(workflow)


def extra_inputs(workflow: Workflow) -> Iterator[Place]:
    """What a workflow reads besides its source: the extra objects of its items."""
    for item in all_items(workflow):
        for key in item.extra_keys:
            if key != RECOGNISED_SUBTITLES:
                yield Place(workflow.trigger.bucket, _fixed_part(key))


def awaited_add_ons(workflow: Workflow) -> list[tuple[str, int]]:
    """The key patterns of the objects that a run waits for, and the seconds since the upload of the source."""
    ladders = [item for item in all_items(workflow) if isinstance(item, AdaptiveDynamicStreamingItem)]
    waits = [(one.key, item.wait_for.timeout_s) for item in ladders if item.wait_for for one in item.object_add_ons]
    return list(dict.fromkeys(waits))


def add_on_directories(workflow: Workflow) -> set[str]:
    """The directories of the trigger bucket in which add-ons of ladders lie, as far as they are the same for
    every source. Not the top of the bucket.
    """
    ladders = [item for item in all_items(workflow) if isinstance(item, AdaptiveDynamicStreamingItem)]
    patterns = [add_on.key for item in ladders for add_on in item.object_add_ons]
    return {directory for pattern in patterns if (directory := source_directory(_fixed_part(pattern)))}


def output_places(workflow: Workflow) -> Iterator[Place]:
    """What a workflow writes. Companion files lie beside an item's main files."""
    published = list(_published_places(workflow))
    yield from published
    if workflow.publish == "together":
        yield from (Place(bucket, UNPUBLISHED) for bucket in sorted({place.bucket for place in published}))


def _published_places(workflow: Workflow) -> Iterator[Place]:
    for _, item, output in placed_items(workflow):
        bucket, directory = output.bucket or workflow.trigger.bucket, output.directory
        below = workflow.trigger.prefix if directory is None else fixed_directory(directory)
        pattern = item.path_pattern
        yield Place(bucket, _fixed_part(pattern.lstrip("/")) if pattern.startswith("/") else below)
        if quarantine := getattr(item, "quarantine_directory", None):
            yield Place(bucket, quarantine)
    for step in action_steps(workflow):
        yield from (Place(*written) for written in step.action.writes(workflow.output_bucket))


def _fixed_part(pattern: str) -> str:
    """What all keys of a pattern begin with."""
    return pattern.partition("{")[0]
