"""Ladders that are to be playable early, in workflows that hold their outputs back. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from media_workflows.domain.invalid import invalid
from media_workflows.domain.jobs.adaptive_dynamic_streaming import AdaptiveDynamicStreamingItem
from media_workflows.domain.placed_items import PlacedItem
from media_workflows.errors import FieldProblem


def held_back_problems(placed: Sequence[PlacedItem], *, together: bool) -> Iterator[FieldProblem]:
    """The problem of each such item. `together`: the workflow publishes all outputs of a run together."""
    has_gate = any(getattr(one.item, "gate", "none") != "none" for one in placed if one.place.startswith("jobs."))
    for one in placed:
        if not isinstance(one.item, AdaptiveDynamicStreamingItem) or not one.item.early_playlist:
            continue
        place = f"{one.place}.early_playlist"
        if together:
            yield invalid(
                "must be false: `publish: together` shows nothing of a run before its end; or use `publish: per_step`"
            ).at(place, "true")
        if has_gate:
            yield invalid(
                "must be false: the `gate` of content_review holds outputs back until its verdict; or remove the gate"
            ).at(place, "true")
