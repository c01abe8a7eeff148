"""`Cut`: one range of a cut list, which joins ranges of the source and of clips beside it."""

from __future__ import annotations

from pydantic import Field

from media_workflows.domain.jobs.base import TimeRange

MAX_CUTS = 50  # each has filters of its own, and one far from the others a decoder


class Cut(TimeRange):
    """A range of the source, or of another clip; times count in that file."""

    key: str = Field("", description="Key of a clip in the trigger bucket; empty = the source")
